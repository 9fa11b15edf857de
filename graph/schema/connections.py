"""Keyset pagination: a cursor says where a page ended, so pages neither repeat nor skip what has not moved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Generic, TypeAlias, TypeVar

import strawberry
from beanie import PydanticObjectId

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


class Cursors(Generic[DocumentT]):
    """How places in one list are written: as these fields of its documents, by which it is sorted."""

    def __init__(self, kind: str, **fields: type[datetime] | type[int] | type[PydanticObjectId]) -> None:
        self._kind = kind
        self._fields = fields

    def of(self, document: DocumentT) -> str:
        """The document's cursor."""
        values = (getattr(document, name) for name in self._fields)
        return seal(":".join([self._kind, *map(_written, values)]))

    def parse(self, after: str | None) -> tuple[Any, ...] | None:
        """The fields' values where the page before ended. Raises InvalidInput naming `after`."""
        if after is None:
            return None
        kind, *parts = (unseal(after) or "").split(":")
        if kind == self._kind and len(parts) == len(self._fields):
            with suppress(ValueError, OverflowError):
                return tuple(_read(text, kind) for text, kind in zip(parts, self._fields.values(), strict=True))
        raise InvalidInput("after", "Not a cursor of this list.")


def _written(value: datetime | int | PydanticObjectId) -> str:
    return str((value - _EPOCH) // _MILLISECOND if isinstance(value, datetime) else value)


def _read(text: str, kind: type[Any]) -> datetime | int | PydanticObjectId:
    """Raises ValueError, OverflowError."""
    if kind is PydanticObjectId:
        if (found := object_id(text)) is None:
            raise ValueError(text)
        return found
    number = int(text)
    if abs(number) > MAX_INT64:
        raise OverflowError
    return _EPOCH + number * _MILLISECOND if kind is datetime else number


EVENTS = Cursors[Event]("event", starts_at=datetime, id=PydanticObjectId)
BOOKINGS = Cursors[Booking]("booking", created_at=datetime, id=PydanticObjectId)
USERS = Cursors[User]("user", created_at=datetime, id=PydanticObjectId)
EXECUTIONS = Cursors[JobExecution]("execution", started_at=datetime, id=PydanticObjectId)
DELIVERIES = Cursors[Delivery]("delivery", created_at=datetime, id=PydanticObjectId)
ENTRIES = Cursors[AuditEntry]("entry", created_at=datetime, sequence=int, id=PydanticObjectId)
