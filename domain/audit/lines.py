"""An audit entry as a line of JSON. Ids are those of the API, so that what is found here can be asked for there."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from domain.documents import AuditEntry, PydanticObjectId
from domain.ids import api_id

_whole = re.compile(rb'\{"id":"([^"]+)","createdAt":"([^"]+)".*"hash":"[0-9a-f]{64}"\}\n?').fullmatch


class Written(NamedTuple):
    """What a line is about."""

    id: str
    created_at: datetime


def id_of(entry: AuditEntry) -> str:
    """The entry's id in the API."""
    return api_id("AuditEntry", entry.id)


def line_of(entry: AuditEntry, stored_hash: bytes) -> bytes:
    """The line, its end included. `hash` is that of the entry as it is stored, `previous` that of the one before."""
    event = entry.event_id
    line: dict[str, Any] = {
        "id": id_of(entry),
        "createdAt": _instant(entry.created_at),
        "action": entry.action,
        "correlationId": entry.correlation_id,
    }
    if entry.actor_id:
        line["actorId"] = api_id("User", entry.actor_id)
    if event:
        line["eventId"] = _event_id(event)
    if entry.booking_id:
        line["bookingId"] = api_id("Booking", entry.booking_id, event)
    elif entry.lock_id:
        line["lockId"] = api_id("SeatLock", entry.lock_id, event)
    if entry.payment_id:
        line["paymentId"] = api_id("Payment", entry.payment_id)
    if entry.allocation_id:
        line["allocationId"] = api_id("Allocation", entry.allocation_id)
    for name, value in (
        ("fromStatus", entry.from_status),
        ("toStatus", entry.to_status),
        ("effect", entry.effect),
        ("kept", entry.kept),
        ("seats", entry.seats),
        ("seatsFreed", entry.freed),
    ):
        if value is not None:
            line[name] = value
    line["isRetry"] = entry.is_retry
    if entry.original_entry_id:
        line["originalEntryId"] = api_id("AuditEntry", entry.original_entry_id)
    line |= {
        "metadata": entry.metadata,
        "chain": str(entry.chain_id),
        "sequence": entry.sequence,
        "previous": entry.previous.hex(),
        "hash": stored_hash.hex(),
    }
    return orjson.dumps(line, default=str, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS)


# All entries of a batch have the same.
@lru_cache(maxsize=256)
def _instant(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@lru_cache(maxsize=256)
def _event_id(event_id: PydanticObjectId) -> str:
    return api_id("Event", event_id)


def written_in(line: bytes) -> Written | None:
    """What the line is about; None if it is none of ours, or not all of one."""
    whole = _whole(line)
    try:
        return Written(whole[1].decode(), datetime.fromisoformat(whole[2].decode())) if whole else None
    except ValueError:
        return None
