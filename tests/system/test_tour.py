"""README.md and the tutorial, pasted as they stand into bash, against a real `seatlock dev`; and who watches it."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from threading import Timer
from typing import Any

import pytest

from tests.clients.installing import NODE, install_packages
from tests.ops.test_dev import dev
from tests.support.api import SEATLOCK
from tests.support.http_file import send_all
from tests.support.hunting import hunt, many
from tests.support.readme import README, TUTORIAL, block, steps

END_OF_STEP = "--- end of step ---"
PATIENCE = 180.0

COMMANDS, SHOWN = zip(*steps(TUTORIAL), strict=True)
LIFECYCLE = TUTORIAL.parent / "examples" / "lifecycle.http"
WATCHED = block(TUTORIAL, "console").splitlines()
PURCHASE = next(number for number, commands in enumerate(COMMANDS) if "seatlock watch" in commands) + 1
"""The step in which somebody buys while somebody else watches."""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with dev(tmp_path_factory.mktemp("dev") / "output", "--ephemeral", "--no-demo") as running:
        yield running.await_ready()


@dataclass
class Program:
    """A program that runs in a terminal of its own."""

    process: subprocess.Popen[str]

    def write(self, text: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(text)
        self.process.stdin.flush()

    def lines_until(self, last: str) -> list[str]:
        """What it prints, errors included, up to this line, which may have a … in it."""
        assert self.process.stdout
        lines: list[str] = []
        while not lines or not matches(lines[-1], last):
            line = self.process.stdout.readline()
            assert line, f"it ended, or took too long; it said {lines}"
            lines.append(line.rstrip("\n"))
        return lines


@contextmanager
def program(*command: str | Path, **env: str) -> Iterator[Program]:
    """Run it; afterwards it is gone."""
    process = subprocess.Popen(
        command,
        env={"PATH": os.environ["PATH"], **env},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    watchdog = Timer(PATIENCE, process.kill)
    watchdog.start()
    try:
        yield Program(process)
    finally:
        watchdog.cancel()
        process.kill()
        process.communicate()


@contextmanager
def bash(url: str) -> Iterator[Program]:
    """A shell one pastes into. With `!` expanded, as where one types."""
    with program("bash", "--norc", SEATLOCK_URL=url) as shell:
        shell.write("set -o history -o histexpand\n")
        yield shell


def paste(shell: Program, commands: str) -> list[str]:
    """What this step prints."""
    shell.write(f"{commands}echo '{END_OF_STEP}'\n")
    return shell.lines_until(END_OF_STEP)[:-1]


def matches(printed: str, shown: str) -> bool:
    """Whether the line is the one shown, where … stands for anything that differs from run to run."""
    return re.fullmatch('[^"]+'.join(map(re.escape, shown.split("…"))), printed) is not None


@pytest.mark.parametrize("page", [README, TUTORIAL], ids=lambda page: page.name)
def test_each_step_prints_what_is_shown_and_again_when_repeated(url: str, page: Path) -> None:
    commands, shown = zip(*steps(page), strict=True)
    with bash(url) as shell:
        for _ in range(2 if page is README else many(1, 2)):
            printed = [paste(shell, step) for step in commands]
            assert [len(lines) for lines in printed] == [len(lines) for lines in shown], printed
            for line, expected in zip(chain(*printed), chain(*shown), strict=True):
                assert matches(line, expected), f"printed {line}\n  shown {expected}"


def test_it_shows_what_it_promises() -> None:
    shown = [line for lines in SHOWN for line in lines]
    statuses = re.findall(r'"booking":\{"status":"(\w+)"', "\n".join(shown))
    assert statuses == ["CONFIRMED", "PAYMENT_PENDING", "FAILED", "PAYMENT_PENDING", "CANCELLED", "CONFIRMED"]
    available = [int(number) for number in re.findall(r'"availableSeats":(\d+)', "\n".join(shown))]
    assert available == [100, 98, 98, 2, 96, 96, 98, 96, 96, 98, 50, 40, 40, 96, 96]


def test_the_collection_for_editors_takes_the_same_tour(url: str) -> None:
    answered = send_all(LIFECYCLE, url)
    shown = [json.loads(line.replace("…", "x"))["data"] for line in chain(*SHOWN) if line.startswith('{"data"')]
    assert [without_what_differs(answer["data"]) for _, answer in answered] == [
        without_what_differs(data) for data in shown
    ]


DIFFERENT = ("id", "accessToken", "expiresAt", "extendableUntil")


def without_what_differs(value: Any) -> Any:
    """An answer without ids, tokens and instants, which are others each time."""
    match value:
        case dict():
            return {name: without_what_differs(each) for name, each in value.items() if name not in DIFFERENT}
        case list():
            return [without_what_differs(each) for each in value]
        case _:
            return value


def toured(shell: Program) -> str:
    """Take the tour up to where somebody watches; the event's id."""
    for commands in COMMANDS[:PURCHASE]:
        (*_, last) = paste(shell, commands) or [""]
    _, event = last.partition(" --url ")[0].rsplit(" ", 1)
    return event


def test_who_watches_sees_what_is_shown(url: str) -> None:
    with bash(url) as shell:
        event = toured(shell)
        with program(SEATLOCK, "watch", event, "--url", url) as watching:
            seen = watching.lines_until(WATCHED[0])
            paste(shell, COMMANDS[PURCHASE])
            seen += watching.lines_until(WATCHED[-1])
    # A machine that is busy leaves out what is old already.
    expected = iter(WATCHED)
    assert all(any(matches(line, shown) for shown in expected) for line in seen), seen


@hunt
def test_the_script_for_node_sees_it_too(url: str, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    script = tmp_path / "watch.mjs"
    script.write_text(block(TUTORIAL, "js"))
    (tmp_path / "node_modules").symlink_to(install_packages(pytestconfig.cache.mkdir("npm")))
    with bash(url) as shell:
        event = toured(shell)
        with program(NODE, script, event, SEATLOCK_URL=url) as watching:
            watching.lines_until(WATCHED[0].removeprefix("… "))
            paste(shell, COMMANDS[PURCHASE])
            watching.lines_until(WATCHED[-1].removeprefix("… "))
