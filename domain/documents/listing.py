"""Lists read by keyset: a window lies between two places, so pages neither repeat nor skip what has not moved."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from pymongo import ASCENDING, DESCENDING

DocumentT = TypeVar("DocumentT")
OtherT = TypeVar("OtherT")

Values: TypeAlias = tuple[Any, ...]
"""Where a document is in a list: its values of the fields that the list is sorted by."""

COUNTED_MS = 10_000
"""How long MongoDB may count."""


@dataclass(frozen=True, slots=True)
class Window:
    """At most `limit` of what comes after one place and before another: the first of it, or the last if `from_end`."""

    limit: int
    after: Values | None = None
    before: Values | None = None
    from_end: bool = False

    def in_order(self, found: list[DocumentT]) -> list[DocumentT]:
        """What was found, as the list has it: read from the end, it comes the other way round."""
        return found[::-1] if self.from_end else found


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is sorted: by these stored fields, all of them the same way; together they are unique."""

    fields: tuple[str, ...]
    descending: bool = True

    def sort(self, window: Window) -> list[tuple[str, int]]:
        """What MongoDB has to sort by to come upon the window's documents first."""
        direction = DESCENDING if self.descending is not window.from_end else ASCENDING
        return [(name, direction) for name in self.fields]

    def within(self, window: Window) -> list[dict[str, Any]]:
        """The conditions that documents in the window meet."""
        conditions: list[dict[str, Any]] = []
        if window.after is not None:
            conditions += self._beyond(window.after, "$lt" if self.descending else "$gt")
        if window.before is not None:
            conditions += self._beyond(window.before, "$gt" if self.descending else "$lt")
        return conditions

    def _beyond(self, place: Values, operator: str) -> list[dict[str, Any]]:
        equal: dict[str, Any] = {}
        cases = []
        for name, value in zip(self.fields, place, strict=True):
            cases.append({**equal, name: {operator: value}})
            equal[name] = value
        # The first condition says nothing new, but bounds the index.
        return [{self.fields[0]: {f"{operator}e": place[0]}}, {"$or": cases}]


@dataclass(frozen=True, slots=True)
class Listing(Generic[DocumentT]):
    """A list that is not read yet: `read` gives a window of it, `count` says how long it is.

    Reading and counting are two moments. `count` raises ExecutionTimeout after ten seconds.
    """

    read: Callable[[Window], Awaitable[list[DocumentT]]]
    count: Callable[[], Awaitable[int]]

    def each(self, view: Callable[[DocumentT], OtherT]) -> Listing[OtherT]:
        """The same list of what `view` makes of each."""

        async def read(window: Window) -> list[OtherT]:
            return [view(document) for document in await self.read(window)]

        return Listing(read, self.count)
