"""The tour in README.md, pasted as it stands into bash, against a real `seatlock dev`."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from itertools import chain

import pytest

from tests.ops.test_dev import dev
from tests.readme import tour

NEXT_STEP = "--- next step ---"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with dev(tmp_path_factory.mktemp("dev") / "output", "--ephemeral", "--no-demo") as running:
        yield running.await_ready()


def paste(commands: list[str], url: str) -> list[list[str]]:
    """What each step prints, in one shell. With `!` expanded, as where one types."""
    script = "set -o history -o histexpand\n" + f"echo '{NEXT_STEP}'\n".join(commands)
    result = subprocess.run(
        ["bash", "--norc"],
        input=script,
        env={"PATH": os.environ["PATH"], "SEATLOCK_URL": url},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.stderr == ""
    return [step.splitlines() for step in result.stdout.split(f"{NEXT_STEP}\n")]


def matches(printed: str, shown: str) -> bool:
    """Whether the line is the one shown, where … stands for anything that differs from run to run."""
    return re.fullmatch('[^"]+'.join(map(re.escape, shown.split("…"))), printed) is not None


def test_each_step_prints_what_is_shown_and_again_when_repeated(url: str) -> None:
    commands, shown = zip(*tour(), strict=True)
    for _ in range(2):
        printed = paste(list(commands), url)
        assert [len(lines) for lines in printed] == [len(lines) for lines in shown], printed
        for line, expected in zip(chain(*printed), chain(*shown), strict=True):
            assert matches(line, expected), f"printed {line}\n  shown {expected}"


def test_it_shows_what_it_promises() -> None:
    shown = [line for _, lines in tour() for line in lines]
    statuses = re.findall(r'"booking":\{"status":"(\w+)"', "\n".join(shown))
    assert statuses == ["CONFIRMED", "FAILED", "PAYMENT_PENDING", "CANCELLED"]
    available = [int(number) for number in re.findall(r'"availableSeats":(\d+)', "\n".join(shown))]
    assert available == [100, 98, 98, 96, 98, 96, 96, 98]
