"""graphql-transport-ws on /graphql: many operations on one connection.

https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import orjson
import structlog
from graphql import GraphQLFormattedError, OperationType
from starlette.types import Receive, Scope, Send

from domain.errors import SeatlockError, Unauthenticated, Unavailable
from domain.people.accounts import Claims, check_current, expired
from domain.people.standing import role_now
from domain.process.metrics import INTERNAL, OK
from domain.process.settings import Settings
from domain.process.tasks import cancel
from domain.services import Services
from graph.execution.errors import code_of, describe, internal_error
from graph.execution.http_error import HttpError
from graph.execution.operation import Operation, Request, RequestError
from graph.execution.operations import Operations
from graph.execution.statuses import hold_back
from graph.schema.context import Context
from graph.subscriptions.alarm import Alarm
from graph.subscriptions.allowance import Place
from graph.subscriptions.audience import Audience, Joined
from graph.subscriptions.session_watch import Watched
from graph.transport.callers import address_of, context_of, read_bearer
from graph.transport.floods import Floods, Flow
from graph.transport.long_texts import LONG, LongTexts
from graph.transport.messages import Closed, id_in, internal, malformed, parse_message, payload_in
from graph.transport.requests import checked_request
from graph.transport.responses import refuse_handshake
from graph.transport.send_queue import Outgoing, SocketOperation
from graph.transport.timing import Measure, Measured

SUBPROTOCOL = "graphql-transport-ws"

INIT_SECONDS = 10.0
"""How long a client may take to send connection_init."""

_log = structlog.get_logger(__name__)


class WebSocketEndpoint:
    """The ASGI application behind /graphql for WebSockets."""

    def __init__(
        self,
        operations: Operations,
        audience: Audience,
        settings: Settings,
        measure: Measure,
        long_texts: LongTexts,
    ) -> None:
        self._operations = operations
        self._audience = audience
        self._measure = measure
        self._long_texts = long_texts
        self._floods = Floods()
        self._most = settings.subscriptions_per_connection

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        connection = _Connection(
            self._operations, self._audience, self._most, scope, send, self._measure, self._long_texts, self._floods
        )
        try:
            self._audience.check_origin(scope)
            with self._audience.joined_by(connection, scope) as place:
                await connection.serve(receive, place)
        except HttpError as refused:
            await refuse_handshake(scope, send, refused)
        except OSError:
            pass  # the client went away before it was let in


class _Connection(Outgoing):
    """One WebSocket. What comes in is read here; what goes out is written by the half of it in `outgoing`."""

    __slots__ = (
        "_acknowledged",
        "_alarm",
        "_audience",
        "_claims",
        "_count",
        "_expired",
        "_flow",
        "_initialised",
        "_long_texts",
        "_measure",
        "_most",
        "_operations_of_schema",
        "_place",
        "_running",
        "_scope",
        "_services",
        "_watched",
    )

    def __init__(
        self,
        operations: Operations,
        audience: Audience,
        most: int,
        scope: Scope,
        send: Send,
        measure: Measure,
        long_texts: LongTexts,
        floods: Floods,
    ) -> None:
        super().__init__(send)
        self._measure = measure
        self._long_texts = long_texts
        self._flow = Flow(floods)
        self._operations_of_schema = operations
        self._audience = audience
        self._most = most
        self._scope = scope
        self._services: Services = scope["state"]["services"]
        self._claims: Claims | None = None
        self._acknowledged = False
        self._initialised = False
        self._count = 0
        self._running = 0
        self._expired = False
        self._alarm: Alarm | None = None
        self._watched: Watched | None = None

    # ------------------------------------------------------------ life

    async def serve(self, receive: Receive, place: Place) -> None:
        """Talk until one side closes."""
        self._place = place
        spoken = SUBPROTOCOL in self._scope["subprotocols"]
        await self._send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL if spoken else None})
        if not spoken:
            await self._close(Closed(4406, f"Speak {SUBPROTOCOL}."))
            return
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(INIT_SECONDS, self._end, Closed(4408, "Connection initialisation timeout"))
        writer = asyncio.create_task(self._write())
        try:
            await self._read(receive)
        finally:
            self._timer.cancel()
            if self._alarm is not None:
                self._alarm.cancel()
            if self._watched is not None:
                self._watched.cancel()
            await cancel(writer)
            for operation in list(self._operations.values()):
                await self._stop(operation)

    def _sign_out(self, error: Unauthenticated) -> None:
        """The session has ended: finish what is under way, tell nothing more, and close."""
        self._silent = True
        self._leaving = Closed(4403, error.message)
        self._news.clear()
        self._wake_writer()

    # ------------------------------------------------------------ what comes in

    async def _read(self, receive: Receive) -> None:
        while (message := await receive())["type"] != "websocket.disconnect":
            text = message.get("text")
            # Where more have come already, nothing here waits, and nobody else would ever have their turn.
            await self._flow.came(len(text or ""))
            if self._closing is not None:
                continue
            try:
                await self._handle(await self._parsed(text))
            except Closed as closed:
                self._end(closed)
            except Exception:
                _log.exception("a connection failed")
                self._end(internal())
            await self._room()

    async def _parsed(self, text: str | None) -> dict[str, Any]:
        """The message in this frame; a long one waits for its turn. Raises Closed."""
        if text is None or len(text) <= LONG:
            return parse_message(text)
        try:
            return await self._long_texts.parsed(lambda: parse_message(text), address_of(self._scope))
        except RequestError:
            raise Closed(1013, "Too many long messages; try again later") from None

    async def _handle(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "connection_init":
                await self._initialise(payload_in(message))
            case "ping":
                self._answer_ping(payload_in(message))
            case "pong":
                payload_in(message)
            case "subscribe":
                self._start(id_in(message), message.get("payload"))
            case "complete":
                if (operation := self._operations.get(id_in(message))) is not None:
                    await self._stop(operation)
            case other:
                raise malformed(f"Invalid message type {other[:40]}")

    def _answer_ping(self, payload: dict[str, Any] | None) -> None:
        try:
            self._post({"type": "pong"} if payload is None else {"type": "pong", "payload": payload})
        except orjson.JSONEncodeError:  # more can be read than written
            raise malformed("`payload` nests too deep") from None

    async def _initialise(self, payload: dict[str, Any] | None) -> None:
        if self._initialised:
            raise Closed(4429, "Too many initialisation requests")
        self._initialised = True
        given = payload or {}
        authorization = given.get("Authorization", given.get("authorization"))
        if authorization is None:
            authorization = dict(self._scope["headers"]).get(b"authorization", b"").decode("latin-1")
        try:
            if not isinstance(authorization, str):
                raise Unauthenticated("Authorization is not a string.")
            self._claims = read_bearer(self._services, authorization) if authorization else None
            if self._claims is not None:
                await self._check_session(self._claims)
        except Unauthenticated as error:
            raise Closed(4403, str(error)) from None
        if self._claims is not None:
            self._alarm = Alarm(self._services.clock, self._claims.expires_at, self._expire)
            self._watched = self._audience.sessions.watch(self._services, self._claims, self._sign_out)
        self._acknowledged = True
        self._post({"type": "connection_ack"})
        self._keep_alive()

    async def _check_session(self, claims: Claims) -> None:
        """Before it is acknowledged: clients count their attempts to connect anew from then on, and npm's graphql-ws
        would come back every second for ever. Raises Unauthenticated."""
        with suppress(Unavailable):  # nobody can tell now: they are told once somebody can
            await role_now(self._services.standings, claims.user_id, claims.sessions_ended, claims.session_id)

    def _start(self, operation_id: str, payload: object) -> None:
        if not self._acknowledged:
            raise Closed(4401, "Unauthorized")
        if self._leaving is not None:
            return  # as if it had come after the end
        if operation_id in self._operations:
            raise Closed(4409, f"Subscriber for {operation_id} already exists")
        try:
            request = checked_request(payload)
        except HttpError as refused:
            raise malformed(refused.message) from None
        # Queries that the client wants no more may still be running.
        if max(len(self._operations), self._running) >= self._most:
            message = f"One connection may have at most {self._most:,} operations at a time."
            error: GraphQLFormattedError = {"message": message, "extensions": {"code": "TOO_MANY_SUBSCRIPTIONS"}}
            measured = self._measure(self._scope, self._scope["correlation_id"])
            measured.who = self._claims
            measured.answered(code_of(error))
            self._post_errors(operation_id, [error])
            return
        operation = self._operations[operation_id] = SocketOperation(self, operation_id)
        self._count += 1
        correlation_id = f"{self._scope['correlation_id'][:100]}-{self._count}"
        operation.task = asyncio.create_task(self._run(operation, request, correlation_id))

    # ------------------------------------------------------------ operations

    async def _run(self, operation: SocketOperation, request: Request, correlation_id: str) -> None:
        """Answer a query or mutation; of a subscription only the beginning."""
        structlog.contextvars.bind_contextvars(correlation_id=correlation_id)
        measured = self._measure(self._scope, correlation_id)
        try:
            # To its end, even if the client goes away, as over HTTP: a mutation that was sent is never cut off.
            answering = self._services.tasks.keep(self._answer(request, correlation_id, measured))
            context, prepared, payload = await asyncio.shield(answering)
            if payload is None:
                operation.joined = await self._audience.join(prepared, context, operation, self._place)
                measured.answered(OK)
                operation.task = None
                self.tell(operation)
                if self._expired:
                    self._expire()
                return
        except RequestError as rejected:
            measured.answered(rejected.code)
            await hold_back(rejected.status)
            self._finish(operation, rejected.errors)
        except Exception:
            measured.answered(INTERNAL)
            _log.exception("operation failed")
            self._finish(operation, [internal_error(correlation_id)])
        else:
            self._post_text(operation.head + payload + "}")
            self._post({"id": operation.id, "type": "complete"})
            self._forget(operation)

    async def _answer(
        self, request: Request, correlation_id: str, measured: Measured
    ) -> tuple[Context, Operation, str | None]:
        """Who asks for what, and what comes of it; None of a subscription. Raises RequestError."""
        self._running += 1
        try:
            measured.who = self._claims
            prepared = await self._operations_of_schema.admit(request, address_of(self._scope), self._services.texts)
            measured.operation = prepared.field
            context = await self._context(correlation_id, prepared)
            if prepared.type is OperationType.SUBSCRIPTION:
                return context, prepared, None
            payload = orjson.dumps(await self._operations_of_schema.run(prepared, context)).decode()
            measured.answered(context.outcome)
            return context, prepared, payload
        finally:
            self._running -= 1

    async def _context(self, correlation_id: str, operation: Operation) -> Context:
        try:
            return await context_of(
                self._scope, self._who_now(), correlation_id, looks_by_itself=operation.looks_by_itself
            )
        except Unavailable as error:
            raise RequestError(describe(error)) from None

    def _who_now(self) -> Claims | Unauthenticated | None:
        """Who is on this connection, or why they are nobody any more."""
        try:
            if self._claims is not None:
                check_current(self._claims, self._services.clock())
        except Unauthenticated as error:
            return error
        return self._claims

    def _finish(self, operation: SocketOperation, errors: Iterable[GraphQLFormattedError]) -> None:
        self._post_errors(operation.id, errors)
        self._forget(operation)

    def _forget(self, operation: SocketOperation) -> None:
        self._operations.pop(operation.id, None)
        self._news.pop(operation, None)
        if self._leaving is not None:
            self._wake_writer()

    async def _stop(self, operation: SocketOperation) -> None:
        """The client wants no more of it."""
        self._forget(operation)
        if operation.task is not None and not operation.task.done():
            await cancel(operation.task)
        if operation.joined is not None:
            joined, operation.joined = operation.joined, None
            await self._audience.leave(joined)

    def _expire(self) -> None:
        """The token has expired: what needed it ends."""
        self._expired = True
        for operation in list(self._operations.values()):
            joined = operation.joined
            if joined is not None and not joined.shared.is_public:
                self._turn_away(operation, joined, expired())

    def _turn_away(self, operation: SocketOperation, joined: Joined, error: SeatlockError) -> None:
        """Whoever listens may not any more."""
        operation.joined = None
        self._finish(operation, [describe(error)])
        self._services.tasks.keep(self._audience.leave(joined))
