"""DataLoaders: however many objects a query walks over, each kind of relation is one read."""

from __future__ import annotations

from asyncio import gather
from collections.abc import Awaitable, Callable, Mapping
from functools import cached_property, partial
from typing import NamedTuple, TypeAlias, TypeVar

from beanie import PydanticObjectId
from strawberry.dataloader import DataLoader

from domain.audit.search import entries_by_ids
from domain.documents import (
    AuditEntry,
    Booking,
    BookingStatus,
    Delivery,
    Event,
    JobExecution,
    Payment,
    Place,
    Refund,
    SeatLock,
    SeatRow,
    User,
    WebhookEndpoint,
    lookups,
)
from domain.sale import events
from domain.sale.instant import Instant
from domain.services import Services

DocumentT = TypeVar("DocumentT")
Id: TypeAlias = PydanticObjectId


class BookingsOfUser(NamedTuple):
    """One page of a user's bookings."""

    user_id: Id
    status: BookingStatus | None
    limit: int
    after: Place | None


class Loaders:
    """The loaders of one request, made when first used. Documents that do not exist load as None."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.instant = Instant(services)
        """When the events are read, whichever way leads to them."""

    async def close(self) -> None:
        """Nothing more is read."""
        await self.instant.close()

    @cached_property
    def users(self) -> DataLoader[Id, User | None]:
        return _one_each(User.by_ids)

    @cached_property
    def events(self) -> DataLoader[Id, Event | None]:
        return _one_each(partial(events.events_by_ids, self._services, instant=self.instant))

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
    def bookings_of_user(self) -> DataLoader[BookingsOfUser, list[Booking]]:
        async def load(pages: list[BookingsOfUser]) -> list[list[Booking]]:
            return await gather(*map(self._bookings_page, pages))

        return DataLoader(load)

    @cached_property
    def seat_rows(self) -> DataLoader[Id, list[SeatRow]]:
        """By event: the rows of all its RESERVED sections."""
        return _many_each(partial(events.seat_rows, self._services, instant=self.instant))

    async def _bookings_page(self, page: BookingsOfUser) -> list[Booking]:
        return await lookups.list_bookings(
            self._services.clock(),
            event_id=None,
            user_id=page.user_id,
            status=page.status,
            limit=page.limit,
            after=page.after,
        )


async def existing(loader: DataLoader[Id, DocumentT | None], document_id: Id) -> DocumentT:
    """What another document names, and so exists: nothing named is ever deleted."""
    document = await loader.load(document_id)
    assert document is not None, f"{document_id} is named but is not there"
    return document


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
