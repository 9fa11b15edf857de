"""The audit entries of commands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain.documents import (
    AuditAction,
    AuditEntry,
    Booking,
    Payment,
    PydanticObjectId,
    Refund,
    SeatLock,
    entry_id,
    new_id,
)
from domain.inventory.change import Move, effect_of, kept_of
from domain.inventory.commands import Command
from domain.text import words_of


def audit_event(
    command: Command[Any],
    now: datetime,
    action: AuditAction,
    *,
    effect: dict[str, list[int]] | None = None,
    repeats: PydanticObjectId | None = None,
    metadata: dict[str, Any] | None = None,
) -> AuditEntry:
    """The entry for what a command did to the event itself; or that it repeats what the entry `repeats` recorded."""
    return AuditEntry.model_construct(
        id=new_id(),
        event_id=command.event_id,
        action=action,
        actor_id=command.caller.user_id if command.caller else None,
        effect=effect,
        correlation_id=command.correlation_id,
        is_retry=repeats is not None,
        original_entry_id=repeats,
        metadata=metadata or {},
        created_at=now,
    )


def audit(
    command: Command[Any],
    now: datetime,
    action: AuditAction,
    subject: SeatLock | Booking | Payment | Refund,
    *,
    from_status: str | None = None,
    to_status: str | None = None,
    move: Move | None = None,
    removal: Move | None = None,
    retry: bool = False,
    nth: int = 0,
    own_id: PydanticObjectId | None = None,
    key: str | None = None,
    metadata: dict[str, Any] | None = None,
) -> AuditEntry:
    """The entry for what a command did to a document; `retry` for a repeat that was answered with the first outcome.

    `nth` tells apart what may be done to it more than once, or the entry has an id of its own. `removal` are seats that
    go another way than those of `move`: from held to available. A search finds the entry by the idempotency `key`. The
    entry does not tell it, since entries are copied to where not everybody should read it.
    """
    lock_id = subject.id if isinstance(subject, SeatLock | Booking) else subject.booking_id
    moves = [*filter(None, (move, removal))]
    original_id = own_id or entry_id(subject.id, action, from_status, nth)
    return AuditEntry.model_construct(
        id=new_id() if retry else original_id,
        event_id=command.event_id,
        action=action,
        actor_id=command.caller.user_id if command.caller else None,
        lock_id=lock_id,
        booking_id=None if isinstance(subject, SeatLock) else lock_id,
        payment_id=subject.id
        if isinstance(subject, Payment)
        else subject.payment_id
        if isinstance(subject, Refund)
        else None,
        from_status=from_status,
        to_status=to_status,
        allocation_id=next(filter(None, (each.out_of or each.into for each in moves)), None),
        effect=effect_of(*moves),
        kept=kept_of(*moves),
        seats=move.seats or None if move else None,
        freed=removal.seats or None if removal else None,
        correlation_id=command.correlation_id,
        is_retry=retry,
        original_entry_id=original_id if retry else None,
        words=words_of(key) if key else None,
        metadata=metadata or {},
        created_at=now,
    )
