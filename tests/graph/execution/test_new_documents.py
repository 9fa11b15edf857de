"""Who sends nothing but new documents waits, and whoever sends known ones never does."""

from __future__ import annotations

import asyncio
import time

import orjson
import pytest
from redis.asyncio import Redis

from domain.errors import OverBudget
from domain.process.settings import Settings
from domain.process.stored_texts import StoredTexts
from graph.execution.new_documents import MAX_ADDRESSES, NewDocuments
from graph.execution.operation import Request, RequestError
from graph.execution.operations import Operations
from graph.schema.build import schema
from graph.transport.long_texts import LongTexts

# Nothing here is named by its hash, so nobody is asked.
TEXTS = StoredTexts(Redis(), "none", seconds=60, patience_seconds=2, most_bytes=65_536)
ATTACKER, BUYER = "192.0.2.1", "192.0.2.3"
FIELDS = " ".join(f"a{number}: id" for number in range(25))


class Time:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def work(seconds: float) -> None:
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def test_what_was_used_comes_back_with_time() -> None:
    clock = Time()
    budget = NewDocuments(20, clock)
    with budget.paid_by("192.0.2.1"):
        work(0.03)
    with pytest.raises(OverBudget) as refused, budget.paid_by("192.0.2.1"):
        pass
    seconds = refused.value.retry_after_seconds
    assert 30 <= seconds <= 60, "10 ms too many, of 20 a minute, and a twentieth of them to go on with"
    with budget.paid_by("192.0.2.2"), budget.paid_by(None):
        pass
    clock.now += seconds
    with budget.paid_by("192.0.2.1"):
        work(0.001)
    clock.now += 3600
    with budget.paid_by("192.0.2.1"):
        work(0.019)  # a minute's worth and no more
    with budget.paid_by("192.0.2.1"):
        work(0.002)
    with pytest.raises(OverBudget), budget.paid_by("192.0.2.1"):
        pass


def test_a_household_is_one() -> None:
    budget = NewDocuments(1, Time())
    with budget.paid_by("2001:db8::1"):
        work(0.002)
    with pytest.raises(OverBudget), budget.paid_by("2001:db8::2"):
        pass


def test_addresses_are_not_remembered_for_ever() -> None:
    budget = NewDocuments(1_000, Time())
    for number in range(MAX_ADDRESSES + 100):
        with budget.paid_by(f"client {number}"):
            pass
    assert len(budget._left) == MAX_ADDRESSES


async def test_known_documents_cost_nothing(settings: Settings) -> None:
    operations = Operations(schema, settings.model_copy(update={"new_documents_ms": 100, "budgets_times": 1}))
    known = Request("query ($id: ID!) { event(id: $id) { id name } }", {"id": "x"}, None)
    await operations.admit(known, ATTACKER, TEXTS)

    async def flood() -> None:
        for number in range(10_000):
            await operations.admit(Request(f"{{ viewer {{ {FIELDS} }} }} # {number}", None, None), ATTACKER, TEXTS)

    with pytest.raises(RequestError) as refused:
        await flood()
    assert (refused.value.status, refused.value.code) == (429, "RATE_LIMITED")
    assert refused.value.errors[0]["extensions"]["retryAfterSeconds"] >= 1
    assert dict(refused.value.headers)[b"retry-after"].isdigit()
    await operations.admit(known, ATTACKER, TEXTS)
    await operations.admit(Request("{ viewer { id } }", None, None), "192.0.2.2", TEXTS)


async def test_between_two_new_documents_everybody_makes_a_step(settings: Settings) -> None:
    """And a document that hundreds send at once is prepared once."""
    operations = Operations(schema, settings)
    requests = [Request(f"{{ viewer {{ {FIELDS} }} }} # {number}", None, None) for number in range(20)]
    flood = [asyncio.create_task(operations.admit(request, ATTACKER, TEXTS)) for request in requests]
    same = [
        asyncio.create_task(operations.admit(Request("{ viewer { id } }", None, None), BUYER, TEXTS)) for _ in range(99)
    ]
    steps = 0
    while not all(task.done() for task in flood):
        done = sum(task.done() for task in flood)
        await asyncio.sleep(0)
        steps += 1
        assert sum(task.done() for task in flood) <= done + 1
    assert steps >= len(flood)
    assert len({id(operation.document) for operation in await asyncio.gather(*same)}) == 1


async def test_long_texts_are_paid_for_too(settings: Settings) -> None:
    operations = Operations(schema, settings.model_copy(update={"new_documents_ms": 100, "budgets_times": 1}))
    texts = LongTexts(operations.paid_by)
    unknown = {f"k{number}": number for number in range(90_000)}
    request = {"query": "{ viewer { id } }", "variables": {"input": unknown}}
    body = orjson.dumps(request)
    assert await texts.parsed(lambda: orjson.loads(body), BUYER) == request

    async def flood() -> None:
        for _ in range(100):
            await texts.parsed(lambda: orjson.loads(body), ATTACKER)

    with pytest.raises(RequestError) as refused:
        await flood()
    assert (refused.value.status, refused.value.code) == (429, "RATE_LIMITED")
    assert await texts.parsed(lambda: orjson.loads(body), BUYER) == request
