"""One connection to Redis for all: answers come to who asked, and a connection that is lost is made again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from domain.process.redis_wire import RedisWire
from domain.services import Services
from tests.support.line import Line, line_to
from tests.support.waiting import until


@pytest.fixture
async def wire(services: Services) -> AsyncIterator[RedisWire]:
    wire = RedisWire(services.redis)
    yield wire
    await wire.close()


@pytest.fixture
async def line(services: Services) -> AsyncIterator[tuple[Line, RedisWire]]:
    """A wire through a line that can be cut."""
    port = services.redis.connection_pool.connection_kwargs["port"]
    async with line_to(port) as line, Redis(port=line.port, decode_responses=True) as redis:
        wire = RedisWire(redis)
        yield line, wire
        await wire.close()


def lost_by(line: Line) -> Callable[[], Awaitable[bool]]:
    async def is_lost() -> bool:
        return line.has_lost

    return is_lost


async def echo(wire: RedisWire, text: str) -> str:
    (answer,) = await wire.send(("ECHO", text), seconds=5)
    return str(answer)


async def test_each_gets_its_own_answer(wire: RedisWire) -> None:
    texts = [str(number) for number in range(200)]
    assert list(await asyncio.gather(*(echo(wire, text) for text in texts))) == texts
    assert await wire.send(*(("ECHO", text) for text in texts), seconds=5) == texts


async def test_all_share_one_connection(wire: RedisWire) -> None:
    ids = await asyncio.gather(*(wire.send(("CLIENT", "ID"), seconds=5) for _ in range(20)))
    assert len({answer for (answer,) in ids}) == 1


async def test_a_refused_command_disturbs_no_other(wire: RedisWire) -> None:
    before, refused, after = await asyncio.gather(
        echo(wire, "before"), wire.send(("NO-SUCH-COMMAND",), seconds=5), echo(wire, "after"), return_exceptions=True
    )
    assert (before, after) == ("before", "after")
    assert isinstance(refused, ResponseError)


async def test_who_goes_away_takes_nobodys_answer_along(wire: RedisWire) -> None:
    await echo(wire, "connected")
    going = asyncio.create_task(echo(wire, "gone"))
    await asyncio.sleep(0)
    going.cancel()
    assert await echo(wire, "here") == "here"


async def test_a_script_that_redis_has_forgotten_is_sent_again(wire: RedisWire, services: Services) -> None:
    script = services.redis.register_script("return {KEYS[1], ARGV[1]}")
    for _ in range(2):
        await services.redis.script_flush()
        assert await wire.run(script, ["key"], ("word",), seconds=5) == ["key", "word"]


async def test_what_waits_fails_when_the_line_is_cut_and_the_next_finds_another(line: tuple[Line, RedisWire]) -> None:
    cut, wire = line
    assert await echo(wire, "before") == "before"
    cut.lose_answer_to("unanswered")
    waiting = [asyncio.create_task(echo(wire, "unanswered")) for _ in range(3)]
    await until(lost_by(cut))
    cut.hang_up()
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(answer, RedisConnectionError) for answer in answers)
    assert await echo(wire, "after") == "after"


async def test_a_silent_redis_is_not_asked_on_the_same_connection_again(line: tuple[Line, RedisWire]) -> None:
    silent, wire = line
    assert await echo(wire, "before") == "before"
    silent.lose_answer_to("unanswered")
    with pytest.raises(RedisTimeoutError):
        await wire.send(("ECHO", "unanswered"), seconds=0.2)
    assert await echo(wire, "after") == "after"


async def test_where_nobody_listens_each_attempt_fails_and_a_later_one_connects(line: tuple[Line, RedisWire]) -> None:
    cut, wire = line
    cut.cut()
    for answer in await asyncio.gather(*(echo(wire, "x") for _ in range(3)), return_exceptions=True):
        assert isinstance(answer, RedisError)
    cut.mend()
    assert await echo(wire, "after") == "after"


async def test_closing_ends_what_waits(line: tuple[Line, RedisWire]) -> None:
    silent, wire = line
    await echo(wire, "before")
    silent.lose_answer_to("unanswered")
    waiting = asyncio.create_task(echo(wire, "unanswered"))
    await until(lost_by(silent))
    await wire.close()
    with pytest.raises(RedisConnectionError):
        await waiting


async def test_a_connection_that_ends_as_it_is_made_confuses_no_answers(services: Services) -> None:
    """Whoever waited for it has to wait for the next, and hears of nothing that others asked there."""
    line, greeted = Line(services.redis.connection_pool.connection_kwargs["port"]), 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal greeted
        greeted += 1
        if greeted > 1:
            await line.serve(reader, writer)
            return
        await reader.readuntil(b"LIB-VER")
        writer.write(b"+OK\r\n+OK\r\n")
        writer.close()

    async def is_made_again() -> bool:
        return greeted == 2

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        async with Redis(port=server.sockets[0].getsockname()[1], decode_responses=True) as redis:
            wire = RedisWire(redis)
            asked = [asyncio.create_task(echo(wire, "first"))]
            await until(is_made_again)
            asked += [asyncio.create_task(echo(wire, text)) for text in ("second", "third")]
            assert await asyncio.gather(*asked) == ["first", "second", "third"]
            await wire.close()
        line.cut()
