from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from typing import Any

from beanie import PydanticObjectId
from bson import ObjectId
from pymongo import ASCENDING, IndexModel

from domain.documents.stored import Stored


class AuditAction(StrEnum):
    USER_REGISTERED = "USER_REGISTERED"
    USER_ROLE_CHANGED = "USER_ROLE_CHANGED"
    PASSWORD_CHANGED = "PASSWORD_CHANGED"  # noqa: S105
    SESSION_ENDED = "SESSION_ENDED"
    USER_DELETED = "USER_DELETED"
    EMAIL_VERIFIED = "EMAIL_VERIFIED"
    SIGN_IN_FAILED = "SIGN_IN_FAILED"
    ADMIN_SIGNED_IN = "ADMIN_SIGNED_IN"
    EVENT_CREATED = "EVENT_CREATED"
    EVENT_UPDATED = "EVENT_UPDATED"
    SALES_CLOSED = "SALES_CLOSED"
    SALES_OPENED = "SALES_OPENED"
    EVENT_CANCELLED = "EVENT_CANCELLED"
    CANCELLATION_FINISHED = "CANCELLATION_FINISHED"
    ALLOCATION_CREATED = "ALLOCATION_CREATED"
    ALLOCATION_RELEASED = "ALLOCATION_RELEASED"
    SEATS_LOCKED = "SEATS_LOCKED"
    LOCK_CHANGED = "LOCK_CHANGED"
    LOCK_EXTENDED = "LOCK_EXTENDED"
    LOCK_RELEASED = "LOCK_RELEASED"
    LOCK_EXPIRED = "LOCK_EXPIRED"
    BOOKING_CREATED = "BOOKING_CREATED"
    BOOKING_CONFIRMED = "BOOKING_CONFIRMED"
    BOOKING_FAILED = "BOOKING_FAILED"
    BOOKING_EXPIRED = "BOOKING_EXPIRED"
    BOOKING_CANCELLED = "BOOKING_CANCELLED"
    PAYMENT_INITIATED = "PAYMENT_INITIATED"
    PAYMENT_SUCCEEDED = "PAYMENT_SUCCEEDED"
    PAYMENT_FAILED = "PAYMENT_FAILED"
    PAYMENT_TIMED_OUT = "PAYMENT_TIMED_OUT"
    PAYMENT_ACTION_REQUIRED = "PAYMENT_ACTION_REQUIRED"
    REFUND_INITIATED = "REFUND_INITIATED"
    REFUND_PROCESSED = "REFUND_PROCESSED"
    REFUND_FAILED = "REFUND_FAILED"
    REFUND_RESENT = "REFUND_RESENT"
    WEBHOOK_REGISTERED = "WEBHOOK_REGISTERED"
    WEBHOOK_SECRET_RENEWED = "WEBHOOK_SECRET_RENEWED"  # noqa: S105
    WEBHOOK_REMOVED = "WEBHOOK_REMOVED"
    DELIVERY_REPLAYED = "DELIVERY_REPLAYED"
    JOB_REQUESTED = "JOB_REQUESTED"
    INVENTORY_REPAIRED = "INVENTORY_REPAIRED"
    REQUEST_REJECTED = "REQUEST_REJECTED"

    @property
    def is_of_refund(self) -> bool:
        """Whether it happens to a refund. An entry of a refund names its payment, which has one at most."""
        return self.value.startswith("REFUND_")


BY_WORDS = "by_words"
"""The name of the index that a search goes by."""

LISTED_BY = ("created_at", "sequence", "_id")
"""The order of the audit log: what one transaction wrote has one time, and the order of its numbers."""


def entry_id(
    subject_id: ObjectId, action: AuditAction, from_status: str | None = None, nth: int = 0
) -> PydanticObjectId:
    """The id of the entry that records this action on this subject (a lock, booking, payment …) from that status.

    `nth` tells apart what may happen to it more than once.
    Derived, so that the same change cannot be recorded twice and a replay names its original without a look-up.
    The first four bytes are the subject's own time stamp: neighbours in time stay neighbours in the index.
    """
    subject = subject_id.binary
    change = f"{action.value}/{from_status or ''}{f'/{nth}' if nth else ''}".encode()
    return PydanticObjectId(subject[:4] + blake2b(subject + change, digest_size=8).digest())


