"""A process that does one thing with money and kills itself, as `kill -9` would, at one point of doing it.

`python -m tests.support.dying POINT SECONDS_AHEAD DEED [ARGUMENT …]`, settings from the environment. POINT is
`<before or after> <step>`; a step is a call to the provider (charge, look_up, refund) or the commit of a command.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

from beanie import PydanticObjectId
from pymongo.asynchronous.client_session import AsyncClientSession

from domain.caller import Caller
from domain.clock import system_clock
from domain.documents import Payment, Role, SimulatedAnswer, SimulatedCharge
from domain.errors import Refusal
from domain.inventory.commands import Command
from domain.inventory.parts import Named
from domain.opening import open_services
from domain.payments import pay_booking
from domain.payments.ask import ask_about_bookings
from domain.payments.reconcile import reconcile
from domain.payments.refund import send_refunds
from domain.process.progress import Progress
from domain.process.settings import load_settings
from domain.providers.simulated import SimulatedProvider
from domain.sale.buying import cancel_booking
from domain.sale.cancelled_events import end_cancelled_events
from domain.sale.event_changes import cancel_event
from domain.sale.lock_changes import change_lock, extend_lock
from domain.services import Services
from domain.writer.baton import Turn
from domain.writer.committer import Committer
from domain.writer.exchange import Exchange

COMMITS = (
    "ChangeLock",
    "ExtendLock",
    "StartPayment",
    "SettlePayment",
    "CancelBooking",
    "SettleRefund",
    "CancelEvent",
    "EndLock",
    "FinishCancellation",
)
CALLS = ("charge", "look_up", "cancel", "answer_challenge", "refund")

_committing: ContextVar[Sequence[str]] = ContextVar("committing", default=())


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_at(point: str) -> None:
    """Have this process die when it comes there."""
    when, _, step = point.partition(" ")
    if step in CALLS:
        _wrap(SimulatedProvider, step, when, lambda: True)
        return
    assert step in COMMITS, point
    attempt = Committer._attempt

    async def attempting(self: Committer, event_id: Any, commands: Sequence[Command[Any]], turn: Turn) -> Any:
        _committing.set([type(command).__name__ for command in commands])
        return await attempt(self, event_id, commands, turn)

    Committer._attempt = attempting  # type: ignore[method-assign]
    _wrap(AsyncClientSession, "commit_transaction", when, lambda: step in _committing.get())
    _wrap_commit(when, lambda: step in _committing.get())


def _wrap(owner: type, name: str, when: str, applies: Callable[[], bool]) -> None:
    original: Callable[..., Awaitable[Any]] = getattr(owner, name)

    async def dying(*given: Any, **named: Any) -> Any:
        if when == "before" and applies():
            _die()
        result = await original(*given, **named)
        if when == "after" and applies():
            _die()
        return result

    setattr(owner, name, dying)


def _wrap_commit(when: str, applies: Callable[[], bool]) -> None:
    """The same of a commit that the writer sends by itself."""
    send = Exchange.send

    async def dying(self: Exchange, *commands: dict[str, Any], as_bson: Collection[int] = ()) -> list[dict[str, Any]]:
        commits = any("commitTransaction" in command for command in commands) and applies()
        if commits and when == "before":
            _die()
        answers = await send(self, *commands, as_bson=as_bson)
        if commits and when == "after":
            _die()
        return answers

    Exchange.send = dying  # type: ignore[method-assign]


async def pay(services: Services, user: str, event: str, booking: str, token: str, key: str) -> None:
    with suppress(Refusal):
        await pay_booking(
            services,
            Caller(PydanticObjectId(user), Role.USER, "dying"),
            event_id=PydanticObjectId(event),
            booking_id=PydanticObjectId(booking),
            token=token,
            amount=None,
            idempotency_key=key,
        )


async def cancel(services: Services, user: str, event: str, booking: str) -> None:
    caller = Caller(PydanticObjectId(user), Role.USER, "dying")
    with suppress(Refusal):
        await cancel_booking(
            services, caller, event_id=PydanticObjectId(event), booking_id=PydanticObjectId(booking), reason=None
        )


async def swap(services: Services, user: str, event: str, lock: str, key: str) -> None:
    """Two of its seats for three others, as the client asks who then repeats it."""
    with suppress(Refusal):
        await change_lock(
            services,
            Caller(PydanticObjectId(user), Role.USER, "dying"),
            event_id=PydanticObjectId(event),
            lock_id=PydanticObjectId(lock),
            add=[Named(("STALLS-A-4", "STALLS-A-5", "STALLS-A-6"))],
            remove=[Named(("STALLS-A-1", "STALLS-A-2"))],
            idempotency_key=key,
        )


async def extend(services: Services, user: str, event: str, lock: str) -> None:
    caller = Caller(PydanticObjectId(user), Role.USER, "dying")
    with suppress(Refusal):
        await extend_lock(services, caller, event_id=PydanticObjectId(event), lock_id=PydanticObjectId(lock))


async def call_off(services: Services, user: str, event: str) -> None:
    caller = Caller(PydanticObjectId(user), Role.ADMIN, "dying")
    await cancel_event(services, caller, event_id=PydanticObjectId(event), reason="Rain")


async def end(services: Services) -> None:
    await end_cancelled_events(services, Progress())


async def approve(services: Services, booking: str) -> None:
    """The buyer does, on the bank's page, as the page does it."""
    charge = await asked_of(booking)
    assert isinstance(services.provider, SimulatedProvider) and charge is not None and charge.page is not None
    await services.provider.answer_challenge(charge.page, SimulatedAnswer.APPROVED)
    await ask_about_bookings(services, [PydanticObjectId(booking)])


async def asked_of(booking: str) -> SimulatedCharge | None:
    """What the bank asks the buyer of this booking, if it asks."""
    payments = await Payment.find({"booking_id": PydanticObjectId(booking)}).to_list()
    charges = await SimulatedCharge.find({"_id": {"$in": [payment.id for payment in payments]}}).to_list()
    return next((charge for charge in charges if charge.page is not None), None)


async def work(services: Services) -> None:
    await reconcile(services, Progress())
    await send_refunds(services, Progress())


DEEDS: dict[str, Callable[..., Awaitable[None]]] = {
    "pay": pay,
    "approve": approve,
    "cancel": cancel,
    "swap": swap,
    "extend": extend,
    "call_off": call_off,
    "end": end,
    "work": work,
}


async def main(point: str, seconds_ahead: str, deed: str, *given: str) -> None:
    die_at(point)
    ahead = timedelta(seconds=int(seconds_ahead))
    async with open_services(load_settings(), lambda: system_clock() + ahead) as services:
        await DEEDS[deed](services, *given)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
