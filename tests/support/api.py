"""The API as a process of its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO

from pydantic import SecretStr

from domain.process.settings import PREFIX, Settings
from ops.embedded import Server
from ops.processes import free_port
from tests.support.forking import SEATLOCK as OURS
from tests.support.forking import Forked, fork

SEATLOCK = str(Path(sys.executable).with_name("seatlock"))


class Api(Server):
    """`seatlock serve`, forked from a process that has imported everything already."""

    def __init__(self, settings: Settings, log: Path, workers: int) -> None:
        port = free_port()
        self._settings = settings
        self._arguments = ("serve", "--port", str(port), "--workers", str(workers))
        super().__init__("API", command(settings, SEATLOCK, *self._arguments), port, log)

    def _spawn(self, output: IO[bytes]) -> Forked:
        env = {**os.environ, **variables(self._settings)}
        return fork(OURS, *self._arguments, env=env, stdout=self.log, stderr=self.log, cwd=Path.cwd())


def api_server(settings: Settings, log: Path, workers: int = 1) -> Server:
    """`seatlock serve` with these settings, not yet started; it listens on one free port, start after start.

    Each of its processes opens its services before it listens, so once started it is ready.
    """
    return Api(settings, log, workers)


def variables(settings: Settings) -> dict[str, str]:
    """The variables that give a program these settings."""
    return {f"{PREFIX}{name.upper()}": _written(getattr(settings, name)) for name in settings.model_fields_set}


def command(settings: Settings, *program: str) -> list[str]:
    """The command line that runs the program with these settings."""
    return ["/usr/bin/env", *(f"{name}={value}" for name, value in variables(settings).items()), *program]


def _written(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ",".join(value)
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)