class AuditEntry(Stored):
    """What happened, written in the same transaction as the change itself and never altered.

    Every entry has its place in one chain: the history of its event (`chain_id` is the event's id) or, for what changes
    no inventory, the journal of the process that wrote it. There they are numbered from 1 by `sequence` without a gap,
    and `previous` is the SHA-256 of the entry before, as it is stored (BSON, with its own `previous`); of the first,
    nothing. The hash of the last is kept with the event, or journal: see docs/decisions/0011-audit-chain.md.

    `effect` is what the inventory gained or lost: section → [available, held, booked]; replayed in order the entries of
    an event give its inventory. `seats` and `lock_id` say the same for numbered seats. LOCK_CHANGED may take seats and
    give others back in one step: `seats` are those that it took, `freed` those that it gave back. `kept` is what the
    allocation `allocation_id` gained or lost of it, by section: what it gains is HELD by it, and by no lock.

    A replayed request leaves an entry with `is_retry` and `original_entry_id` and no effect. Of what is repeated all
    the time, an entry in a journal says with `count` in its `metadata` how often it was left out of the chain.

    INVENTORY_REPAIRED says in `metadata` what was stored and what is true; its effect, and in `repaired` its seats
    ([label, status, holder]), statuses ([kind, id, status or nothing]) and what allocations keep, make the entries
    before it true.
    REQUEST_REJECTED says in `metadata` what was asked for and the code.

    A booking has its lock's id: `lock_id` finds what happened to either. `words` are those of the names, reasons and
    notes in `metadata`, and of the idempotency key, by which a search finds it.
    """

    chain_id: PydanticObjectId | None = None
    sequence: int | None = None
    previous: bytes = b""
    event_id: PydanticObjectId | None = None
    action: AuditAction
    actor_id: PydanticObjectId | None = None
    lock_id: PydanticObjectId | None = None
    booking_id: PydanticObjectId | None = None
    payment_id: PydanticObjectId | None = None
    allocation_id: PydanticObjectId | None = None
    from_status: str | None = None
    to_status: str | None = None
    effect: dict[str, list[int]] | None = None
    kept: dict[str, int] | None = None
    seats: list[str] | None = None
    freed: list[str] | None = None
    repaired: dict[str, list[list[Any]]] | None = None
    correlation_id: str
    is_retry: bool = False
    original_entry_id: PydanticObjectId | None = None
    words: list[str] | None = None
    metadata: dict[str, Any]
    created_at: datetime

    class Settings:
        name = "audit_entries"
        # One for each filter of the audit log, in the order it is listed in; see domain/audit/search.py.
        indexes = [
            IndexModel([("chain_id", ASCENDING), ("sequence", ASCENDING)], name="one_place_in_a_chain", unique=True),
            *(
                IndexModel([*((name, ASCENDING) for name in (*of, *LISTED_BY))], name=f"by_{'_'.join(of) or 'time'}")
                for of in ((), ("event_id",), ("lock_id",), ("actor_id",), ("action",), ("correlation_id",))
            ),
            # Most entries have none.
            IndexModel(
                [(name, ASCENDING) for name in ("words", *LISTED_BY)],
                name=BY_WORDS,
                partialFilterExpression={"words": {"$exists": True}},
            ),
        ]

    def to_bson(self) -> dict[str, Any]:
        # Entries are the most numerous documents by far: what is absent takes no room. The id comes first, where
        # MongoDB would put it: these are the bytes the next entry's `previous` is the hash of.
        raw = super().to_bson()
        return {"_id": raw.pop("_id")} | {name: value for name, value in raw.items() if value is not None}


class AuditJournal(Stored):
    """The end of a process's own chain of entries: how many there are, and the hash of the last.

    `forgotten` of them were deleted because their time was up, the last of which had the hash `forgotten_hash`.
    """

    sequence: int = 0
    hash: bytes = b""
    forgotten: int = 0
    forgotten_hash: bytes = b""
    started_at: datetime

    class Settings:
        name = "audit_journals"
