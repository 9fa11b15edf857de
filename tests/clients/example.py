"""The example clients of docs/examples, as processes of their own, and what they say."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

import pytest

from tests.clients.client import PATIENCE
from tests.clients.installing import NODE, install_packages
from tests.support.hunting import hunt

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
TYPESCRIPT = EXAMPLES / "typescript"
LANGUAGES = pytest.mark.parametrize("language", ["python", "typescript"])
ONE_LANGUAGE = pytest.mark.parametrize("language", ["python", pytest.param("typescript", marks=hunt)])

PASSWORD = "correct horse"
ALL_SEATS = "20"
"""So that they wait for as long as a single one is taken."""


class Example:
    """A running example."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.said: list[str] = []
        """Its lines so far."""
        self._process = process

    async def says(self, words: str) -> str:
        """The next line with these words."""
        try:
            async with asyncio.timeout(PATIENCE):
                while words not in (line := await self._line()):
                    assert line, "it has ended"
        except (TimeoutError, AssertionError):
            pytest.fail(f"It did not say {words!r}, but:\n{''.join(self.said)}")
        return line

    async def ends(self) -> int:
        """Its exit code."""
        async with asyncio.timeout(PATIENCE):
            while await self._line():
                pass
            return await self._process.wait()

    def times(self, words: str) -> int:
        """How many of its lines had these words."""
        return sum(words in line for line in self.said)

    async def _line(self) -> str:
        assert self._process.stdout
        line = (await self._process.stdout.readline()).decode()
        self.said += [line] if line else []
        return line


class Run(Protocol):
    """Starts an example through the proxy, for somebody new who wants all seats of an event; it ends with the test."""

    async def __call__(self, event: str, *card: str, password: str = PASSWORD, wanted: str = ALL_SEATS) -> Example: ...


def install_typescript(target: Path, cache: Path) -> Path:
    """The TypeScript example in this directory, as `npm install` leaves it."""
    shutil.copytree(TYPESCRIPT, target, dirs_exist_ok=True)
    (target / "node_modules").symlink_to(install_packages(cache))
    return target


@asynccontextmanager
async def running(program: list[str | Path], url: str, email: str, password: str) -> AsyncIterator[Example]:
    """Run it as this user; whatever it still does then ends with the block."""
    process = await asyncio.create_subprocess_exec(
        *program,
        env={
            **os.environ,
            "SEATLOCK_URL": url,
            "SEATLOCK_EMAIL": email,
            "SEATLOCK_PASSWORD": password,
            "PYTHONUNBUFFERED": "1",
        },
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield Example(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def program(language: str, typescript: Path) -> list[str | Path]:
    """How the example in this language is started."""
    if language == "python":
        return [sys.executable, EXAMPLES / "python" / "buy_seats.py"]
    return [NODE, typescript / "buy_seats.ts"]
