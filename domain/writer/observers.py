"""What the writer is handed: it commits, and these are told, or asked, without its knowing what they are for."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any, Protocol, TypeAlias

import structlog
from beanie import PydanticObjectId
from pymongo.asynchronous.client_session import AsyncClientSession

from domain.documents import AuditAction
from domain.inventory.commands import Command
from domain.inventory.state import Inventory
from domain.writer.statements import Statement

log = structlog.get_logger(__name__)

Recorder: TypeAlias = Callable[[Inventory], Awaitable[Sequence[Statement]]]
"""What follows from a batch and is stored in its own transaction: figures of reports, messages to send."""

Observer: TypeAlias = Callable[[Inventory, int], None]
"""Learns what was committed, and which version the event had before. It returns at once, and never raises."""


def tell_expired(inventory: Inventory, _since: int) -> None:
    """A line for each lock and booking that has expired, at debug; what a sweep did in sum its job says, at info."""
    if not logging.getLogger(__name__).isEnabledFor(logging.DEBUG):
        return
    for entry in inventory.entries:
        what = _EXPIRED.get(entry.action)
        if what is not None:
            log.debug(what, event_id=str(entry.event_id), lock_id=str(entry.lock_id))


_EXPIRED = {AuditAction.LOCK_EXPIRED: "lock expired", AuditAction.BOOKING_EXPIRED: "booking expired"}


class Guard(Protocol):
    """Knows whether what a batch has read can be relied on, and mends what can't."""

    async def look_over(
        self, inventory: Inventory, commands: Sequence[Command[Any]], now: datetime, snapshot: AsyncClientSession
    ) -> list[PydanticObjectId]:
        """The archived bookings that the batch needs back before it is decided. Raises Contradiction."""

    async def bring_back(self, booking_ids: Sequence[PydanticObjectId]) -> None:
        """Have these where they can be changed again."""

    def may_mend(self, event_id: PydanticObjectId) -> bool:
        """Whether to mend the event after a Contradiction; False when that has just been tried."""

    async def mend(self, event_id: PydanticObjectId) -> None:
        """Make the event's documents agree, as far as can be. Never raises."""

    def passed(self, event_id: PydanticObjectId) -> None:
        """A batch of the event met no Contradiction."""


class Spans(Protocol):
    """Traces what the writer does."""

    def command(self, command: Command[Any]) -> AbstractContextManager[Any]:
        """While somebody waits for this command's answer."""

    def batch(self, event_id: PydanticObjectId, commands: Sequence[Command[Any]]) -> AbstractContextManager[Any]:
        """While these are decided and committed."""

    def transaction(self) -> AbstractContextManager[Any]:
        """While MongoDB writes."""


class NoSpans:
    """Traces nothing."""

    def command(self, command: Command[Any]) -> AbstractContextManager[Any]:
        return _NOTHING

    def batch(self, event_id: PydanticObjectId, commands: Sequence[Command[Any]]) -> AbstractContextManager[Any]:
        return _NOTHING

    def transaction(self) -> AbstractContextManager[Any]:
        return _NOTHING


_NOTHING = nullcontext()
