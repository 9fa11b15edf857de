"""/graphql: GraphQL over HTTP, one operation a request; subscriptions as event streams.

Strawberry builds the schema; its HTTP view and `Schema.execute` are not used. Their generic ways (six
extension contexts, request and response adapters) take several times as long as running a small operation does.

Statuses follow GraphQL over HTTP, edition of September 2026 (graph/execution/statuses.py). They are the same for who
takes application/json only, but for one: data with errors is 294 in application/graphql-response+json, and 200 there.
"""

from __future__ import annotations

from collections.abc import Iterable

from graphql import OperationType
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from domain.errors import Unauthenticated, Unavailable
from domain.people.accounts import Claims
from domain.process.metrics import INTERNAL
from domain.services import Services
from graph.execution.costs import with_cost
from graph.execution.errors import describe
from graph.execution.http_error import Header, HttpError
from graph.execution.operation import BAD_TOKEN, Operation, RequestError
from graph.execution.operations import Operations
from graph.execution.statuses import PARTIAL_SUCCESS, hold_back
from graph.schema.context import Context
from graph.subscriptions.audience import Audience
from graph.transport.answers import Answers
from graph.transport.callers import address_of, context_of, read_bearer
from graph.transport.event_stream import stream, stream_one
from graph.transport.long_texts import LongTexts
from graph.transport.requests import Head, read_head, read_request
from graph.transport.responses import (
    EVENT_STREAM,
    GRAPHQL_RESPONSE,
    accepts_event_stream,
    media_type_of_errors,
    preferred_media_type,
    send_json,
)
from graph.transport.timing import Measure


class GraphQLEndpoint:
    """The ASGI application behind /graphql."""

    def __init__(
        self,
        operations: Operations,
        audience: Audience,
        measure: Measure,
        long_texts: LongTexts,
        answers: Answers,
    ) -> None:
        self._operations = operations
        self._audience = audience
        self._measure = measure
        self._long_texts = long_texts
        self._answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        measured = self._measure(scope, scope["correlation_id"])
        head = read_head(scope)
        media_type = preferred_media_type(head.accept)
        status = 200
        headers: Iterable[Header] = ()
        payload: dict[str, object]
        try:
            if media_type is None:
                raise HttpError(406, "NOT_ACCEPTABLE", "Accept application/graphql-response+json.")
            try:
                request = await read_request(scope, head, receive, self._long_texts)
                claims = _claims(scope, head.authorization)
                measured.who = claims if isinstance(claims, Claims) else None
                services: Services = scope["state"]["services"]
                operation = await self._operations.admit(request, address_of(scope), services.texts)
                measured.operation = operation.field
                _check_method(operation, scope["method"], head)
                context = await _context(scope, claims, operation)
                if operation.type is OperationType.SUBSCRIPTION:
                    await stream(self._audience, operation, context, scope, receive, send, measured)
                    return
                payload = await self._operations.run(operation, context)
                if head.asks_for_cost:
                    payload = with_cost(payload, self._operations.cost_of(operation))
                if context.bad_token is not None:
                    headers = [BAD_TOKEN]
                measured.answered(context.outcome)
                if "errors" in payload and media_type == GRAPHQL_RESPONSE:
                    status = PARTIAL_SUCCESS
            except RequestError as rejected:
                measured.answered(rejected.code)
                await hold_back(rejected.status)
                payload = with_cost({"errors": rejected.errors}, None)
                status, headers = rejected.status, rejected.headers
        except HttpError as refused:
            measured.answered(refused.code)
            status, payload, headers = refused.status, refused.payload, refused.headers
        except ClientDisconnect:
            return  # and nobody to answer
        except Exception:
            measured.answered(INTERNAL)
            raise
        else:
            if media_type == EVENT_STREAM:
                await stream_one(send, payload)
                return
            if status < 300:
                await self._answers.send(scope, send, status, payload, media_type, headers, operation, context)
                return
        if status >= 400 or media_type is None:
            media_type = media_type_of_errors(head.accept)
        await send_json(send, status, payload, media_type, headers)


def _check_method(operation: Operation, method: str, head: Head) -> None:
    if operation.type is OperationType.SUBSCRIPTION and not accepts_event_stream(head.accept):
        message = "A subscription is answered as text/event-stream, or over a WebSocket (graphql-transport-ws)."
        raise HttpError(406, "NOT_ACCEPTABLE", message)
    if operation.type is OperationType.SUBSCRIPTION and method == "HEAD":
        raise HttpError(405, "METHOD_NOT_ALLOWED", "A subscription has no head.", [(b"allow", b"GET, POST")])
    if operation.type is OperationType.MUTATION and method != "POST":
        raise HttpError(405, "METHOD_NOT_ALLOWED", "Send mutations by POST.", [(b"allow", b"POST")])


def _claims(scope: Scope, authorization: bytes) -> Claims | Unauthenticated | None:
    """Who asks, or what is wrong with their token."""
    services: Services = scope["state"]["services"]
    try:
        return read_bearer(services, authorization.decode("latin-1")) if authorization else None
    except Unauthenticated as error:
        return error


async def _context(scope: Scope, claims: Claims | Unauthenticated | None, operation: Operation) -> Context:
    try:
        return await context_of(scope, claims, scope["correlation_id"], looks_by_itself=operation.looks_by_itself)
    except Unavailable as error:
        raise RequestError(describe(error)) from None
