"""What is asked of the schema again and again is told from memory, which has an end."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from graphql import get_introspection_query, print_ast
from graphql.execution import Executor

from domain.caller import Caller
from domain.documents import Role
from domain.process.settings import Settings
from domain.services import Services
from graph.execution.introspection import MAX_ANSWERS, MAX_BYTES, SchemaAnswers
from graph.execution.operation import Request
from graph.execution.operations import Operations
from graph.schema.build import schema
from graph.schema.context import Context
from graph.schema.ids import encode_id
from tests.graph.conftest import Client
from tests.support import scenes
from tests.support.sale import new_event

LOCK = """mutation ($id: ID!) {
  lockSeats(input: {eventId: $id, selection: {quantity: {count: 1}}, idempotencyKey: "k"}) { __typename } }"""
OTHERS = [
    "{ __schema { queryType { name } } viewer { id } }",
    "query ($name: String!) { __type(name: $name) { name } }",
    "{ __typename }",
]


async def test_the_whole_schema_is_told_the_same_each_time(client: Client) -> None:
    first, again = [await client.execute(get_introspection_query()) for _ in range(2)]
    assert first == again
    assert first["data"]["__schema"]["queryType"]["name"] == "Query"
    both = "query A { __schema { queryType { name } } } query B { __schema { mutationType { name } } }"
    answers = []
    for name in ("A", "B", "A"):
        asked = {"query": both, "operationName": name}
        answers.append((await client.http.post("/graphql", json=asked)).json()["data"]["__schema"])
    assert answers == [{"queryType": {"name": "Query"}}, {"mutationType": {"name": "Mutation"}}, answers[0]]


async def test_it_is_executed_once(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    executed: list[Executor[Any]] = []
    execute = Executor.execute_operation

    def count(executor: Executor[Any]) -> Any:
        executed.append(executor)
        return execute(executor)

    monkeypatch.setattr(Executor, "execute_operation", count)
    operations = Operations(schema, settings.model_copy(update={"budgets_times": 1}))

    async def times(query: str, **variables: str) -> int:
        executed.clear()
        for _ in range(3):
            await operations.run(operations.prepare(Request(query, variables, None)), nobody())
        return len(executed)

    assert await times(get_introspection_query()) == 1
    assert await times('{ a: __type(name: "Event") { name } b: __type(name: "Seat") { name } __typename }') == 1
    for other in OTHERS:
        assert await times(other, name="Event") == 3, other


async def test_a_lock_is_answered_while_the_schema_is_told(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes long, and here as long as the lock: were it done in the event loop, both would wait for each other."""
    buyer, event = await scenes.user(services), await new_event(services, seats=1)
    begun, is_locked, told = threading.Event(), threading.Event(), list[bool]()

    execute = Executor.execute_operation

    def execute_slowly(executor: Executor[Any]) -> Any:
        if "__schema" in print_ast(executor.operation):
            begun.set()
            told.append(is_locked.wait(5))
        return execute(executor)

    monkeypatch.setattr(Executor, "execute_operation", execute_slowly)
    operations = Operations(schema, services.settings)

    async def ask(query: str, **variables: str) -> dict[str, Any]:
        context = Context(services, Caller(buyer.id, Role.USER, "test"), "test")
        return await operations.run(operations.prepare(Request(query, variables, None)), context)

    asking = asyncio.create_task(ask(get_introspection_query()))
    assert await asyncio.to_thread(begun.wait, 5)
    locked = await ask(LOCK, id=encode_id("Event", event.id))
    assert locked == {"data": {"lockSeats": {"__typename": "LockSeatsSuccess"}}}
    assert not asking.done()
    is_locked.set()
    assert "errors" not in await asking
    assert told == [True]


def nobody() -> Context:
    return Context(None, None, "test", pays=False)  # type: ignore[arg-type]  # no service is asked for anything


def test_what_is_remembered_has_an_end() -> None:
    answers = SchemaAnswers()
    for number in range(3 * MAX_ANSWERS):
        answers.keep((str(number), None), {"data": {"x": "y" * 10}})
    assert sum(answers.get((str(number), None)) is not None for number in range(3 * MAX_ANSWERS)) == MAX_ANSWERS
    for number in range(20):
        answers.keep((f"long {number}", None), {"data": "y" * (MAX_BYTES // 10)})
    assert sum(answers.get((f"long {number}", None)) is not None for number in range(20)) == 9
    answers.keep(("wrong", None), {"data": None, "errors": []})
    assert answers.get(("wrong", None)) is None
