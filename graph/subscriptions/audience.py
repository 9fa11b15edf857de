"""Everybody who listens to this process: who is let in, what they share, and how they are sent away."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Hashable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Protocol
from urllib.parse import urlsplit

import orjson
from graphql import FieldNode, OperationDefinitionNode
from starlette.types import Scope

from domain.errors import SeatlockError
from domain.process.fair_line import FairLine
from domain.process.fingerprints import network_of
from domain.process.metrics import listener_joined, listener_left
from domain.process.settings import Settings
from domain.services import Services
from graph.execution.errors import describe
from graph.execution.http_error import HttpError
from graph.execution.operation import Operation, RequestError
from graph.execution.operations import Operations
from graph.schema.context import Context
from graph.schema.sources import PUBLIC_FIELDS
from graph.subscriptions.allowance import Place, Purse
from graph.subscriptions.session_watch import SessionWatch
from graph.subscriptions.shared import Lines, Listener, Shared

ANSWERS_AT_ONCE = 4
"""How many answers are made at a time. Of a thousand at once each step of a sale would wait for a part of each."""

DEAR_AT_ONCE = 1
"""The same of answers that list the seats of a hall one by one: each takes a tenth of a second, or more."""

LINE = 1_000_000
"""Nobody's answers are turned away: how much one address may listen to has a limit of its own."""

DRAIN_SECONDS = 5.0
"""How long those who listen may take to finish what they do when the server stops."""


LAST_LOOK_SECONDS = 1.0
"""How long the last look at what is sold may take; the next server shows the rest."""


class Listening(Protocol):
    """A connection somebody listens on."""

    def drain(self) -> None:
        """Tell what there is to tell, and close."""


@dataclass(slots=True, eq=False)
class _Opened:
    key: Hashable
    services: Services
    opening: asyncio.Task[Shared]
    listeners: int = 0


@dataclass(frozen=True, slots=True)
class Joined:
    """A listener and what it listens to."""

    shared: Shared
    listener: Listener
    opened: _Opened
    place: Place


