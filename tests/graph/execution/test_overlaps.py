"""Comparing fields that may be the same takes milliseconds, and documents of clients are none that take more."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import parse, validate

from graph.execution.overlaps import MOST_WORK, TOO_MUCH, BoundedOverlaps
from tests.graph.execution.test_limits import CORE, codes, messages

ERRORS = "... on Error { __typename code message } ... on InvalidInput { __typename field }"
FIELDS = "__typename id name version startsAt availableSeats lockedSeats updatedAt"


def work(text: str) -> int:
    """How much of it checking this document takes."""
    rules: list[BoundedOverlaps] = []

    class Kept(BoundedOverlaps):
        def __init__(self, context: Any) -> None:
            super().__init__(context)
            rules.append(self)

    validate(CORE, parse(text), [Kept])
    return MOST_WORK - rules[0].rule_context.remaining_complexity_budget


HONEST = {
    "Apollo adds __typename everywhere": "{"
    + " ".join(
        f'a{i}: event(id: "{i}") {{ {FIELDS} sections {{ __typename name price {{ __typename amount }} }} }}'
        for i in range(20)
    )
    + "}",
    "twenty mutations with the same errors": "mutation {"
    + " ".join(f'm{i}: releaseLock(input: {{lockId: "{i}"}}) {{ __typename {ERRORS} }}' for i in range(20))
    + "}",
    "thirty parts of a page, each with its fragment": '{ event(id: "x") {'
    + " ".join(f"...f{i}" for i in range(30))
    + "} }"
    + " ".join(f"fragment f{i} on Event {{ {FIELDS} }}" for i in range(30)),
}
ATTACKS = {
    "a field repeated": "{" + " viewer{id}" * 150 + "}",
    "a page repeated": "{" + " events(first:1){nodes{__typename id}}" * 60 + "}",
    "arguments compared": "{" + ' events(first:1,search:"a"){nodes{id}}' * 90 + "}",
    "fragments spread": f"{{ {' '.join(f'...f{i}' for i in range(100))} }}"
    + " ".join(f"fragment f{i} on Query {{ viewer {{ id name }} }}" for i in range(100)),
}


@pytest.mark.parametrize("name", HONEST)
def test_what_clients_send_is_checked(name: str) -> None:
    assert codes(HONEST[name]) == []
    assert work(HONEST[name]) < MOST_WORK


@pytest.mark.parametrize("name", ATTACKS)
def test_what_takes_long_to_compare_is_refused(name: str) -> None:
    assert messages(ATTACKS[name], graphql_max_cost=10**9) == [TOO_MUCH]
    assert codes(ATTACKS[name], graphql_max_cost=10**9) == ["QUERY_TOO_COMPLEX"]


def test_a_conflict_is_still_told_as_one() -> None:
    assert codes('{ a: event(id: "1") { id } a: event(id: "2") { id } }') == ["GRAPHQL_VALIDATION_FAILED"]
