"""The chain of hashes: whole after whatever happens, and whoever tampers with one document is found out."""

from __future__ import annotations

import asyncio
import random
import secrets
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

import bson
import pytest
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.errors import AutoReconnect

from domain.audit.rejections import refused_entry
from domain.documents import AuditAction, AuditEntry, AuditJournal, Event, new_id
from domain.errors import EmailTaken, Refusal
from domain.ids import api_id
from domain.integrity.audit_chains import ChainFault, FaultKind, check_chains
from domain.integrity.drift import check_inventory
from domain.jobs.recovery import recover_all
from domain.payments.refund import send_refunds
from domain.people import accounts
from domain.process.progress import Progress
from domain.process.settings import Settings
from domain.services import Services
from tests.conftest import Servers
from tests.domain.integrity.test_check import Shop
from tests.support.api import command
from tests.support.commands import environment, seatlock
from tests.support.sale import Sale, open_sale, somebody
from tests.support.shops import open_shop, undone_afterwards
from tests.support.sweeping import sweep_due
from tests.support.waiting import until

WRITERS, BUYERS, PURCHASES = 3, 6, 8

Fault = tuple[FaultKind, int | None, Any]
"""What was done, to which number, of which entry."""

ALTERED, REMOVED, INSERTED = FaultKind.ALTERED, FaultKind.REMOVED, FaultKind.INSERTED


async def faults(services: Services) -> list[Fault]:
    return [(fault.kind, fault.sequence, fault.entry_id) async for fault in check_chains(services)]


def noted(services: Services, operation: str = "lockSeats") -> AuditEntry:
    return refused_entry(
        services.clock(), operation=operation, code="NOT_FOUND", field=None, correlation_id="test", actor_id=None
    )


async def register(services: Services, email: str | None = None) -> None:
    email = email or f"{secrets.token_hex(6)}@seatlock.test"
    await accounts.register(services, name="Ada", email=email, password="correct horse", correlation_id="test")


async def settled(services: Services) -> None:
    """Every note is written."""
    await services.journal.close()


# ---------------------------------------------------------------- whatever happens


async def buy(sale: Sale, chance: random.Random, events: list[Event]) -> None:
    """One way or another through some purchases, each step twice now and then."""
    buyer = somebody()
    for _ in range(PURCHASES):
        sale.services.journal.note(noted(sale.services))
        event, key = chance.choice(events), secrets.token_hex(8)
        with suppress(Refusal):
            locked = await sale.lock(event, buyer, quantity=chance.randint(1, 3), key=key)
            if chance.random() < 0.4:
                await sale.lock(event, buyer, quantity=len(locked.lock.seats or ()) or 1, key=key)
            if chance.random() < 0.2:
                await sale.release(locked.lock, buyer)
                continue
            booking = (await sale.confirm(locked.lock, buyer)).booking
            if chance.random() < 0.7:
                await sale.pay(booking, buyer)
            if chance.random() < 0.4:
                await sale.cancel(booking, buyer)


async def test_a_busy_sale_through_several_writers(settings: Settings) -> None:
    chance = random.Random(6)
    async with open_sale(settings, WRITERS) as sale:
        events = [await sale.event(40), await sale.numbered_event(20), await sale.event(5)]
        await asyncio.gather(
            *(buy(sale, chance, events) for _ in range(BUYERS)), *(register(sale.services) for _ in range(4))
        )
        sale.time.now += timedelta(hours=1)
        await sweep_due(sale.services)
        await send_refunds(sale.services, Progress())
        await settled(sale.services)
        assert await faults(sale.services) == []
        # One chain an event and one of what changes no inventory, each numbered without a gap.
        chains = await AuditEntry.get_pymongo_collection().distinct("chain_id")
        journals = [journal.id for journal in await AuditJournal.find_all().to_list()]
        assert set(chains) == {event.id for event in events} | set(journals)
        for chain in chains:
            numbers = [
                entry.sequence for entry in await AuditEntry.find({"chain_id": chain}).sort("sequence").to_list()
            ]
            assert numbers == list(range(1, len(numbers) + 1))
        assert await AuditEntry.find({"is_retry": True}).count() > 0
        assert await AuditEntry.find({"action": AuditAction.REQUEST_REJECTED.value}).count() == BUYERS * PURCHASES


