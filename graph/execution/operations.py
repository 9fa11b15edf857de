"""Running operations, whatever brought them: HTTP, a WebSocket, an event stream."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, cast

from graphql import (
    DocumentNode,
    ExecutionResult,
    OperationType,
    create_source_event_stream,
)
from graphql.execution import Executor
from graphql.pyutils import AwaitableOrValue
from strawberry import Schema
from strawberry.execution import optimized_is_awaitable

from domain.errors import OverBudget, Overloaded
from domain.process.budgets import Budget
from domain.process.fingerprints import network_of
from domain.process.settings import Settings
from domain.process.stored_texts import StoredTexts
from graph.execution.costs import Cost, with_cost
from graph.execution.documents import Documents, Prepared
from graph.execution.errors import format_errors
from graph.execution.executor import DocumentExecutor, Known
from graph.execution.inputs import oversized
from graph.execution.introspection import SchemaAnswers
from graph.execution.named_documents import NamedDocuments, NotNamed
from graph.execution.new_documents import NewDocuments
from graph.execution.operation import Operation, Request, RequestError, too_many_requests
from graph.execution.results import answer_of, check_some_ran, note_bad_token, note_refused
from graph.execution.subscription import Subscribed
from graph.execution.trusted_documents import trusted_documents
from graph.execution.turns import Turns
from graph.schema.budgets import spend
from graph.schema.context import Context
from graph.schema.sources import Source

SHORT_TURN_SECONDS = 0.001
USUAL_TURN_SECONDS = sys.getswitchinterval()


@contextmanager
def _short_turns() -> Iterator[None]:
    """While a thread computes, the event loop has to wait a millisecond for its next turn, and not five.

    Not always: each lock has a thread write a line, and changing places with that more often costs a fifth more.
    """
    sys.setswitchinterval(SHORT_TURN_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(USUAL_TURN_SECONDS)


class Operations:
    """The schema, ready to run operations under these limits."""

    def __init__(self, schema: Schema, settings: Settings) -> None:
        # Strawberry has no public name for the graphql-core schema it builds.
        self._schema = schema._schema
        self._documents = Documents(self._schema, settings)
        self._named = NamedDocuments(
            trusted_documents(self._documents, settings),
            trusted_only=settings.trusted_only,
            persisted_queries=settings.persisted_queries,
        )
        self._looks_names_up = settings.trusted_only
        self._hide_suggestions = not settings.graphql_introspection
        self._new_documents = NewDocuments(settings.new_documents_ms * settings.budgets_times)
        self._turns = Turns(settings)
        self._schema_answers = SchemaAnswers()

    async def admit(self, request: Request, address: str | None, texts: StoredTexts) -> Operation:
        """What a client at this address asks to run. For a new document it waits, and pays. Raises RequestError.

        Documents that clients name by their hash are in `texts`.
        """
        named = request
        try:
            if request.name is not None or self._looks_names_up:
                request = await self._found(request, address, texts)
            prepared = self._documents.remembered(request.query)
            if prepared is None:
                prepared = await self._new_documents.prepared(self._documents, request.query, address)
            if named.name is not None and prepared.document is not None:
                await self._named.keep(named.query, named.name, texts, network_of(address or ""))
        except (OverBudget, Overloaded) as error:
            raise too_many_requests(error) from None
        return self._operation(request, prepared)

    async def _found(self, request: Request, address: str | None, texts: StoredTexts) -> Request:
        """The same with its document written. Raises RequestError, Overloaded."""
        try:
            text = await self._named.text(request.query, request.name, texts, network_of(address or ""))
        except NotNamed as error:
            raise RequestError(error.error) from None
        return request._replace(query=text, name=None)

    @contextmanager
    def paid_by(self, address: str | None) -> Iterator[None]:
        """Have this address pay for what the block takes of the processor. Raises RequestError."""
        try:
            with self._new_documents.paid_by(address):
                yield
        except OverBudget as error:
            raise too_many_requests(error) from None

    def prepare(self, request: Request) -> Operation:
        """What a request of our own asks to run. Raises RequestError."""
        return self._operation(request, self._documents.prepare(request.query))

    def _operation(self, request: Request, found: Prepared) -> Operation:
        prepared = self._documents.sized(found, request.variables or {})
        if prepared.document is None:
            raise RequestError(*prepared.errors)
        root = prepared.root(request.operation_name)
        if root is None:
            unnamed = request.operation_name is None
            message = "Name the operation to run." if unnamed else "The document has no operation of that name."
            raise RequestError({"message": message, "extensions": {"code": "OPERATION_RESOLUTION_FAILURE"}})
        if prepared.shortest is not None:
            # Who listens to the same listens together, however it is written.
            request = request._replace(query=prepared.shortest)
        given = request.variables
        if given and not root.variables.issuperset(given):
            # Nobody asks for the others, and a subscription would keep them.
            given = {name: given[name] for name in root.variables if name in given}
            request = request._replace(variables=given)
        if given and (error := oversized(given)) is not None:
            raise RequestError(error)
        return Operation(
            request,
            prepared.document,
            root.type,
            root.field,
            root.known,
            prepared.is_personal,
            prepared.introspects,
            prepared.lists_seats,
            prepared.lists_changes,
            prepared.cost,
            root.is_about_schema and not root.variables,
        )

    async def run(self, operation: Operation, context: Context) -> dict[str, object]:
        """The answer to a query or mutation. Raises RequestError when nothing ran."""
        if operation.introspects:
            await _pay(context, Budget.INTROSPECTION)
        if operation.is_about_schema:
            return self._schema_answers.get(operation.question) or await self._ask_schema(operation, context)
        if operation.type is not OperationType.QUERY:
            return await self._execute(operation, context)
        return await self._run_query(operation, context)

    async def _ask_schema(self, operation: Operation, context: Context) -> dict[str, object]:
        async with self._turn(operation, context):
            answer = self._schema_answers.get(operation.question)  # whoever was before may have asked the same
            if answer is None:
                # It takes a tenth of a second, and asks nobody: in a thread, where sales go on meanwhile.
                with _short_turns():
                    result = await asyncio.to_thread(self._started, operation, context)
                answer = await self._ended(result, operation, context)
                self._schema_answers.keep(operation.question, answer)
            return answer

    async def _run_query(self, operation: Operation, context: Context) -> dict[str, object]:
        # Not by `_turn`: each request would pay for one more context.
        try:
            async with self._turns.of(operation.cost, context):
                return await self._execute(operation, context)
        except Overloaded as error:
            raise too_many_requests(error) from None

    @asynccontextmanager
    async def _turn(self, operation: Operation, context: Context) -> AsyncIterator[None]:
        try:
            async with self._turns.of(operation.cost, context):
                yield
        except Overloaded as error:
            raise too_many_requests(error) from None

    async def _execute(self, operation: Operation, context: Context) -> dict[str, object]:
        try:
            result = self._started(operation, context)
        except BaseException:
            await context.close()
            raise
        return await self._ended(result, operation, context)

    def _started(self, operation: Operation, context: Context) -> AwaitableOrValue[ExecutionResult]:
        """What comes of it, or what does once it is awaited. Raises RequestError for its variables."""
        executor = self._build(operation, operation.document, context, operation.known)
        # Quoted: it would be put together in each request.
        return cast("AwaitableOrValue[ExecutionResult]", executor.execute_operation())

    async def _ended(
        self, result: AwaitableOrValue[ExecutionResult], operation: Operation, context: Context
    ) -> dict[str, object]:
        try:
            ended = result if isinstance(result, ExecutionResult) else await result
        finally:
            await context.close()
        note_refused(ended, operation.type, context)
        if ended.errors:
            check_some_ran(ended, operation.type, context)
            note_bad_token(ended, context)
        answer = answer_of(ended, context, operation.type)
        if context.asked_too_much:
            return with_cost(answer, self.cost_of(operation))
        return answer

    def cost_of(self, operation: Operation) -> Cost:
        """What a client is told of what this costs."""
        return self._documents.told(operation.cost)

    async def subscribe(self, operation: Operation, context: Context) -> Subscribed:
        """What the subscription is about, and how to tell of it. Raises RequestError."""
        if operation.lists_seats:
            # Once, by the one who begins it: each time it tells of a change is not their doing.
            await _pay(context, Budget.SEAT_MAPS)
        executor = self._build(operation, operation.document, context, Known(None))
        try:
            source: Any = create_source_event_stream(executor)
            if optimized_is_awaitable(source):
                source = await source
        finally:
            await context.close()
        if isinstance(source, ExecutionResult):
            note_refused(source, operation.type, context)
            raise RequestError(*format_errors(source, context.correlation_id))
        assert isinstance(source, Source)
        # An ADMIN is told what only those see as long as somebody looks whether they still are one.
        lasting = context if source.looks_again else context.as_user()
        document = self._documents.lasting(operation.request.query)
        return Subscribed(self._build(operation, document, lasting, Known(None)), source, document)

    def _build(self, operation: Operation, document: DocumentNode, context: Context, known: Known) -> Executor[Any]:
        """What runs this operation. Raises RequestError for its variables."""
        executor = DocumentExecutor.start(
            self._schema,
            document,
            operation.request.operation_name,
            operation.request.variables or {},
            context,
            known,
            hide_suggestions=self._hide_suggestions,
        )
        if isinstance(executor, list):
            raise RequestError(*format_errors(ExecutionResult(None, executor), context.correlation_id))
        return executor


async def _pay(context: Context, budget: Budget) -> None:
    """For what no resolver pays. Raises RequestError."""
    try:
        await spend(context, budget)
    except OverBudget as error:
        raise too_many_requests(error) from None
