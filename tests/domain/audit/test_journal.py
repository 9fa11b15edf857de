"""Entries that change no inventory: written with what they tell of, or noted without anybody waiting."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

import pytest
from beanie import PydanticObjectId
from pymongo.asynchronous.client_session import AsyncClientSession

from domain.audit import journal as journals
from domain.audit.journal import Journal
from domain.audit.rejections import refused_entry
from domain.documents import AuditAction, AuditEntry, AuditJournal, User
from domain.errors import EmailTaken
from domain.integrity.audit_chains import check_chains
from domain.people import accounts
from domain.services import Services
from tests.support.waiting import until

SOME_ID = PydanticObjectId("0123456789abcdef01234567")


def note(services: Services, operation: str = "lockSeats", actor_id: PydanticObjectId | None = None) -> None:
    services.journal.note(
        refused_entry(
            services.clock(),
            operation=operation,
            code="NOT_FOUND",
            field=None,
            correlation_id="test",
            actor_id=actor_id,
        )
    )


async def register(services: Services, email: str) -> User:
    return await accounts.register(
        services, name="Ada", email=email, password="correct horse", correlation_id="from ada"
    )


async def chains_are_whole(services: Services) -> bool:
    return [fault async for fault in check_chains(services)] == []


async def test_it_numbers_what_it_is_told(services: Services) -> None:
    user = await register(services, "ada@seatlock.test")
    for number in range(3):
        note(services, f"operation {number}")
    await services.journal.close()
    first, *notes = await AuditEntry.find_all().sort("sequence").to_list()
    assert (first.action, first.actor_id, first.correlation_id) == (AuditAction.USER_REGISTERED, user.id, "from ada")
    assert first.previous == b""
    assert [entry.metadata["operation"] for entry in notes] == ["operation 0", "operation 1", "operation 2"]
    [journal] = await AuditJournal.find_all().to_list()
    assert {entry.chain_id for entry in (first, *notes)} == {journal.id}
    assert journal.sequence == 4
    assert await chains_are_whole(services)


async def test_what_is_not_done_is_not_told(services: Services) -> None:
    await register(services, "ada@seatlock.test")
    with pytest.raises(EmailTaken):
        await register(services, "ADA@seatlock.test")
    assert await AuditEntry.count() == await User.count() == 1


async def test_all_at_once(services: Services) -> None:
    people = [register(services, f"{secrets.token_hex(6)}@seatlock.test") for _ in range(8)]
    for _ in range(50):
        note(services)
    await asyncio.gather(*people)
    await services.journal.close()
    assert sorted([entry.sequence or 0 for entry in await AuditEntry.find_all().to_list()]) == list(range(1, 59))
    assert await chains_are_whole(services)


async def test_each_process_has_one_of_its_own(services: Services) -> None:
    """Nobody waits for another's turn, and nobody's number is taken twice."""
    first, second = services.journal, Journal(services.mongo, services.audit_file, services.clock)
    for journal in (first, second):
        services.journal = journal
        for _ in range(30):
            note(services)
    await asyncio.gather(first.close(), second.close())
    services.journal = first
    assert [journal.sequence for journal in await AuditJournal.find_all().to_list()] == [30, 30]
    assert await chains_are_whole(services)


async def test_notes_wait_while_nothing_can_be_written(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """MongoDB refuses each insert, as one that is read-only does, until it takes them again."""
    monkeypatch.setattr(journals, "PAUSE_SECONDS", 0.02)
    refusing: dict[str, Any] = {"validator": {"none": "such"}, "validationAction": "error"}
    await services.database.command("collMod", "audit_entries", **refusing)
    for number in range(5):
        note(services, f"operation {number}")
    await asyncio.sleep(0)
    assert await AuditEntry.count() == 0
    await services.database.command("collMod", "audit_entries", validator={})

    async def are_written() -> bool:
        return await AuditEntry.count() == 5

    await until(are_written)
    told = await AuditEntry.find_all().sort("sequence").to_list()
    assert [entry.metadata["operation"] for entry in told] == [f"operation {number}" for number in range(5)]
    assert await chains_are_whole(services)


@pytest.mark.parametrize("actor_id", [None, SOME_ID], ids=["nobody", "somebody"])
async def test_a_flood_fills_no_log(
    services: Services, monkeypatch: pytest.MonkeyPatch, actor_id: PydanticObjectId | None
) -> None:
    """Beyond a burst only their number is told, with the next one that there is room for."""
    allowance = "_somebodys" if actor_id else "_nobodys"
    monkeypatch.setattr(services.journal, allowance, journals.Allowance(per_second=0.0, at_once=3))
    for _ in range(100):
        note(services, actor_id=actor_id)
    monkeypatch.setattr(services.journal, allowance, journals.Allowance(per_second=0.0, at_once=3))
    note(services, actor_id=actor_id)
    await services.journal.close()
    told = await AuditEntry.find_all().sort("sequence").to_list()
    assert [entry.metadata.get("count") for entry in told] == [None, None, None, 97, None]
    assert await chains_are_whole(services)


async def test_a_flood_fills_no_memory(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journals, "MOST_WAITING", 10)
    for _ in range(1_000):
        note(services)
    await services.journal.close()
    assert await AuditEntry.count() == 11
    left_out = await AuditEntry.find_one({"metadata.code": "SEVERAL"})
    assert left_out is not None
    assert left_out.metadata["count"] == 990
    note(services)
    await services.journal.close()
    assert await AuditEntry.count() == 12
    assert await chains_are_whole(services)


async def test_a_try_that_failed_leaves_no_trace(services: Services) -> None:
    """What `work` raises half way undoes the entry as well, and the next one has its number."""

    async def fail(session: AsyncClientSession) -> None:
        raise ZeroDivisionError

    entry = refused_entry(
        services.clock(), operation="x", code="NOT_FOUND", field=None, correlation_id="test", actor_id=None
    )
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            await services.journal.write(entry, fail)
    await register(services, "ada@seatlock.test")
    assert [entry.sequence for entry in await AuditEntry.find_all().to_list()] == [1]
    assert await chains_are_whole(services)
