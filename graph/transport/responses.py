"""Answers in JSON."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import orjson
from starlette.types import Scope, Send

from graph.execution.http_error import Header, HttpError

JSON = b"application/json"
GRAPHQL_RESPONSE = b"application/graphql-response+json"
EVENT_STREAM = b"text/event-stream"


async def send_json(
    send: Send, status: int, payload: object, media_type: bytes = JSON, headers: Iterable[Header] = ()
) -> None:
    """The whole answer. It is never stored: what it says of seats is old in a second."""
    await send_body(send, status, orjson.dumps(payload), media_type, [(b"cache-control", b"no-store"), *headers])


async def send_body(send: Send, status: int, body: bytes, media_type: bytes, headers: Iterable[Header]) -> None:
    """The whole answer, which is JSON already."""
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", media_type + b"; charset=utf-8"),
                (b"content-length", b"%d" % len(body)),
                *headers,
            ],
        }
    )
    await send({"type": "http.response.body", "body": body})


async def refuse_handshake(scope: Scope, send: Send, refused: HttpError, more: Iterable[Header] = ()) -> None:
    """Answer a WebSocket's handshake with a status, where the server can; else it is 403."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close"})
        return
    headers = [(b"content-type", b"application/json; charset=utf-8"), *refused.headers, *more]
    await send({"type": "websocket.http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": orjson.dumps(refused.payload)})


MAX_CACHED_ACCEPT = 200
"""Accept headers longer than this are read anew each time: clients' own are shorter."""


def preferred_media_type(accept: bytes) -> bytes | None:
    """What to answer in: application/graphql-response+json for who asks for it at least as much as for plain JSON.

    Who takes anything gets application/json. An event stream is for who takes neither; None, for who takes none of
    the three.
    """
    return (_cached_media_type if len(accept) <= MAX_CACHED_ACCEPT else _media_type)(accept)


def _media_type(accept: bytes) -> bytes | None:
    if not accept.strip(b", "):
        return JSON
    named, json = _accepted_quality(accept, GRAPHQL_RESPONSE), _accepted_quality(accept, JSON)
    if 0 < named >= json:
        return GRAPHQL_RESPONSE
    if json > 0:
        return JSON
    if wants_event_stream(accept):
        return EVENT_STREAM
    # Those that are named, and not wanted (q=0), are not what `*/*` means.
    for media_type in (JSON, GRAPHQL_RESPONSE):
        if media_type not in accept.lower() and _accepts_any(accept):
            return media_type
    return None


def media_type_of_errors(accept: bytes) -> bytes:
    """What answers without data are in: for who names JSON of any kind, in that which says that it is GraphQL's.

    Others get application/json, which browsers show and terminals know.
    """
    if _accepted_quality(accept, GRAPHQL_RESPONSE) > 0 or _accepted_quality(accept, JSON) > 0:
        return GRAPHQL_RESPONSE
    return JSON


def _accepts_any(accept: bytes) -> bool:
    return any(_accepted_quality(accept, any_type) > 0 for any_type in (b"*/*", b"application/*"))


def accepts_event_stream(accept: bytes) -> bool:
    """Whether an event stream is among what may be answered: for a subscription that is enough."""
    return _accepted_quality(accept, EVENT_STREAM) > 0


def wants_event_stream(accept: bytes) -> bool:
    """Whether an event stream is what is asked for, and no JSON: then a query is answered in one, too."""
    if EVENT_STREAM not in accept:
        return False
    return accepts_event_stream(accept) and not any(
        _accepted_quality(accept, each) for each in (JSON, GRAPHQL_RESPONSE)
    )


def _accepted_quality(accept: bytes, wanted: bytes) -> float:
    for part in accept.lower().split(b","):
        media_type, *parameters = (word.strip() for word in part.split(b";"))
        if media_type == wanted:
            return _quality(parameters)
    return 0.0


_cached_media_type = lru_cache(maxsize=64)(_media_type)


def _quality(parameters: list[bytes]) -> float:
    for parameter in parameters:
        if parameter.startswith(b"q="):
            try:
                return float(parameter[2:])
            except ValueError:
                return 0.0
    return 1.0
