"""Inputs of which exactly one field is given: refused before anything runs, in the document and in variables."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLInputObjectType, parse
from graphql.execution.values import get_variable_values

from domain.process.settings import load_settings
from graph.execution.documents import Documents
from graph.schema.build import schema

OURS = schema._schema
SETTINGS = load_settings(mongo_uri="mongodb://none", redis_url="redis://none", secret_key="k" * 32)
LOCK = """
mutation%s { lockSeats(input: {eventId: "x", idempotencyKey: "k", selection: %s}) { __typename } }
"""
COUNTED, NAMED = "quantity: {count: 1}", 'seats: ["A-1"]'


def faults_of(selection: str) -> int:
    """How many things are said to be wrong with it in a document."""
    variables = "($seats: [String!])" if "$seats" in selection else ""
    return len(Documents(OURS, SETTINGS).prepare(LOCK % (variables, selection)).errors)


def is_taken(selection: Any) -> bool:
    """Whether the selection, as a variable, is."""
    document: Any = parse("query ($selection: SeatSelectionInput!) { __typename }")
    found = get_variable_values(OURS, document.definitions[0].variable_definitions, {"selection": selection})
    return not isinstance(found, list)


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (f"{{{COUNTED}}}", True),
        (f"{{{NAMED}}}", True),
        (f"{{items: [{{{COUNTED}}}, {{{NAMED}}}]}}", True),
        ("{}", False),
        ("{quantity: null}", False),
        (f"{{{COUNTED}, {NAMED}}}", False),
        (f"{{{COUNTED}, seats: null}}", False),
        (f"{{items: [{{{COUNTED}, {NAMED}}}]}}", False),
        ("{seats: $seats}", False),  # which may be null
    ],
)
def test_in_a_document(selection: str, expected: bool) -> None:
    assert faults_of(selection) == (0 if expected else 1)


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ({"quantity": {"count": 1}}, True),
        ({"items": [{"seats": ["A-1"]}]}, True),
        ({}, False),
        ({"seats": None}, False),
        ({"quantity": {"count": 1}, "seats": None}, False),
        ({"quantity": {"count": 1}, "seats": ["A-1"]}, False),
        ({"items": [{"quantity": {"count": 1}, "seats": ["A-1"]}]}, False),
    ],
)
def test_in_a_variable(selection: dict[str, Any], expected: bool) -> None:
    assert is_taken(selection) == expected


def test_where_a_description_promises_it_the_type_does() -> None:
    """Where only some fields of an input exclude each other, their descriptions say so, and `issues` if they clash."""
    inputs = [each for each in OURS.type_map.values() if isinstance(each, GraphQLInputObjectType)]
    promised = {each.name for each in inputs if "exactly one" in (each.description or "").lower()}
    assert promised == {each.name for each in inputs if each.is_one_of} == {"SeatSelectionInput", "SelectionItemInput"}
