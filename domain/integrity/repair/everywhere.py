"""Repairing every event that needs it, while buyers buy."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import structlog
from beanie import PydanticObjectId

from domain.integrity.drift import find_drift, is_sound
from domain.integrity.record_batches import read_live, read_records
from domain.integrity.records import Records
from domain.integrity.repair import Outcome, repairer_of
from domain.services import Services

log = structlog.get_logger(__name__)


def repair_unsound(services: Services, correlation_id: str) -> AsyncIterator[Outcome]:
    """Repair the events whose counters or seat rows are not what their locks and bookings make them.

    Yields what came of it, event by event. Reads only what has seats now: a million of them take seconds. Each event
    is seen as of one instant. One that can't be repaired is logged, and its fault raised after the others are done.
    """
    return _repair(services, correlation_id, read_live(services.mongo), is_sound)


def repair_all(services: Services, correlation_id: str) -> AsyncIterator[Outcome]:
    """The same for every event that `check_inventory` finds anything wrong with. Reads all history."""
    return _repair(services, correlation_id, read_records(services.mongo), lambda records: not find_drift(records))


async def _repair(
    services: Services,
    correlation_id: str,
    batches: AsyncIterator[list[Records]],
    is_right: Callable[[Records], bool],
) -> AsyncIterator[Outcome]:
    repairer = repairer_of(services, correlation_id)
    faults: list[Exception] = []
    async for batch in batches:
        for event_id in await asyncio.to_thread(_wrong_ones, batch, is_right):
            try:
                outcome = await repairer.repair(event_id)
            except Exception as fault:
                log.warning("repair failed", event_id=str(event_id), reason=type(fault).__name__)
                faults.append(fault)
            else:
                yield outcome
    if faults:
        raise faults[0]


def _wrong_ones(batch: list[Records], is_right: Callable[[Records], bool]) -> list[PydanticObjectId]:
    wrong = []
    for records in batch:
        try:
            if is_right(records):
                continue
        except Exception as fault:  # documents that make no sense at all: the repair will say so, or raise it again
            log.warning("event makes no sense", event_id=str(records.event.id), reason=repr(fault))
        wrong.append(records.event.id)
    return wrong
