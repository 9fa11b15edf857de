"""Sales never wait for queries, and of queries nobody's wait for another's flood."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from domain.caller import Caller
from domain.documents import Role, new_id
from domain.process.settings import Settings
from domain.services import Services
from graph.execution.operation import Request, RequestError
from graph.execution.operations import Operations
from graph.execution.turns import CHECK, DEAR, DEAR_AT_ONCE, DEAR_LINE, REPORT, Turns
from graph.schema.build import schema
from graph.schema.context import Context
from tests.graph.conftest import Client
from tests.support import scenes
from tests.support.scenes import Scene

MAP = "query ($id: ID!) { event(id: $id) { sections { name rows { name statuses } } } }"
"""Dear, as queries of whole maps are."""
LIST = "{ events { nodes { id name } totalCount } }"
LOCK = """mutation ($id: ID!) {
  lockSeats(input: {eventId: $id, selection: {seats: ["STALLS-A-1"]}, idempotencyKey: "k"}) { __typename } }"""
ATTACKER, NEIGHBOUR = "192.0.2.1", "192.0.2.2"


async def test_who_floods_waits_and_nobody_else_does(services: Services, client: Client) -> None:
    buyer = await scenes.user(services)
    scene = Scene(services, client, scenes.token_of(services, await scenes.admin(services)), "")
    event = await scene.reserved_event()
    operations = Operations(schema, services.settings)

    async def ask(query: str, address: str, caller: Caller | None = None) -> dict[str, Any]:
        variables = {"id": event} if "$id" in query else None
        operation = operations.prepare(Request(query, variables, None))
        return await operations.run(operation, Context(services, caller, "test", address=address))

    flood = [asyncio.create_task(ask(query, ATTACKER)) for query in (MAP, LIST) for _ in range(60)]
    await asyncio.sleep(0)
    locked = await ask(LOCK, ATTACKER, Caller(buyer.id, Role.USER, "test"))
    assert locked == {"data": {"lockSeats": {"__typename": "LockSeatsSuccess"}}}
    assert sum(task.done() for task in flood) < 60, "a lock waits for none of those, of its own address either"
    waiting = [task for task in flood if not task.done()]
    for query in (MAP, LIST):
        await ask(query, NEIGHBOUR)
    assert not all(task.done() for task in waiting)
    for answer in await asyncio.gather(*flood):
        assert "errors" not in answer


def context(address: str, role: Role | None = None) -> Context:
    caller = Caller(new_id(), role, "test") if role else None
    return Context(None, caller, "test", address=address)  # type: ignore[arg-type]  # which nothing here asks


async def test_during_a_rush_reports_take_turns_and_what_is_no_report_does_not(services: Services) -> None:
    turns = Turns(services.settings.model_copy(update={"reports_rest": 1}))
    boss, other = (Context(services, Caller(new_id(), Role.ADMIN, "test"), "test") for _ in range(2))
    for rush in (False, True):
        if rush:
            services.rush.goes_on()
        waiting: asyncio.Task[None] | None = None
        async with turns.of(REPORT, boss):

            async def report() -> None:
                async with turns.of(CHECK - 1, other):
                    pass

            async with turns.of(REPORT - 1, boss), turns.of(CHECK, boss):
                pass  # a page, and a check of everything
            if not rush:
                await report()
                continue
            waiting = asyncio.create_task(report())
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert not waiting.done()
        if waiting is not None:
            await waiting


async def test_a_line_that_is_full_turns_its_own_away(settings: Settings) -> None:
    turns = Turns(settings.model_copy(update={"budgets_times": 1}))
    held = [turns.of(DEAR + 1, context(ATTACKER)) for _ in range(DEAR_AT_ONCE)]
    for turn in held:
        await turn.__aenter__()

    async def wait(address: str) -> str:
        async with turns.of(DEAR + 1, context(address)):
            return address

    line = [asyncio.create_task(wait(ATTACKER)) for _ in range(DEAR_LINE)]
    await asyncio.sleep(0)
    with pytest.raises(Exception, match="Too many of your queries"):
        await wait(ATTACKER)
    neighbour = asyncio.create_task(wait(NEIGHBOUR))
    await asyncio.sleep(0)
    async with turns.of(DEAR, context(ATTACKER)), turns.of(REPORT - 1, context(ATTACKER, Role.ADMIN)):
        pass  # what is not dear, and ADMINs, wait in no such line
    for turn in held:
        await turn.__aexit__(None, None, None)
    done, _ = await asyncio.wait([neighbour, *line], return_when=asyncio.FIRST_COMPLETED)
    assert await neighbour == NEIGHBOUR
    assert len(done) < DEAR_LINE
    await asyncio.gather(*line)


async def test_it_is_answered_as_too_many_requests(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.execution.turns.LINE", 0)
    operations = Operations(schema, settings.model_copy(update={"mongo_pool_size": 2}))
    operation = operations.prepare(Request("{ __typename }", None, None))
    async with operations._turns.of(1, context(ATTACKER)), operations._turns.of(1, context(ATTACKER)):
        with pytest.raises(RequestError) as refused:
            await operations.run(operation, context(ATTACKER))
    assert (refused.value.status, refused.value.code, refused.value.headers) == (
        429,
        "RATE_LIMITED",
        ((b"retry-after", b"1"),),
    )
    assert refused.value.errors[0]["extensions"]["retryAfterSeconds"] == 1
