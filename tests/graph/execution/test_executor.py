"""What depends on a document is found out once, and never for another type, other variables or another event."""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, GraphQLObjectType, build_schema, get_named_type, parse
from graphql.execution import Executor
from graphql.execution.collect_fields import CollectedFields

from domain.process.settings import Settings
from graph.execution.executor import DocumentExecutor, FieldsAsked, Known
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


SEARCHED = """query ($search: String, $first: Int! = 3, $by: By!) {
  found(search: $search, first: $first, by: $by) }"""
FOUND = build_schema("""
    input By { name: String! = "date" isDown: Boolean }
    type Query { found(search: String = "any", first: Int!, by: By!): String! }
""")
VARIABLES: list[dict[str, Any]] = [
    {"search": "x", "first": 1, "by": {"name": "price", "isDown": True}},
    {"search": None, "first": 2, "by": {}},
    {"first": 2, "by": {"isDown": None}},
    {"search": "x", "by": {}},
    {"search": "x", "first": 1},
    {"search": "x", "first": None, "by": {}},
    {"search": 5, "first": 1, "by": {}},
    {"search": "x", "first": "1", "by": {"name": "price", "up": True}},
    {},
    {"search": "x", "first": 1, "by": {"name": "price"}},
]


def test_variables_are_read_alike_however_often_it_was_run() -> None:
    def found(known: Known, variables: dict[str, Any]) -> Any:
        started = DocumentExecutor.start(FOUND, document, None, variables, None, known, hide_suggestions=False)
        if isinstance(started, list):
            return [error.message for error in started]
        started.root_value = {"found": lambda _info, **arguments: repr(arguments)}
        return started.execute_operation()

    document, known = parse(SEARCHED), Known(FieldsAsked(room=100))
    told = [found(known, variables) for variables in VARIABLES]
    assert told == [found(Known(None), variables) for variables in VARIABLES]
    assert sum(isinstance(each, list) for each in told) == 5


def test_no_input_is_in_itself() -> None:
    """Else a value that is deep would have to be looked at before it is read."""
    inputs = {
        name: {get_named_type(field.type).name for field in type_.fields.values()}
        for name, type_ in schema._schema.type_map.items()
        if isinstance(type_, GraphQLInputObjectType)
    }
    assert "LockSeatsInput" in TopologicalSorter(inputs).static_order()


def test_events_of_a_subscription_leave_nothing() -> None:
    executor = DocumentExecutor.build(THINGS, parse("subscription { thing { name } }"), asked=None)
    assert isinstance(executor, DocumentExecutor)
    for thing in (SEAT, HALL, SEAT):
        told: Any = executor.build_per_event_executor({"thing": thing}).execute_operation(False)
        assert told == ({"thing": {"name": thing["name"]}}, None)
    assert executor._relevant_sub_fields == {}
