"""DataLoaders: however many objects a query walks over, each kind of relation is one read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from enum import StrEnum
from functools import cached_property, partial
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

from beanie import PydanticObjectId
from strawberry.dataloader import DataLoader

from domain import lookups
from domain.audit.search import entries_by_ids
from domain.contradiction import required
from domain.documents import (
    AuditEntry,
    Booking,
    BookingStatus,
    Delivery,
    Event,
    JobExecution,
    Listing,
    Payment,
    Refund,
    SeatLock,
    SeatLockStatus,
    SeatRow,
    Stored,
    User,
    WebhookEndpoint,
    Window,
)
from domain.live.view import View
from domain.sale import allocations, event_lists, holders
from domain.sale.allocations import AllocationNow
from domain.sale.instant import Instant
from domain.services import Services

DocumentT = TypeVar("DocumentT")
StoredT = TypeVar("StoredT", bound=Stored)
StatusT = TypeVar("StatusT", bound=StrEnum)
Id: TypeAlias = PydanticObjectId
Committed: TypeAlias = Callable[[Id], Event | None]
"""The event as a commit since the request began left it; None when there is none, or it is to be read all the same."""

LISTS_TOGETHER = 200
"""Lists read at once: a stage each, of which MongoDB takes a thousand."""


class OfUser(NamedTuple, Generic[StatusT]):
    """A list of a user's, of what has this status now and is of this event; None is any."""

    user_id: Id
    status: StatusT | None
    event_id: Id | None


class Loaders:
    """The loaders of one request, made when first used. Documents that do not exist load as None."""

    def __init__(self, services: Services, committed: Committed | None = None) -> None:
        self._services = services
        self._committed = committed
        self._shown: dict[Id, View] = {}
        self.instant = Instant(services)
        """When the events are read, whichever way leads to them."""

    async def close(self) -> None:
        """Nothing more is read."""
        await self.instant.close()

    def show(self, view: View) -> None:
        """Have this event, and its seats, be as they are there."""
        self._shown[view.facts.id] = view

    def time_of(self, event_id: Id) -> datetime:
        """When the event is as it is loaded: now, unless a view of it is shown."""
        view = self._shown.get(event_id)
        return view.at if view is not None else self._services.clock()

    @cached_property
    def users(self) -> DataLoader[Id, User | None]:
        return _one_each(User.by_ids)

    @cached_property
    def events(self) -> DataLoader[Id, Event | None]:
        """After a change the event as its commit left it, where that is enough: what was done needs no more reading."""

        async def read(ids: list[Id]) -> Mapping[Id, Event]:
            known = {event_id: event for event_id in ids if (event := self._known(event_id)) is not None}
            unknown = [event_id for event_id in ids if event_id not in known]
            return known | await event_lists.events_by_ids(self._services, unknown, self.instant) if unknown else known

        return _one_each(read)

    def _known(self, event_id: Id) -> Event | None:
        if (view := self._shown.get(event_id)) is not None:
            return view.event()
        event = self._committed(event_id) if self._committed is not None else None
        # As it was committed, it belongs to all who ask; its version counts what time has done, as that of a read does.
        turns = event.sales_window.turns(self._services.clock()) if event is not None else 0
        return event.evolve(version=event.version + turns) if event is not None and turns else event

    @cached_property
    def entries(self) -> DataLoader[Id, AuditEntry | None]:
        return _one_each(entries_by_ids)

    @cached_property
    def locks(self) -> DataLoader[Id, SeatLock | None]:
        return _one_each(lambda ids: lookups.locks_by_ids(ids, self._services.clock()))

    @cached_property
    def bookings(self) -> DataLoader[Id, Booking | None]:
        return _one_each(lambda ids: lookups.bookings_by_ids(ids, self._services.clock()))

    @cached_property
    def payments(self) -> DataLoader[Id, Payment | None]:
        return _one_each(Payment.by_ids)

    @cached_property
    def refunds(self) -> DataLoader[Id, Refund | None]:
        return _one_each(Refund.by_ids)

    @cached_property
    def executions(self) -> DataLoader[Id, JobExecution | None]:
        return _one_each(JobExecution.by_ids)

    @cached_property
    def endpoints(self) -> DataLoader[Id, WebhookEndpoint | None]:
        return _one_each(WebhookEndpoint.by_ids)

    @cached_property
    def deliveries(self) -> DataLoader[Id, Delivery | None]:
        return _one_each(Delivery.by_ids)

    @cached_property
    def payments_of_booking(self) -> DataLoader[Id, list[Payment]]:
        return _many_each(lookups.payments_of_bookings)

    @cached_property
    def refunds_of_booking(self) -> DataLoader[Id, list[Refund]]:
        return _many_each(lookups.refunds_of_bookings)

    @cached_property
    def refund_of_payment(self) -> DataLoader[Id, Refund | None]:
        """By payment: its refund."""
        return _one_each(lookups.refunds_of_payments)

    @cached_property
    def locks_of_user(self) -> ListsOfUsers[SeatLock, SeatLockStatus]:
        now = self._services.clock()
        return ListsOfUsers(
            SeatLock,
            lambda status: lookups.locks_with(status, now),
            lambda lock: lookups.lock_at(lock, now),
        )

    @cached_property
    def bookings_of_user(self) -> ListsOfUsers[Booking, BookingStatus]:
        now = self._services.clock()
        return ListsOfUsers(
            Booking,
            lambda status: lookups.bookings_with(status, now),
            lambda booking: lookups.booking_at(booking, now),
        )

    @cached_property
    def allocations(self) -> DataLoader[Id, AllocationNow | None]:
        return _one_each(partial(allocations.allocations_by_ids, self._services, instant=self.instant))

    @cached_property
    def allocations_of_event(self) -> DataLoader[Id, list[AllocationNow]]:
        """By event: all its allocations, released ones included."""
        return _many_each(partial(allocations.allocations_of, self._services, instant=self.instant))

    @cached_property
    def seat_rows(self) -> DataLoader[Id, list[SeatRow]]:
        """By event: the rows of all its RESERVED sections."""

        async def read(ids: list[Id]) -> Mapping[Id, list[SeatRow]]:
            shown = {event_id: self._shown[event_id].seat_rows() for event_id in ids if event_id in self._shown}
            others = [event_id for event_id in ids if event_id not in shown]
            return shown | await event_lists.seat_rows(self._services, others, self.instant) if others else shown

        return _many_each(read)

    @cached_property
    def seats_of_user(self) -> DataLoader[tuple[Id, Id], frozenset[str]]:
        """By user and event: labels of the seats the user holds or has booked there."""

        async def load(places: list[tuple[Id, Id]]) -> list[frozenset[str]]:
            found = await holders.seats_of_users(self._services, places, self.instant)
            return [found[place] for place in places]

        return DataLoader(load)

    @cached_property
    def seat_holders(self) -> DataLoader[Id, dict[str, Id]]:
        """By event: whose lock, or booking, each numbered seat is."""

        async def load(ids: list[Id]) -> list[dict[str, Id]]:
            found = await holders.holders_of_seats(self._services, ids, self.instant)
            return [found[event_id] for event_id in ids]

        return DataLoader(load)


