"""What a contributor's tools are told: continuous integration, hooks, the container."""

from __future__ import annotations

import inspect
import json
import os
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import yaml

from ops import cli

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


def test_the_container_installs_and_shows_the_port_of_the_api() -> None:
    container = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text())
    assert_runs(container["postCreateCommand"])
    assert container["forwardPorts"] == [inspect.signature(cli.dev).parameters["port"].default]
