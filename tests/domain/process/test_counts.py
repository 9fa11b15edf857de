"""Counts are everybody's in Redis, and one's own while it is away; nobody notices but the log."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from domain.documents import new_id
from domain.errors import OverBudget
from domain.process import counts
from domain.process.budgets import SHARED, Budget, Budgets
from domain.process.counts import Counts, Rate
from domain.process.fingerprints import Fingerprints, network_of
from domain.process.settings import Settings
from domain.services import Services

FIVE = Rate.of("5/hour")


PATIENCE_SECONDS = 2.0
"""However busy this machine is."""


def counts_of(redis: Redis, patience_seconds: float = PATIENCE_SECONDS) -> Counts:
    return Counts(redis, "test", patience_seconds)


@asynccontextmanager
async def redis_at(port: int) -> AsyncIterator[Redis]:
    redis: Redis = Redis.from_url(
        f"redis://127.0.0.1:{port}", decode_responses=True, socket_connect_timeout=5, retry=Retry(NoBackoff(), 0)
    )
    yield redis
    await redis.aclose()


async def taken(by: Counts, tries: int, name: str = "ann") -> int:
    return sum(await asyncio.gather(*(by.take(FIVE, name) for _ in range(tries))))


async def test_several_processes_count_together(services: Services) -> None:
    prefix = services.settings.mongo_database
    one, another = (Counts(services.redis, prefix, PATIENCE_SECONDS) for _ in range(2))
    got = await asyncio.gather(*(taken(each, 20) for each in (one, another, one)))
    assert sum(got) == 5
    assert not await another.has_left(FIVE, "ann")
    assert await another.has_left(FIVE, "bo")
    assert 1 <= await another.seconds_to_wait(FIVE, "ann") <= 3600
    await one.forget(FIVE, "ann")
    assert await another.take(FIVE, "ann")


async def test_where_redis_is_away_each_counts_alone(unused_tcp_port: int) -> None:
    async with redis_at(unused_tcp_port) as redis:
        alone = counts_of(redis)
        assert await taken(alone, 20) == 5
        assert await taken(alone, 20, "bo") == 5
        assert 1 <= await alone.seconds_to_wait(FIVE, "ann") <= 3600


def callers_of(silent: socket.socket) -> int:
    """How many have called since it was last asked."""
    count = 0
    with suppress(BlockingIOError):
        while True:
            caller, _ = silent.accept()
            caller.close()
            count += 1
    return count


async def test_a_redis_that_says_nothing_is_waited_for_once_and_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "PAUSE_SECONDS", 3_600)
    with socket.create_server(("127.0.0.1", 0), backlog=100) as silent:
        silent.setblocking(False)
        async with redis_at(silent.getsockname()[1]) as redis:
            alone = counts_of(redis, patience_seconds=1)
            began = time.monotonic()
            assert await taken(alone, 20) == 5
            # Whoever waits for a turn of theirs does not wait for Redis, too: that would make three seconds.
            assert 1 <= time.monotonic() - began < 3
            assert callers_of(silent) > 0
            assert await taken(alone, 20) == 0
            assert callers_of(silent) == 0


async def test_users_of_one_address_share_more_than_one_has(services: Services, settings: Settings) -> None:
    narrow = settings.model_copy(update={"budget_search": "2/hour", "budgets_times": 1})
    budgets = Budgets(
        Counts(services.redis, "test", PATIENCE_SECONDS), Fingerprints(settings.secret_key.get_secret_value()), narrow
    )
    for _ in range(SHARED):
        user_id = new_id()
        for _ in range(2):
            await budgets.check(Budget.SEARCH, user_id=user_id, address="192.0.2.1")
            await budgets.spend(Budget.SEARCH, user_id=user_id, address="192.0.2.1")
        with pytest.raises(OverBudget):
            await budgets.check(Budget.SEARCH, user_id=user_id)
    with pytest.raises(OverBudget):
        await budgets.spend(Budget.SEARCH, user_id=new_id(), address="192.0.2.1")
    await budgets.spend(Budget.SEARCH, address="192.0.2.1")
    await budgets.spend(Budget.SEARCH, user_id=new_id(), address="192.0.2.2")


async def test_who_paid_nothing_is_refused_nothing_because_of_others(services: Services, settings: Settings) -> None:
    narrow = settings.model_copy(update={"budget_access_code": "1/hour", "budgets_times": 1})
    budgets = Budgets(
        Counts(services.redis, "others", PATIENCE_SECONDS), Fingerprints(settings.secret_key.get_secret_value()), narrow
    )
    for _ in range(SHARED):
        await budgets.spend(Budget.ACCESS_CODE, user_id=new_id(), address="192.0.2.1")
    neighbour = new_id()
    await budgets.check(Budget.ACCESS_CODE, user_id=neighbour, address="192.0.2.1")
    with pytest.raises(OverBudget):
        await budgets.spend(Budget.ACCESS_CODE, user_id=neighbour, address="192.0.2.1")
    with pytest.raises(OverBudget):
        await budgets.check(Budget.ACCESS_CODE, user_id=neighbour, address="192.0.2.1")


@pytest.mark.parametrize(
    ("one", "another", "are_one"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::", True),
        ("2001:db8:1:2::1", "2001:0db8:0001:0002::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("fe80::1%eth0", "fe80::2", True),
    ],
)
def test_a_household_of_ipv6_is_one_address(one: str, another: str, are_one: bool) -> None:
    assert (network_of(one) == network_of(another)) is are_one


def test_a_fingerprint_tells_nothing_without_the_key() -> None:
    one, another = Fingerprints("a" * 32), Fingerprints("b" * 32)
    assert one.of_address("192.0.2.1") == one.of_address("192.0.2.1") != another.of_address("192.0.2.1")
    assert one.of_account("192.0.2.1") != one.of_address("192.0.2.1")
    assert len(one.of_address("192.0.2.1")) == 16


async def test_who_was_told_to_wait_and_does_not_costs_no_question(services: Services) -> None:
    settings = services.settings.model_copy(update={"budget_search": "2/hour", "budgets_times": 1})

    class Counting(Counts):
        taken = 0

        async def take(self, rate: Rate, *names: str) -> bool:
            self.taken += 1
            return await super().take(rate, *names)

    counting = Counting(services.redis, settings.mongo_database, PATIENCE_SECONDS)
    budgets = Budgets(counting, Fingerprints(settings.secret_key.get_secret_value()), settings)
    for _ in range(2):
        await budgets.spend(Budget.SEARCH, address="10.0.0.1")
    for _ in range(50):
        with pytest.raises(OverBudget) as refused:
            await budgets.spend(Budget.SEARCH, address="10.0.0.1")
        assert 1 <= refused.value.retry_after_seconds <= 3600
    assert counting.taken == 3
    await budgets.spend(Budget.SEARCH, address="10.0.0.2")
