"""The calls that change an inventory: check what needs no inventory to be checked, then ask the writer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog
from beanie import PydanticObjectId
from pymongo.errors import PyMongoError

from domain.contradiction import required
from domain.documents import key_id, new_id, request_digest
from domain.errors import SeatlockError
from domain.faults import Faults
from domain.inventory.again import ReferenceTaken
from domain.inventory.commands import (
    CancelBooking,
    Cancelled,
    ConfirmBooking,
    Confirmed,
    Locked,
    LockSeats,
    Released,
    ReleaseLock,
)
from domain.inventory.parts import Counted, Named, Part, checked_list, checked_parts
from domain.payments.ask import call_off
from domain.payments.refund import send_at_once
from domain.people.standing import role_now
from domain.reference import new_reference
from domain.sale.allocations import allocation_of_code
from domain.text import checked_key, checked_text

if TYPE_CHECKING:
    from domain.caller import Caller
    from domain.services import Services

log = structlog.get_logger(__name__)


async def lock_seats(
    services: Services,
    caller: Caller,
    *,
    event_id: PydanticObjectId,
    quantity: int | None = None,
    section: str | None = None,
    seats: Sequence[str] | None = None,
    items: Sequence[Part] | None = None,
    access_code: str | None = None,
    address: str | None = None,
    idempotency_key: str,
    faults: Faults | None = None,
) -> Locked:
    """Hold seats for LOCK_TTL: `quantity` of a section (of the only one if None), the `seats` of these labels, or all
    `items`. With an access code of the seats that are kept for it; who guesses, from this `address`, is soon stopped.

    `faults` are those that the input was found to have already. Raises InvalidInput, LimitExceeded, NotFound,
    SalesClosed, NotEnoughSeats, SeatsUnavailable, IdempotencyKeyReused, OverBudget, Unauthenticated.
    """
    faults = Faults() if faults is None else faults
    limit = services.settings.max_seats_per_lock
    parts: list[Part] = []
    with faults:
        if items is not None:
            parts = checked_list("selection.items", items, limit)
        elif seats is not None:
            parts = checked_parts("selection.seats", [Named(tuple(seats))], limit)
        else:
            number = required(quantity, "a selection is a quantity, seats or items")
            parts = checked_parts("selection.quantity.count", [Counted(number, section)], limit)
    with faults:
        key = checked_key(idempotency_key)
    faults.refuse()
    asked = _asked(parts, is_list=items is not None)
    allocation_id = None
    if access_code is not None:
        if not caller.is_known:
            # The code is looked up before the batch that would find out: no token of the past may be used to guess.
            await role_now(services.standings, caller.user_id, caller.sessions_ended, caller.session_id)
        allocation_id = await allocation_of_code(
            services.budgets, caller, event_id=event_id, access_code=access_code, address=address
        )
        asked = (*asked, allocation_id)
    return await services.writer.execute(
        LockSeats(
            event_id=event_id,
            caller=caller,
            correlation_id=caller.correlation_id,
            lock_id=new_id(),
            key_id=key_id(caller.user_id, "lockSeats", key),
            key=key,
            request=request_digest(event_id, *asked),
            parts=tuple(parts),
            allocation_id=allocation_id,
        )
    )


def _asked(parts: Sequence[Part], *, is_list: bool) -> tuple[object, ...]:
    """What tells one request for seats from another."""
    if is_list:
        return tuple(part.asked for part in parts)
    only = parts[0]
    return (None, None, only.asked) if isinstance(only, Named) else (*only.asked, None)


async def release_lock(
    services: Services, caller: Caller, *, event_id: PydanticObjectId, lock_id: PydanticObjectId
) -> Released:
    """Give a lock's seats back. Raises NotFound, LockAlreadyUsed, LockExpired."""
    command = ReleaseLock(event_id=event_id, caller=caller, correlation_id=caller.correlation_id, lock_id=lock_id)
    return await services.writer.execute(command)


async def confirm_booking(
    services: Services, caller: Caller, *, event_id: PydanticObjectId, lock_id: PydanticObjectId
) -> Confirmed:
    """Make a lock a booking, due in PAYMENT_TTL.

    Raises NotFound, LockExpired, LockNotActive, LockAlreadyUsed, EventCancelled.
    """
    while True:
        command = ConfirmBooking(
            event_id=event_id,
            caller=caller,
            correlation_id=caller.correlation_id,
            lock_id=lock_id,
            reference=new_reference(),
        )
        with suppress(ReferenceTaken):  # which hardly ever happens
            return await services.writer.execute(command)


async def cancel_booking(
    services: Services,
    caller: Caller,
    *,
    event_id: PydanticObjectId,
    booking_id: PydanticObjectId,
    reason: str | None,
    faults: Faults | None = None,
) -> Cancelled:
    """Give a booking up; if it was paid, part of the money comes back.

    `faults` are those that the input was found to have already. Raises InvalidInput, NotFound, BookingExpired,
    BookingNotCancellable.
    """
    faults = Faults() if faults is None else faults
    if reason is not None:
        with faults:
            reason = checked_text("reason", reason, longest=500, multiline=True)
    faults.refuse()
    cancelled = await services.writer.execute(
        CancelBooking(
            event_id=event_id,
            caller=caller,
            correlation_id=caller.correlation_id,
            booking_id=booking_id,
            refund_id=new_id(),
            reason=reason,
        )
    )
    if cancelled.refund is None or cancelled.replayed:
        if not cancelled.replayed:
            services.tasks.keep(_call_off(services, booking_id))
        return cancelled
    refund = await asyncio.shield(services.tasks.keep(send_at_once(services, cancelled.refund)))
    return Cancelled(cancelled.booking, refund, replayed=False)


async def _call_off(services: Services, booking_id: PydanticObjectId) -> None:
    """End an attempt to pay what is cancelled. Nobody waits for it, and RECONCILE sees to what this does not."""
    try:
        await call_off(services, [booking_id])
    except (SeatlockError, PyMongoError) as error:
        log.warning("an attempt to pay was not called off", booking=str(booking_id), reason=type(error).__name__)
