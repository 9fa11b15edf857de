"""`seatlock watch`: an event's seats as they change, drawn in a terminal, or a line a message for what reads lines.

A client like any other: it speaks graphql-transport-ws with an API somewhere, and needs no settings.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

from rich.console import Console
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from ops.viewers import Lines, Screen, Viewer

SUBPROTOCOL = Subprotocol("graphql-transport-ws")
PATIENCE_SECONDS = 10.0
SILENCE_SECONDS = 30.0
"""The API sends a ping every 12 seconds: a connection that is silent for longer is dead."""

FINAL = frozenset({1002, 1003, 1007, 1009, 1010, 4400, 4401, 4403, 4406, 4409, 4429})
"""Close codes that the same messages would bring again."""

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 8.0

EVENT = """
query ($event: ID!, $numbered: Boolean!) {
  event(id: $event) { name sections @include(if: $numbered) { name rows { name statuses } } }
}
"""
SEATS = """
subscription ($event: ID!, $numbered: Boolean!) {
  seatAvailability(eventId: $event) {
    version snapshot totalSeats availableSeats lockedSeats bookedSeats asOf
    changedSeats @include(if: $numbered) { label section row number status }
  }
}
"""


class WatchError(Exception):
    """There is nothing to watch; the text is one line saying why."""


class _LostError(Exception):
    """The connection has come to an end; the next one may be luckier."""


class _TooManyError(Exception):
    """More numbered seats are taken than a message may list."""


def watch(event_id: str, url: str) -> None:
    """Show the event's seats until Ctrl-C. Raises WatchError when it is not there, or nobody answers at first."""
    with ExitStack() as stack:
        console = Console()
        # Not `is_terminal`, which FORCE_COLOR makes true of pipes.
        drawn = sys.stdout.isatty() and not console.is_dumb_terminal
        viewer: Viewer = stack.enter_context(Screen(console)) if drawn else Lines()
        try:
            asyncio.run(_watch(event_id, _socket_url(url), viewer))
        except KeyboardInterrupt:
            return


def _socket_url(url: str) -> str:
    """The same address for a WebSocket. Raises WatchError."""
    try:
        parts = urlsplit(url)
        scheme = {"http": "ws", "https": "wss"}.get(parts.scheme, parts.scheme)
        socket_url = parts._replace(scheme=scheme).geturl()
        parse_uri(socket_url)
    except (ValueError, InvalidURI):
        raise WatchError(f"{url} is no address of an API") from None
    return socket_url


async def _watch(event_id: str, url: str, viewer: Viewer) -> None:
    hearing = _Hearing(event_id, viewer)
    pause = FIRST_PAUSE_SECONDS
    while True:
        try:
            await _connect(url, hearing)
        except _TooManyError:
            hearing.numbered = False
        except _LostError as lost:
            if not hearing.has_heard:
                raise WatchError(str(lost)) from None
            if hearing.is_live:
                pause = FIRST_PAUSE_SECONDS
            # Not together with everybody else who lost it.
            wait = round(pause * random.uniform(0.5, 1.0), 1)  # noqa: S311
            viewer.lose(str(lost), wait)
            await asyncio.sleep(wait)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)


async def _connect(url: str, hearing: _Hearing) -> None:
    """Listen on one connection. Raises WatchError, _TooManyError, and _LostError when it ends."""
    hearing.is_live = False
    try:
        # A snapshot of a large map is long.
        async with connect(url, subprotocols=[SUBPROTOCOL], open_timeout=PATIENCE_SECONDS, max_size=None) as socket:
            if socket.subprotocol != SUBPROTOCOL:
                raise WatchError(f"{url} does not speak {SUBPROTOCOL}")
            await hearing.of(socket)
    except ConnectionClosed as closed:
        said = f"{closed.rcvd.code} {closed.rcvd.reason}".strip() if closed.rcvd else "without a word"
        final = closed.rcvd is not None and closed.rcvd.code in FINAL
        raise (WatchError if final else _LostError)(f"the connection was closed: {said}") from None
    except InvalidHandshake as error:
        raise _LostError(f"{url}: {error}") from None
    except OSError:
        raise _LostError(f"no API answers at {url}") from None


class _Hearing:
    """Listens to the API, one connection after another."""

    def __init__(self, event_id: str, viewer: Viewer) -> None:
        self._event_id = event_id
        self._viewer = viewer
        self.numbered = True
        """Whether to ask for numbered seats, too."""
        self.has_heard = False
        """Whether any connection has told of the seats."""
        self.is_live = False
        """Whether this one has."""

    async def of(self, socket: ClientConnection) -> None:
        """Listen until the connection ends. Raises WatchError, _TooManyError, _LostError, ConnectionClosed."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            await _send(socket, type="connection_init")
            await _receive(socket, type="connection_ack")
            await self._ask(socket, "event", EVENT)
            event = (await self._hear(socket, "event"))["event"]
            if event is None:
                raise WatchError(f"there is no event {self._event_id}")
            self._viewer.begin(event)
            await self._ask(socket, "seats", SEATS)
            self._tell(await self._hear(socket, "seats"))
        while True:
            self._tell(await self._hear(socket, "seats"))

    async def _ask(self, socket: ClientConnection, name: str, query: str) -> None:
        variables = {"event": self._event_id, "numbered": self.numbered}
        await _send(socket, id=name, type="subscribe", payload={"query": query, "variables": variables})

    async def _hear(self, socket: ClientConnection, name: str) -> dict[str, Any]:
        """The next data for this operation."""
        message = await _receive(socket, id=name)
        self._check(message)
        data: dict[str, Any] = message["payload"]["data"]
        return data

    def _check(self, message: Mapping[str, Any]) -> None:
        if message["type"] == "complete":
            raise _LostError("the server ended the subscription")
        payload = message["payload"]
        errors: Sequence[Mapping[str, Any]] = payload if message["type"] == "error" else payload.get("errors", ())
        for error in errors:
            match error.get("extensions", {}).get("code"):
                case "UNAVAILABLE" | "INTERNAL":
                    raise _LostError(error["message"])
                case "QUERY_TOO_COMPLEX" if self.numbered:
                    raise _TooManyError
                case "INVALID_INPUT":
                    raise WatchError(f"{self._event_id!r} is not the id of an event")
                case _:
                    raise WatchError(error["message"])

    def _tell(self, data: Mapping[str, Any]) -> None:
        self._viewer.tell({"changedSeats": [], **data["seatAvailability"]})
        self.has_heard = self.is_live = True


async def _send(socket: ClientConnection, **message: object) -> None:
    await socket.send(json.dumps(message))


async def _receive(socket: ClientConnection, **wanted: str) -> dict[str, Any]:
    """The next message of this kind; pings meanwhile are answered."""
    while True:
        try:
            message: dict[str, Any] = json.loads(await asyncio.wait_for(socket.recv(), SILENCE_SECONDS))
        except TimeoutError:
            raise _LostError(f"the server was silent for {SILENCE_SECONDS:g} s") from None
        if message["type"] == "ping":
            await _send(socket, type="pong")
        elif wanted.items() <= message.items():
            return message
