"""The entry of a request that was refused."""

from __future__ import annotations

from datetime import datetime

from beanie import PydanticObjectId

from domain.correlation import LEFT_OUT
from domain.documents import AuditAction, AuditEntry, new_id


def refused_entry(
    now: datetime,
    *,
    operation: str,
    code: str,
    field: str | None,
    correlation_id: str,
    actor_id: PydanticObjectId | None,
    event_id: PydanticObjectId | None = None,
    lock_id: PydanticObjectId | None = None,
    is_booking: bool = False,
) -> AuditEntry:
    """What was asked for, by the API's name, and why it was not done; nothing of what was sent but whom it was about.

    `lock_id` is the lock or, with `is_booking`, the booking that the request named: whether there is such a one or not.
    """
    told = {"operation": operation, "code": code}
    return AuditEntry.model_construct(
        id=new_id(),
        event_id=event_id,
        action=AuditAction.REQUEST_REJECTED,
        actor_id=actor_id,
        lock_id=lock_id,
        booking_id=lock_id if is_booking else None,
        correlation_id=correlation_id,
        metadata=told | {"field": field} if field else told,
        created_at=now,
    )


def left_out_entry(now: datetime, count: int) -> AuditEntry:
    """In place of entries of refused requests: how many there were, more than are written down one by one."""
    return AuditEntry.model_construct(
        id=new_id(),
        action=AuditAction.REQUEST_REJECTED,
        correlation_id=LEFT_OUT,
        metadata={"code": "SEVERAL", "count": count},
        created_at=now,
    )