async def test_a_change_that_is_refused_leaves_no_gap(services: Services) -> None:
    await register(services, "ada@seatlock.test")
    for _ in range(3):
        with pytest.raises(EmailTaken):
            await register(services, "ada@seatlock.test")
    await register(services)
    assert await faults(services) == []
    assert sorted([entry.sequence or 0 for entry in await AuditEntry.find_all().to_list()]) == [1, 2]


@pytest.mark.parametrize("is_committed", [True, False])
async def test_a_journal_whose_commit_nobody_answered(
    services: Services, monkeypatch: pytest.MonkeyPatch, is_committed: bool
) -> None:
    """The connection breaks around the commit: it may have happened, or not."""
    await register(services)
    commit = AsyncClientSession.commit_transaction

    async def broken(session: AsyncClientSession) -> None:
        if is_committed:
            await commit(session)
        else:
            await session.abort_transaction()
        raise AutoReconnect("connection closed")

    with monkeypatch.context() as breaking:
        breaking.setattr(AsyncClientSession, "commit_transaction", broken)
        with pytest.raises(AutoReconnect):
            await register(services)
    await register(services)
    services.journal.note(noted(services))
    await settled(services)
    assert await faults(services) == []
    assert await AuditEntry.count() == (4 if is_committed else 3)


async def test_inventory_repair_keeps_the_chain(services: Services) -> None:
    sale, buyer = Sale([services], services.clock), somebody()  # type: ignore[arg-type]  # nobody moves it
    event = await sale.event(10)
    await sale.book(event, buyer, 2)
    await Event.get_pymongo_collection().update_one({"_id": event.id}, {"$inc": {"sections.0.held": 1}})
    assert await recover_all(services) != []
    await sale.lock(event, buyer)
    assert await check_inventory(services) == []
    assert await AuditEntry.find({"action": AuditAction.INVENTORY_REPAIRED.value}).count() == 1
    assert await faults(services) == []


KILLED = """
import asyncio, secrets, sys
from domain.people.accounts import register
from domain.opening import open_services
from domain.process.settings import load_settings
from tests.domain.integrity.test_audit_chain import noted
from tests.support.sale import Sale, somebody
async def main():
    async with open_services(load_settings()) as services:
        sale = Sale([services], services.clock)
        event = await sale.event(100_000)
        print("ready", flush=True)
        async def buy():
            buyer = somebody()
            while True:
                await sale.pay(await sale.book(event, buyer), buyer)
                services.journal.note(noted(services))
        await asyncio.gather(*(buy() for _ in range(8)))
asyncio.run(main())
"""


async def test_kill_9_in_the_middle_of_a_sale(services: Services) -> None:
    async def has_sold(entries: int) -> bool:
        return await AuditEntry.count() > entries

    for entries in (12, 33):
        program = command(services.settings, sys.executable, "-c", KILLED)
        process = await asyncio.create_subprocess_exec(*program, stdout=asyncio.subprocess.PIPE)
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
        await until(partial(has_sold, entries))  # any moment after that will do
        process.kill()
        assert await process.wait() == -signal.SIGKILL
    assert await faults(services) == []
    assert await check_inventory(services) == []


# ---------------------------------------------------------------- telling
# Those that open services of their own come before those that share a shop: Beanie's classes know one client at a time.


async def check(settings: Settings) -> tuple[int, str]:
    """The exit code of `seatlock check`, and what it prints."""
    ended = await asyncio.to_thread(seatlock, "check", env=environment(settings))
    return ended.returncode, ended.stdout


async def test_the_check_prints_it_and_exits_1(services: Services) -> None:
    await register(services)
    await register(services)
    code, said = await check(services.settings)
    assert (code, said[:7]) == (0, "clean: ")
    entry = await AuditEntry.find_one({"sequence": 1})
    assert entry is not None
    await AuditEntry.get_pymongo_collection().update_one({"_id": entry.id}, {"$set": {"correlation_id": "another"}})
    told = f"audit entry {api_id('AuditEntry', entry.id)}, number 1 of chain {entry.chain_id}, was altered\n"
    assert await check(services.settings) == (1, told)


async def test_the_number_of_a_journals_only_entry_taken_away(services: Services) -> None:
    await register(services)
    await AuditEntry.get_pymongo_collection().update_one({}, {"$unset": {"sequence": 1}})
    assert (REMOVED, 1, None) in await faults(services)