class ListsOfUsers(Generic[StoredT, StatusT]):
    """Lists of several users: all windows asked for together are one read, and so are all counts."""

    def __init__(
        self,
        kind: type[StoredT],
        with_status: Callable[[StatusT | None], dict[str, Any]],
        at_now: Callable[[StoredT], StoredT],
    ) -> None:
        def query_of(wanted: OfUser[StatusT]) -> dict[str, Any]:
            query = {"user_id": wanted.user_id, **with_status(wanted.status)}
            return query if wanted.event_id is None else {**query, "event_id": wanted.event_id}

        async def read(asked: list[tuple[OfUser[StatusT], Window]]) -> list[list[StoredT]]:
            found = await kind.newest_of_each([(query_of(wanted), window) for wanted, window in asked])
            return [[at_now(document) for document in each] for each in found]

        async def count(asked: list[OfUser[StatusT]]) -> list[int]:
            return await kind.count_each([query_of(wanted) for wanted in asked])

        self._windows = DataLoader(read, max_batch_size=LISTS_TOGETHER)
        self._counts = DataLoader(count, max_batch_size=LISTS_TOGETHER)

    def of(self, user_id: Id, status: StatusT | None, event_id: Id | None = None) -> Listing[StoredT]:
        """The user's list."""
        wanted = OfUser(user_id, status, event_id)
        return Listing(lambda window: self._windows.load((wanted, window)), lambda: self._counts.load(wanted))


async def existing(loader: DataLoader[Id, DocumentT | None], document_id: Id) -> DocumentT:
    """What another document names, and so exists: but for users, of which `User.named` knows, nothing is deleted.

    Raises Contradiction when it is not there.
    """
    return required(await loader.load(document_id), f"{document_id} is named but is not there")


def _one_each(read: Callable[[list[Id]], Awaitable[Mapping[Id, DocumentT]]]) -> DataLoader[Id, DocumentT | None]:
    async def load(ids: list[Id]) -> list[DocumentT | None]:
        found = await read(ids)
        return [found.get(document_id) for document_id in ids]

    return DataLoader(load)


def _many_each(
    read: Callable[[list[Id]], Awaitable[Mapping[Id, list[DocumentT]]]],
) -> DataLoader[Id, list[DocumentT]]:
    async def load(ids: list[Id]) -> list[list[DocumentT]]:
        found = await read(ids)
        return [found.get(document_id, []) for document_id in ids]

    return DataLoader(load)
