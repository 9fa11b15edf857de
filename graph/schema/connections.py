"""Keyset pagination: a cursor says where a page ended, so pages neither repeat nor skip what has not moved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Annotated, Generic, TypeAlias, TypeVar

import strawberry
from beanie import PydanticObjectId

from domain.audit.search import Place
from domain.documents import AuditEntry, Booking, Delivery, Event, JobExecution, User
from domain.errors import InvalidInput
from graph.schema.ids import object_id, seal, unseal

NodeT = TypeVar("NodeT")
DocumentT = TypeVar("DocumentT")

DEFAULT_PAGE = 20
MAX_PAGE = 100

First: TypeAlias = Annotated[
    int | None, strawberry.argument(description=f"How many to return, 1 to {MAX_PAGE}; null means the default.")
]
After: TypeAlias = Annotated[
    str | None, strawberry.argument(description="Only what comes after this cursor, an `endCursor` of the same list.")
]

MAX_INT64 = 2**63 - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@strawberry.type(description="Where a page lies in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether more follow this page.")
    has_previous_page: bool = strawberry.field(description="Whether this page begins after a cursor.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first one here; null on an empty page.")
    end_cursor: str | None = strawberry.field(
        description="Cursor of the last one here, the next page's `after`; null on an empty page."
    )


@strawberry.type(description="One of a page, with its cursor.")
class Edge(Generic[NodeT]):
    cursor: str = strawberry.field(description="Where it lies in the list; opaque.")
    node: NodeT = strawberry.field(description="The thing itself.")


@strawberry.type(description="One page of a list.")
class Connection(Generic[NodeT]):
    edges: list[Edge[NodeT]] = strawberry.field(description="What is on the page, each with its cursor.")
    nodes: list[NodeT] = strawberry.field(description="What is on the page.")
    page_info: PageInfo = strawberry.field(description="Where the page lies in the list.")


def page_size(first: int | None, default: int = DEFAULT_PAGE) -> int:
    """How many to show. Raises InvalidInput naming `first`."""
    if first is None:
        return default
    if not 1 <= first <= MAX_PAGE:
        raise InvalidInput("first", f"Must be between 1 and {MAX_PAGE}.")
    return first


def page_of(
    found: Sequence[DocumentT],
    *,
    size: int,
    after: str | None,
    node: Callable[[DocumentT], NodeT],
    cursor: Callable[[DocumentT], str],
) -> Connection[NodeT]:
    """The page of `found`, in which one more than `size` was asked for: whether it is there says if more follow."""
    edges = [Edge(cursor=cursor(document), node=node(document)) for document in found[:size]]
    return Connection(
        edges=edges,
        nodes=[edge.node for edge in edges],
        page_info=PageInfo(
            has_next_page=len(found) > size,
            has_previous_page=after is not None,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        ),
    )


def event_cursor(event: Event) -> str:
    """Events are listed by start, then id."""
    return seal(f"event:{_milliseconds(event.starts_at)}:{event.id}")


def parse_event_cursor(after: str | None) -> tuple[datetime, PydanticObjectId] | None:
    """Where the page before ended. Raises InvalidInput naming `after`."""
    if after is None:
        return None
    match (unseal(after) or "").split(":"):
        case ["event", milliseconds, hexadecimal] if (event_id := object_id(hexadecimal)) is not None:
            with suppress(ValueError, OverflowError):
                return _EPOCH + int(milliseconds) * _MILLISECOND, event_id
    raise InvalidInput("after", "Not a cursor of this list.")


def booking_cursor(booking: Booking) -> str:
    """Bookings are listed by id, newest first."""
    return seal(f"booking:{booking.id}")


def parse_booking_cursor(after: str | None) -> PydanticObjectId | None:
    """Where the page before ended. Raises InvalidInput naming `after`."""
    return _parse_id_cursor("booking", after)


def user_cursor(user: User) -> str:
    """Users are listed by id, newest first."""
    return seal(f"user:{user.id}")


def parse_user_cursor(after: str | None) -> PydanticObjectId | None:
    """Where the page before ended. Raises InvalidInput naming `after`."""
    return _parse_id_cursor("user", after)


def execution_cursor(execution: JobExecution) -> str:
    """Executions of jobs are listed by id, newest first."""
    return seal(f"execution:{execution.id}")


def parse_execution_cursor(after: str | None) -> PydanticObjectId | None:
    """Where the page before ended. Raises InvalidInput naming `after`."""
    return _parse_id_cursor("execution", after)


def entry_cursor(entry: AuditEntry) -> str:
    """Audit entries are listed by time, number and id, newest first."""
    return seal(f"entry:{_milliseconds(entry.created_at)}:{entry.sequence}:{entry.id}")


def parse_entry_cursor(after: str | None) -> Place | None:
    """Where the page before ended. Raises InvalidInput naming `after`."""
    if after is None:
        return None
    match (unseal(after) or "").split(":"):
        case ["entry", milliseconds, sequence, hexadecimal] if (entry_id := object_id(hexadecimal)) is not None:
            with suppress(ValueError, OverflowError):
                at, number = _EPOCH + int(milliseconds) * _MILLISECOND, int(sequence)
                if abs(number) <= MAX_INT64:
                    return Place(at, number, entry_id)
    raise InvalidInput("after", "Not a cursor of this list.")


def _milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MILLISECOND


def delivery_cursor(delivery: Delivery) -> str:
    """Deliveries are listed by id, newest first."""
    return seal(f"delivery:{delivery.id}")


def parse_delivery_cursor(after: str | None) -> PydanticObjectId | None:
    """Where the page before ended. Raises InvalidInput naming `after`."""
    return _parse_id_cursor("delivery", after)


def _parse_id_cursor(kind: str, after: str | None) -> PydanticObjectId | None:
    if after is None:
        return None
    match (unseal(after) or "").split(":"):
        case [found, hexadecimal] if found == kind and (document_id := object_id(hexadecimal)) is not None:
            return document_id
    raise InvalidInput("after", "Not a cursor of this list.")
