"""Variables that are wrong in thousands of ways, or huge, cost next to nothing, and little of them is repeated."""

from __future__ import annotations

import time
from typing import Any

import orjson
import pytest

from domain.process.settings import Settings
from graph.execution.inputs import LONGEST_MESSAGE, LONGEST_WORD, MAX_KEYS, MAX_VALUES, MAX_WRONG, oversized, shortened
from graph.execution.operation import Request, RequestError
from graph.execution.operations import Operations
from graph.schema.build import schema
from tests.graph.execution.test_introspection import nobody
from tests.graph.execution.test_limits import messages

LOCK = "mutation ($input: LockSeatsInput!) { lockSeats(input: $input) { __typename } }"
GOOD = {"eventId": "x", "idempotencyKey": "k"}
REGISTER = "mutation ($input: RegisterInput!) { register(input: $input) { __typename } }"
LONG = "k" * 900_000

MANY: dict[str, dict[str, Any]] = {
    "unknown fields": {f"k{i}": 1 for i in range(90_000)},
    "unknown fields further in": GOOD | {"selection": {f"k{i}": 1 for i in range(90_000)}},
    "a list": GOOD | {"selection": {"seats": [1] * 300_000}},
    "objects in a list": GOOD | {"selection": {"items": [{f"k{i}": 1} for i in range(70_000)]}},
    "lists in lists": GOOD | {"selection": {"seats": [[[]] * 1_000] * 1_000}},
}
LONG_WORDS: dict[str, dict[str, Any]] = {
    "a field": GOOD | {LONG: 1},
    "several fields": GOOD | {f"{LONG[:20_000]}{i}": 1 for i in range(40)},
    "a value": GOOD | {"selection": LONG},
    "a value of many words": GOOD | {"selection": "ab " * 300_000},
}


async def refusal(settings: Settings, variable: dict[str, Any]) -> tuple[RequestError, float]:
    """Why nothing ran, and how many ms of the processor it took to say so."""
    operations = Operations(schema, settings)
    operations.prepare(Request(LOCK, {"input": {}}, None))
    began = time.thread_time()
    with pytest.raises(RequestError) as refused:
        await operations.run(operations.prepare(Request(LOCK, {"input": variable}, None)), nobody())
    return refused.value, (time.thread_time() - began) * 1_000


async def errors_of(settings: Settings, document: str, variables: dict[str, Any]) -> list[Any]:
    """Why nothing ran."""
    operations = Operations(schema, settings)
    with pytest.raises(RequestError) as refused:
        await operations.run(operations.prepare(Request(document, variables, None)), nobody())
    return [*refused.value.errors]


def looking_at(variable: dict[str, Any]) -> float:
    """How many ms of the processor it takes to look at all of it."""

    def count(value: object) -> int:
        parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return 1 + sum(count(part) for part in parts)

    began = time.thread_time()
    count(variable)
    return (time.thread_time() - began) * 1_000


@pytest.mark.parametrize("name", MANY)
async def test_more_than_anything_takes_is_refused_by_its_size(settings: Settings, name: str) -> None:
    error, took = await refusal(settings, MANY[name])
    (told,) = error.errors
    assert told["extensions"] == {"code": "INVALID_INPUT", "field": "input"}
    assert took < looking_at(MANY[name]) / 5


@pytest.mark.parametrize("name", LONG_WORDS)
async def test_of_long_words_little_is_repeated(settings: Settings, name: str) -> None:
    error, _ = await refusal(settings, LONG_WORDS[name])
    assert len(error.errors) <= MAX_WRONG + 1
    for told in error.errors:
        assert told["extensions"]["code"] == "INVALID_INPUT"
        assert len(told["message"]) <= LONGEST_MESSAGE + 1
        assert max(map(len, told["message"].split())) <= LONGEST_WORD + 10
    assert len(orjson.dumps(error.errors)) < 20_000


@pytest.mark.parametrize(
    ("document", "variables"),
    [
        ('mutation { register(input: {email: "a@b.test", password: "my secret"}) { __typename } }', {}),
        ('mutation { register(input: {name: "A", email: "a@b.test", password: ["my secret"]}) { __typename } }', {}),
        (REGISTER, {"input": {"email": "a@b.test", "password": "my secret"}}),
        (REGISTER, {"input": {"name": "A", "email": "a@b.test", "password": "my secret", "age": 3}}),
        (REGISTER, {"input": {"name": "A", "email": "a@b.test", "password": {"is": "my secret"}}}),
        (REGISTER, {"input": ["my secret"]}),
        (REGISTER, {"input": [[{"password": "my secret"}]]}),
    ],
)
async def test_what_was_in_it_is_not_repeated(settings: Settings, document: str, variables: dict[str, Any]) -> None:
    """Clients log what they are told."""
    errors = await errors_of(settings, document, variables)
    assert errors
    assert "secret" not in str(errors)
    for told in errors:
        assert told["extensions"]["code"] == "INVALID_INPUT"
        assert told["message"].endswith(".")


async def test_values_are_told_as_they_are_written(settings: Settings) -> None:
    document = "query ($first: Int!) { events(first: $first) { nodes { id } } }"
    for value, expected in ((None, "not to be null."), (True, "cannot represent non-integer value: true")):
        (told,) = await errors_of(settings, document, {"first": value})
        assert told["message"].endswith(expected)


def test_nor_of_a_document() -> None:
    word = "k" * 10_000
    for text in (
        f"{{ {word} }}",
        f"{{ event({word}: 1) {{ id }} }}",
        f"{{ ...{word} }}",
        f"{{ viewer {word} @{word} }}",
    ):
        assert all(len(message) < 300 for message in messages(text)), text[:20]
        assert messages(text)


def test_what_clients_send_is_not_too_much() -> None:
    rows = [{"name": str(number), "seatCount": 10} for number in range(5_000)]
    hall = {"name": "Hall", "sections": [{"name": "Stalls", "rows": rows}]}
    assert oversized({"input": hall, "n": 3, "id": "x", "nothing": None}) is None
    assert oversized({"input": dict.fromkeys(map(str, range(MAX_KEYS)))}) is None
    assert oversized({"input": [1] * MAX_VALUES}) is None
    assert oversized({"input": [1] * (MAX_VALUES + 1)}) is not None


def test_a_short_message_is_told_as_it_is() -> None:
    message = "Field 'events' argument 'first' of type 'Int' has a value that is none: 'x'. " * 4
    assert shortened(message) == message
    assert shortened(f"Unknown '{'é' * 61}'.") == f"Unknown '{'é' * 60}…'."
