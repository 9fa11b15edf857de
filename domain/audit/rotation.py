"""A file of lines that several processes write, and that is put aside as `.1`, `.2` … when it has grown."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from domain.audit.lines import Written, written_in

MEGABYTES = 100
"""How large a file grows."""

KEPT = 10
"""How many are put aside; beyond, the oldest are deleted. The database has all of it."""

TAIL = 1024 * 1024
"""Where the last line is looked for."""


AT_ONCE, REST_SECONDS = 100, 0.002
"""After so many lines it rests: a thread that computes without a pause makes each turn of the event loop 5 ms longer.
A server that starts in the middle of a sale has hundreds of thousands of them to look at."""


class RotatedFile:
    """Blocks; use it in a thread. Raises OSError."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def append(self, lines: bytes) -> None:
        """Write whole lines, all of them or, with an error, some."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._alone():
            if self._path.exists() and self._path.stat().st_size >= MEGABYTES * 2**20:
                self._put_aside()
            # Not for everybody to read: it says who bought what.
            file = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
            try:
                # A line that the disk had no more room for must not spoil the next one.
                size = os.fstat(file).st_size
                if size and os.pread(file, 1, size - 1) != b"\n":
                    lines = b"\n" + lines
                while lines:
                    lines = lines[os.write(file, lines) :]
            finally:
                os.close(file)

    def last(self) -> Written | None:
        """The last whole line, be it in a file that was put aside just now; None when there is none."""
        for path in (self._path, self._aside(1)):
            try:
                with path.open("rb") as file:
                    file.seek(max(0, os.fstat(file.fileno()).st_size - TAIL))
                    lines = file.read().splitlines()
            except FileNotFoundError:
                continue
            for line in reversed(lines):
                if written := written_in(line):
                    return written
        return None

    def made_at(self) -> datetime | None:
        """When an empty file was made; None when there is none."""
        try:
            return datetime.fromtimestamp(self._path.stat().st_mtime, UTC)
        except FileNotFoundError:
            return None

    def lines(self, since: datetime) -> Iterator[Written]:
        """The lines of entries made since then, and perhaps others."""
        for path in [self._path, *(self._aside(number) for number in range(1, KEPT + 1))]:
            try:
                file = path.open("rb")
            except FileNotFoundError:
                return
            with file:
                first = None
                for number, line in enumerate(file):
                    if number % AT_ONCE == 0:
                        time.sleep(REST_SECONDS)
                    written = written_in(line)
                    if written is None:
                        continue
                    first = first or written
                    if written.created_at >= since:
                        yield written
                if first is not None and first.created_at < since:
                    return  # those put aside before are older

    def _put_aside(self) -> None:
        for number in range(KEPT, 1, -1):
            if (before := self._aside(number - 1)).exists():
                before.replace(self._aside(number))
        self._path.replace(self._aside(1))

    def _aside(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{number}")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        lock = os.open(self._path.with_name(f"{self._path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)
