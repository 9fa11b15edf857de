"""The writer's guard: what it may rely on, and how often an event is looked at in full."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from beanie import PydanticObjectId
from pymongo.asynchronous.client_session import AsyncClientSession

from domain.integrity.repair import InventoryRepairer
from domain.integrity.repair.suspect import find_archived, look_over
from domain.inventory.commands import Command
from domain.inventory.state import Inventory

log = structlog.get_logger(__name__)

TRUST_SECONDS, PAUSE_SECONDS = 60.0, 5.0
"""For so long an event is taken as it is when all of it was looked at and nothing could be repaired; and for so long it
is left alone when that look failed. A look may take seconds."""


class RepairingGuard:
    """Repairs an event when a batch meets a contradiction, and trusts it for the next batch."""

    def __init__(self, repairer: InventoryRepairer) -> None:
        self._repairer = repairer
        self._just_mended: set[PydanticObjectId] = set()
        self._trusted_until: dict[PydanticObjectId, float] = {}
        self._no_look_before: dict[PydanticObjectId, float] = {}

    async def look_over(
        self, inventory: Inventory, commands: Sequence[Command[Any]], now: datetime, snapshot: AsyncClientSession
    ) -> list[PydanticObjectId]:
        """The archived bookings that are needed back. Raises Contradiction where documents contradict each other."""
        archived = await find_archived(inventory, commands, snapshot)
        if not archived:
            await look_over(inventory, commands, now, snapshot, trusting=self._is_trusted(inventory.event.id))
        return archived

    async def bring_back(self, booking_ids: Sequence[PydanticObjectId]) -> None:
        """Move these out of the archive."""
        await self._repairer.bring_back(booking_ids)

    def may_mend(self, event_id: PydanticObjectId) -> bool:
        """Whether all of the event should be looked at now."""
        if event_id in self._just_mended:
            self._just_mended.discard(event_id)
            self._trusted_until[event_id] = time.monotonic() + TRUST_SECONDS
        return not self._is_trusted(event_id) and time.monotonic() >= self._no_look_before.get(event_id, 0.0)

    async def mend(self, event_id: PydanticObjectId) -> None:
        """What is stored contradicts itself: somebody edited it by hand. Nothing was written; repair it, and go on."""
        try:
            outcome = await self._repairer.repair(event_id)
        except Exception:  # whatever it is, buyers of this event must get an answer
            log.exception("repair failed", event_id=str(event_id))
            self._no_look_before[event_id] = time.monotonic() + PAUSE_SECONDS
            return
        if outcome.left:
            self._trusted_until[event_id] = time.monotonic() + TRUST_SECONDS
        else:
            self._just_mended.add(event_id)

    def passed(self, event_id: PydanticObjectId) -> None:
        """The event is looked at as carefully as any other again."""
        self._just_mended.discard(event_id)

    def _is_trusted(self, event_id: PydanticObjectId) -> bool:
        return event_id in self._just_mended or time.monotonic() < self._trusted_until.get(event_id, 0.0)
