"""HttpError requests in the audit log: mutations that were not done, and whatever somebody may not do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from beanie import PydanticObjectId

from domain import errors
from domain.audit.rejections import refused_entry
from graph.schema.context import Context
from graph.schema.ids import parse_id, parse_routed_id

RECORDED_ELSEWHERE: Final = (errors.PaymentFailed, errors.PaymentTimedOut)
"""What came of a payment has entries of its own."""

NOT_NOTED: Final = (
    *RECORDED_ELSEWHERE,
    errors.BadCredentials,  # likewise
    errors.Unavailable,  # nobody decided that
    errors.OverBudget,  # who asks too often must not fill the log
)


def note_refusal(
    context: Context, operation: str, error: errors.SeatlockError, code: str, arguments: Mapping[str, Any]
) -> None:
    """Have it written that this operation, by its field in the schema, was refused. Nobody waits for it."""
    if isinstance(error, NOT_NOTED) or not context.may_note():
        return
    event_id, lock_id, is_booking = _subject(arguments)
    context.services.journal.note(
        refused_entry(
            context.services.clock(),
            operation=operation,
            code=code,
            field=error.field if isinstance(error, errors.InvalidInput) else None,
            correlation_id=context.correlation_id,
            actor_id=context.caller.user_id if context.caller else None,
            event_id=event_id,
            lock_id=lock_id,
            is_booking=is_booking,
        )
    )


def _subject(arguments: Mapping[str, Any]) -> tuple[PydanticObjectId | None, PydanticObjectId | None, bool]:
    """The event, and the lock or booking, that the input names; whether it is a booking."""
    given = arguments.get("input")
    event, lock, booking = (_text(given, name) for name in ("event_id", "lock_id", "booking_id"))
    try:
        if lock or booking:
            lock_id, event_id = (
                parse_routed_id("bookingId", booking, "Booking")
                if booking
                else parse_routed_id("lockId", lock, "SeatLock")
            )
            return event_id, lock_id, bool(booking)
        return parse_id("eventId", event, "Event") if event else None, None, False
    except errors.InvalidInput:
        return None, None, False


def _text(given: object, name: str) -> str:
    value = getattr(given, name, None)
    return value if isinstance(value, str) else ""
