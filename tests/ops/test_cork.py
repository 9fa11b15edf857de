"""What of an answer leaves when: head and body together, and a head alone where its body is still to come."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ops.cork import Corked
from tests.support.waiting import PATIENCE_SECONDS


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


# ---------------------------------------------------------------- on a real socket


@asynccontextmanager
async def connected() -> AsyncIterator[tuple[Corked, socket.socket]]:
    """One end of a connection as answers see it, and the other."""
    loop, near, far = asyncio.get_running_loop(), *socket.socketpair()
    far.setblocking(False)
    transport, _ = await loop.create_connection(asyncio.Protocol, sock=near)
    with far:
        yield Corked(transport, loop), far
        transport.abort()


async def read(far: socket.socket, size: int) -> bytes:
    """So many bytes, or what there is until the end."""
    got = b""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(got) < size and (more := await asyncio.get_running_loop().sock_recv(far, 65_536)):
            got += more
    return got


async def test_answers_arrive_whole_one_after_the_other() -> None:
    long = b"x" * 1_000_000
    async with connected() as (corked, far):
        for number in range(3):
            corked.begin()
            for piece in (b"head %d " % number, long, b" end"):
                corked.write(piece)
        expected = b"".join(b"head %d " % number + long + b" end" for number in range(3))
        assert await read(far, len(expected)) == expected


async def test_a_head_arrives_before_there_is_a_body() -> None:
    async with connected() as (corked, far):
        corked.begin()
        corked.write(b"head of a stream ")
        assert await read(far, 17) == b"head of a stream "
        corked.write(b"event ")
        assert await read(far, 6) == b"event "


async def test_what_is_held_arrives_before_the_end() -> None:
    async with connected() as (corked, far):
        corked.begin()
        corked.write(b"head ")
        corked.close()
        assert await read(far, 100) == b"head "
