"""How an answer of /graphql leaves: as it is or compressed, to be kept by caches for a moment or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256

import orjson
from graphql import OperationType
from starlette.types import Scope, Send

from domain.process.settings import Settings
from graph.execution.http_error import Header
from graph.execution.operation import Operation
from graph.schema.context import Context
from graph.transport.compression import Compression
from graph.transport.responses import send_body, send_json

READING = frozenset({"GET", "HEAD"})
"""The methods whose answers caches keep."""

VARY = (b"vary", b"Accept, Accept-Encoding, Authorization, GraphQL-Cost, Origin")
"""What else than the address decides what is answered. Origin, because caches keep the headers for pages, too."""


class Answers:
    """The answers of one process, under these settings."""

    def __init__(self, settings: Settings) -> None:
        self._compression = Compression(is_on=settings.compression)
        # Who is older has to ask whether it has changed.
        self._cache_control = b"public, max-age=%d" % settings.public_max_age_seconds

    async def send(
        self,
        scope: Scope,
        send: Send,
        status: int,
        payload: Mapping[str, object],
        media_type: bytes,
        headers: Iterable[Header],
        operation: Operation,
        context: Context,
    ) -> None:
        """What came of a query or mutation without errors of HTTP; to who has it already, that they do: 304."""
        is_public = scope["method"] in READING and not context.left_out and _is_for_anybody(payload, operation, scope)
        if not is_public and (operation.type is not OperationType.QUERY or not self._compression.is_on):
            await send_json(send, status, payload, media_type, headers)
            return
        given = dict(scope["headers"])
        body = orjson.dumps(payload)
        more = [*headers]
        if is_public:
            tag = _tag(body)
            more += [(b"etag", tag), (b"cache-control", self._cache_control), VARY]
            if _has(given.get(b"if-none-match", b""), tag):
                await send({"type": "http.response.start", "status": 304, "headers": more})
                await send({"type": "http.response.body", "body": b""})
                return
        else:
            more += [(b"cache-control", b"no-store"), (b"vary", b"Accept-Encoding")]
        body, coding = await self._compression.smaller(body, given.get(b"accept-encoding", b""))
        if coding is not None:
            more.append((b"content-encoding", coding))
        await send_body(send, status, body, media_type, more)


def _is_for_anybody(payload: Mapping[str, object], operation: Operation, scope: Scope) -> bool:
    """Whether nobody was named, nothing of it depends on who asks, and it is all there."""
    return (
        operation.type is OperationType.QUERY
        and not operation.is_personal
        and payload.keys() == {"data"}
        and all(name != b"authorization" for name, _ in scope["headers"])
    )


def _tag(body: bytes) -> bytes:
    """The same for the same answer. Weak: it is that of the compressed one, too (RFC 9110 §8.8.1)."""
    return b'W/"%b"' % sha256(body).hexdigest()[:32].encode()


def _has(if_none_match: bytes, tag: bytes) -> bool:
    wanted = tag.removeprefix(b"W/")
    known = [each.strip().removeprefix(b"W/") for each in if_none_match.split(b",")]
    return wanted in known or b"*" in known
