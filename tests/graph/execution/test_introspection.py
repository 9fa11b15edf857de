"""What is asked of the schema again and again is told from memory, which has an end."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import execute, get_introspection_query

from domain.process.settings import Settings
from graph.execution.introspection import MAX_ANSWERS, MAX_BYTES, SchemaAnswers
from graph.execution.operation import Request
from graph.execution.operations import Operations
from graph.schema.build import schema
from graph.schema.context import Context
from tests.graph.conftest import Client

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
    executed: list[Any] = []

    def count(*given: Any, **named: Any) -> Any:
        executed.append(given)
        return execute(*given, **named)

    monkeypatch.setattr("graph.execution.operations.execute", count)
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
