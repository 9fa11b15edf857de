"""Processes die, hang, and cannot start: the others never pay for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Set
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from ops.processes import start_child, stop_child
from tests.support.processes import until

ROOT = Path(__file__).parents[2]
Run = Callable[[int], "Supervised"]


def _runs(pid: int) -> bool:
    """Whether there is such a process, neither dead nor stopped. It may end while it is looked at."""
    try:
        return psutil.Process(pid).status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_STOPPED)
    except psutil.NoSuchProcess:
        return False


class Supervised:
    """A supervisor and its processes."""

    def __init__(self, directory: Path, count: int) -> None:
        self.directory, self.count = directory, count
        self.log = directory.with_suffix(".log")
        with self.log.open("wb") as output:
            program = [sys.executable, "-m", "tests.support.supervised", str(directory), str(count)]
            self.process: subprocess.Popen[bytes] = start_child(program, output)

    @property
    def serving(self) -> set[int]:
        """The ids of processes that serve and are not stopped."""
        return {int(name) for name in os.listdir(self.directory) if name.isdigit() and _runs(int(name))}

    def until_all_serve(self, but_not: Set[int] = frozenset()) -> set[int]:
        until(lambda: len(self.serving - but_not) == self.count)
        return self.serving - but_not


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    with ExitStack() as stack:

        def start(count: int) -> Supervised:
            directory = tmp_path / "processes"
            directory.mkdir(exist_ok=True)
            supervised = Supervised(directory, count)
            stack.callback(stop_child, supervised.process, 0)
            return supervised

        yield start


def test_a_process_that_dies_is_replaced_and_the_others_stay(run: Run) -> None:
    supervised = run(3)
    stays, *killed = supervised.until_all_serve()
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    assert stays in supervised.until_all_serve(but_not={*killed})
    assert "exit_code=-9" in supervised.log.read_text()


def test_one_that_hangs_keeps_no_other_from_being_replaced_and_is_killed(run: Run) -> None:
    supervised = run(2)
    hung, dead = supervised.until_all_serve()
    os.kill(hung, signal.SIGSTOP)
    os.kill(dead, signal.SIGKILL)
    until(lambda: supervised.serving - {hung, dead})
    assert len(supervised.until_all_serve(but_not={hung, dead})) == 2
    assert "process hangs and is killed" in supervised.log.read_text()


def test_one_that_cannot_start_costs_the_others_nothing_and_is_tried_until_it_can(run: Run) -> None:
    supervised = run(2)
    stays, dies = supervised.until_all_serve()
    (supervised.directory / "broken").touch()
    os.kill(dies, signal.SIGKILL)
    until(lambda: supervised.log.read_text().count("process did not start") >= 2)
    assert supervised.process.poll() is None
    assert supervised.serving == {stays}
    (supervised.directory / "broken").unlink()
    assert stays in supervised.until_all_serve()


def test_when_none_can_start_it_ends_with_their_exit_code(run: Run, tmp_path: Path) -> None:
    (tmp_path / "processes").mkdir()
    (tmp_path / "processes" / "broken").touch()
    assert run(2).process.wait(30) == 7


def test_one_that_is_killed_whenever_it_starts_rests_in_between(run: Run) -> None:
    supervised = run(2)
    stays, dies = supervised.until_all_serve()
    (supervised.directory / "killed").touch()
    os.kill(dies, signal.SIGKILL)
    until(lambda: supervised.log.read_text().count("process did not start") >= 2)
    assert "retry_in_seconds=1.0" in supervised.log.read_text()
    assert supervised.serving == {stays}


def test_told_twice_it_waits_for_nobody(run: Run, tmp_path: Path) -> None:
    (tmp_path / "processes").mkdir()
    (tmp_path / "processes" / "stubborn").touch()
    supervised = run(2)
    pids = supervised.until_all_serve()
    supervised.process.terminate()
    until(lambda: "told to stop" in supervised.log.read_text())
    supervised.process.terminate()
    assert supervised.process.wait(3) == 0, "its grace is five seconds"
    until(lambda: not any(psutil.pid_exists(pid) for pid in pids))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("stopped", [False, True], ids=["", "one hangs"])
def test_told_to_stop_it_ends_with_0_and_leaves_nobody(run: Run, number: int, stopped: bool) -> None:
    supervised = run(2)
    pids = supervised.until_all_serve()
    if stopped:
        os.kill(min(pids), signal.SIGSTOP)
    supervised.process.send_signal(number)
    assert supervised.process.wait(30) == 0
    until(lambda: not any(psutil.pid_exists(pid) for pid in pids))
