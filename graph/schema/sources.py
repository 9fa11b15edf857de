"""What subscriptions are about: states that follow one another, of which a listener needs only the newest."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import structlog
from beanie import PydanticObjectId
from pymongo.errors import PyMongoError

from domain import documents, lookups
from domain.caller import Caller
from domain.documents import PaymentStatus, Role
from domain.errors import Forbidden, Unauthenticated, Unavailable
from domain.live.topic import Topic
from domain.live.view import View
from domain.people.standing import role_now
from domain.services import Services
from graph.schema.types.booking import Booking
from graph.schema.types.seat_availability import SeatAvailability

AGAIN_SECONDS = 0.5
"""When a read that failed is tried again."""

_log = structlog.get_logger(__name__)


class Source(ABC):
    """States of one thing, the newest of which is `state`. Iterating gives the values of all that are seen."""

    field: ClassVar[str]
    """The subscription whose states these are."""

    is_public: ClassVar[bool]
    """Whether anybody may listen, signed in or not, and all who do are told the same."""

    state: Any

    @property
    @abstractmethod
    def looks_again(self) -> bool:
        """Whether it looks, before each state, if an ADMIN who listens still is one."""

    def __init__(self) -> None:
        self._stack = AsyncExitStack()
        self._woken = asyncio.Event()

    @abstractmethod
    async def next(self, after: Any) -> Any:
        """Wait for a state newer than `after`. Raises Forbidden, Unauthenticated: whoever listens may hear no more."""

    @abstractmethod
    async def catch_up(self) -> None:
        """Have `state` show what is committed by now, for who has just come. Raises Unavailable."""

    @abstractmethod
    def value(self, before: Any, state: Any) -> object:
        """The field's value for a listener that was last told of `before`; of nothing, if None."""

    async def _require_standing(self, services: Services, watcher: Caller) -> None:
        """Whoever listens still exists, in a session that was not ended. Raises Forbidden, Unauthenticated.

        Who began as an ADMIN, and may ask for what only those see, still is one, also when the booking is their own: as
        a USER they subscribe again.
        """
        role = await role_now(services.standings, watcher.user_id, watcher.sessions_ended, watcher.session_id)
        if watcher.is_admin and role is not Role.ADMIN:
            raise Forbidden("Only an ADMIN may do this.")

    def committed_at(self, state: Any) -> float | None:
        """When what made this state was committed, by the clock on the wall of who did; None where that isn't known."""
        return None

    async def close(self) -> None:
        """Stop following."""
        await self._stack.aclose()

    async def __aiter__(self) -> AsyncIterator[object]:
        try:
            before, state = None, self.state
            while True:
                yield self.value(before, state)
                before, state = state, await self.next(state)
        finally:
            await self.close()


class AvailabilitySource(Source):
    """An event's seats."""

    field = "seatAvailability"
    is_public = True

    def __init__(self, services: Services, admin: Caller | None, topic: Topic) -> None:
        super().__init__()
        self._services = services
        self._admin = admin
        self._topic = topic

    @classmethod
    async def open(cls, services: Services, event_id: PydanticObjectId, watcher: Caller | None = None) -> Self:
        """For nobody in particular, or for who alone listens. Raises NotFound."""
        admin = watcher if watcher is not None and watcher.is_admin else None
        async with AsyncExitStack() as stack:
            source = cls(services, admin, await stack.enter_async_context(services.hub.watch(event_id)))
            stack.enter_context(source._topic.watched(source._woken.set))
            source._stack = stack.pop_all()
        return source

    @property
    def state(self) -> View:
        return self._topic.view

    async def next(self, after: Any) -> View:
        while self._topic.view is after:
            self._woken.clear()
            await self._woken.wait()
        if self._admin is not None:
            await self._require_admin(self._admin)
        return self._topic.view

    async def _require_admin(self, admin: Caller) -> None:
        while True:
            try:
                return await self._require_standing(self._services, admin)
            except Unavailable:  # nobody can tell: they are told once somebody can
                await asyncio.sleep(AGAIN_SECONDS)

    async def catch_up(self) -> None:
        await self._services.hub.catch_up(self._topic)

    @property
    def looks_again(self) -> bool:
        return self._admin is not None

    def value(self, before: Any, state: Any) -> SeatAvailability:
        return SeatAvailability.of_views(before, state)

    def committed_at(self, state: Any) -> float | None:
        view: View = state
        return view.committed_at


@dataclass(frozen=True, slots=True)
class WatchedBooking:
    """A booking, and how the attempts to pay it stand: what is told is a change of either."""

    booking: documents.Booking
    attempts: tuple[tuple[PydanticObjectId, PaymentStatus], ...] = ()

    def differs(self, other: WatchedBooking) -> bool:
        return (self.booking.status, self.attempts) != (other.booking.status, other.attempts)


class BookingSource(Source):
    """A booking's status, and that of its payments."""

    field = "bookingStatus"
    is_public = False

    def __init__(self, services: Services, booking: documents.Booking, watcher: Caller) -> None:
        super().__init__()
        self._services = services
        self._watcher = watcher
        self.state: WatchedBooking = WatchedBooking(booking)

    @classmethod
    async def open(cls, services: Services, booking: documents.Booking, watcher: Caller) -> Self:
        """From a booking that exists, and that this one may see."""
        source = cls(services, booking, watcher)
        async with AsyncExitStack() as stack:
            topic = await stack.enter_async_context(services.hub.watch(booking.event_id))
            stack.enter_context(topic.booking_watched(booking.id, source._woken.set))
            # What happened before anybody listened.
            source.state = await source._read()
            source._stack = stack.pop_all()
        return source

    @property
    def looks_again(self) -> bool:
        return True

    async def next(self, after: Any) -> WatchedBooking:
        while not self.state.differs(after):
            await self._woken.wait()
            self._woken.clear()
            try:
                state = await self._read()
                await self._require_standing(self._services, self._watcher)
                self.state = state
            except (Forbidden, Unauthenticated):
                raise
            except Exception as error:  # MongoDB is away: what is true is told once it is back
                _log.warning("a watched booking cannot be read", reason=type(error).__name__)
                self._woken.set()
                await asyncio.sleep(AGAIN_SECONDS)
        return self.state

    async def catch_up(self) -> None:
        with suppress(PyMongoError):  # where nothing can be read, nothing newer happens
            state = await self._read()
            if state.differs(self.state):
                self.state = state
                self._woken.set()

    def value(self, before: Any, state: Any) -> Booking:
        return Booking.from_document(state.booking)

    async def _read(self) -> WatchedBooking:
        booking_id = self.state.booking.id
        # Payments first: what they have made of the booking is then in it.
        payments = (await lookups.payments_of_bookings([booking_id])).get(booking_id, [])
        bookings = await lookups.bookings_by_ids([booking_id], self._services.clock())
        booking = bookings.get(booking_id, self.state.booking)
        attempts = tuple((one.id, one.status) for one in payments if one.status is not PaymentStatus.PENDING)
        return WatchedBooking(booking, attempts)


PERSONAL_FIELDS = frozenset({"viewer", "mine", "booking", "allocations", "inventoryAt"})
"""What depends on who asks, and may still be asked for where anybody may listen: what is theirs, or for ADMINs only."""

PUBLIC_FIELDS = frozenset(source.field for source in (AvailabilitySource, BookingSource) if source.is_public)
"""The subscriptions that anybody may listen to."""
