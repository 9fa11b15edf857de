"""A start on data of earlier versions: it is upgraded, and sold on; data of a later version is refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo import MongoClient

from domain.caller import Caller
from domain.documents import BookingStatus, Job, JobStatus, SeatLock, Window
from domain.integrity.audit_chains import check_chains
from domain.jobs import run_job
from domain.lookups import list_bookings
from domain.opening import open_services
from domain.people.accounts import login
from domain.process.progress import Progress
from domain.process.settings import Settings
from domain.sale.buying import confirm_booking, lock_seats
from domain.sale.expiry import expire_locks
from domain.services import Services
from domain.upgrade import STEPS, THE_ONE
from domain.upgrade.chains import chain_old_entries
from tests.ops.test_cli import NEED_SETTINGS
from tests.support import past
from tests.support.commands import assert_one_line, environment, seatlock
from tests.support.sale import new_event

pytestmark = pytest.mark.fresh_database

VERSIONS = sorted(file.name.removesuffix(".bson.gz") for file in past.FOLDER.iterdir())
BEFORE_CHAINS = "before-audit-chains"
"""Of the commit before the audit log was chained."""
AT_ONCE = 4
THE_DAY_AFTER = datetime(2026, 11, 29, tzinfo=UTC)
"""When all that the kept data has under way is overdue."""
END = {"audit_hash": 1, "audit_sequence": 1}


@pytest.mark.parametrize("version", VERSIONS)
async def test_data_of_an_earlier_version_is_upgraded_by_a_start_and_sold_on(settings: Settings, version: str) -> None:
    past.restore(version, settings.mongo_uri, settings.mongo_database)
    with ThreadPoolExecutor() as servers:
        starts = servers.map(lambda _: seatlock("report", env=environment(settings)), range(AT_ONCE))
        assert [(each.returncode, each.stderr.count("data upgraded") <= 1) for each in starts] == [(0, True)] * AT_ONCE

    async with open_services(settings) as services:
        assert await services.database["data_version"].find_one({"_id": THE_ONE}, {"version": 1}) == {
            "_id": THE_ONE,
            "version": len(STEPS),
        }
        execution = await run_job(services, Job.RECOVER, "test")
        assert execution.status is JobStatus.COMPLETED
        ada = await login(services, email=past.BUYER, password=past.BUYER_PASSWORD)
        buyer = Caller(ada.id, ada.role, "test")
        assert await statuses(services, buyer) == {"CONFIRMED": 2, "CANCELLED": 2, "FAILED": 2, "EXPIRED": 3}
        assert None not in await references(services)
        assert len(set(await references(services))) == 9
        event = await new_event(services, seats=10)
        chosen: dict[str, Any] = {"quantity": 2, "section": None, "seats": None}
        locked = await lock_seats(services, buyer, event_id=event.id, **chosen, idempotency_key="key-after")
        await confirm_booking(services, buyer, event_id=event.id, lock_id=locked.lock.id)
        assert (await statuses(services, buyer))["PAYMENT_PENDING"] == 1
        assert await SeatLock.count_of({"event_id": {"$ne": event.id}, "status": "ACTIVE"}) == 0
        assert (await services.database["users"].find_one({"_id": ada.id}) or {})["name_key"] == "ada"
        assert await services.database["events"].find_one({"name_prefixes": None}) is None
        assert await services.database["users"].count_documents({"email_verified": {"$ne": True}}) == 0

    checked = seatlock("check", env=environment(settings))
    assert (checked.returncode, checked.stderr) == (0, ""), checked.stdout


def test_a_new_database_is_not_upgraded(settings: Settings) -> None:
    first = seatlock("report", env=environment(settings))
    assert (first.returncode, first.stderr) == (0, "")
    with MongoClient[dict[str, Any]](settings.mongo_uri) as mongo:
        stored = mongo[settings.mongo_database]["data_version"].find_one({"_id": THE_ONE})
    assert (stored or {})["version"] == len(STEPS)


async def references(services: Services) -> list[str | None]:
    names = ("bookings", "archived_bookings")
    return [raw.get("reference") for name in names async for raw in services.database[name].find()]


async def statuses(services: Services, buyer: Caller) -> dict[str, int]:
    bookings = list_bookings(services.clock(), event_id=None, user_id=buyer.user_id, status=None)
    found = [booking.status for booking in await bookings.read(Window(100))]
    return {status.value: found.count(status) for status in BookingStatus if status in found}


async def test_the_data_of_before_the_audit_chain_is_chained_the_same_wherever_a_start_died(settings: Settings) -> None:
    past.restore(BEFORE_CHAINS, settings.mongo_uri, settings.mongo_database)
    async with open_services(settings) as services:
        database = services.database
        entries = database["audit_entries"]
        chained = await entries.find(sort=[("_id", 1)]).to_list()
        ends = await database["events"].find({}, END, sort=[("_id", 1)]).to_list()
        journals = await database["audit_journals"].find().to_list()
        assert len(journals) == 1

        await entries.drop_index("one_place_in_a_chain")
        # Of one event nothing was written, of the other all but its end, of the others half.
        await database["audit_journals"].delete_many({})
        await database["events"].update_many({}, {"$unset": {"audit_hash": ""}})
        undone = [entry["_id"] for entry in chained if entry.get("event_id") == ends[0]["_id"]]
        undone += [entry["_id"] for entry in chained if "event_id" not in entry][::2]
        await entries.update_many({"_id": {"$in": undone}}, {"$unset": {"chain_id": "", "previous": ""}})
        await entries.update_many({"_id": {"$in": undone}, "event_id": None}, {"$unset": {"sequence": ""}})
        for _ in range(2):
            await chain_old_entries(database)
            assert await entries.find(sort=[("_id", 1)]).to_list() == chained
            assert await database["events"].find({}, END, sort=[("_id", 1)]).to_list() == ends
            assert await database["audit_journals"].find().to_list() == journals


async def test_it_leaves_alone_what_a_server_that_was_quicker_has_sold(settings: Settings) -> None:
    past.restore(BEFORE_CHAINS, settings.mongo_uri, settings.mongo_database)
    async with open_services(settings, lambda: THE_DAY_AFTER) as services:
        entries = services.database["audit_entries"]
        before = await entries.count_documents({})
        await expire_locks(services, Progress())
        sold = await entries.find(sort=[("_id", 1)]).to_list()
        assert len(sold) > before
        await chain_old_entries(services.database)
        assert await entries.find(sort=[("_id", 1)]).to_list() == sold
        assert [fault async for fault in check_chains(services)] == []


def test_data_of_a_later_version_is_refused_in_one_line(settings: Settings) -> None:
    with MongoClient[dict[str, Any]](settings.mongo_uri) as client:
        later = {"_id": THE_ONE, "version": len(STEPS) + 1, "seatlock": "7.0.0", "at": THE_DAY_AFTER}
        client[settings.mongo_database]["data_version"].insert_one(later)
        env = {**environment(settings), "SEATLOCK_ADMIN_PASSWORD": "long enough"}
        with ThreadPoolExecutor() as all_at_once:
            for result in all_at_once.map(lambda arguments: seatlock(*arguments, env=env), NEED_SETTINGS):
                assert_one_line(result, 1, f"version {len(STEPS) + 1}", "Seatlock 7.0.0", "start the newer one")
        assert client[settings.mongo_database].list_collection_names() == ["data_version"]
