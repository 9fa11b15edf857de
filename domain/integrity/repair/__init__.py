"""Making an event's documents agree again after somebody changed them by hand, or a fault of ours did."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from beanie import PydanticObjectId
from pymongo import AsyncMongoClient, WriteConcern
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.errors import PyMongoError

from domain.audit.file import AuditFile
from domain.clock import Clock
from domain.correlation import REPAIR
from domain.documents import ArchivedBooking, ArchivedSeatLock, Booking, SeatLock
from domain.integrity.drift import find_drift
from domain.integrity.figures import mend_figures
from domain.integrity.findings import Drift
from domain.integrity.record_batches import read_records
from domain.integrity.records import Records
from domain.integrity.repair.plan import Repair, plan_repair
from domain.integrity.repair.restore import bring_back
from domain.integrity.repair.write import write_repair
from domain.process.metrics import inventory_repaired
from domain.services import Services
from domain.writer.baton import Baton
from domain.writer.retry import may_pass
from domain.writer.transaction import Conflict

log = structlog.get_logger(__name__)

ATTEMPTS = 10
"""How often a repair is tried that others' sales overtake."""

DRIFTS_LOGGED = 20


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was repaired or, when nothing could be, what is left for a human."""

    repaired: list[Drift]
    left: list[Drift]


@dataclass(frozen=True, slots=True)
class _Found:
    records: Records
    drift: list[Drift]
    repair: Repair

    def lasts_since(self, before: _Found | None) -> bool:
        """Whether the counters were as far off an earlier time, and have been written since."""
        return (
            before is not None
            and before.records.event.version < self.records.event.version
            and before.repair.differences == self.repair.differences
        )


class InventoryRepairer:
    """Repairs events one at a time; as correct as the writer whatever others do meanwhile, and by the same means."""

    def __init__(
        self,
        mongo: AsyncMongoClient[dict[str, Any]],
        baton: Baton,
        audit_file: AuditFile,
        clock: Clock,
        correlation_id: str = REPAIR,
    ) -> None:
        """Its entries in the audit log have this `correlation_id`."""
        self._mongo = mongo
        self._baton = baton
        self._audit_file = audit_file
        self._clock = clock
        self._correlation_id = correlation_id

    async def repair(self, event_id: PydanticObjectId) -> Outcome:
        """Repair the event and its figures as far as can be done. Raises Conflict when overtaken again and again."""
        outcome = await self._repair(event_id)
        if outcome.repaired:
            try:
                await mend_figures(self._mongo, event_id)
            except Exception:  # reports can wait for the next check; whoever waits for this repair to sell can't
                log.exception("figures not mended", event_id=str(event_id))
        return outcome

    async def _repair(self, event_id: PydanticObjectId) -> Outcome:
        before, found = None, await self._look(event_id)
        for attempt in range(ATTEMPTS):
            async with self._baton.turn(event_id):
                if attempt:  # overtaken by those who sell: this time nobody else's turn comes in between
                    before, found = found, await self._look(event_id)
                if not found or not found.repair.drift:
                    return Outcome([], found.drift if found else [])
                if await self._is_written(found, lasting=found.lasts_since(before)):
                    _say(log.warning, "inventory repaired", event_id, found.repair.drift)
                    inventory_repaired(len(found.repair.drift))
                    return Outcome(found.repair.drift, [])
            await asyncio.sleep(random.uniform(0.5, 1) * 0.02 * 2**attempt)  # noqa: S311
        raise Conflict

    async def bring_back(self, booking_ids: Sequence[PydanticObjectId]) -> None:
        """Move archived bookings and their locks to where they can be changed again."""

        async def move(session: AsyncClientSession) -> None:
            await bring_back(Booking, ArchivedBooking, booking_ids, session)
            await bring_back(SeatLock, ArchivedSeatLock, booking_ids, session)

        async with self._mongo.start_session() as session:
            await session.with_transaction(move, write_concern=WriteConcern("majority", j=True))

    async def _look(self, event_id: PydanticObjectId) -> _Found | None:
        """What is wrong with the event; None when nothing is."""
        async for (records,) in read_records(self._mongo, event_id):
            drift = await asyncio.to_thread(find_drift, records)
            if drift:
                # Without its whole history nobody can tell which of two documents is right.
                is_known = not records.event.audit_forgotten
                plan = await asyncio.to_thread(plan_repair, records) if is_known else Repair([])
                plan.correlation_id = self._correlation_id
                found = _Found(records, drift, plan)
                if not found.repair.drift:
                    _say(log.error, "inventory drift needs a human", event_id, drift)
                return found
        return None

    async def _is_written(self, found: _Found, *, lasting: bool) -> bool:
        """Write it, unless somebody was quicker."""
        try:
            async with self._mongo.start_session() as session:
                await session.start_transaction(
                    write_concern=WriteConcern("majority", j=True), max_commit_time_ms=10_000
                )
                try:
                    entries, last_hash = await write_repair(
                        found.records, found.repair, self._clock(), session, lasting=lasting
                    )
                except BaseException:
                    await session.abort_transaction()
                    raise
                await session.commit_transaction()
        except Conflict:
            return False
        except PyMongoError as error:
            if may_pass(error):
                return False
            raise
        self._audit_file.write(entries, last_hash)
        return True


def repairer_of(services: Services, correlation_id: str) -> InventoryRepairer:
    """A repairer of these services, for who asks; it remembers nothing, so there may be any number."""
    return InventoryRepairer(services.mongo, services.baton, services.audit_file, services.clock, correlation_id)


def _say(level: Callable[..., Any], what: str, event_id: PydanticObjectId, drift: list[Drift]) -> None:
    told = [f"{one.field}: {one.stored} → {one.actual}" for one in drift[:DRIFTS_LOGGED]]
    level(what, event_id=str(event_id), drifts=len(drift), drift=told)
