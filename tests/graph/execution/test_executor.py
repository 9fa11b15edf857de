"""What a document asks for is found out once, and never for another type, other variables or another event."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLObjectType, build_schema, parse
from graphql.execution import Executor
from graphql.execution.collect_fields import CollectedFields

from domain.process.settings import Settings
from graph.execution.executor import DocumentExecutor, FieldsAsked
from graph.execution.operation import Request
from graph.execution.operations import Operations
from graph.schema.build import schema
from tests.graph.execution.test_introspection import nobody

THINGS = build_schema("""
    interface Thing { name: String! }
    type Seat implements Thing { name: String! row: Int! }
    type Hall implements Thing { name: String! city: City! }
    type City { name: String! }
    type Query { things: [Thing!]! }
    type Subscription { thing: Thing! }
""")
DOCUMENT = parse("{ things { __typename name ... on Seat { row } ... on Hall { city { name } } } }")
SEAT: dict[str, Any] = {"__typename": "Seat", "name": "A-1", "row": 1}
HALL: dict[str, Any] = {"__typename": "Hall", "name": "Great Hall", "city": {"name": "Pune"}}


def answer(asked: FieldsAsked | None, *things: dict[str, Any]) -> Any:
    executor = DocumentExecutor.build(THINGS, DOCUMENT, {"things": [*things]}, asked=asked)
    assert isinstance(executor, Executor)
    return executor.execute_operation()


def test_it_is_found_once_for_each_type(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[str] = []
    collect = Executor.collect_subfields

    def count(executor: Executor[Any], type_: GraphQLObjectType, nodes: Any) -> CollectedFields:
        found.append(type_.name)
        return collect(executor, type_, nodes)

    monkeypatch.setattr(Executor, "collect_subfields", count)
    asked = FieldsAsked(room=100)
    for things in ([SEAT, SEAT], [HALL, SEAT], [HALL], [SEAT]):
        assert answer(asked, *things) == ({"things": things}, None)
    assert found == ["Seat", "Hall", "City"]


@pytest.mark.parametrize("room", range(11))
def test_without_room_it_is_found_again(room: int) -> None:
    asked = FieldsAsked(room)
    for _ in range(3):
        assert answer(asked, SEAT, HALL) == ({"things": [SEAT, HALL]}, None)


async def test_where_variables_decide_it_is_found_each_time(settings: Settings) -> None:
    operations = Operations(schema, settings)
    text = "query ($less: Boolean!) { __typename ...More } fragment More on Query { more: __typename @skip(if: $less) }"
    for is_less in (True, False, True):
        operation = operations.prepare(Request(text, {"less": is_less}, None))
        told = await operations.run(operation, nobody())
        assert told == {"data": {"__typename": "Query"} | ({"more": "Query"} if not is_less else {})}


def test_events_of_a_subscription_leave_nothing() -> None:
    executor = DocumentExecutor.build(THINGS, parse("subscription { thing { name } }"), asked=None)
    assert isinstance(executor, DocumentExecutor)
    for thing in (SEAT, HALL, SEAT):
        told: Any = executor.build_per_event_executor({"thing": thing}).execute_operation(False)
        assert told == ({"thing": {"name": thing["name"]}}, None)
    assert executor._relevant_sub_fields == {}
