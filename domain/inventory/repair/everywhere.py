"""Repairing every event that needs it, while buyers buy."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from domain.inventory.check import Drift, find_drift, is_sound
from domain.inventory.records import read_live, read_records

if TYPE_CHECKING:
    from domain.services import Services


async def repair_unsound(services: Services, correlation_id: str) -> int:
    """Repair the events whose counters or seat rows are not what their locks and bookings make them; how many.

    Reads only what has seats now: a million of them take seconds. Each event is seen as of one instant.
    """
    repaired = 0
    async for batch in read_live(services.mongo):
        for records, sound in zip(batch, await asyncio.to_thread(list, map(is_sound, batch)), strict=True):
            if not sound:
                repaired += bool(await services.writer.repairer.repair(records.event.id, correlation_id))
    return repaired


async def repair_all(services: Services, correlation_id: str) -> list[Drift]:
    """Repair every event that `check_inventory` finds anything wrong with; the drift there was. Reads all history."""
    drift: list[Drift] = []
    async for batch in read_records(services.mongo):
        for records, found in zip(batch, await asyncio.to_thread(list, map(find_drift, batch)), strict=True):
            if found:
                drift += await services.writer.repairer.repair(records.event.id, correlation_id)
    return drift
