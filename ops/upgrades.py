"""Upgrades that are ignored: to anything but a WebSocket, as `Upgrade: h2c` of a client that would rather have HTTP/2.

httptools takes whatever follows such a head for another protocol. It is the body: of who asks honestly it would be
lost, and what a proxy in front takes for a body would be answered as a request of its own.
"""

from __future__ import annotations

from collections.abc import Iterable

import httptools

CONNECT = b"CONNECT"


def new_parser(protocol: object) -> httptools.HttpRequestParser:
    """A parser for this connection, as uvicorn makes them."""
    parser = httptools.HttpRequestParser(protocol)
    parser.set_dangerous_leniencies(lenient_data_after_close=True)
    return parser


def head_without_upgrade(
    parser: httptools.HttpRequestParser, url: bytes, headers: Iterable[tuple[bytes, bytes]]
) -> bytes:
    """The head that this parser has read, as it would be if no upgrade were asked for."""
    lines = [b"%b %b HTTP/%b" % (parser.get_method(), url, parser.get_http_version().encode())]
    lines += [b"%b: %b" % header for header in headers if header[0] != b"upgrade"]
    return b"\r\n".join([*lines, b"", b""])
