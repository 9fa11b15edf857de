"""What a committed batch did to an event, as it travels through Redis."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from beanie import PydanticObjectId

from domain.documents import SALES_FIELDS, SalesWindow, SeatLockStatus
from domain.inventory.state import Inventory


@dataclass(frozen=True, slots=True)
class Hold:
    """An ACTIVE lock, as far as watchers need it: its seats are free again at `deadline`, whoever sweeps it."""

    deadline: datetime
    quantity: int
    seats: Sequence[str]


@dataclass(frozen=True, slots=True)
class Counters:
    """How many seats of an event are available, held and booked; dead locks unswept are held."""

    available: int
    held: int
    booked: int


@dataclass(frozen=True, slots=True)
class News:
    """One step in an event's history: from version `since` to `version`.

    Seats that changed, as label → letter; locks that are ACTIVE now, by id, made or confirmed; locks that no longer
    are; bookings that changed, or an attempt to pay them did; if prices changed, those of all sections, in minor
    units; when the event sells, if that changed; and when it was committed, by the clock on the wall (`time.time`).
    """

    since: int
    version: int
    counters: Counters
    seats: Mapping[str, str]
    holds: Mapping[str, Hold]
    gone: Sequence[str]
    bookings: Sequence[str]
    prices: Mapping[str, int]
    sales: SalesWindow | None = None
    committed_at: float | None = None

    @classmethod
    def of(cls, inventory: Inventory, since: int) -> News:
        """What this batch, which is committed just now, changed."""
        event = inventory.event
        changed = [now for _, now in inventory.locks.changed()]
        locks = [*inventory.locks.new(), *changed]
        active = [lock for lock in locks if lock.status is SeatLockStatus.ACTIVE]
        return cls(
            since=since,
            version=event.version,
            counters=Counters(event.available, event.held, event.booked),
            seats={
                f"{label}-{position + 1}": inventory.rows[label].statuses[position]
                for label, holders in inventory.new_holders.items()
                for position in holders
            },
            holds={str(lock.id): Hold(lock.expires_at, lock.quantity, lock.seats) for lock in active},
            gone=[str(lock.id) for lock in changed if lock.status is not SeatLockStatus.ACTIVE],
            bookings=[*dict.fromkeys(map(str, _told_of(inventory)))],
            prices={section.name: section.price_minor for section in event.sections}
            if "sections" in inventory.event_fields
            else {},
            sales=event.sales_window if SALES_FIELDS & inventory.event_fields else None,
            committed_at=time.time(),
        )

    def to_json(self) -> bytes:
        return orjson.dumps(
            [
                self.since,
                self.version,
                [self.counters.available, self.counters.held, self.counters.booked],
                self.seats,
                {key: [to_ms(hold.deadline), hold.quantity, hold.seats] for key, hold in self.holds.items()},
                self.gone,
                self.bookings,
                self.prices,
                self.sales and _window_to_json(self.sales),
                self.committed_at,
            ]
        )

    @classmethod
    def from_json(cls, text: str | bytes) -> News:
        """Raises ValueError when this is no news of ours."""
        since, version, counters, seats, holds, gone, bookings, prices, sales, committed_at = orjson.loads(text)
        return cls(
            since=since,
            version=version,
            counters=Counters(*counters),
            seats=seats,
            holds={key: Hold(from_ms(ms), quantity, seats) for key, (ms, quantity, seats) in holds.items()},
            gone=gone,
            bookings=bookings,
            prices=prices,
            sales=sales and _window_from_json(sales),
            committed_at=committed_at,
        )


def _window_to_json(window: SalesWindow) -> list[Any]:
    return [to_ms(each) if isinstance(each, datetime) else each for each in window]


def _window_from_json(values: Sequence[Any]) -> SalesWindow:
    made_at, starts_at, opens_at, ends_at, paused, cancelled = values
    opens_at, ends_at = (ms and from_ms(ms) for ms in (opens_at, ends_at))
    return SalesWindow(from_ms(made_at), from_ms(starts_at), opens_at, ends_at, paused, cancelled)


def _told_of(inventory: Inventory) -> Iterator[PydanticObjectId]:
    """The bookings that changed, or an attempt to pay them did."""
    yield from (booking.id for booking in inventory.bookings.new())
    yield from (now.id for _, now in inventory.bookings.changed())
    yield from (now.booking_id for _, now in inventory.payments.changed())


def to_ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def from_ms(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
