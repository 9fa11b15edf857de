"""Making an event's documents agree again after somebody changed them by hand, or a fault of ours did."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import structlog
from beanie import PydanticObjectId
from pymongo import AsyncMongoClient, WriteConcern
from pymongo.errors import PyMongoError

from domain.clock import Clock
from domain.inventory.baton import Baton
from domain.inventory.check import Drift, find_drift
from domain.inventory.records import Records, read_records
from domain.inventory.repair.plan import plan_repair
from domain.inventory.repair.write import write_repair
from domain.inventory.storage import Conflict

log = structlog.get_logger(__name__)

ATTEMPTS = 10
"""How often a repair is tried that others' sales overtake."""


class InventoryRepairer:
    """Repairs events one at a time; as correct as the writer whatever others do meanwhile, and by the same means."""

    def __init__(self, mongo: AsyncMongoClient[dict[str, Any]], baton: Baton, clock: Clock) -> None:
        self._mongo = mongo
        self._baton = baton
        self._clock = clock

    async def repair(self, event_id: PydanticObjectId, correlation_id: str) -> list[Drift]:
        """Repair the event as far as that can be done; the drift there was, empty when there was none.

        What is left afterwards needs a human, and is logged. Raises Conflict when it was overtaken again and again.
        """
        for attempt in range(ATTEMPTS):
            batches = [batch async for batch in read_records(self._mongo, event_id)]
            if not batches:
                return []  # there is no such event
            ((records,),) = batches
            drift = await asyncio.to_thread(find_drift, records)
            if not drift:
                return []
            try:
                repaired = await self._write(records, drift, correlation_id)
            except Conflict:
                pass
            except PyMongoError as error:
                if not error.has_error_label("TransientTransactionError"):
                    raise
            else:
                told = [f"{one.field}: {one.stored} → {one.actual}" for one in drift[:20]]
                say = log.warning if repaired else log.error
                say(
                    "inventory repaired" if repaired else "inventory drift needs a human",
                    event_id=str(event_id),
                    drifts=len(drift),
                    drift=told,
                )
                return drift if repaired else []
            await asyncio.sleep(random.uniform(0.5, 1) * 0.02 * 2**attempt)  # noqa: S311
        raise Conflict

    async def _write(self, records: Records, drift: list[Drift], correlation_id: str) -> bool:
        repair = await asyncio.to_thread(plan_repair, records)
        if not repair:
            return False
        async with self._baton.turn(records.event.id), self._mongo.start_session() as session:
            await session.start_transaction(write_concern=WriteConcern("majority", j=True), max_commit_time_ms=10_000)
            try:
                await write_repair(records, repair, drift, correlation_id, self._clock(), session)
            except BaseException:
                await session.abort_transaction()
                raise
            await session.commit_transaction()
        return True
