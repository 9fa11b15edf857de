"""Purchases under way: a lock with its booking and payments, as this process has written or read them last.

They are never believed, either (memory.py): whoever decides on one has MongoDB asked for the same documents, in the
transaction that writes. They are kept as BSON: Python's garbage collector looks through thousands of objects again and
again, which took a tenth of the process, and leaves bytes alone.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import bson
from bson.codec_options import CodecOptions

from domain.documents import (
    Booking,
    Payment,
    PydanticObjectId,
    SeatLock,
    SeatLockStatus,
)
from domain.inventory.state import Inventory

AS_STORED: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True)
"""How documents are read from their collections, too."""


@dataclass(frozen=True, slots=True)
class Purchase:
    """A lock that is ACTIVE, its booking if it has one, and all payments of that, none of which is to be given back."""

    lock: SeatLock
    booking: Booking | None
    payments: tuple[Payment, ...]


Purchases = OrderedDict[PydanticObjectId, bytes]
"""By id of the lock, which the booking has, too. Who was dealt with last comes last."""


def follow(purchases: Purchases, inventory: Inventory) -> None:
    """Have them as a batch leaves them. What it has changed of others than it knows all of is known no more.

    Who changes a booking changes its lock, too, or knows all of it.
    """
    whole = {*inventory.whole, *(lock.id for lock in inventory.locks.new())}
    for lock_id in whole.union(lock.id for lock in inventory.locks.written()):
        purchases.pop(lock_id, None)
        if lock_id in whole and (packed := _packed(inventory, lock_id)) is not None:
            purchases[lock_id] = packed


def unpacked(packed: bytes) -> Purchase:
    """The purchase as it was."""
    raw = bson.decode(packed, AS_STORED)
    booking = raw["booking"]
    return Purchase(
        SeatLock.from_bson(raw["lock"]),
        booking and Booking.from_bson(booking),
        tuple(Payment.from_bson(payment) for payment in raw["payments"]),
    )


def _packed(inventory: Inventory, lock_id: PydanticObjectId) -> bytes | None:
    """None if it is over, or if money of it is to be given back."""
    lock, payments = inventory.locks.get(lock_id), inventory.payments_of(lock_id)
    if lock is None or lock.status is not SeatLockStatus.ACTIVE:
        return None
    if any(inventory.refund_of(payment.id) is not None for payment in payments):
        return None
    booking = inventory.bookings.get(lock_id)
    return bson.encode(
        {
            "lock": lock.to_bson(),
            "booking": booking and booking.to_bson(),
            "payments": [payment.to_bson() for payment in payments],
        }
    )
