"""Keyset pagination, as Relay has it: a cursor says where a page ended, so pages repeat and skip nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Generic, TypeAlias, TypeVar

import strawberry
from beanie import PydanticObjectId
from pymongo.errors import ExecutionTimeout

from domain.documents import AuditEntry, Booking, Delivery, Event, JobExecution, Listing, SeatLock, User, Values, Window
from domain.errors import InvalidInput
from domain.faults import Faults
from domain.integrity.findings import INT32
from graph.schema.context import TooComplex
from graph.schema.ids import object_id, seal, unseal

NodeT = TypeVar("NodeT")
DocumentT = TypeVar("DocumentT")

MAX_PAGE = 100


class Usual(int):
    """A default page size: told from the same number when a client gives it, beside which `last` is refused."""


DEFAULT_PAGE = Usual(20)

First: TypeAlias = Annotated[
    int | None,
    strawberry.argument(
        description=f"How many to return, 1 to {MAX_PAGE}, from the beginning; null means the default. Not with `last`."
    ),
]
After: TypeAlias = Annotated[
    str | None, strawberry.argument(description="Only what comes after this cursor, an `endCursor` of the same list.")
]
Last: TypeAlias = Annotated[
    int | None,
    strawberry.argument(
        description=f"How many to return, 1 to {MAX_PAGE}, from the end; they stay in the order of the list."
    ),
]
Before: TypeAlias = Annotated[
    str | None,
    strawberry.argument(description="Only what comes before this cursor, a `startCursor` of the same list."),
]

MAX_INT64 = 2**63 - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@strawberry.type(description="Where a page lies in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether more follow this page.")
    has_previous_page: bool = strawberry.field(description="Whether others come before this page.")
    start_cursor: str | None = strawberry.field(
        description="Cursor of the first one here, the page before's `before`; null on an empty page."
    )
    end_cursor: str | None = strawberry.field(
        description="Cursor of the last one here, the next page's `after`; null on an empty page."
    )


@strawberry.type(description="One of a page, with its cursor.")
class Edge(Generic[NodeT]):
    cursor: str = strawberry.field(description="Where it lies in the list; opaque.")
    node: NodeT = strawberry.field(description="The thing itself.")


async def _count(root: strawberry.Parent[Any]) -> int:
    """Raises TooComplex."""
    count: Callable[[], Awaitable[int]] = root.count
    try:
        return min(await count(), INT32)
    except ExecutionTimeout:
        raise TooComplex("That is too much to count: filter the list, or don't ask for totalCount.") from None


@strawberry.type(description="One page of a list.")
class Connection(Generic[NodeT]):
    edges: list[Edge[NodeT]] = strawberry.field(description="What is on the page, each with its cursor.")
    nodes: list[NodeT] = strawberry.field(description="What is on the page.")
    page_info: PageInfo = strawberry.field(description="Where the page lies in the list.")
    total_count: int = strawberry.field(
        resolver=_count,
        description=(
            "How long the whole list is, whatever the page: counted now, and only when it is asked for. What takes ten "
            "seconds to count is refused."
        ),
    )
    count: strawberry.Private[Callable[[], Awaitable[int]]]


@dataclass(frozen=True, slots=True)
class Paging:
    """The four arguments of a list."""

    first: int | None
    after: str | None
    last: int | None
    before: str | None

    @property
    def size(self) -> int:
        """How many to show. Raises InvalidInput."""
        if self.last is None:
            return _checked("first", DEFAULT_PAGE if self.first is None else self.first)
        if self.first is not None and not isinstance(self.first, Usual):
            raise InvalidInput("last", "Give either first or last, not both.")
        return _checked("last", self.last)


def _checked(field: str, size: int) -> int:
    if not 1 <= size <= MAX_PAGE:
        raise InvalidInput(field, f"Must be between 1 and {MAX_PAGE}.")
    return size


class Cursors(Generic[DocumentT]):
    """How places in one list are written: as these fields of its documents, by which it is sorted."""

    def __init__(self, kind: str, **fields: type[datetime] | type[int] | type[PydanticObjectId]) -> None:
        self._kind = kind
        self._fields = fields

    def of(self, document: DocumentT) -> str:
        """The document's cursor."""
        values = (getattr(document, name) for name in self._fields)
        return seal(":".join([self._kind, *map(_written, values)]))

    def window(self, paging: Paging) -> Window:
        """What to read: one more than is shown, which says whether others follow. Raises InvalidInput."""
        faults = Faults()
        size: int = DEFAULT_PAGE
        after = before = None
        with faults:
            size = paging.size
        with faults:
            after = self._parse("after", paging.after)
        with faults:
            before = self._parse("before", paging.before)
        faults.refuse()
        return Window(size + 1, after=after, before=before, from_end=paging.last is not None)

    async def page(
        self, listing: Listing[DocumentT], paging: Paging, node: Callable[[DocumentT], NodeT]
    ) -> Connection[NodeT]:
        """The page of the list, each document made a node. Raises InvalidInput."""
        window = self.window(paging)
        found = await listing.read(window)
        size = window.limit - 1
        more = len(found) > size
        shown = found[more:] if window.from_end else found[:size]
        edges = [Edge(cursor=self.of(document), node=node(document)) for document in shown]
        return Connection(
            edges=edges,
            nodes=[edge.node for edge in edges],
            page_info=PageInfo(
                # A cursor is of something that is beyond it.
                has_next_page=window.before is not None or (more and not window.from_end),
                has_previous_page=window.after is not None or (more and window.from_end),
                start_cursor=edges[0].cursor if edges else None,
                end_cursor=edges[-1].cursor if edges else None,
            ),
            count=listing.count,
        )

    def _parse(self, field: str, cursor: str | None) -> Values | None:
        """The fields' values at the cursor's place. Raises InvalidInput naming `field`."""
        if cursor is None:
            return None
        kind, *parts = (unseal(cursor) or "").split(":")
        if kind == self._kind and len(parts) == len(self._fields):
            with suppress(ValueError, OverflowError):
                return tuple(_read(text, kind) for text, kind in zip(parts, self._fields.values(), strict=True))
        raise InvalidInput(field, "Not a cursor of this list.")


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
LOCKS = Cursors[SeatLock]("lock", created_at=datetime, id=PydanticObjectId)
BOOKINGS = Cursors[Booking]("booking", created_at=datetime, id=PydanticObjectId)
USERS = Cursors[User]("user", created_at=datetime, id=PydanticObjectId)
EXECUTIONS = Cursors[JobExecution]("execution", started_at=datetime, id=PydanticObjectId)
DELIVERIES = Cursors[Delivery]("delivery", created_at=datetime, id=PydanticObjectId)
ENTRIES = Cursors[AuditEntry]("entry", created_at=datetime, sequence=int, id=PydanticObjectId)
