"""Messages and the worker as a process of its own, which may be killed at any moment."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from domain.documents import Delivery, DeliveryStatus
from domain.outbox.endpoints import register_webhook
from domain.services import Services
from tests.support.receiver import Answer, Received, receiving
from tests.support.sale import Sale, Time, somebody
from tests.support.waiting import until
from tests.support.worker import Worker

pytestmark = pytest.mark.fresh_database


async def test_a_worker_killed_while_it_sends_loses_nothing(services: Services, tmp_path: Path) -> None:
    """Sent and not written down: the next worker sends it again, and the rest after it."""

    def answer(request: Received) -> Answer:
        return "hang" if len(receiver.received) == 1 else 200

    async with receiving(answer) as receiver:
        await register_webhook(services, somebody(), receiver.url)
        sale, buyer = Sale([services], Time()), somebody()
        booking = await sale.book(await sale.event(1), buyer)
        await sale.pay(booking, buyer)
        await sale.cancel(booking, buyer)

        worker = Worker(services.settings, tmp_path / "killed.log")
        try:
            await until(has_received(receiver.received, 1))
        finally:
            worker.kill()
        assert receiver.types == []

        # A minute ahead, so that what the killed one had claimed is free.
        worker = Worker(services.settings, tmp_path / "next.log", ahead=60)
        try:
            await until(has_received(receiver.taken, 3), within=40)
            await until(all_delivered)
        finally:
            worker.stop(within=20)
        assert receiver.types == ["booking.confirmed", "booking.cancelled", "refund.processed"]
        assert receiver.received[0].id == receiver.taken[0].id
        assert receiver.received[0].body == receiver.taken[0].body


def has_received(requests: list[Received], count: int) -> Callable[[], Awaitable[bool]]:
    async def has() -> bool:
        return len(requests) >= count

    return has


async def all_delivered() -> bool:
    return await Delivery.find({"status": {"$ne": DeliveryStatus.DELIVERED.value}}).count() == 0
