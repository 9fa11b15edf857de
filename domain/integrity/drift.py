"""Do the documents agree? Computes invariants 1–4 (docs/architecture.md, Invariants) from what is stored.

One fact is stored in several places on purpose: a lock says which seats it holds, the seat rows say who holds them,
the counters say how many are held, and the audit entries say how all that came about. Here each is held against the
others. A drift's `field` names what is wrong in the API's words; `stored` is what it says, `actual` what they make it:

- `sections.STALLS.totalSeats`, `.availableSeats`, `.lockedSeats`, `.bookedSeats`: a counter, against seat rows, ACTIVE
  locks and CONFIRMED bookings.
- `seats.STALLS-A-12`: a seat's status (0 AVAILABLE, 1 HELD, 2 BOOKED, -1 no such seat or letter), against locks and
  bookings; `.holder`: whether its row names one (1) against whether it should, or 0 against 1 where it names another;
  `.holders`: one, against how many claim the seat.
- `rows.STALLS-A.holders`: for how many seats a row has holders, against how many it has.
- `locks.<hex>`, `bookings.<hex>`, `payments.<hex>`, `refunds.<hex>`, `allocations.<hex>`: 0 against 1 where others
  speak of a document and there is none. A refund goes by its payment's id.
- `….<hex>.status`: its place in the API's list of these statuses, from 0. A booking rules its lock's; what the others
  should be is where their last audit entry led.
- `….<hex>.fields`: how many of its fields can be worked with, against all that must be.
- `locks.<hex>.quantities.STALLS`: seats by count, against seats by label; `.seats`: labels, against different ones;
  `.booked`: whether there is a booking (0, 1); `.expiresAt`: how many milliseconds it outlives its unpaid booking,
  against 0.
- `bookings.<hex>.quantities.STALLS`: seats, against its lock's; `.seats`: those it shares with its lock, against all;
  `.payments`: how many payments may hold money; `.paid`: how many SUCCEEDED and are not refunded in full.
- `payments.<hex>.mayHoldMoney` (0, 1), against the payment's status and refund.
- `bookings.<hex>.allocation`: whether it is of the allocation that its lock is of (0, 1).
- `allocations.<hex>.kept.STALLS`: how many seats its event says it keeps, against those that its buyers have not;
  `.listed`: whether its event knows it (0, 1); `.terms`: how many of its times and limits its event knows, against all.
- `audit.allocations.<hex>.kept.STALLS`: as above, against the entries replayed.
- `audit.sequence`: the number of entries by the event, against how far they go without a gap or a repeat.
- `audit.STALLS.totalSeats` …, `audit.seats.STALLS-A-12` (and `.holder`): as above, against the entries replayed.
- `audit.locks.<hex>` and so on: 0 against 1 where a document has no entry; `.from`: the status an entry starts from,
  against the one the entry before led to (-1 none).

Figures of reports (`figures.…`) are checked by domain/integrity/figures.py.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from beanie import PydanticObjectId

from domain.documents import BookingStatus
from domain.integrity.allocations import check_allotments, check_history_of_allocations
from domain.integrity.document_drift import (
    check_bookings,
    check_fields,
    check_history,
    check_locks,
    check_pairs,
    check_payments,
    check_statuses,
)
from domain.integrity.findings import Drift, Findings
from domain.integrity.last_look import note_look
from domain.integrity.record_batches import read_records
from domain.integrity.records import Records
from domain.integrity.seat_drift import check_counters, check_rows, claims_of, kept_seats

if TYPE_CHECKING:
    from domain.services import Services


async def check_inventory(services: Services, event_id: PydanticObjectId | None = None) -> list[Drift]:
    """Every drift of one event, or of all events; empty when every invariant holds, or there is no such event.

    Each event is looked at as of one instant, so buyers may buy meanwhile without being taken for drift. Memory is
    bounded by the largest event.
    """
    drift: list[Drift] = []
    async for batch in read_records(services.mongo, event_id):
        # Seconds of plain computing for a large event: in a thread, so that this process goes on answering.
        for found in await asyncio.to_thread(list, map(find_drift, batch)):
            drift += found
    if event_id is None:
        await note_look(services.clock, "check", len(drift))
    return drift


def find_drift(records: Records) -> list[Drift]:
    """Every drift of one event. Pure."""
    findings = Findings(records.event)
    kept = kept_seats(records)
    claims = claims_of(records, kept, findings)
    check_counters(records, kept, findings)
    check_rows(records, claims, findings)
    check_fields(records, findings)
    check_allotments(records, kept, findings.compare)
    if records.event.audit_forgotten:
        # The history begins in the middle: it knows nothing of what came before.
        check_pairs(records, findings)
        return findings.drift
    check_locks(records, findings)
    check_bookings(records, findings)
    check_pairs(records, findings)
    check_payments(records, findings)
    check_statuses("allocations", records.allocations, records.history.statuses["allocations"], {}, findings)
    check_history(records, claims, findings)
    check_history_of_allocations(records, kept, findings.compare)
    return findings.drift


def is_sound(records: Records) -> bool:
    """Whether counters and seat rows say what locks and bookings with seats say; of these alone (`read_live`). Pure."""
    findings = Findings(records.event)
    kept = kept_seats(records)
    claims = claims_of(records, kept, findings)
    check_counters(records, kept, findings)
    check_rows(records, claims, findings)
    check_fields(records, findings)
    check_allotments(records, kept, findings.compare)
    check_pairs(records, findings)
    for lock_id in {**records.locks, **records.bookings}:
        lock, booking = records.locks.get(lock_id), records.bookings.get(lock_id)
        pending = booking is not None and booking["status"] == BookingStatus.PAYMENT_PENDING
        findings.compare(int(lock is not None and lock["booked"]), int(pending), "locks", lock_id, "booked")
    return not findings.drift
