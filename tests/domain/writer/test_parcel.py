"""What processes hand each other arrives as it was sent; what others put there does nothing."""

from __future__ import annotations

import inspect
import os
import pickle
import types
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import bson
import pytest
from bson.codec_options import CodecOptions
from pydantic import BaseModel

from domain import documents, errors, money
from domain.documents import Event, PydanticObjectId
from domain.errors import SeatlockError
from domain.inventory import commands as inventory_commands
from domain.inventory.again import ReferenceTaken
from domain.inventory.commands import Command
from domain.inventory.rules import RULES
from domain.inventory.terms import Terms
from domain.writer.parcel import SEAL_BYTES, Seal

pytestmark = pytest.mark.fast

SEAL = Seal("a secret")
KNOWN = {**vars(documents), **vars(money), **vars(inventory_commands)}
EXAMPLES: dict[Any, Any] = {
    str: "text",
    int: 7,
    bool: True,
    bytes: b"\x00key",
    datetime: datetime(2030, 1, 1, 12, tzinfo=UTC),
    timedelta: timedelta(minutes=5),
    PydanticObjectId: PydanticObjectId("6565656565656565656565ab"),
    Any: None,
    UUID: None,  # Beanie's revision ids, which we do not use
}


def example(kind: Any) -> Any:
    """A value of this type, with something in each of its parts."""
    if kind in EXAMPLES:
        return EXAMPLES[kind]
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return example(next(one for one in inner if one is not type(None)))
    if origin is Literal:
        return inner[0]
    if origin is tuple:
        return (example(inner[0]),)
    if origin is frozenset:
        return frozenset({example(inner[0])})
    if origin in (list, Sequence):
        return [example(inner[0])]
    if origin is not None:
        return {example(inner[0]): example(inner[1])}
    if issubclass(kind, Enum):
        return next(iter(kind))
    if issubclass(kind, BaseModel):
        return kind.model_construct(**{name: example(field.annotation) for name, field in kind.model_fields.items()})
    assert is_dataclass(kind) and isinstance(kind, type), kind
    hints = get_type_hints(kind, None, KNOWN)
    return kind(**{field.name: example(hints[field.name]) for field in fields(kind)})


def outcome_of(kind: type[Command[Any]]) -> Any:
    return get_args(kind.__orig_bases__[0])[0]  # type: ignore[attr-defined]


def refusals() -> list[type[SeatlockError]]:
    return [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, SeatlockError)]


def travelled(content: Any) -> Any:
    return SEAL.opened(SEAL.packed(content))


@pytest.mark.parametrize("kind", RULES, ids=lambda kind: kind.__name__)
def test_a_command_and_its_outcome_arrive_as_they_were(kind: type[Command[Any]]) -> None:
    for sent in (example(kind), example(outcome_of(kind))):
        assert travelled(sent) == sent


@pytest.mark.parametrize("kind", refusals(), ids=lambda kind: kind.__name__)
def test_a_refusal_arrives_with_all_it_says(kind: type[SeatlockError]) -> None:
    hints = get_type_hints(kind.__init__, None, KNOWN)
    given = [example(hints[name]) for name in list(inspect.signature(kind).parameters)]
    sent = kind(*given)
    arrived = travelled(sent)
    assert type(arrived) is kind
    assert (str(arrived), vars(arrived)) == (str(sent), vars(sent))


def test_who_asks_again_with_another_reference_learns_that_it_was_taken() -> None:
    assert isinstance(travelled(ReferenceTaken()), ReferenceTaken)


def test_an_event_can_be_used_as_one_that_was_read() -> None:
    event = travelled(example(Event))
    assert isinstance(event, Event)
    assert event.evolve(version=9).to_bson() == example(Event).to_bson() | {"version": 9}


@pytest.mark.parametrize("place", [0, SEAL_BYTES, -1])
def test_what_was_changed_on_its_way_is_not_opened(place: int) -> None:
    parcel = bytearray(SEAL.packed("content"))
    parcel[place] ^= 1
    with pytest.raises(ValueError, match="not sealed"):
        SEAL.opened(bytes(parcel))


@pytest.mark.parametrize("parcel", [b"", b"short", Seal("another secret").packed("content")])
def test_what_somebody_else_sealed_is_not_opened(parcel: bytes) -> None:
    with pytest.raises(ValueError, match="not sealed"):
        SEAL.opened(parcel)


class Harm:
    """Unpickled by anybody careless, it runs a command."""

    def __init__(self, what: Any, *given: Any) -> None:
        self._does = what, given

    def __reduce__(self) -> Any:
        return self._does


def sealed(harm: object) -> bytes:
    """A parcel as somebody makes it who knows the secret."""
    packed = pickle.dumps(harm)
    return SEAL._of(packed) + packed


@pytest.mark.parametrize(
    "harm",
    [
        Harm(os.system, "true"),
        Harm(eval, "1"),
        Harm(getattr, "", "join"),
        pytest,
        Seal("another secret"),
        print,
    ],
    ids=lambda harm: type(harm).__name__,
)
def test_nothing_but_values_comes_out_even_with_the_secret(harm: Any) -> None:
    """Should the secret be known: whoever has it can act as anybody, but still runs nothing here."""
    with pytest.raises((pickle.PicklingError, pickle.UnpicklingError, TypeError)):
        SEAL.opened(sealed(harm))


@pytest.mark.parametrize("content", [Counter("ab"), deque(), types.SimpleNamespace(), print, pytest])
def test_what_could_not_be_opened_is_not_packed(content: Any) -> None:
    """Else all that is in the parcel would be lost on its way, and who waits for it left to wait."""
    with pytest.raises((pickle.PicklingError, TypeError)):
        SEAL.packed([content])


def test_what_mongodb_stores_arrives_as_it_is_read() -> None:
    kept = example(Event).evolve(price_minor=3_000_000_000)
    event = Event.from_bson(bson.decode(bson.encode(kept.to_bson()), CodecOptions(tz_aware=True)))
    assert type(event.price_minor) is not int
    assert travelled(event).to_bson() == event.to_bson()


def test_processes_with_other_terms_or_another_secret_are_no_pair() -> None:
    terms, build = example(Terms), SEAL.build_of(example(Terms))
    assert SEAL.build_of(terms) == build
    longer = {**{field.name: getattr(terms, field.name) for field in fields(Terms)}, "lock_ttl": timedelta(hours=1)}
    assert SEAL.build_of(Terms(**longer)) != build
    assert Seal("another secret").build_of(terms) != build
