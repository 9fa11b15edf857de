"""Who sends nothing but new documents waits, and whoever sends known ones never does."""

from __future__ import annotations

import time

import pytest

from domain.errors import OverBudget
from domain.process.settings import Settings
from graph.execution.operations import Operations, Request, RequestError
from graph.execution.preparing import MAX_ADDRESSES, NewDocuments
from graph.schema.build import schema


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


def test_known_documents_cost_nothing(settings: Settings) -> None:
    operations = Operations(schema, settings.model_copy(update={"new_documents_ms": 100, "budgets_times": 1}))
    known = Request("query ($id: ID!) { event(id: $id) { id name } }", {"id": "x"}, None)
    operations.prepare(known, "192.0.2.1")
    fields = " ".join(f"a{i}: id" for i in range(25))

    def flood() -> None:
        for number in range(10_000):
            operations.prepare(Request(f"{{ viewer {{ {fields} }} }} # {number}", None, None), "192.0.2.1")

    with pytest.raises(RequestError) as refused:
        flood()
    assert (refused.value.status, refused.value.code) == (429, "RATE_LIMITED")
    assert refused.value.errors[0]["extensions"]["retryAfterSeconds"] >= 1
    assert dict(refused.value.headers)[b"retry-after"].isdigit()
    operations.prepare(known, "192.0.2.1")
    operations.prepare(Request("{ viewer { id } }", None, None), "192.0.2.2")
