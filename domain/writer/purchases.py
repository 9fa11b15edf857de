"""Purchases under way: a lock with its booking and payments, as this process has written or read them last.

They are never believed, either (memory.py): whoever decides on one has MongoDB asked for the same documents, in the
transaction that writes. They are kept as BSON, and compared so. Python's garbage collector looks through thousands of
objects again and again, which took a tenth of the process, and leaves bytes alone.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import bson
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument

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
    """A lock that is ACTIVE, its booking if it has one, and all payments of that, none of which is to be given back.

    `packed` is all of it as it is remembered, to be held against what is stored.
    """

    lock: SeatLock
    booking: Booking | None
    payments: tuple[Payment, ...]
    packed: Packed


Packed: TypeAlias = tuple[bytes, ...]
"""The BSON of a lock, of its booking, empty if it has none, and of each payment."""

Purchases = OrderedDict[PydanticObjectId, Packed]
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


def unpacked(packed: Packed) -> Purchase:
    """The purchase as it was."""
    lock, booking, *payments = packed
    return Purchase(
        SeatLock.from_bson(_decoded(lock)),
        Booking.from_bson(_decoded(booking)) if booking else None,
        tuple(Payment.from_bson(_decoded(payment)) for payment in payments),
        packed,
    )


def are(documents: Collection[bytes], raws: Iterable[Mapping[str, Any]]) -> bool:
    """Whether these documents were found, to the last field, and no others."""
    found = [bytes(raw.raw) if isinstance(raw, RawBSONDocument) else bson.encode(raw) for raw in raws]
    # As a rule their fields are in the same order, too. If not, they are as equal.
    return {*found} == {*documents} or _by_id(found) == _by_id(documents)


def _by_id(documents: Iterable[bytes]) -> dict[Any, dict[str, Any]]:
    return {raw["_id"]: raw for raw in map(_decoded, documents)}


def _decoded(document: bytes) -> dict[str, Any]:
    return bson.decode(document, AS_STORED)


def _packed(inventory: Inventory, lock_id: PydanticObjectId) -> Packed | None:
    """None if it is over, or if money of it is to be given back."""
    lock, payments = inventory.locks.get(lock_id), inventory.payments_of(lock_id)
    if lock is None or lock.status is not SeatLockStatus.ACTIVE:
        return None
    if any(inventory.refund_of(payment.id) is not None for payment in payments):
        return None
    booking = inventory.bookings.get(lock_id)
    return (
        bson.encode(lock.to_bson()),
        b"" if booking is None else bson.encode(booking.to_bson()),
        *(bson.encode(payment.to_bson()) for payment in payments),
    )
