"""`seatlock …` as a process of its own, from its start to its end."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from domain.process.settings import Settings
from ops.env_file import ENV_FILE
from tests.support.forking import SEATLOCK, fork

LONGEST_SECONDS = 60.0


def seatlock(
    *arguments: str, env: Mapping[str, str], cwd: Path | None = None, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run the command with exactly these SEATLOCK_ variables, and no .env unless they name one."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("SEATLOCK_")}
    with tempfile.TemporaryDirectory(prefix="seatlock-command-") as folder:
        stdout, stderr = (Path(folder, name) for name in ("stdout", "stderr"))
        process = fork(
            *(SEATLOCK, *arguments),
            env={**others, ENV_FILE: "", **env},
            stdout=stdout,
            stderr=stderr,
            stdin=stdin,
            cwd=cwd or Path.cwd(),
        )
        try:
            code = process.wait(LONGEST_SECONDS)
        finally:
            process.kill()
        return subprocess.CompletedProcess(process.args, code, stdout.read_text(), stderr.read_text())


def environment(settings: Settings) -> dict[str, str]:
    """The variables that every command needs."""
    return {
        "SEATLOCK_MONGO_URI": settings.mongo_uri,
        "SEATLOCK_MONGO_DATABASE": settings.mongo_database,
        "SEATLOCK_REDIS_URL": settings.redis_url,
        "SEATLOCK_SECRET_KEY": settings.secret_key.get_secret_value(),
        "SEATLOCK_PAYMENT_PROVIDER": "simulated",
    }


def assert_one_line(result: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    """It ended with this code, and said one line with these words, as an error."""
    assert result.returncode == code, result.stderr
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1, result.stderr
    for word in words:
        assert word in result.stderr
