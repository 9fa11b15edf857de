"""The head of an answer leaves together with the beginning of its body."""

from __future__ import annotations

import asyncio


class Corked(asyncio.Transport):
    """A connection as one answer after the other sees it: what each writes first is held until it writes more.

    uvicorn writes head and body one after the other, and uvloop sends each at once. That is two calls of the system,
    and wakes the client twice. Nothing is held for longer than this turn of the event loop: the head of an
    event stream has no body yet.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._transport = transport
        self._loop = loop
        self._held = b""
        self._is_first = True

    def begin(self) -> None:
        """Another answer begins: hold its first piece."""
        self._is_first = True

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if self._is_first:
            self._is_first = False
            self._held = bytes(data)
            self._loop.call_soon(self.flush)
        elif self._held:
            held, self._held = self._held, b""
            self._transport.write(held + data)
        else:
            self._transport.write(data)

    def flush(self) -> None:
        """Let what is held leave."""
        if self._held:
            held, self._held = self._held, b""
            self._transport.write(held)

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def close(self) -> None:
        self.flush()
        self._transport.close()
