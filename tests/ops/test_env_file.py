"""`.env`: the commands take settings from it, the environment wins, and mistakes in it are one line."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from domain.process.settings import PREFIX, Settings
from ops.env_file import ENV_FILE
from tests.ops.test_cli import ROOT
from tests.support.api import SEATLOCK
from tests.support.commands import assert_one_line, environment, seatlock
from tests.support.hunting import hunt

READ_IT = {ENV_FILE: ".env"}


def write(directory: Path, settings: Settings, *lines: str) -> Path:
    """A .env with what is needed, and these lines."""
    file = directory / ".env"
    needed = [f"{variable}='{value}'" for variable, value in environment(settings).items()]
    file.write_text("\n".join([*needed, *lines, ""]))
    return file


def test_settings_come_from_the_file(settings: Settings, tmp_path: Path) -> None:
    write(tmp_path, settings, "# a comment", "", "COMPOSE_PROJECT_NAME=tickets", "not for us")
    without = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    command = [SEATLOCK, "check"]
    result = subprocess.run(command, env=without, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert (result.returncode, result.stdout[:7]) == (0, "clean: "), result.stderr


def test_the_environment_wins(settings: Settings, tmp_path: Path) -> None:
    write(tmp_path, settings, "SEATLOCK_SECRET_KEY=short", "SEATLOCK_LOCK_TTL_SECONDS=soon")
    env = {**READ_IT, "SEATLOCK_SECRET_KEY": "k" * 32, "seatlock_lock_ttl_seconds": "60"}
    result = seatlock("check", env=env, cwd=tmp_path)
    assert (result.returncode, result.stdout[:7]) == (0, "clean: "), result.stderr


@hunt
def test_processes_of_a_command_have_them_too(settings: Settings, tmp_path: Path) -> None:
    write(tmp_path, settings, "SEATLOCK_START_TIMEOUT_SECONDS=0")
    result = seatlock(
        "serve", "--workers", "2", env={**READ_IT, "SEATLOCK_MONGO_URI": "mongodb://127.0.0.1:1/"}, cwd=tmp_path
    )
    assert result.returncode == 1
    assert "cannot reach MongoDB (SEATLOCK_MONGO_URI)" in result.stderr
    assert "bad settings" not in result.stderr


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("SEATLOCK_LOCK_TTL=60", "there is no setting SEATLOCK_LOCK_TTL; did you mean SEATLOCK_LOCK_TTL_SECONDS?"),
        ("export seatlock_log_level=info", "there is no setting seatlock_log_level; did you mean SEATLOCK_LOG_LEVEL?"),
        ("SEATLOCK_XYZZY=1", "there is no setting SEATLOCK_XYZZY"),
        ("SEATLOCK_SECRET_KEY", "SEATLOCK_SECRET_KEY must be SEATLOCK_SECRET_KEY=value"),
        ("SEATLOCK_SECRET_KEY hunter2", "must be NAME=value"),
    ],
)
def test_a_wrong_name_is_one_line_with_the_file_and_its_line(
    settings: Settings, tmp_path: Path, line: str, told: str
) -> None:
    write(tmp_path, settings, "", "", line)
    result = seatlock("check", env=READ_IT, cwd=tmp_path)
    assert_one_line(result, 2)
    assert result.stderr == f"seatlock: .env, line 8: {told}\n"


def test_a_wrong_value_is_one_line_with_the_file_and_not_the_value(settings: Settings, tmp_path: Path) -> None:
    write(tmp_path, settings, "SEATLOCK_SECRET_KEY=hunter2", "SEATLOCK_LOCK_TTL_SECONDS=60")
    result = seatlock("check", env=READ_IT, cwd=tmp_path)
    assert_one_line(result, 2, "SEATLOCK_SECRET_KEY must be at least 32 characters (SEATLOCK_SECRET_KEY from .env)")
    assert "hunter2" not in result.stderr

    both = seatlock("check", env={**READ_IT, "SEATLOCK_SECRET_KEY": "short"}, cwd=tmp_path)
    assert_one_line(both, 2, "SEATLOCK_SECRET_KEY must be")
    assert ".env" not in both.stderr, "the wrong one is the environment's"


def test_a_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    result = seatlock("check", env={ENV_FILE: "settings.env"}, cwd=tmp_path)
    assert_one_line(result, 2, "SEATLOCK_ENV_FILE: there is no file settings.env")


@pytest.mark.parametrize("made", ["directory", "latin1"])
def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path, made: str) -> None:
    file = tmp_path / ".env"
    file.mkdir() if made == "directory" else file.write_bytes("SEATLOCK_ADMIN_PASSWORD=Zoë".encode("latin-1"))
    assert_one_line(seatlock("check", env=READ_IT, cwd=tmp_path), 2, ".env cannot be read: ")


def test_a_developers_file_does_not_reach_the_tests(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SEATLOCK_XYZZY=1\n")
    result = subprocess.run([SEATLOCK, "check"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert "SEATLOCK_MONGO_URI is missing" in result.stderr


def test_the_example_is_good_once_what_is_required_is_filled_in(settings: Settings, tmp_path: Path) -> None:
    example = (ROOT / ".env.example").read_text()
    (tmp_path / ".env").write_text(example)
    assert_one_line(seatlock("check", env=READ_IT, cwd=tmp_path), 2, "SEATLOCK_SECRET_KEY", "from .env")

    for variable, value in environment(settings).items():
        example = example.replace(f"\n{variable}=\n", f"\n{variable}={value}\n")
    # Every default as it stands, too, but that of what has none.
    lines = [line.removeprefix("#") if line.startswith(f"#{PREFIX}") else line for line in example.splitlines()]
    (tmp_path / ".env").write_text("\n".join(line for line in lines if not line.endswith("=")))
    result = seatlock("check", env={**READ_IT, "SEATLOCK_MONGO_DATABASE": settings.mongo_database}, cwd=tmp_path)
    assert (result.returncode, result.stdout[:7]) == (0, "clean: "), result.stderr
