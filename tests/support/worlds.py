"""Several writers on one real database, a clock that moves when told, and a provider that counts its money."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from beanie import PydanticObjectId

from domain.caller import Caller
from domain.clock import Clock
from domain.documents import (
    Payment,
    PaymentStatus,
    Refund,
    new_id,
)
from domain.inventory.commands import Confirmed
from domain.inventory.payment_commands import PaymentSettled
from domain.opening import open_services
from domain.payments import send_refund
from domain.process.settings import Settings
from domain.providers.port import Charge, Refunded
from domain.providers.simulated import SimulatedProvider
from domain.sale.buying import confirm_booking, lock_seats
from domain.services import Services
from tests.support.asking import settling
from tests.support.servers import another_server, close_server
from tests.support.sweeping import sweep_due

ResultT = TypeVar("ResultT")


class Time:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.now = datetime(2030, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Till(SimulatedProvider):
    """A provider that counts the money: what it took by payment, what it gave back by refund."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.taken: dict[PydanticObjectId, int] = {}
        self.given_back: dict[PydanticObjectId, tuple[PydanticObjectId, int]] = {}

    async def charge(self, payment: Payment, token: str) -> Charge:
        charge = await super().charge(payment, token)
        await asyncio.sleep(0.001)
        if charge.money_taken:
            self.taken[payment.id] = payment.amount_minor
        return charge

    async def refund(self, refund: Refund, payment: Payment) -> Refunded:
        self.given_back[refund.id] = payment.id, refund.amount_minor
        return await super().refund(refund, payment)

    def keeps(self, payment_id: PydanticObjectId) -> int:
        given_back = sum(amount for payment, amount in self.given_back.values() if payment == payment_id)
        return self.taken.get(payment_id, 0) - given_back


@dataclass
class World:
    """What all examples share: a loop, a clock, the money, and three processes' worth of writers on one database."""

    runner: asyncio.Runner
    time: Time = field(default_factory=Time)
    till: Till = field(init=False)
    shops: list[Services] = field(default_factory=list)

    def run(self, work: Coroutine[Any, Any, ResultT]) -> ResultT:
        return self.runner.run(work)

    async def open(self, settings: Settings, stack: AsyncExitStack) -> None:
        first = await stack.enter_async_context(open_services(settings, self.time))
        first.provider = self.till = Till(self.time)
        self.shops.append(first)
        # The second waits for the first's baton; the third has a baton of its own and knows of nobody.
        for prefix in (settings.mongo_database, "another"):
            other = another_server(first, prefix=prefix)
            stack.push_async_callback(close_server, other)
            self.shops.append(other)


async def hear_late(
    services: Services,
    caller: Caller,
    *,
    event_id: PydanticObjectId,
    payment: Payment,
    status: PaymentStatus,
    money_taken: bool,
) -> PaymentSettled:
    """The provider tells us what became of an attempt, as a webhook would."""
    settled = await services.writer.execute(
        replace(settling(payment, status, money_taken=money_taken), event_id=event_id)
    )
    if settled.refund is not None:
        await send_refund(services, settled.refund, settled.payment)
    return settled


async def lock_and_confirm(
    services: Services, caller: Caller, *, event_id: PydanticObjectId, **chosen: Any
) -> Confirmed:
    locked = await lock_seats(services, caller, event_id=event_id, idempotency_key=str(new_id()), **chosen)
    return await confirm_booking(services, caller, event_id=event_id, lock_id=locked.lock.id)


async def sweep_dead(services: Services, caller: Caller, *, event_id: PydanticObjectId) -> int:
    return await sweep_due(services)
