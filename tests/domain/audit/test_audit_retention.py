"""Entries past their time are forgotten, and what is left is as whole as before."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.errors import AutoReconnect

from domain.audit import retention
from domain.documents import AuditEntry, AuditJournal, Event
from domain.integrity.audit_chains import check_chains
from domain.integrity.drift import check_inventory
from domain.jobs.clean_up import clean_up
from domain.jobs.recovery import recover_all
from domain.people import accounts
from domain.process.progress import Progress
from domain.process.settings import Settings
from domain.services import Services
from tests.support.sale import Sale, open_sale, somebody
from tests.support.sweeping import sweep_due

DAYS = 90
DAY = timedelta(days=1)


@dataclass
class Archive:
    """A sale whose services forget after 90 days."""

    sale: Sale

    @property
    def services(self) -> Services:
        services = self.sale.services
        return replace(services, settings=services.settings.model_copy(update={"audit_retention_days": DAYS}))

    async def register(self, people: int = 1) -> None:
        for _ in range(people):
            email = f"{secrets.token_hex(6)}@seatlock.test"
            await accounts.register(
                self.services, name="Ada", email=email, password="correct horse", correlation_id="test"
            )

    async def sold_event(self) -> Event:
        """An event that starts in 30 days, with bookings paid, cancelled and given up."""
        buyer, event = somebody(), await self.sale.numbered_event(12)
        for number in range(4):
            booking = await self.sale.book(event, buyer, 2)
            if number:
                await self.sale.pay(booking, buyer)
            if number == 2:
                await self.sale.cancel(booking, buyer)
        return event

    async def pass_days(self, days: int) -> None:
        self.sale.time.now += days * DAY
        await sweep_due(self.sale.services)

    async def clean_up(self) -> int:
        progress = Progress()
        await clean_up(self.services, progress)
        await self.is_whole()
        return progress.done

    async def is_whole(self) -> None:
        assert [fault async for fault in check_chains(self.services)] == []
        assert await check_inventory(self.services) == []
        assert await recover_all(self.sale.services) == []

    async def numbers(self, event: Event | None = None) -> list[int]:
        """Of the entries that are left: the event's, or the journals'."""
        events = [each.id for each in await Event.find_all().to_list()]
        chain = event.id if event else {"$nin": events}
        left = await AuditEntry.find({"chain_id": chain}).sort("sequence").to_list()
        return [entry.sequence or 0 for entry in left]


@pytest.fixture
async def archive(settings: Settings) -> AsyncIterator[Archive]:
    async with open_sale(settings, 1) as sale:
        yield Archive(sale)


async def test_a_journal_forgets_its_beginning(archive: Archive) -> None:
    await archive.register(3)
    await archive.pass_days(DAYS)
    await archive.register(2)
    await archive.clean_up()
    assert await archive.numbers() == [1, 2, 3, 4, 5]  # the first are 90 days old, and not older
    archive.sale.time.now += timedelta(milliseconds=1)
    await archive.clean_up()
    assert await archive.numbers() == [4, 5]
    await archive.register()
    await archive.is_whole()
    assert await archive.numbers() == [4, 5, 6]


async def test_all_of_a_journal(archive: Archive) -> None:
    await archive.register(3)
    await archive.pass_days(DAYS + 1)
    await archive.clean_up()
    assert await archive.numbers() == []
    await archive.register()
    await archive.is_whole()
    assert await archive.numbers() == [4]


async def test_an_event_long_over(archive: Archive) -> None:
    event = await archive.sold_event()
    await archive.pass_days(1)
    count = len(await archive.numbers(event))
    # It starts on day 30, and is over for 90 days from then.
    await archive.pass_days(29 + DAYS)
    await archive.clean_up()
    assert len(await archive.numbers(event)) == count
    await archive.pass_days(1)
    await archive.clean_up()
    assert await archive.numbers(event) == []


async def test_an_event_not_over_keeps_all(archive: Archive) -> None:
    event = await archive.sold_event()
    await archive.pass_days(1)
    await Event.get_pymongo_collection().update_one(
        {"_id": event.id}, {"$set": {"starts_at": archive.sale.time.now + 1000 * DAY}}
    )
    before = await archive.numbers(event)
    await archive.pass_days(500)
    await archive.clean_up()
    assert await archive.numbers(event) == before


async def test_an_event_with_recent_entries_keeps_all(archive: Archive) -> None:
    event, buyer = await archive.sale.event(5), somebody()
    booking = await archive.sale.book(event, buyer)
    await archive.sale.pay(booking, buyer)
    before = await archive.numbers(event)
    await archive.pass_days(300)
    found = await AuditEntry.find_one({"chain_id": event.id, "sequence": before[-1]})
    assert found is not None
    recent = await archive.sale.event(5)
    await archive.pass_days(1)
    late = archive.sale.time.now
    # Somebody repaired it only now.
    await Event.get_pymongo_collection().update_one({"_id": event.id}, {"$inc": {"sections.0.held": 1}})
    await recover_all(archive.sale.services)
    await archive.clean_up()
    assert await archive.numbers(event) == [*before, before[-1] + 1]
    assert await archive.numbers(recent) == [1]
    archive.sale.time.now = late + (DAYS + 1) * DAY
    await archive.clean_up()
    assert await archive.numbers(event) == []


async def test_nothing_is_forgotten_unless_set(archive: Archive) -> None:
    event = await archive.sold_event()
    await archive.register()
    await archive.pass_days(5_000)
    await clean_up(archive.sale.services, Progress())
    assert (await archive.numbers(event))[0] == 1
    assert await archive.numbers() == [1]


async def test_what_goes_on_with_a_forgotten_event(archive: Archive) -> None:
    """A late cancellation is an entry like any other, after those that are gone."""
    event, buyer = await archive.sale.event(5), somebody()
    booking = await archive.sale.book(event, buyer)
    await archive.sale.pay(booking, buyer)
    last = (await archive.numbers(event))[-1]
    await archive.pass_days(200)
    assert await archive.clean_up() > 0
    await Event.get_pymongo_collection().update_one(
        {"_id": event.id}, {"$set": {"starts_at": archive.sale.time.now + DAY}}
    )
    await archive.sale.cancel(booking, buyer)
    await archive.is_whole()
    assert (await archive.numbers(event))[0] == last + 1


@pytest.mark.parametrize("before_it", [True, False], ids=["lost", "committed"])
@pytest.mark.parametrize("of", ["event", "journal"])
async def test_a_crash_between_steps(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, of: str, *, before_it: bool
) -> None:
    monkeypatch.setattr(retention, "CHUNK", 3)
    event = await archive.sold_event() if of == "event" else None
    if event is None:
        await archive.register(8)
    await archive.pass_days(1)
    await archive.pass_days(200)
    count, commits = len(await archive.numbers(event)), 0
    commit = AsyncClientSession.commit_transaction

    async def crash_in_the_second(session: AsyncClientSession) -> None:
        nonlocal commits
        commits += 1
        if commits < 2 or not before_it:
            await commit(session)
        if commits == 2:
            raise AutoReconnect("killed")

    with monkeypatch.context() as crashing:
        crashing.setattr(AsyncClientSession, "commit_transaction", crash_in_the_second)
        with pytest.raises(AutoReconnect):
            await retention.forget_entries(
                archive.services.mongo, archive.services.database, Progress(), archive.sale.time.now - DAYS * DAY
            )
    left = await archive.numbers(event)
    assert left == list(range(4 if before_it else 7, count + 1))
    await archive.is_whole()
    await archive.clean_up()
    assert await archive.numbers(event) == []
    journals = await AuditJournal.find_all().to_list()
    assert [journal.forgotten for journal in journals] == ([8] if of == "journal" else [])


async def test_a_removed_entry_is_named_among_what_is_left(archive: Archive) -> None:
    await archive.register(3)
    await archive.pass_days(DAYS + 1)
    await archive.register(3)
    await archive.clean_up()
    await AuditEntry.get_pymongo_collection().delete_one({"sequence": 4})
    assert [fault.sequence async for fault in check_chains(archive.services)] == [4]


async def test_one_who_checks_meanwhile_is_not_alarmed(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """The beginning is forgotten while the check is on its way there."""
    from domain.integrity import audit_chains

    await archive.register(3)
    await archive.pass_days(DAYS + 1)
    await archive.register(3)
    read_end = audit_chains._read_end

    async def read_end_and_forget(*given: object) -> object:
        end = await read_end(*given)  # type: ignore[arg-type]
        await clean_up(archive.services, Progress())
        return end

    monkeypatch.setattr(audit_chains, "_read_end", read_end_and_forget)
    assert [fault async for fault in check_chains(archive.services)] == []
