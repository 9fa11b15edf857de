"""A subscription under way: an execution that answers again and again."""

from __future__ import annotations

from typing import Any

from graphql import DocumentNode, ExecutionResult, OperationType
from graphql.execution import Executor
from strawberry.execution import optimized_is_awaitable

from graph.execution.results import answer_of
from graph.schema.context import Context
from graph.schema.sources import Source


class Subscribed:
    """An execution of a subscription: it turns states of its source into answers."""

    def __init__(self, executor: Executor[Any], source: Source, document: DocumentNode) -> None:
        self._executor = executor
        self._document = document  # as long as it is kept, others share it
        self.source = source

    async def answer(self, before: Any, state: Any) -> dict[str, object]:
        """The answer for who was last told of `before`, or of nothing (None)."""
        executor = self._executor.build_per_event_executor(self.source.value(before, state))
        # Loaders remember what they read: each event gets its own.
        context: Context = self._executor.context_value.anew()
        executor.context_value = context
        try:
            result: Any = executor.execute_operation(False)
            if optimized_is_awaitable(result):
                result = await result
        finally:
            await context.close()
        assert isinstance(result, ExecutionResult)
        return answer_of(result, context, OperationType.SUBSCRIPTION)
