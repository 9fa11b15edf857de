"""What time does: a lock or booking past its deadline gives its seats back."""

from __future__ import annotations

from datetime import datetime

from domain.correlation import EXPIRY
from domain.documents import AuditAction, BookingStatus, SeatLock, SeatLockStatus, SeatStatus
from domain.inventory.allotments import letting_go
from domain.inventory.change import Change
from domain.inventory.commands import Expire
from domain.inventory.entries import audit
from domain.inventory.state import Inventory


def expire_dead(inventory: Inventory, now: datetime) -> list[SeatLock]:
    """Expire every loaded lock, with its booking, that is dead at `now`; which there were."""
    dead = [lock for lock in inventory.locks if lock.is_dead(now)]
    for lock in dead:
        inventory.apply(expire(inventory, lock, now))
    return dead


def expire(inventory: Inventory, lock: SeatLock, now: datetime) -> Change[None]:
    """The lock, and the booking it has become, EXPIRED; its seats available, or back in their allocation."""
    command = Expire(
        event_id=lock.event_id, caller=None, correlation_id=lock.correlation_id or EXPIRY, booked=lock.booked
    )
    # Where its seats went is decided by when it died, and not by when that is written down.
    move = letting_go(inventory, lock, SeatStatus.HELD, lock.expires_at)
    expired = lock.evolve(status=SeatLockStatus.EXPIRED, updated_at=lock.expires_at)
    change = Change(None, moves=[move], documents=[expired])
    booking = inventory.bookings.get(lock.id)
    if booking is None:
        entry = audit(
            command,
            now,
            AuditAction.LOCK_EXPIRED,
            lock,
            from_status=SeatLockStatus.ACTIVE,
            to_status=SeatLockStatus.EXPIRED,
            move=move,
        )
    else:
        change.documents.append(booking.evolve(status=BookingStatus.EXPIRED, updated_at=lock.expires_at))
        entry = audit(
            command,
            now,
            AuditAction.BOOKING_EXPIRED,
            booking,
            from_status=BookingStatus.PAYMENT_PENDING,
            to_status=BookingStatus.EXPIRED,
            move=move,
        )
    change.entries.append(entry)
    return change
