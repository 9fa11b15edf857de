"""How the sale stands, as Prometheus is told: read from the database at that moment."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Iterable
from datetime import timedelta

import pytest

from domain.documents import Event, Job, Refund, RefundReason, RefundType, SeatLock, new_id
from domain.integrity.drift import check_inventory
from domain.jobs import run_job
from domain.opening import open_services
from domain.outbox.endpoints import register_webhook
from domain.outbox.hand_out import hand_out
from domain.process.settings import Settings
from domain.reports import gauges
from domain.reports.gauges import GAUGES, Scrape
from domain.services import Services
from ops.embedded import embedded_servers
from tests.support.sale import Sale, open_sale, somebody
from tests.support.scraping import Scraped
from tests.support.sweeping import sweep_due


@pytest.fixture
async def sale(settings: Settings) -> AsyncIterator[Sale]:
    async with open_sale(settings, writers=1) as opened:
        yield opened


async def told(services: Services) -> Scraped:
    return Scraped.of((await Scrape(services).text()).decode())


async def test_overdue_locks_and_how_late_the_worker_is(sale: Sale) -> None:
    event, buyer = await sale.event(10), somebody()
    for gauge in ("seatlock_overdue_locks", "seatlock_expiry_lag_seconds"):
        assert (await told(sale.services)).values(gauge) == [0, 0]
    for _ in range(3):
        await sale.lock(event, buyer)
        sale.time.now += timedelta(seconds=1)
    sale.time.now += timedelta(seconds=300)
    scraped = await told(sale.services)
    assert scraped.values("seatlock_overdue_locks", kind="lock") == [3]
    assert scraped.values("seatlock_expiry_lag_seconds", kind="lock") == [3]
    assert scraped.values("seatlock_overdue_locks", kind="booking") == [0]

    await sweep_due(sale.services)
    await sale.book(event, buyer)
    sale.time.now += timedelta(seconds=607)
    scraped = await told(sale.services)
    assert scraped.values("seatlock_overdue_locks", kind="lock") == [0]
    assert scraped.values("seatlock_overdue_locks", kind="booking") == [1]
    assert scraped.values("seatlock_expiry_lag_seconds", kind="booking") == [7]


async def test_the_outbox_before_and_after_messages_are_handed_out(sale: Sale) -> None:
    await register_webhook(sale.services, somebody(), "http://127.0.0.1:9/")
    buyer = somebody()
    await sale.pay(await sale.book(await sale.event(10), buyer), buyer)
    sale.time.now += timedelta(seconds=5)
    scraped = await told(sale.services)
    assert scraped.values("seatlock_outbox_messages") == [1]
    assert scraped.values("seatlock_outbox_oldest_seconds") == [5]

    await hand_out(sale.services)
    sale.time.now += timedelta(seconds=7)
    scraped = await told(sale.services)
    assert scraped.values("seatlock_outbox_messages") == [1]
    assert scraped.values("seatlock_outbox_oldest_seconds") == [7]


async def test_refunds_that_nobody_has_confirmed(sale: Sale) -> None:
    for age in (3, 60):
        refund = Refund.model_construct(
            id=new_id(), payment_id=new_id(), booking_id=new_id(), event_id=new_id(), user_id=new_id(),
            type=RefundType.FULL.value, reason=RefundReason.LATE_PAYMENT.value, percentage=100, original_minor=1,
            amount_minor=1, currency="INR", created_at=sale.time.now - timedelta(seconds=age),
        )  # fmt: skip
        await Refund.get_pymongo_collection().insert_one(refund.to_bson())
    scraped = await told(sale.services)
    assert scraped.values("seatlock_unsent_refunds") == [2]
    assert scraped.values("seatlock_unsent_refunds_oldest_seconds") == [60]


async def test_drift_stays_told_until_the_same_one_looks_again(sale: Sale) -> None:
    event, buyer = await sale.event(10), somebody()
    await sale.lock(event, buyer)
    assert (await told(sale.services)).values("seatlock_drift") == [], "nobody has looked"
    await Event.get_pymongo_collection().update_one({"_id": event.id}, {"$inc": {"sections.0.available": -1}})
    found = len(await check_inventory(sale.services))
    assert found > 0
    assert (await told(sale.services)).values("seatlock_drift", found_by="check") == [found]

    sale.time.now += timedelta(seconds=60)
    await check_inventory(sale.services, event.id)
    repaired_before = (await told(sale.services)).sum("seatlock_repaired_fields_total")
    await run_job(sale.services, Job.RECOVER, "test")
    scraped = await told(sale.services)
    assert scraped.values("seatlock_drift", found_by="check") == [found]
    assert scraped.sum("seatlock_drift", found_by="recover") > 0
    assert scraped.values("seatlock_drift_timestamp_seconds", found_by="recover") == [sale.time.now.timestamp()]
    assert scraped.sum("seatlock_repaired_fields_total") > repaired_before

    assert await check_inventory(sale.services) == []
    await run_job(sale.services, Job.RECOVER, "test")
    assert (await told(sale.services)).values("seatlock_drift") == [0, 0]


async def test_the_database_is_asked_once_a_second_however_many_ask(
    sale: Sale, monkeypatch: pytest.MonkeyPatch
) -> None:
    # On a slow machine the questions alone take seconds.
    monkeypatch.setattr(gauges, "KEPT_SECONDS", 60.0 * sale.services.settings.budgets_times)
    written: list[bytes] = []
    write = gauges._written

    def count(samples: Iterable[gauges.Sample]) -> bytes:
        written.append(write(samples))
        return written[-1]

    monkeypatch.setattr(gauges, "_written", count)
    event, scrape = await sale.event(10), Scrape(sale.services)
    first = await asyncio.gather(*(scrape.text() for _ in range(20)))
    await sale.lock(event, somebody())
    sale.time.now += timedelta(seconds=301)
    again = Scraped.of((await scrape.text()).decode())
    assert again.values("seatlock_overdue_locks", kind="lock") == [0], "as a moment ago"
    assert len(first) == 20
    assert len(written) == 1, "nor is it written more often: that takes the processor milliseconds"


async def test_what_is_read_is_found_by_index(sale: Sale) -> None:
    overdue = {"status": "ACTIVE", "booked": False, "expires_at": {"$lte": sale.time.now}}
    pipeline = [{"$match": overdue}, {"$sort": {"expires_at": 1}}, {"$limit": 10}]
    command = {"aggregate": SeatLock.get_collection_name(), "pipeline": pipeline, "cursor": {}, "hint": "due_by_kind"}
    plan = str(await sale.services.database.command("explain", command))
    assert "IXSCAN" in plan
    assert "'SORT'" not in plan


@pytest.mark.skipif("SEATLOCK_TEST_MONGO_URI" in os.environ, reason="needs servers that it may kill")
async def test_what_is_away_is_said_to_be_and_the_rest_told(settings: Settings, tmp_path: object) -> None:
    with embedded_servers(tmp_path, cache_gb=0.25, keep_data=False) as servers:  # type: ignore[arg-type]
        theirs = {"mongo_uri": servers.mongo_uri, "redis_url": servers.redis_url}
        async with open_services(settings.model_copy(update=theirs)) as services:
            scraped = await told(services)
            assert {part: scraped.sum("seatlock_up", part=part) for part in ("mongodb", "redis", "worker")} == {
                "mongodb": 1, "redis": 1, "worker": 0
            }  # fmt: skip
            servers.redis.kill()
            scraped = await told(services)
            assert scraped.values("seatlock_up") == [0, 1], "Redis, MongoDB; of the worker nobody knows"
            assert scraped.values("seatlock_overdue_locks", kind="lock") == [0]

            servers.mongod.kill()
            scrape = Scrape(services)
            for _ in range(2):
                began = time.monotonic()
                scraped = Scraped.of((await scrape.text()).decode())
                assert time.monotonic() - began < 2
                assert {sample.name for family in scraped.families.values() for sample in family.samples} & {
                    *GAUGES
                } == {"seatlock_up"}
                assert scraped.values("seatlock_up") == [0, 0]
                assert "seatlock_request_duration_seconds" in scraped.families
