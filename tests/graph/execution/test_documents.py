"""Documents are parsed and validated once, and memory for them is bounded."""

from __future__ import annotations

import pytest
from graphql import OperationType

from domain.process.settings import load_settings
from graph.execution.documents import MAX_CACHE_SIZE, MAX_CACHED_LENGTH, Documents
from graph.schema.build import schema


def documents() -> Documents:
    return Documents(
        schema._schema, load_settings(mongo_uri="mongodb://none", redis_url="redis://none", secret_key="k" * 32)
    )


def test_the_same_text_is_prepared_once() -> None:
    prepare = documents().prepare
    assert prepare("{ viewer { id } }") is prepare("{ viewer { id } }")
    assert prepare("{ nothing }") is prepare("{ nothing }")


def test_a_long_text_is_not_remembered() -> None:
    prepare = documents().prepare
    text = "{ __typename }" + " " * MAX_CACHED_LENGTH
    assert prepare(text) is not prepare(text)


def test_the_least_recently_used_text_is_forgotten_first() -> None:
    prepare = documents().prepare
    used, unused = prepare("{ used: __typename }"), prepare("{ unused: __typename }")
    for i in range(MAX_CACHE_SIZE // MAX_CACHED_LENGTH):
        prepare(f"{{ a{i}: __typename }}".ljust(MAX_CACHED_LENGTH))
        assert prepare("{ used: __typename }") is used
    assert prepare("{ unused: __typename }") is not unused


def test_a_name_selects_its_operation() -> None:
    prepared = documents().prepare(
        'query A { __typename } mutation B { login(input: {email: "", password: ""}) { __typename } }'
    )
    a, b = prepared.root("A"), prepared.root("B")
    assert a is not None
    assert a[:4] == (OperationType.QUERY, "__typename", False, frozenset())
    assert b is not None
    assert b[:4] == (OperationType.MUTATION, "login", False, frozenset())
    assert prepared.root("C") is None
    assert prepared.root(None) is None  # which of the two?


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("{ mine: viewer { id } }", "viewer"),
        ("{ __typename viewer { id } }", "viewer"),
        ("query lockSeats { ...A ... { a: viewer { name } } } fragment A on Query { viewer { id } }", "viewer"),
        ("{ viewer { id } events { nodes { id } } }", "several"),
        ("{ ...A events { nodes { id } } } fragment A on Query { viewer { id } }", "several"),
    ],
)
def test_an_operation_is_known_by_the_root_field_of_the_schema(text: str, field: str) -> None:
    root = documents().prepare(text).root(None)
    assert root is not None
    assert root.field == field
