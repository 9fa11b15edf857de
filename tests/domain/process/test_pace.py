"""Work that can wait gives way to those who buy, and ends all the same."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from domain.process.pace import FIRST, FULL, LEAST, LONGEST_REST_SECONDS, MOST, SHORT_SECONDS, Pace
from domain.process.rush import Rush
from domain.services import Services


class Hall:
    """A clock that moves when told, or when somebody rests; and whether anybody buys."""

    def __init__(self, *, rush: bool) -> None:
        self.now = 100.0
        self.rush = rush
        self.rests: list[float] = []
        self.pace = Pace(self.is_rush, timer=lambda: self.now, sleep=self.sleep)

    async def is_rush(self) -> bool:
        return self.rush

    async def sleep(self, seconds: float) -> None:
        if seconds:
            self.rests.append(round(seconds, 6))
            self.now += seconds
        await asyncio.sleep(0)

    async def work(self, seconds: float, done: int | None = None, *, fails: bool = False) -> int:
        """A batch that takes so long: how many things it may have."""
        async with self.pace.batch() as batch:
            self.now += seconds
            if fails:
                raise ZeroDivisionError
            batch.done = batch.size if done is None else done
        return batch.size


async def test_nobody_buys_so_it_goes_at_full_speed() -> None:
    hall = Hall(rush=False)
    assert [await hall.work(1.0) for _ in range(3)] == [FULL] * 3
    assert hall.rests == []


async def test_during_a_rush_it_rests_as_long_as_it_works() -> None:
    hall = Hall(rush=True)
    for took in (0.02, 0.01, 0.04, 9.0, 0.01):
        await hall.work(took)
    # After the last batch nobody waits.
    assert hall.rests == [0.02, 0.01, 0.04, LONGEST_REST_SECONDS]


async def test_time_that_has_passed_anyway_is_rest() -> None:
    hall = Hall(rush=True)
    await hall.work(0.02)
    hall.now += 0.015
    await hall.work(0.02)
    assert hall.rests == [0.005]
    hall.now += 1
    await hall.work(0.02)
    assert hall.rests == [0.005]


async def test_batches_are_as_large_as_is_short() -> None:
    hall = Hall(rush=True)
    assert await hall.work(SHORT_SECONDS / 2) == FIRST
    for _ in range(10):
        size = await hall.work(SHORT_SECONDS / 2)
    assert size == MOST
    assert await hall.work(SHORT_SECONDS * 1.25) == MOST
    assert await hall.work(SHORT_SECONDS * 9) == int(MOST / 1.25)
    assert await hall.work(SHORT_SECONDS * 9) == int(MOST / 1.25) // 2
    for _ in range(10):
        size = await hall.work(SHORT_SECONDS * 9)
    assert size == LEAST


async def test_a_batch_of_few_things_does_not_tell_that_more_are_short() -> None:
    hall = Hall(rush=True)
    for _ in range(10):
        assert await hall.work(SHORT_SECONDS / 2, done=1) == FIRST


async def test_during_a_rush_one_goes_at_a_time_and_at_rest_several() -> None:
    for rush, together in ((True, 1), (False, 3)):
        hall, at_work, most = Hall(rush=rush), 0, 0

        async def work(hall: Hall) -> None:
            nonlocal at_work, most
            async with hall.pace.batch():
                at_work += 1
                most = max(most, at_work)
                await asyncio.sleep(0)
                at_work -= 1

        await asyncio.gather(*(work(hall) for _ in range(3)))
        assert most == together


async def test_what_fails_rests_too_and_holds_up_nobody() -> None:
    hall = Hall(rush=True)
    with pytest.raises(ZeroDivisionError):
        await hall.work(0.02, fails=True)
    await hall.work(0.01)
    assert hall.rests == [0.02]
    hall.rush = False
    assert await hall.work(0.01) == FULL


# ---------------------------------------------------------------- who buys


@pytest.fixture
async def nobody_there() -> AsyncIterator[Redis]:
    redis: Redis = Redis.from_url("redis://127.0.0.1:1", socket_connect_timeout=0.5)
    yield redis
    await redis.aclose()


async def test_a_rush_is_known_in_every_process_of_the_shop(services: Services) -> None:
    shop = services.settings.mongo_database
    seller, worker = (Rush(services.redis, shop) for _ in range(2))
    other_shop = Rush(services.redis, f"{shop}-2")
    assert not await worker.is_on()
    seller.goes_on()
    seller.goes_on()
    await seller.close()
    assert [await rush.is_on() for rush in (seller, worker, other_shop)] == [True, True, False]
    left = await services.redis.pttl(f"{shop}:rush")
    assert 0 < left <= 1_000


async def test_where_nobody_can_know_it_counts_as_a_rush(nobody_there: Redis) -> None:
    rush = Rush(nobody_there, "shop")
    assert await rush.is_on()
    rush.goes_on()
    await rush.close()
    assert await rush.is_on()
