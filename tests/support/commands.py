"""`seatlock …` as a process of its own, without importing everything anew for each: it is forked from one that has.

`python -m tests.support.commands` is that one. It is told what to run by lines of JSON, and gone when its input ends.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from domain.process.settings import Settings
from ops.env_file import ENV_FILE

LONGEST_SECONDS = 60.0

_one_at_a_time = Lock()
"""Some tests run several commands at once, from threads."""


def seatlock(
    *arguments: str, env: Mapping[str, str], cwd: Path | None = None, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run the command with exactly these SEATLOCK_ variables, and no .env unless they name one."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("SEATLOCK_")}
    with tempfile.TemporaryDirectory(prefix="seatlock-command-") as folder:
        stdout, stderr, code = (Path(folder, name) for name in ("stdout", "stderr", "code"))
        Path(folder, "stdin").write_text(stdin)
        order = {
            "arguments": arguments,
            "env": {**others, ENV_FILE: "", **env},
            "cwd": str(cwd or Path.cwd()),
            "folder": folder,
        }
        with _one_at_a_time:
            server = _server()
            assert server.stdin is not None
            server.stdin.write(json.dumps(order).encode() + b"\n")
            server.stdin.flush()
        deadline = time.monotonic() + LONGEST_SECONDS
        while not code.exists():
            assert time.monotonic() < deadline, f"seatlock {' '.join(arguments)} has not ended"
            time.sleep(0.01)
        return subprocess.CompletedProcess(
            ["seatlock", *arguments], int(code.read_text()), stdout.read_text(), stderr.read_text()
        )


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


@cache
def _server() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "tests.support.commands"], stdin=subprocess.PIPE)


def _serve() -> None:
    # What the commands import inside their functions; nothing of this starts a thread.
    import workers.main  # noqa: F401

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks what became of those who wait
    for line in sys.stdin:
        if os.fork() == 0:
            _run_and_tell(json.loads(line))


def _run_and_tell(order: dict[str, Any]) -> None:
    """In a process that waits for the command, which is another one."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    folder = Path(order["folder"])
    pid = os.fork()
    if pid == 0:
        _become(order, folder)
    _, status = os.waitpid(pid, 0)
    told = folder / "code.new"
    told.write_text(str(os.waitstatus_to_exitcode(status)))
    told.rename(folder / "code")
    os._exit(0)


def _become(order: dict[str, Any], folder: Path) -> None:
    from ops.cli import main

    for number, name in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
    os.dup2(os.open(folder / "stdin", os.O_RDONLY), 0)
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["env"])
    sys.argv = ["seatlock", *order["arguments"]]
    main()
    sys.exit(0)


if __name__ == "__main__":
    _serve()
