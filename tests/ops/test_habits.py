"""What a contributor's tools are told: continuous integration, hooks, the container."""

from __future__ import annotations

import inspect
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from ops.commands import servers

ROOT = Path(__file__).parents[2]
CI: dict[str, Any] = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())
HOOKS: dict[str, Any] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def assert_runs(command: str) -> None:
    """A target of the Makefile, a tool of .venv, or a script."""
    program, *rest = shlex.split(command)
    if program == "make":
        assert {word for word in rest if not word.startswith("-")} <= TARGETS
    else:
        assert os.access(ROOT / program, os.X_OK), program


def test_ci_runs_everything_on_the_oldest_python_and_a_newer_one() -> None:
    job = CI["jobs"]["test"]
    for step in job["steps"]:
        if "run" in step:
            assert_runs(step["run"])
    oldest = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"].removeprefix(">=")
    assert job["strategy"]["matrix"]["python"] == [oldest, "3.13"]


def test_hooks_are_local_and_run_what_there_is() -> None:
    for repository in HOOKS["repos"]:
        assert repository["repo"] == "local"
        for hook in repository["hooks"]:
            assert hook["language"] == "system"
            assert_runs(hook["entry"])


@pytest.mark.parametrize(
    ("message", "is_taken"),
    [
        ("Seats are free at once\n\nThe sweep came later than the next buyer.\n", True),
        ("Seats are free at once\n", False),
        ("Seats are free at once\nThe sweep came later.\n", False),
        ("Seats are free at once\n\n# Please enter the message.\nSigned-off-by: Ada <ada@example.org>\n", False),
        ("Seats are free at once\n\n# ------ >8 ------\ndiff --git a/README.md b/README.md\n", False),
        ("Merge branch 'main'\n", True),
    ],
)
def test_a_message_needs_a_body(message: str, is_taken: bool, tmp_path: Path) -> None:
    path = tmp_path / "COMMIT_EDITMSG"
    path.write_text(message)
    ended = subprocess.run([ROOT / ".ci/commit-message", path], capture_output=True, text=True, check=False)
    assert (ended.returncode == 0, "Say why" in ended.stdout) == (is_taken, not is_taken)


def test_the_container_installs_and_shows_the_port_of_the_api() -> None:
    container = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text())
    assert_runs(container["postCreateCommand"])
    assert container["forwardPorts"] == [inspect.signature(servers.dev).parameters["port"].default]


def test_a_checkout_that_was_moved_gets_a_new_environment(tmp_path: Path) -> None:
    """Its scripts name the Python of where it was made. Only shown, not done."""
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path / name)
    scripts = tmp_path / ".venv" / "bin"
    scripts.mkdir(parents=True)
    (tmp_path / ".venv" / ".installed").touch()
    for made_in, is_new in ((tmp_path, False), (tmp_path / "before", True), (tmp_path, False)):
        (scripts / "pip").write_text(f"#!{made_in}/.venv/bin/python\n")
        assert ("was moved" in shown(tmp_path, "install")) == ("-m pip install" in shown(tmp_path, "install")) == is_new


def test_make_run_takes_a_port(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path / "Makefile")
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).touch()
    assert shown(tmp_path, "run", "PORT=8001").endswith("seatlock dev --port 8001\n")
    assert shown(tmp_path, "run").endswith("seatlock dev\n")


def test_help_of_the_measurements_measures_nothing() -> None:
    command = [sys.executable, "-m", "bench", "--help"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    assert "make bench" in result.stdout


def shown(folder: Path, *arguments: str) -> str:
    """What make would do."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    command = ["make", "--dry-run", *arguments]
    return subprocess.run(command, cwd=folder, env=clean, capture_output=True, text=True, timeout=30, check=True).stdout
