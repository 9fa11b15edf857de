from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Self

import strawberry

from domain import documents
from graph.schema.context import Info
from graph.schema.enums import SeatLockStatus
from graph.schema.ids import encode_routed_id
from graph.schema.types.event import Event, event_of
from graph.schema.types.line_item import LineItem
from graph.schema.types.money import Money
from graph.schema.types.node import Node
from graph.schema.types.user import User

if TYPE_CHECKING:
    from graph.schema.types.booking import Booking


# Made when somebody asks: who buys asks for the id, as a rule, and the deadline.


def _items(root: strawberry.Parent[SeatLock]) -> list[LineItem]:
    return [LineItem.from_item(item, root.document.currency) for item in root.document.items]


def _total(root: strawberry.Parent[SeatLock]) -> Money:
    return Money.from_money(root.document.total)


@strawberry.type(description="Seats held for a user for some minutes. Seen by its owner and by ADMINs.")
class SeatLock(Node):
    quantity: int = strawberry.field(description="How many seats it holds, or held.")
    seats: list[str] = strawberry.field(description="Labels of its numbered seats; empty in a GENERAL section.")
    section: str | None = strawberry.field(description="The section its seats are in; null when they are in several.")
    items: list[LineItem] = strawberry.field(
        resolver=_items,
        description=(
            "What it holds, or held: one line for each section and price. Of one section, the older price comes first. "
            "The lines add up to `total`."
        ),
    )
    total: Money = strawberry.field(
        resolver=_total, description="What the seats cost together, at the prices when they were locked."
    )
    status: SeatLockStatus = strawberry.field(
        description="Where it is in its life now; past `expiresAt` an ACTIVE lock is EXPIRED, to the millisecond."
    )
    expires_at: datetime = strawberry.field(
        description=(
            "Until when it holds its seats; extendLock puts this off, and confirming moves it to the booking's "
            "deadline."
        )
    )
    idempotency_key: str = strawberry.field(description="The key of the lockSeats call that made it.")
    created_at: datetime = strawberry.field(description="When the seats were locked.")
    updated_at: datetime = strawberry.field(
        description="When it last changed: its status, its deadline or its seats. Of one that expired, its deadline."
    )
    document: strawberry.Private[documents.SeatLock]

    @classmethod
    def from_document(cls, lock: documents.SeatLock) -> Self:
        return cls(
            id=encode_routed_id("SeatLock", lock.id, lock.event_id),
            quantity=lock.quantity,
            seats=lock.seats,
            section=lock.section,
            status=lock.status,
            expires_at=lock.expires_at,
            idempotency_key=lock.idempotency_key,
            created_at=lock.created_at,
            updated_at=lock.updated_at,
            document=lock,
        )

    @strawberry.field(description="The event whose seats it holds.")
    async def event(self, info: Info) -> Event:
        return await event_of(info, self.document.event_id)

    @strawberry.field(
        description="The latest that extendLock can make `expiresAt`: 900 seconds (unless set) after it was made."
    )
    def extendable_until(self, info: Info) -> datetime:
        longest: timedelta = info.context.services.settings.lock_longest
        return self.document.created_at + longest

    @strawberry.field(description="The user it holds them for.")
    async def user(self, info: Info) -> User:
        return await User.named(info, self.document.user_id)

    @strawberry.field(description="The booking it has become; null until it is confirmed.")
    async def booking(self, info: Info) -> Annotated[Booking, strawberry.lazy("graph.schema.types.booking")] | None:
        from graph.schema.types.booking import Booking

        # A booking keeps its lock's id.
        booking = await info.context.loaders.bookings.load(self.document.id) if self.document.booked else None
        return Booking.from_document(booking) if booking else None
