"""What of an answer leaves when: head and body together, and a head alone where its body is still to come."""

from __future__ import annotations

import asyncio

from ops.corked import Corked


class Wire(asyncio.Transport):
    """Keeps what it is given, a piece at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[bytes] = []
        self.closed_after: int | None = None

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.pieces.append(bytes(data))

    def close(self) -> None:
        self.closed_after = len(self.pieces)


async def test_a_head_leaves_with_its_body_and_what_follows_as_it_comes() -> None:
    wire = Wire()
    corked = Corked(wire, asyncio.get_running_loop())
    for _ in range(2):
        corked.begin()
        for piece in (b"head ", b"body ", b"more "):
            corked.write(piece)
    await asyncio.sleep(0)
    assert wire.pieces == [b"head body ", b"more "] * 2


async def test_a_head_without_a_body_leaves_in_the_same_turn() -> None:
    wire = Wire()
    corked = Corked(wire, asyncio.get_running_loop())
    corked.begin()
    corked.write(b"head of a stream ")
    assert wire.pieces == []
    await asyncio.sleep(0)
    assert wire.pieces == [b"head of a stream "]


async def test_closing_loses_nothing() -> None:
    wire = Wire()
    corked = Corked(wire, asyncio.get_running_loop())
    corked.begin()
    corked.write(b"head ")
    corked.close()
    await asyncio.sleep(0)
    assert (wire.pieces, wire.closed_after) == ([b"head "], 1)
