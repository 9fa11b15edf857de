"""The attackers: a process each, which needs the standard library only.

`python -m tests.attacks.attackers NAME PORT SIZE`

Each does what it does as fast as it can, prints what it got, and stays until its standard input is closed.
"""

from __future__ import annotations

import base64
import json
import os
import socket
import struct
import sys
import time
from collections.abc import Callable, Iterator

ADDRESS = "127.0.0.2"
"""Whom they come from: buyers come from 127.0.0.1."""

SUBSCRIPTION = "subscription($event: ID!) { seatAvailability(eventId: $event) { version availableSeats } }"


def connect(port: int, receive: int = 0) -> socket.socket:
    connection = socket.socket()
    if receive:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
    connection.settimeout(2)
    connection.bind((ADDRESS, 0))
    connection.connect(("127.0.0.1", port))
    return connection


def push(connection: socket.socket, data: bytes) -> bool:
    """Whether it was taken."""
    try:
        connection.sendall(data)
    except OSError:
        return False
    return True


def is_open(connection: socket.socket) -> bool:
    """Whether the server has not closed it."""
    connection.setblocking(False)
    try:
        while connection.recv(65_536):
            pass
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def pipelined(port: int, size: int) -> Iterator[socket.socket]:
    """So many thousand requests on each of four connections, whose answers nobody reads."""
    batch = b"GET /health HTTP/1.1\r\n\r\n" * 1000
    for _ in range(4):
        connection = connect(port)
        yield connection
        for _ in range(size):
            if not push(connection, batch):
                break


def headers(port: int, size: int) -> Iterator[socket.socket]:
    """So many MiB of headers without an end."""
    connection = connect(port)
    yield connection
    if push(connection, b"GET /health HTTP/1.1\r\n"):
        line = b"a: " + b"x" * 1019 + b"\r\n"
        for _ in range(size):
            if not push(connection, line * 1024):
                break


def request_line(port: int, size: int) -> Iterator[socket.socket]:
    """A first line of so many MiB."""
    connection = connect(port)
    yield connection
    if push(connection, b"GET /"):
        for _ in range(size):
            if not push(connection, b"x" * 1_048_576):
                break


def bodies(port: int, size: int) -> Iterator[socket.socket]:
    """So many bodies of 1 MiB, all but their last byte."""
    for _ in range(size):
        connection = connect(port)
        yield connection
        push(
            connection,
            b"POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 1048576\r\n\r\n"
            + b" " * 1_048_575,
        )


def unread(port: int, size: int) -> Iterator[socket.socket]:
    """So many connections that ask for long answers and read none."""
    for _ in range(size):
        connection = connect(port, receive=4096)
        yield connection
        push(connection, b"GET /graphql/static/graphiql.min.js HTTP/1.1\r\nhost: a\r\n\r\n" * 50)


def subscriptions(port: int, size: int) -> Iterator[socket.socket]:
    """So many WebSockets with 50 subscriptions each, and 500 kB in each of them that nobody asked for."""
    event = os.environ.get("EVENT", "")
    for number in range(size):
        connection = connect(port)
        yield connection
        key = base64.b64encode(os.urandom(16)).decode()
        head = (
            f"GET /graphql HTTP/1.1\r\nhost: a\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-key: {key}"
            "\r\nsec-websocket-version: 13\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n"
        )
        if not push(connection, head.encode()) or not _until(connection, b"\r\n\r\n"):
            continue
        push(connection, frame({"type": "connection_init"}))
        for each in range(50):
            text = f"{SUBSCRIPTION} # {number} {each} " + ("x" * 500_000 if each % 2 else "")
            variables = {"event": event, "unused": str(each) + "x" * (0 if each % 2 else 500_000)}
            payload = {"query": text, "variables": variables}
            if not push(connection, frame({"id": str(each), "type": "subscribe", "payload": payload})):
                break


def silent(port: int, size: int) -> Iterator[socket.socket]:
    """So many connections; one says nothing, the next begins a request, the third a body."""
    said = (
        b"",
        b"GET /health HT",
        b"POST /graphql HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{",
    )
    for number in range(size):
        try:
            connection = connect(port)
        except OSError:
            continue
        yield connection
        push(connection, said[number % 3])


def frame(message: object) -> bytes:
    """A text frame, masked with zeros."""
    data = json.dumps(message).encode()
    size = (
        struct.pack("!BBH", 0x81, 0xFE, len(data)) if len(data) < 65_536 else struct.pack("!BBQ", 0x81, 0xFF, len(data))
    )
    if len(data) < 126:
        size = struct.pack("!BB", 0x81, 0x80 | len(data))
    return size + bytes(4) + data


def _until(connection: socket.socket, end: bytes) -> bool:
    got = b""
    try:
        while end not in got:
            more = connection.recv(4096)
            if not more:
                return False
            got += more
    except OSError:
        return False
    return True


ATTACKS: dict[str, Callable[[int, int], Iterator[socket.socket]]] = {
    each.__name__: each for each in (pipelined, headers, request_line, bodies, unread, subscriptions, silent)
}


def main() -> None:
    name, port, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    began = time.monotonic()
    connections = []
    try:
        for connection in ATTACKS[name](port, size):
            connections.append(connection)
    except OSError as error:
        print(type(error).__name__, file=sys.stderr)
    print(json.dumps({"seconds": round(time.monotonic() - began, 2), "connections": len(connections)}), flush=True)
    for _ in sys.stdin:
        print(sum(map(is_open, connections)), flush=True)


if __name__ == "__main__":
    main()
