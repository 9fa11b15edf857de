"""Texts by their hash, in Redis: bounded by size and time, and done without while Redis is away."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from typing import Any

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from domain.process.stored_texts import MOST_OF_ONE, OVERHEAD, REFILL_SECONDS, StoredTexts, digest_of
from tests.conftest import Servers

ASKER = "192.0.2.1"


class Time:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def redis(servers: Servers) -> AsyncIterator[Any]:  # whose types are those of the synchronous one, too
    async with Redis.from_url(servers.redis_url, decode_responses=True) as redis:
        yield redis


@pytest.fixture
def prefix() -> str:
    return f"test-{secrets.token_hex(6)}"


async def test_what_one_process_is_told_another_knows(redis: Any, prefix: str) -> None:
    one, other = (StoredTexts(redis, prefix, seconds=60, patience_seconds=2, most_bytes=65_536) for _ in range(2))
    digest = digest_of("{ viewer { id } }")
    assert await other.get(digest, ASKER) is None
    await one.put(digest, "{ viewer { id } }", ASKER)
    assert await other.get(digest, ASKER) == "{ viewer { id } }"
    assert 0 < await redis.ttl(f"{prefix}:texts") <= 60
    assert 0 < await redis.ttl(f"{prefix}:texts:used") <= 60


async def test_those_that_are_used_stay_and_the_others_make_room(redis: Any, prefix: str) -> None:
    most = 65_536
    texts = [f"{number:05}" * 2_000 for number in range(12)]
    for number, text in enumerate(texts):
        # Each by a process that remembers nothing.
        await StoredTexts(redis, prefix, seconds=60, patience_seconds=2, most_bytes=most).put(
            digest_of(text), text, ASKER
        )
        assert await StoredTexts(redis, prefix, seconds=60, patience_seconds=2, most_bytes=most).get(
            digest_of(texts[0]), ASKER
        ), number
    kept = await redis.hgetall(f"{prefix}:texts")
    size = int(kept.pop(""))
    assert size == sum(len(text) + OVERHEAD for text in kept.values()) <= most
    assert set(kept) == {digest_of(text) for text in (texts[0], *texts[-5:])}
    assert set(await redis.zrange(f"{prefix}:texts:used", 0, -1)) == set(kept)


async def test_what_nobody_asked_for_is_forgotten(redis: Any, prefix: str) -> None:
    texts = StoredTexts(redis, prefix, seconds=60, patience_seconds=2, most_bytes=65_536)
    await texts.put(digest_of("old"), "old", ASKER)
    await redis.zadd(f"{prefix}:texts:used", {digest_of("old"): 1})
    await texts.put(digest_of("new"), "new", ASKER)
    assert await redis.hgetall(f"{prefix}:texts") == {"": str(3 + OVERHEAD), digest_of("new"): "new"}


async def test_half_of_it_lost_is_all_of_it_lost(redis: Any, prefix: str) -> None:
    texts = StoredTexts(redis, prefix, seconds=60, patience_seconds=2, most_bytes=65_536)
    for lost in ("texts", "texts:used"):
        await texts.put(digest_of(lost), lost, ASKER)
        await redis.delete(f"{prefix}:{lost}")
        await texts.put(digest_of(f"after {lost}"), f"after {lost}", ASKER)
        assert await redis.hlen(f"{prefix}:texts") == 2
        assert await redis.zcard(f"{prefix}:texts:used") == 1


async def test_what_is_in_use_here_is_told_again_to_a_redis_that_lost_it(redis: Any, prefix: str) -> None:
    clock, digest = Time(), digest_of("text")
    texts = StoredTexts(redis, prefix, seconds=60, patience_seconds=2, most_bytes=65_536, clock=clock)
    await texts.put(digest, "text", ASKER)
    await redis.delete(f"{prefix}:texts", f"{prefix}:texts:used")
    assert await texts.get(digest, ASKER) == "text"
    assert not await redis.exists(f"{prefix}:texts"), "it is not asked each time"
    clock.now += 61
    assert await texts.get(digest, ASKER) == "text"
    assert await redis.hget(f"{prefix}:texts", digest) == "text"


async def test_another_text_under_a_hash_is_not_believed(redis: Any, prefix: str) -> None:
    await redis.hset(f"{prefix}:texts", digest_of("text"), "another")
    texts = StoredTexts(redis, prefix, seconds=60, patience_seconds=2, most_bytes=65_536)
    assert await texts.get(digest_of("text"), ASKER) is None


async def test_without_redis_only_this_process_knows(prefix: str) -> None:
    async with Redis(host="127.0.0.1", port=1) as nobody:
        texts = StoredTexts(nobody, prefix, seconds=60, patience_seconds=2, most_bytes=65_536)
        await texts.put(digest_of("text"), "text", ASKER)
        assert await texts.get(digest_of("text"), ASKER) == "text"
        assert await texts.get(digest_of("another"), ASKER) is None


async def test_memory_is_bounded_too(redis: Any, prefix: str) -> None:
    texts = StoredTexts(redis, prefix, seconds=60, patience_seconds=2, most_bytes=65_536)
    for number in range(40):
        text = f"{number:05}" * 4_000
        await texts.put(digest_of(text), text, ASKER)
    assert texts._size == sum(len(text) for text, _ in texts._remembered.values()) <= 512 * 1024


async def test_what_is_no_hash_is_no_question_to_redis(prefix: str) -> None:
    """A megabyte from a client would be late there, and nobody's hash would be known for a while."""
    async with Redis(host="127.0.0.1", port=1) as nobody:
        texts = StoredTexts(nobody, prefix, seconds=60, patience_seconds=2, most_bytes=65_536)
        with capture_logs() as logs:
            for digest in ("x", "a" * 1_000_000, "A" * 64, "\0" * 64):
                assert await texts.get(digest, ASKER) is None
            assert logs == []
            assert await texts.get("a" * 64, ASKER) is None
            assert [line["event"] for line in logs] == ["persisted queries without Redis"]


async def test_one_asker_does_not_have_all_others_forgotten(redis: Any, prefix: str) -> None:
    time = Time()
    texts = StoredTexts(redis, prefix, seconds=60, patience_seconds=2, most_bytes=2 * MOST_OF_ONE, clock=time)
    honest, padded = "{ viewer { id } }", [f"{number:08}" * (MOST_OF_ONE // 32) for number in range(12)]
    await texts.put(digest_of(honest), honest, "192.0.2.7")
    for text in padded:
        await texts.put(digest_of(text), text, ASKER)
    other = StoredTexts(redis, prefix, seconds=60, patience_seconds=2, most_bytes=2 * MOST_OF_ONE)
    assert await other.get(digest_of(honest), ASKER) == honest
    assert [bool(await other.get(digest_of(text), ASKER)) for text in padded] == [True] * 4 + [False] * 8
    time.now += REFILL_SECONDS / 4  # after which there is room for one more
    await texts.put(digest_of(padded[4]), padded[4], ASKER)
    assert await other.get(digest_of(padded[4]), ASKER) == padded[4]
