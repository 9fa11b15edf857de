"""The table of docs/architecture.md, Behaviour, as pure functions.

Each rule takes (inventory, command, now) and returns a Change or raises a Refusal. No I/O, no clock, no awaits.
`decide_batch` is what the writer calls; `RULES` says which rule decides which command.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from domain.contradiction import Contradiction
from domain.errors import Refusal, Unauthenticated
from domain.inventory.again import AskAgain, ReferenceTaken, RowsNeeded
from domain.inventory.allocation_commands import CreateAllocation, ReleaseAllocation
from domain.inventory.change import Change
from domain.inventory.commands import (
    CancelBooking,
    ChangeLock,
    Command,
    ConfirmBooking,
    Expire,
    ExtendLock,
    LockSeats,
    ReleaseLock,
    Swept,
)
from domain.inventory.event_commands import (
    CancelEvent,
    CloseSales,
    EndLock,
    FinishCancellation,
    OpenSales,
    RepeatCreation,
    UpdateEvent,
)
from domain.inventory.payment_commands import MarkGivenBack, ResendRefund, SettlePayment, SettleRefund, StartPayment
from domain.inventory.rules.allocations import create_allocation, release_allocation, release_due
from domain.inventory.rules.bookings import cancel_booking, confirm_booking
from domain.inventory.rules.event_cancellation import cancel_event, end_lock, finish_cancellation
from domain.inventory.rules.event_update import update_event
from domain.inventory.rules.expiry import expire_dead
from domain.inventory.rules.lock_changes import change_lock, extend_lock
from domain.inventory.rules.locks import lock_seats, release_lock
from domain.inventory.rules.payments import settle_payment, start_payment
from domain.inventory.rules.refunds import mark_given_back, resend_refund, settle_refund
from domain.inventory.rules.sales import close_sales, open_sales, repeat_creation
from domain.inventory.state import Inventory

RULES: Mapping[type[Command[Any]], Callable[[Inventory, Any, datetime], Change[Any]]] = {
    LockSeats: lock_seats,
    ChangeLock: change_lock,
    ExtendLock: extend_lock,
    ReleaseLock: release_lock,
    ConfirmBooking: confirm_booking,
    StartPayment: start_payment,
    SettlePayment: settle_payment,
    CancelBooking: cancel_booking,
    SettleRefund: settle_refund,
    ResendRefund: resend_refund,
    MarkGivenBack: mark_given_back,
    UpdateEvent: update_event,
    RepeatCreation: repeat_creation,
    CloseSales: close_sales,
    OpenSales: open_sales,
    CancelEvent: cancel_event,
    EndLock: end_lock,
    FinishCancellation: finish_cancellation,
    CreateAllocation: create_allocation,
    ReleaseAllocation: release_allocation,
}


def decide_batch(inventory: Inventory, commands: Sequence[Command[Any]], now: datetime) -> list[Any]:
    """Release and expire what is dead at `now`, then decide each command on what the ones before it left.

    The answer to each is its outcome, the Refusal it met, Unauthenticated, ReferenceTaken, or AskAgain: MoreDue once
    more of the dead are swept, NotRead at once. Raises Contradiction.
    """
    expired = expire_dead(inventory, now)
    released = release_due(inventory, now)
    answers: list[Any] = []
    for command in commands:
        if isinstance(command, Expire):
            count = sum(lock.booked is command.booked for lock in expired) + (0 if command.booked else released)
            answers.append(Swept(expired=count, more=inventory.more_due))
            continue
        try:
            inventory.check_session(command.caller)
            answers.append(inventory.apply(RULES[type(command)](inventory, command, now)))
        except RowsNeeded as needed:
            if needed.section in command.whole_sections:
                raise Contradiction(f"{needed.section} has other seats than its rows") from None
            answers.append(needed)
        except (Refusal, Unauthenticated, AskAgain, ReferenceTaken) as refusal:
            answers.append(refusal)
    return answers
