"""Reading events at one instant: whatever is asked for, it is what was true together."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

import structlog
from beanie import PydanticObjectId
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.errors import OperationFailure

from domain.documents import Event
from domain.errors import Unavailable

if TYPE_CHECKING:
    from domain.services import Services

PATIENCE_SECONDS = 2.0
"""How long what is too old is read again: a primary that was replaced notices within that time."""

PAUSE_SECONDS = 0.02

SNAPSHOT_TOO_OLD = 239
"""What MongoDB says of an instant that is minutes ago."""

ReadT = TypeVar("ReadT")

log = structlog.get_logger(__name__)


class _TooOld(Exception):
    """This process knows a newer version than what was read: of a primary that is none any more."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a read of an instant needs: MongoDB's snapshot, the time it counts by, and what must be in it."""

    session: AsyncClientSession
    now: datetime
    versions: Mapping[PydanticObjectId, int]

    def require_newest(self, events: Iterable[Event]) -> None:
        """Make sure that none of these is older than what was known when it was asked for."""
        for event in events:
            if event.version < self.versions.get(event.id, 0):
                raise _TooOld(str(event.id))


class Instant:
    """The instant of its first read. Close it when nothing more is to be read."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._reading: Reading | None = None
        self._is_fixed = False
        # The first read decides on the instant, and a session serves one at a time.
        self._turns = asyncio.Lock()

    async def read(self, ask: Callable[[Reading], Awaitable[ReadT]]) -> ReadT:
        """What is asked for, as it was at this instant.

        Raises Unavailable when MongoDB, for PATIENCE_SECONDS, shows nothing but what is older than this process knows.
        """
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        async with self._turns:
            while True:
                try:
                    answer = await ask(self._begun())
                except _TooOld as error:
                    if self._is_fixed or time.monotonic() >= give_up_at:
                        log.warning("MongoDB shows an old state", event_id=str(error))
                        raise Unavailable("The database showed an old state; try again.") from None
                    await self.close()
                    await asyncio.sleep(PAUSE_SECONDS)
                except OperationFailure as error:
                    if error.code != SNAPSHOT_TOO_OLD:
                        raise
                    raise Unavailable("It took too long to read all of it at one instant; ask for less.") from None
                else:
                    self._is_fixed = True
                    return answer

    async def close(self) -> None:
        """Forget the instant."""
        reading, self._reading = self._reading, None
        if reading is not None:
            await reading.session.end_session()

    def _begun(self) -> Reading:
        if self._reading is None:
            services = self._services
            session = services.mongo.start_session(snapshot=True)
            self._reading = Reading(session, services.clock(), services.newest.versions())
        return self._reading


async def read_at(services: Services, instant: Instant | None, ask: Callable[[Reading], Awaitable[ReadT]]) -> ReadT:
    """What is asked for, at this instant; None: at one of its own."""
    if instant is not None:
        return await instant.read(ask)
    own = Instant(services)
    try:
        return await own.read(ask)
    finally:
        await own.close()
