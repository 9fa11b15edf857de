"""GraphQL over server-sent events, in the "distinct connections" mode: one operation a connection.

https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import orjson
from starlette.types import Receive, Scope, Send

from domain.errors import SeatlockError
from domain.people.accounts import expired
from domain.process.metrics import OK
from graph.execution.errors import describe
from graph.execution.operation import Operation
from graph.schema.context import Context
from graph.subscriptions.alarm import Alarm
from graph.subscriptions.audience import Audience, Joined
from graph.transport.responses import EVENT_STREAM
from graph.transport.timing import Measured

KEEP_ALIVE_SECONDS = 12.0
"""How often something is sent when there is nothing to tell: proxies cut silent connections after a minute or less."""

_COMPLETE = b"event: complete\ndata: \n\n"
_KEEP_ALIVE = b":\n\n"


async def stream(
    audience: Audience,
    operation: Operation,
    context: Context,
    scope: Scope,
    receive: Receive,
    send: Send,
    measured: Measured,
) -> None:
    """Tell of a subscription until the client goes away. Raises HttpError or RequestError before anything is sent."""
    listener = _EventStream()
    audience.check_origin(scope)
    with audience.joined_by(listener, scope) as place:
        joined = await audience.join(operation, context, listener, place)
        measured.answered(OK)
        gone = asyncio.create_task(_gone(receive))
        gone.add_done_callback(lambda _: listener.drain())
        until = None if joined.shared.is_public else context.signed_in_until
        alarm = Alarm(context.services.clock, until, listener.expire)
        watched = None
        if context.caller is not None:
            watched = audience.sessions.watch(context.services, context.caller, listener.turn_away)
        try:
            await _start(send)
            await listener.tell(joined, send)
        except OSError:
            pass  # the client went away
        finally:
            alarm.cancel()
            if watched is not None:
                watched.cancel()
            gone.cancel()
            await audience.leave(joined)


async def stream_one(send: Send, payload: object) -> None:
    """The answer to a query or mutation, for who asked for it in an event stream."""
    await _start(send)
    await send({"type": "http.response.body", "body": _next(orjson.dumps(payload)) + _COMPLETE})


class _EventStream:
    """A connection that tells of one subscription."""

    transport = "event_stream"

    def __init__(self) -> None:
        self._woken = asyncio.Event()
        self._ending = False
        self._last_words = b""
        self._told: Any = None

    def wake(self) -> None:
        self._woken.set()

    def drain(self) -> None:
        # Without `complete`: a client that is cut off listens again, elsewhere.
        self._ending = True
        self._woken.set()

    def expire(self) -> None:
        """The token that this needed has expired."""
        self.turn_away(expired())

    def turn_away(self, error: SeatlockError) -> None:
        """Whoever listens may not any more."""
        self._last_words = _next(orjson.dumps({"errors": [describe(error)]})) + _COMPLETE
        self.drain()

    async def tell(self, joined: Joined, send: Send) -> None:
        """Send the newest state, again and again."""
        shared = joined.shared
        while True:
            if shared.ended is not None:
                self.turn_away(shared.ended)
            if self._told is not shared.state:
                self._told, text = await shared.since(self._told)
                await send(_body(_next(text.encode())))
                continue
            if self._ending:
                break
            self._woken.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(KEEP_ALIVE_SECONDS):
                    await self._woken.wait()
            if not self._woken.is_set():
                await send(_body(_KEEP_ALIVE))
        await send(_body(self._last_words, more=False))


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _start(send: Send) -> None:
    headers = [
        (b"content-type", EVENT_STREAM + b"; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})


def _next(payload: bytes) -> bytes:
    return b"event: next\ndata: " + payload + b"\n\n"


def _body(body: bytes, *, more: bool = True) -> dict[str, object]:
    return {"type": "http.response.body", "body": body, "more_body": more}
