"""How much of a request's head has come, counted before any of it is parsed. Pure."""

from __future__ import annotations

from typing import NamedTuple

from domain.process.connection_settings import ConnectionSettings
from ops.refusals import HEADERS_TOO_LARGE, LINE_TOO_LONG, ConnectionRefusal

END = b"\r\n\r\n"
"""What ends a head; the parser takes nothing else for it."""


class HeadLimits(NamedTuple):
    """The limits of the settings."""

    line: int
    header: int
    all: int
    number: int

    @classmethod
    def of(cls, settings: ConnectionSettings) -> HeadLimits:
        return cls(
            settings.max_request_line_bytes,
            settings.max_header_bytes,
            settings.max_headers_bytes,
            settings.max_headers,
        )


class HeadCount:
    """What has come of one head."""

    __slots__ = ("_limits", "_line", "_lines", "_size")

    def __init__(self, limits: HeadLimits) -> None:
        self._limits = limits
        self._size = self._line = self._lines = 0

    def add(self, piece: bytes) -> ConnectionRefusal | None:
        """Count some more of it; not None if that is too much."""
        start = 0
        self._size += len(piece)
        if self._size > self._limits.all:
            in_first = not self._lines and piece.lstrip(b"\r\n").find(b"\n", 0, self._limits.line) < 0
            return LINE_TOO_LONG if in_first else HEADERS_TOO_LARGE
        while (end := piece.find(b"\n", start)) >= 0:
            self._line += end - start
            if (refused := self._too_long()) is not None:
                return refused
            # Empty lines before the first are skipped by the parser, too.
            if self._lines or self._line > 1:
                self._lines += 1
            self._line, start = 0, end + 1
            if self._lines > self._limits.number + 2:  # the first line and the empty one
                return HEADERS_TOO_LARGE
        self._line += len(piece) - start
        return self._too_long()

    def _too_long(self) -> ConnectionRefusal | None:
        if self._lines:
            return HEADERS_TOO_LARGE if self._line > self._limits.header else None
        return LINE_TOO_LONG if self._line > self._limits.line else None
