from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Self

import strawberry
from beanie import PydanticObjectId

from domain import documents
from domain.clock import to_millisecond
from graph.schema.connections import (
    BOOKINGS,
    DEFAULT_PAGE,
    LOCKS,
    After,
    Before,
    Connection,
    First,
    Last,
    Paging,
)
from graph.schema.context import Info
from graph.schema.enums import BookingStatus, Role, SeatLockStatus
from graph.schema.ids import encode_id, parse_id
from graph.schema.types.node import Node

if TYPE_CHECKING:
    from graph.schema.types.booking import Booking
    from graph.schema.types.seat_lock import SeatLock


DELETED = "Deleted user"
"""The name of who has none any more."""


@strawberry.type(description="Someone who can sign in. Seen by themselves and by ADMINs.")
class User(Node):
    name: str = strawberry.field(description="What they want to be called.")
    email: str = strawberry.field(description="Their e-mail address as they typed it; unique regardless of case.")
    email_verified: bool = strawberry.field(
        description=(
            "Whether they have shown, by `verifyEmail`, that they read what is sent to `email`. Until then letters "
            "about bookings wait, for a day at most. Everything else works without."
        )
    )
    role: Role = strawberry.field(description="What they may do.")
    created_at: datetime = strawberry.field(description="When they registered.")
    deleted: bool = strawberry.field(
        description=(
            "Whether this user is no longer there. What they did still names them, by id; `name` then says that they "
            "are deleted, `email` is empty, and `role` is USER."
        )
    )
    document_id: strawberry.Private[PydanticObjectId]
    given_until: strawberry.Private[datetime | None] = None
    """When the access token expires that the same answer gives them."""

    @classmethod
    def from_document(cls, user: documents.User, given_until: datetime | None = None) -> Self:
        return cls(
            id=encode_id("User", user.id),
            name=user.name,
            email=user.email,
            email_verified=user.email_verified,
            role=user.role,
            created_at=user.created_at,
            deleted=False,
            document_id=user.id,
            given_until=given_until,
        )

    @classmethod
    async def named(cls, info: Info, user_id: PydanticObjectId) -> Self:
        """The user whom another document names, who may be there no more."""
        user = await info.context.loaders.users.load(user_id)
        if user is not None:
            return cls.from_document(user)
        return cls(
            id=encode_id("User", user_id),
            name=DELETED,
            email="",
            email_verified=False,
            role=Role.USER,
            created_at=to_millisecond(user_id.generation_time),
            deleted=True,
            document_id=user_id,
        )

    @strawberry.field(
        description=(
            "When the viewer's access token expires: renew the session before. It is the token of this request or, "
            "where the answer gives another one (`SignedIn`), that one. Null for everybody but the viewer."
        )
    )
    def access_token_expires_at(self, info: Info) -> datetime | None:
        if self.given_until is not None:
            return self.given_until
        caller = info.context.caller
        is_viewer = caller is not None and caller.user_id == self.document_id
        return info.context.signed_in_until if is_viewer else None

    @strawberry.field(
        description="Their seat locks, newest first: the way back to what they hold, after a page was loaded again."
    )
    async def seat_locks(
        self,
        info: Info,
        event_id: Annotated[strawberry.ID | None, strawberry.argument(description="Only locks of this event.")] = None,
        status: Annotated[
            SeatLockStatus | None,
            strawberry.argument(description="Only locks with this status now; past its deadline one is EXPIRED."),
        ] = None,
        first: First = DEFAULT_PAGE,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Annotated[SeatLock, strawberry.lazy("graph.schema.types.seat_lock")]]:
        from graph.schema.types.seat_lock import SeatLock

        event = None if event_id is None else parse_id("eventId", event_id, "Event")
        found = info.context.loaders.locks_of_user.of(self.document_id, status, event)
        return await LOCKS.page(found, Paging(first, after, last, before), SeatLock.from_document)

    @strawberry.field(description="Their bookings, newest first.")
    async def bookings(
        self,
        info: Info,
        status: Annotated[
            BookingStatus | None, strawberry.argument(description="Only bookings with this status now.")
        ] = None,
        first: First = DEFAULT_PAGE,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Annotated[Booking, strawberry.lazy("graph.schema.types.booking")]]:
        from graph.schema.types.booking import Booking

        found = info.context.loaders.bookings_of_user.of(self.document_id, status)
        return await BOOKINGS.page(found, Paging(first, after, last, before), Booking.from_document)