# ---------------------------------------------------------------- tampering


@pytest.fixture(scope="module")
async def busy_shop(servers: Servers) -> AsyncIterator[Shop]:
    """A shop where one of everything has happened, and a journal with some entries."""
    async with open_shop(servers) as shop:
        for number in range(4):
            await register(shop.services, f"{number}@seatlock.test")
        yield shop


@pytest.fixture
async def shop(busy_shop: Shop) -> AsyncIterator[Shop]:
    async with undone_afterwards(busy_shop):
        yield busy_shop


async def entries(shop: Shop, *, in_journal: bool = False) -> list[dict[str, Any]]:
    """Those of the event, or of the journal, in order."""
    chain: Any = {"$ne": shop.event.id} if in_journal else shop.event.id
    return await AuditEntry.get_pymongo_collection().find({"chain_id": chain}, sort=[("sequence", 1)]).to_list()


async def alter(entry: dict[str, Any], change: dict[str, Any]) -> None:
    altered = await AuditEntry.get_pymongo_collection().update_one({"_id": entry["_id"]}, change)
    assert altered.modified_count == 1


def other(value: Any) -> Any:
    """Another value, of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, bytes):
        return secrets.token_bytes(32)
    if isinstance(value, bson.ObjectId):
        return new_id()
    if isinstance(value, dict):
        return {**value, "more": 1}
    if isinstance(value, list):
        return [*value, "STALLS-Z-1"]
    if isinstance(value, str):
        return value + "."
    return value + (timedelta(milliseconds=1) if hasattr(value, "year") else 1)


async def test_untouched_it_is_whole(shop: Shop) -> None:
    assert await faults(shop.services) == []
    assert len(await entries(shop)) > 40


@pytest.mark.parametrize("in_journal", [False, True], ids=["event", "journal"])
async def test_each_field_of_first_middle_and_last(shop: Shop, in_journal: bool) -> None:
    """Altered, or gone: it is that entry that is named, whichever field it was."""
    chain = await entries(shop, in_journal=in_journal)
    for entry in (chain[0], chain[1], chain[len(chain) // 2], chain[-1]):
        for name in entry.keys() - {"_id", "sequence", "chain_id"}:
            for change in ({"$set": {name: other(entry[name])}}, {"$unset": {name: 1}}):
                await alter(entry, change)
                assert await faults(shop.services) == [(ALTERED, entry["sequence"], entry["_id"])], (name, change)
                await AuditEntry.get_pymongo_collection().replace_one({"_id": entry["_id"]}, entry)
    assert await faults(shop.services) == []


async def test_a_field_added(shop: Shop) -> None:
    *_, entry = await entries(shop)
    await alter(entry, {"$set": {"note": "all is well"}})
    assert await faults(shop.services) == [(ALTERED, entry["sequence"], entry["_id"])]


async def test_metadata_of_a_refund(shop: Shop) -> None:
    entry = next(each for each in await entries(shop) if each["action"] == AuditAction.REFUND_INITIATED)
    await alter(entry, {"$set": {"metadata.amount_minor": 1}})
    assert await faults(shop.services) == [(ALTERED, entry["sequence"], entry["_id"])]


@pytest.mark.parametrize("place", [0, 1, 20, -1])
@pytest.mark.parametrize("number", [0, -1, 10**6, 10**12, 2.5, None, "1"])
async def test_a_number_altered(shop: Shop, place: int, number: Any) -> None:
    entry = (await entries(shop))[place]
    await alter(entry, {"$set": {"sequence": number}})
    found = await faults(shop.services)
    assert (REMOVED, entry["sequence"], None) in found
    # What has another number now has no place where it is.
    assert {fault for fault in found if fault[0] is not REMOVED} <= {
        (INSERTED, number if isinstance(number, int) else None, entry["_id"])
    }
    assert len(found) <= 2


async def test_the_same_number_in_another_type(shop: Shop) -> None:
    entry = (await entries(shop))[7]
    await alter(entry, {"$set": {"sequence": float(entry["sequence"])}})
    assert [(kind, entry_id) for kind, _, entry_id in await faults(shop.services)] == [(ALTERED, entry["_id"])]


@pytest.mark.parametrize("chain", [None, bson.ObjectId(), "nowhere"], ids=["none", "unknown", "text"])
async def test_a_chain_altered(shop: Shop, chain: Any) -> None:
    entry = (await entries(shop))[9]
    await alter(entry, {"$set": {"chain_id": chain}})
    assert (REMOVED, entry["sequence"], None) in await faults(shop.services)


@pytest.mark.parametrize("in_journal", [False, True], ids=["event", "journal"])
@pytest.mark.parametrize("place", [0, 2, -1], ids=["first", "middle", "last"])
async def test_an_entry_deleted(shop: Shop, place: int, in_journal: bool) -> None:
    entry = (await entries(shop, in_journal=in_journal))[place]
    await AuditEntry.get_pymongo_collection().delete_one({"_id": entry["_id"]})
    assert await faults(shop.services) == [(REMOVED, entry["sequence"], None)]


async def test_several_deleted_and_one_altered(shop: Shop) -> None:
    chain = await entries(shop)
    await AuditEntry.get_pymongo_collection().delete_many({"_id": {"$in": [chain[n]["_id"] for n in (3, 4, 30)]}})
    await alter(chain[15], {"$set": {"metadata": {}}} if chain[15]["metadata"] else {"$set": {"metadata": {"a": 1}}})
    assert await faults(shop.services) == [
        (REMOVED, 31, None),
        (ALTERED, 16, chain[15]["_id"]),
        (REMOVED, 5, None),
        (REMOVED, 4, None),
    ]


@pytest.mark.parametrize(
    "place",
    [
        {"chain_id": None},
        {"chain_id": "nowhere"},
        {"chain_id": 7},
        {"sequence": 10**6},
        {"sequence": 0},
        {"sequence": -3},
        {"sequence": 7.5},
        {"sequence": None},
        {"sequence": "7"},
    ],
    ids=str,
)
async def test_an_entry_inserted(shop: Shop, place: dict[str, Any]) -> None:
    *_, last = await entries(shop)
    inserted = {**last, "_id": new_id(), **place}
    await AuditEntry.get_pymongo_collection().insert_one(inserted)
    found = await faults(shop.services)
    assert [(kind, entry_id) for kind, _, entry_id in found] == [(INSERTED, inserted["_id"])]


async def test_an_entry_inserted_into_an_unknown_chain(shop: Shop) -> None:
    *_, last = await entries(shop)
    chain = new_id()
    await AuditEntry.get_pymongo_collection().insert_one({**last, "_id": new_id(), "chain_id": chain})
    assert [fault.chain_id async for fault in check_chains(shop.services)] == [chain]


async def test_the_end_altered(shop: Shop) -> None:
    """Of the two that do not fit together it is the last entry that is named."""
    *_, last = await entries(shop)
    await Event.get_pymongo_collection().update_one({"_id": shop.event.id}, {"$set": {"audit_hash": b"x" * 32}})
    assert await faults(shop.services) == [(ALTERED, last["sequence"], last["_id"])]


@pytest.mark.parametrize("kind", [Event, AuditJournal])
async def test_what_keeps_the_end_deleted(shop: Shop, kind: type[Event] | type[AuditJournal]) -> None:
    document = await kind.get_pymongo_collection().find_one_and_delete({})
    assert document is not None
    found = [fault async for fault in check_chains(shop.services)]
    assert found == [ChainFault(REMOVED, document["_id"], None, None)]


@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        ({"$set": {"hash": b"x" * 32}}, {(ALTERED, 4)}),
        ({"$inc": {"sequence": 1}}, {(REMOVED, 5)}),
        ({"$inc": {"sequence": 200}}, {(REMOVED, number) for number in range(204, 104, -1)}),
        ({"$inc": {"sequence": -1}}, {(INSERTED, 4), (ALTERED, 3)}),
    ],
    ids=["hash", "one more", "many more", "one fewer"],
)
async def test_a_journal_altered(shop: Shop, change: dict[str, Any], kinds: set[Any]) -> None:
    await AuditJournal.get_pymongo_collection().update_one({"sequence": 4}, change)
    assert {(kind, number) for kind, number, _ in await faults(shop.services)} == kinds


async def test_only_one_event_is_asked_about(shop: Shop) -> None:
    await AuditEntry.get_pymongo_collection().delete_one({"chain_id": {"$ne": shop.event.id}, "sequence": 2})
    assert [fault async for fault in check_chains(shop.services, shop.event.id)] == []
    assert await faults(shop.services) == [(REMOVED, 2, None)]
