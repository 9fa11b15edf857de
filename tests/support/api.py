"""The API as a process of its own, started the way a deployment starts it."""

from __future__ import annotations

import sys
from pathlib import Path

from pydantic import SecretStr

from domain.process.settings import PREFIX, Settings
from ops.embedded import Server
from ops.processes import free_port

SEATLOCK = str(Path(sys.executable).with_name("seatlock"))


def api_server(settings: Settings, log: Path) -> Server:
    """`seatlock serve` with these settings, not yet started; it listens on one free port, start after start.

    Its one process opens its services before it listens, so once started it is ready.
    """
    port = free_port()
    return Server("API", command(settings, SEATLOCK, "serve", "--port", str(port)), port, log)


def command(settings: Settings, *program: str) -> list[str]:
    """The command line that runs the program with these settings."""
    environment = [f"{PREFIX}{name.upper()}={_written(getattr(settings, name))}" for name in settings.model_fields_set]
    return ["/usr/bin/env", *environment, *program]


def _written(value: object) -> str:
    if value is None:
        return ""
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)
