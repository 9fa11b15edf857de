"""Global ids: each thing has exactly one, and nothing else is one."""

from __future__ import annotations

import pytest
from beanie import PydanticObjectId
from hypothesis import given
from hypothesis.strategies import binary, text

from domain.errors import InvalidInput
from graph.schema.ids import encode_id, encode_routed_id, parse_id, parse_routed_id, seal, unseal

object_ids = binary(min_size=12, max_size=12).map(PydanticObjectId)


@given(object_ids, object_ids)
def test_round_trip(one: PydanticObjectId, other: PydanticObjectId) -> None:
    assert parse_id("id", encode_id("Event", one), "Event") == one
    assert parse_routed_id("id", encode_routed_id("SeatLock", one, other), "SeatLock") == (one, other)


@given(object_ids, object_ids)
def test_the_usual_alphabet_is_enough(one: PydanticObjectId, other: PydanticObjectId) -> None:
    assert encode_routed_id("SeatLock", one, other).isalnum()


@given(text(max_size=200))
def test_what_unseals_was_sealed(value: str) -> None:
    unsealed = unseal(value)
    assert unsealed is None or seal(unsealed) == value


@pytest.mark.parametrize(("type_name", "named"), [("Event", "an Event"), ("User", "a User"), ("Refund", "a Refund")])
def test_a_wrong_id_is_told_as_people_say_it(type_name: str, named: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_id("id", "x", type_name)
    assert refused.value.message == f"Not the id of {named}."


@pytest.mark.parametrize("ending", ["=", " ", "\n", "-", "A"])
def test_no_second_spelling(ending: str) -> None:
    value = encode_id("Payment", PydanticObjectId("6b00bf9cbcc3b23b9adab350"))
    with pytest.raises(InvalidInput) as refused:
        parse_id("id", value + ending, "Payment")
    assert refused.value.field == "id"
