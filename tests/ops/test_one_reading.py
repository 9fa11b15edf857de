"""What a proxy in front could read differently is refused, and nothing that follows it is read."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.ops.test_connections import GET, Server, server

CHUNKS = b"0\r\n\r\n"
CHUNKED = b"transfer-encoding: chunked"

DISPUTED = {
    "a length and chunks": (b"content-length: 5\r\n" + CHUNKED, CHUNKS),
    "chunks and a length": (CHUNKED + b"\r\ncontent-length: 5", CHUNKS),
    "two lengths": (b"content-length: 3\r\ncontent-length: 4", b"abcd"),
    "a list of lengths": (b"content-length: 3, 3", b"abc"),
    "a length with a sign": (b"content-length: +3", b"abc"),
    "a space after a name": (b"content-length : 3", b"abc"),
    "a coding nobody knows": (b"transfer-encoding: xchunked", CHUNKS),
    "chunks that are not the last coding": (b"transfer-encoding: chunked, identity", CHUNKS),
    "a folded header": (b"a: b\r\n c", b""),
    "a line that ends with a line feed": (b"a: b\nc: d", b""),
    "a carriage return within a line": (b"a: b\rc: d", b""),
    "a nul in a header": (b"a: b\0c", b""),
    "chunks that end with line feeds": (CHUNKED, b"1\nx\n0\n\n"),
    "a line feed in what a chunk says of itself": (CHUNKED, b"1;a\nb\r\nx\r\n" + CHUNKS),
    "a chunk's size in another notation": (CHUNKED, b"0x1\r\nx\r\n" + CHUNKS),
    "a space after a chunk's size": (CHUNKED, b"1 \r\nx\r\n" + CHUNKS),
    "a chunk longer than it says": (CHUNKED, b"1\r\nxyz\r\n" + CHUNKS),
}


@pytest.fixture(scope="module")
async def running() -> AsyncIterator[Server]:
    async with server() as running:
        yield running


@pytest.mark.parametrize(("header", "body"), DISPUTED.values(), ids=DISPUTED.keys())
async def test_what_can_be_read_in_two_ways_is_refused(running: Server, header: bytes, body: bytes) -> None:
    line = await running.line()
    await line.send(b"POST / HTTP/1.1\r\nhost: a\r\n" + header + b"\r\n\r\n" + body + GET)
    assert await line.answer() == (400, "BAD_REQUEST")
    assert await line.closed() == b""