class Audience:
    """The listeners of one process. Belongs to one event loop."""

    def __init__(self, operations: Operations, settings: Settings) -> None:
        self._operations = operations
        self._origins = settings.cors_origins
        self._per_address = settings.connections_per_address
        self._connections: set[Listening] = set()
        self._most_kept = settings.max_listening_bytes
        self._addresses: Counter[str] = Counter()
        self._purses: dict[str, Purse] = {}
        self._shared: dict[Hashable, _Opened] = {}
        self._line = FairLine(ANSWERS_AT_ONCE, LINE, LINE)
        self._dear = FairLine(DEAR_AT_ONCE, LINE, LINE)
        self.sessions = SessionWatch()
        self._draining = False
        self._left = asyncio.Event()
        self._farewell: asyncio.Task[None] | None = None

    # ------------------------------------------------------------ who is let in

    def check_origin(self, scope: Scope) -> None:
        """Raises HttpError for a page of an origin that may not call here. Programs send no origin."""
        headers = dict(scope["headers"])
        origin = headers.get(b"origin", b"").decode("latin-1")
        if not origin or "*" in self._origins or origin in self._origins:
            return
        if _host_of(origin) != headers.get(b"host"):
            raise HttpError(403, "ORIGIN_NOT_ALLOWED", "Pages of this origin may not listen here.")

    @contextmanager
    def joined_by(self, connection: Listening, scope: Scope) -> Iterator[Place]:
        """Count this connection while it lasts. Raises HttpError when there are too many, or we are stopping."""
        if self._draining:
            raise HttpError(503, "UNAVAILABLE", "This server is stopping; connect again.")
        address = network_of(scope["client"][0]) if scope.get("client") else ""
        if self._addresses[address] >= self._per_address:
            message = f"One address may have at most {self._per_address:,} listening connections."
            raise HttpError(429, "TOO_MANY_CONNECTIONS", message)
        self._addresses[address] += 1
        self._connections.add(connection)
        neighbours = self._purses.setdefault(address, Purse())
        try:
            yield Place(address, Purse(), neighbours, self._most_kept)
        finally:
            self._connections.discard(connection)
            self._addresses[address] -= 1
            if not self._addresses[address]:
                del self._addresses[address], self._purses[address]
            self._left.set()

    def drain(self) -> None:
        """Send everybody away, to listen at another server; nobody is let in any more."""
        if not self._draining:
            self._draining = True
            self._farewell = asyncio.create_task(self._send_away())

    async def _send_away(self) -> None:
        # What was committed a moment ago is still on its way here, and nobody will be told it when it comes.
        hubs = {opened.services.hub for opened in self._shared.values()}
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_LOOK_SECONDS):
                await asyncio.gather(*(hub.catch_up_all() for hub in hubs))
        for connection in list(self._connections):
            connection.drain()

    async def gone(self) -> None:
        """Wait until everybody has left, but not for those who don't read any more."""
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                if self._farewell is not None:
                    await asyncio.shield(self._farewell)
                while self._connections:
                    self._left.clear()
                    await self._left.wait()

    # ------------------------------------------------------------ what they share

    async def join(self, operation: Operation, context: Context, listener: Listener, place: Place) -> Joined:
        """Listen to the execution that serves this subscription, perhaps already others'. Raises RequestError."""
        key, size = _key(operation, context)
        if not place.take(key, size):
            message = f"One connection may listen to {self._most_kept:,} bytes of documents, and one address to more."
            raise RequestError({"message": message, "extensions": {"code": "TOO_MANY_SUBSCRIPTIONS"}})
        try:
            return await self._join(key, operation, context, listener, place)
        except BaseException:
            place.give_back(key)
            raise

    async def _join(
        self, key: Hashable, operation: Operation, context: Context, listener: Listener, place: Place
    ) -> Joined:
        opened = self._shared.get(key)
        is_first = opened is None
        if opened is None:
            opening = asyncio.create_task(self._open(operation, context, place.address))
            opened = self._shared[key] = _Opened(key, context.services, opening)
        opened.listeners += 1
        try:
            # All who wait for it get its error; none who goes away stops it for the others.
            shared = await asyncio.shield(opened.opening)
            if not is_first:
                await shared.arrive()
        except SeatlockError as error:
            await self._leave(opened)
            raise RequestError(describe(error)) from None
        except BaseException:
            await self._leave(opened)
            raise
        shared.add(listener)
        listener_joined(listener.transport)
        return Joined(shared, listener, opened, place)

    async def leave(self, joined: Joined) -> None:
        """This one listens no more."""
        joined.shared.remove(joined.listener)
        listener_left(joined.listener.transport)
        joined.place.give_back(joined.opened.key)
        await self._leave(joined.opened)

    async def _leave(self, opened: _Opened) -> None:
        opened.listeners -= 1
        if not opened.listeners:
            del self._shared[opened.key]
            await asyncio.shield(opened.services.tasks.keep(_close(opened.opening)))

    async def _open(self, operation: Operation, context: Context, address: str) -> Shared:
        if _is_for_all(operation):
            # Of all who share it, none may be the one who asks.
            context = context.of_nobody()
        subscribed = await self._operations.subscribe(operation, context)
        turns = Lines(
            usual=partial(self._line.turn, address),
            dear=partial(self._dear.turn, address),
            is_dear=operation.lists_seats,
            begins_dear=operation.lists_changes,
        )
        return Shared(subscribed, context.correlation_id, turns, is_personal=operation.is_personal)


async def _close(opening: asyncio.Task[Shared]) -> None:
    # What is being read is read to its end: cut off, MongoDB's driver drops the connection.
    with suppress(Exception):
        await (await opening).close()


def _host_of(origin: str) -> bytes | None:
    try:
        return urlsplit(origin).netloc.encode("latin-1") or None
    except ValueError:
        return None


def _key(operation: Operation, context: Context) -> tuple[Hashable, int]:
    """The same for who asks for the same and may see the same; and the length of what they ask. Raises RequestError."""
    request = operation.request
    try:
        variables = orjson.dumps(request.variables, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:  # more can be read than written
        raise RequestError(
            {"message": "The variables nest too deep.", "extensions": {"code": "INVALID_INPUT"}}
        ) from None
    caller = None if _is_for_all(operation) else context.caller
    rights: Hashable = caller and (caller.user_id, caller.role, caller.sessions_ended, caller.session_id)
    if caller is None and not _is_for_all(operation) and context.bad_token is not None:
        # Somebody else's token is not what others are told of.
        rights = context.bad_token.message
    # Of the text no more is kept than tells it from others.
    text = request.query.encode("utf-8", "surrogatepass")
    asked = sha256(b"%d %b%b" % (len(text), text, variables)).digest()
    return (asked, request.operation_name, rights), len(text) + len(variables)


def _is_for_all(operation: Operation) -> bool:
    """Whether everybody may listen, and is told the same."""
    return not operation.is_personal and _is_public(operation)


def _is_public(operation: Operation) -> bool:
    """Whether this is plainly the field that anybody may listen to; behind a fragment it isn't looked for."""
    for node in operation.document.definitions:
        if isinstance(node, OperationDefinitionNode):
            name = node.name.value if node.name else None
            if name == operation.request.operation_name or operation.request.operation_name is None:
                first = node.selection_set.selections[0]
                return isinstance(first, FieldNode) and first.name.value in PUBLIC_FIELDS
    return False
