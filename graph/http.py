"""/graphql: GraphQL over HTTP, one operation a request.

Strawberry builds the schema; its HTTP view and `Schema.execute` are not used for POST and GET. Their generic ways (six
extension contexts, request and response adapters) take several times as long as running a small operation does.

Statuses follow the GraphQL-over-HTTP specification. In application/json a well-formed request is answered 200, also
when its document has errors or its token is bad; in application/graphql-response+json the same is 400, or 401.
"""

from __future__ import annotations

from collections.abc import Iterable

from graphql import ExecutionResult, GraphQLFormattedError, OperationType, execute
from starlette.types import Receive, Scope, Send
from strawberry import Schema
from strawberry.execution import optimized_is_awaitable

from domain.accounts import read_token
from domain.caller import Caller
from domain.errors import Unauthenticated
from domain.services import Services
from domain.settings import Settings
from graph.context import Context
from graph.documents import Documents
from graph.masking import describe, format_errors
from graph.requests import Request, read_head, read_request
from graph.responses import GRAPHQL_RESPONSE, Header, Refused, preferred_media_type, send_json


class Rejected(Exception):
    """A well-formed request of which nothing ran."""

    def __init__(self, *errors: GraphQLFormattedError, status: int = 400, headers: Iterable[Header] = ()) -> None:
        super().__init__()
        self.errors = errors
        self.status = status
        self.headers = tuple(headers)


class GraphQLEndpoint:
    """The ASGI application behind /graphql."""

    def __init__(self, schema: Schema, settings: Settings) -> None:
        # Strawberry has no public name for the graphql-core schema it builds.
        self._schema = schema._schema
        self._executor = schema.execution_context_class
        self._documents = Documents(self._schema, settings)
        self._hide_suggestions = not settings.graphql_introspection

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        head = read_head(scope)
        media_type = preferred_media_type(head.accept)
        status = 200
        headers: Iterable[Header] = ()
        payload: object
        try:
            request = await read_request(scope, head, receive)
            context = _context(scope, head.authorization)
            payload = await self._run(request, context, read_only=scope["method"] == "GET")
        except Refused as refused:
            status, payload, headers = refused.status, refused.payload, refused.headers
        except Rejected as rejected:
            payload = {"errors": rejected.errors}
            if media_type == GRAPHQL_RESPONSE:
                status, headers = rejected.status, rejected.headers
        await send_json(send, status, payload, media_type, headers)

    async def _run(self, request: Request, context: Context, *, read_only: bool) -> dict[str, object]:
        prepared = self._documents.prepare(request.query)
        if prepared.document is None:
            raise Rejected(*prepared.errors)
        _check_operation(prepared.operation_type(request.operation_name), request.operation_name, read_only)
        result = execute(
            self._schema,
            prepared.document,
            context_value=context,
            variable_values=request.variables,
            operation_name=request.operation_name,
            executor_class=self._executor,
            is_awaitable=optimized_is_awaitable,  # type: ignore[arg-type]  # as Strawberry itself passes it
            hide_suggestions=self._hide_suggestions,
        )
        if not isinstance(result, ExecutionResult):
            result = await result
        if result.errors is None:
            return {"data": result.data}
        errors = format_errors(result, context.correlation_id)
        if result.data is None and all(error.path is None for error in result.errors):
            raise Rejected(*errors)
        return {"errors": errors, "data": result.data}


def _check_operation(operation_type: OperationType | None, name: str | None, read_only: bool) -> None:
    if operation_type is None:
        message = "Name the operation to run." if name is None else "The document has no operation of that name."
        raise Rejected({"message": message, "extensions": {"code": "OPERATION_RESOLUTION_FAILURE"}})
    if operation_type is OperationType.SUBSCRIPTION:
        raise Refused(400, "BAD_REQUEST", "Subscriptions are not answered here.")
    if read_only and operation_type is not OperationType.QUERY:
        raise Refused(405, "METHOD_NOT_ALLOWED", "Send mutations by POST.", [(b"allow", b"POST")])


def _context(scope: Scope, authorization: bytes) -> Context:
    services: Services = scope["state"]["services"]
    correlation_id: str = scope["correlation_id"]
    return Context(services, _caller(services, authorization, correlation_id), correlation_id)


def _caller(services: Services, authorization: bytes, correlation_id: str) -> Caller | None:
    """Who the token names. With a bad one nobody is anonymous instead: its owner believes to be signed in."""
    if not authorization:
        return None
    scheme, _, token = authorization.decode("latin-1").partition(" ")
    try:
        if scheme.lower() != "bearer":
            raise Unauthenticated("Send the access token as Authorization: Bearer <token>.")
        claims = read_token(services.settings, token.strip(), services.clock())
    except Unauthenticated as error:
        raise Rejected(describe(error), status=401, headers=[(b"www-authenticate", b"Bearer")]) from None
    return Caller(claims.user_id, claims.role, correlation_id)
