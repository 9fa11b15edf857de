"""Keeps a number of processes alive: one that dies is replaced at once, one that hangs is killed first.

uvicorn's own supervisor asks its processes one after the other whether they live, and waits up to a time-out for each:
while it waits for one that hangs, another that died is not replaced, and nobody can stop it. Here the processes tell by
themselves that they live, and one wait in one place hears all of it: a beat, a death, a signal.
"""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import FrameType

import structlog

from ops.copies import STOP_SIGNALS

BEAT_SECONDS = 1.0
"""How often a process tells that it lives."""

START_BEATS = 30
"""So many of our own ticks a process may take to its first beat: it may have to import everything."""

HUNG_BEATS = 15
"""So many of our own ticks without a beat, and the process is killed. Ticks, not seconds: when all of us were stopped
together, as a laptop is, nobody has been silent."""

LEAVING_BEATS = 3
"""The same for a process that was asked to end."""

RETRY_SECONDS, RETRY_SECONDS_AT_MOST = 0.5, 10.0
"""How long a process that could not start rests before it is tried again: twice as long each time."""

BEAT, SERVING = b"beat", b"serving"

log = structlog.get_logger(__name__)


class Heart:
    """A process's end of the line to its supervisor."""

    def __init__(self, line: Connection) -> None:
        self._line = line

    def beat(self, *, serving: bool) -> None:
        """Tell that this process lives, and whether it serves. Never waits: nobody may be listening."""
        os.set_blocking(self._line.fileno(), False)
        with suppress(OSError):
            self._line.send_bytes(SERVING if serving else BEAT)


Start = Callable[[Heart], BaseProcess]


@dataclass(slots=True)
class _Child:
    """A process and what was heard of it."""

    process: BaseProcess
    line: Connection
    was_heard: bool = False
    has_served: bool = False
    silent: int = 0

    def hear(self) -> None:
        """Take all that it has told."""
        with suppress(EOFError, OSError):
            while self.line.poll():
                self.has_served |= self.line.recv_bytes() == SERVING
                self.was_heard, self.silent = True, 0

    def hangs(self, leaving: bool) -> bool:
        if leaving:
            return self.silent > LEAVING_BEATS
        return self.silent > (HUNG_BEATS if self.was_heard else START_BEATS)


@dataclass(slots=True)
class _Place:
    """Where one of the processes is: the one that is there now, and how often in a row none could start."""

    child: _Child | None = None
    failures: int = 0
    start_at: float = field(default_factory=time.monotonic)


class Supervisor:
    """So many processes that `start` makes, until SIGINT or SIGTERM."""

    def __init__(self, start: Start, count: int, grace_seconds: float) -> None:
        self._start = start
        self._grace = grace_seconds
        self._places = [_Place() for _ in range(count)]
        self._has_served = False
        self._signals: list[int] = []

    def run(self) -> int:
        """The exit code: 0 when told to stop, else that of the last process when none could ever serve."""
        with self._signals_heard() as wake:
            try:
                code = self._keep_alive(wake)
            finally:
                self._end_all(wake)
        return code

    # ------------------------------------------------------------ keeping alive

    def _keep_alive(self, wake: socket.socket) -> int:
        tick_at = time.monotonic() + BEAT_SECONDS
        while not self._signals:
            now = time.monotonic()
            for place in self._places:
                if place.child is None and place.start_at <= now:
                    self._fill(place)
            due = [place.start_at for place in self._places if place.child is None]
            self._wait(wake, min([tick_at, *due]) - now)
            is_tick = time.monotonic() >= tick_at
            if is_tick:
                tick_at = time.monotonic() + BEAT_SECONDS
            for place in self._places:
                if place.child is None:
                    continue
                self._look_at(place.child, is_tick, leaving=False)
                self._has_served |= place.child.has_served
                code = place.child.process.exitcode
                if code is not None and (end := self._bury(place, place.child, code)) is not None:
                    return end
        return 0

    def _fill(self, place: _Place) -> None:
        ours, theirs = Pipe(duplex=False)
        place.child = _Child(self._start(Heart(theirs)), ours)
        theirs.close()  # the process has its own: when it dies the line ends
        log.info("process started", pid=place.child.process.pid)

    def _bury(self, place: _Place, child: _Child, code: int) -> int | None:
        """Have a process that died replaced; its exit code when there is no use in that."""
        child.line.close()
        place.child = None
        now = time.monotonic()
        if child.has_served:
            place.failures, place.start_at = 0, now
            log.error("process died", pid=child.process.pid, exit_code=code)
            return None
        place.failures += 1
        rest = min(RETRY_SECONDS * 2 ** (place.failures - 1), RETRY_SECONDS_AT_MOST)
        place.start_at = now + rest
        if not self._has_served and all(each.failures for each in self._places):
            log.error("no process can start", exit_code=code)
            return code if code > 0 else 1
        log.error("process did not start", pid=child.process.pid, exit_code=code, retry_in_seconds=rest)
        return None

    # ------------------------------------------------------------ ending

    def _end_all(self, wake: socket.socket) -> None:
        """SIGTERM; SIGKILL for who is not gone in time, who hangs, and for all at the second signal."""
        children = [place.child for place in self._places if place.child is not None]
        if self._signals:
            log.info("told to stop", processes=len(children))
        for child in children:
            child.silent = 0
            child.process.terminate()
        asked, give_up_at = len(self._signals), time.monotonic() + self._grace
        tick_at = time.monotonic() + BEAT_SECONDS
        while children := [child for child in children if child.process.exitcode is None]:
            self._wait(wake, tick_at - time.monotonic())
            is_tick = time.monotonic() >= tick_at
            if is_tick:
                tick_at = time.monotonic() + BEAT_SECONDS
            for child in children:
                self._look_at(child, is_tick, leaving=True)
                if len(self._signals) > asked or time.monotonic() >= give_up_at:
                    child.process.kill()

    def _look_at(self, child: _Child, is_tick: bool, *, leaving: bool) -> None:
        child.silent += is_tick
        child.hear()
        if child.hangs(leaving) and child.process.exitcode is None:
            log.error("process hangs and is killed", pid=child.process.pid)
            child.process.kill()
            child.process.join()

    # ------------------------------------------------------------ waiting

    def _wait(self, wake: socket.socket, seconds: float) -> None:
        """Until something is heard, or somebody dies, or for so long."""
        children = [place.child for place in self._places if place.child is not None]
        sentinels = [child.process.sentinel for child in children if child.process.exitcode is None]
        lines = [child.line for child in children if child.process.exitcode is None]
        wait([wake, *sentinels, *lines], max(seconds, 0.0))
        with suppress(BlockingIOError):
            wake.recv(4096)

    @contextmanager
    def _signals_heard(self) -> Iterator[socket.socket]:
        """Signals end the wait, and are kept."""

        def note(number: int, _frame: FrameType | None) -> None:
            self._signals.append(number)

        before = {number: signal.signal(number, note) for number in STOP_SIGNALS}
        reader, writer = socket.socketpair()
        with reader, writer:
            reader.setblocking(False)
            writer.setblocking(False)
            fd_before = signal.set_wakeup_fd(writer.fileno())
            try:
                yield reader
            finally:
                signal.set_wakeup_fd(fd_before)
                for number, handler in before.items():
                    signal.signal(number, handler)
