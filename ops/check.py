"""`seatlock check`: what differs, and of how much nothing did."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator

from domain.documents import (
    Allocation,
    ArchivedBooking,
    ArchivedSeatLock,
    AuditEntry,
    Booking,
    Event,
    Payment,
    Refund,
    SeatLock,
)
from domain.errors import Unavailable
from domain.integrity.audit_chains import check_chains
from domain.integrity.drift import check_inventory
from domain.integrity.figures import check_figures
from domain.integrity.money import compare_books
from domain.jobs.recovery import recover_all
from domain.services import Services
from ops.findings import say_difference, say_fault, whose

COUNTED = {
    "events": (Event,),
    "locks": (SeatLock, ArchivedSeatLock),
    "bookings": (Booking, ArchivedBooking),
    "payments": (Payment,),
    "refunds": (Refund,),
    "allocations": (Allocation,),
    "audit entries": (AuditEntry,),
}


async def check_everything(services: Services, *, repair: bool) -> bool:
    """Print what differs, or that nothing does; whether it is clean. Raises Unavailable.

    On a terminal it says what it is doing meanwhile.
    """
    extent = await _extent(services)
    if repair:
        _tell("repairing")
        for drift in await recover_all(services):
            print(f"repaired {whose(drift)} was {drift.stored}, is {drift.actual}")
    is_clean = True
    # Entries that were tampered with first: they may be why something else does not add up, or can't be added up.
    for what, found in (
        ("the audit log", _faults(services)),
        ("inventories and figures", _drifts(services)),
        ("money", _differences(services)),
    ):
        _tell(f"checking {what}, of {extent}")
        try:
            async for finding in found:
                is_clean = False
                print(finding)
        except Unavailable:
            raise
        except Exception as error:
            is_clean = False
            print(f"{what} can't be checked: {type(error).__name__}")
    if is_clean:
        print(f"clean: {await _extent(services)}")
    return is_clean


async def _faults(services: Services) -> AsyncIterator[str]:
    async for fault in check_chains(services):
        yield await say_fault(services, fault)


async def _differences(services: Services) -> AsyncIterator[str]:
    async for difference in compare_books(services):
        yield await say_difference(services, difference)


async def _drifts(services: Services) -> AsyncIterator[str]:
    for drift in [*await check_inventory(services), *await check_figures(services.mongo)]:
        yield f"{whose(drift)} is {drift.stored}, should be {drift.actual}"


async def _extent(services: Services) -> str:
    """How much there is."""
    counts = {
        what: sum([await services.database[kind.Settings.name].estimated_document_count() for kind in kinds])
        for what, kinds in COUNTED.items()
    }
    return ", ".join(f"{count:,} {what if count != 1 else _one(what)}" for what, count in counts.items())


def _one(what: str) -> str:
    return what.replace("entries", "entry").removesuffix("s")


def _tell(line: str) -> None:
    if sys.stderr.isatty():
        print(f"{line} …", file=sys.stderr, flush=True)
