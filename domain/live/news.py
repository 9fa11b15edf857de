"""What a committed batch did to an event, as it travels through Redis."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
from beanie import PydanticObjectId

from domain.documents import Event, SeatLock, SeatLockStatus
from domain.inventory.state import Inventory
from domain.live.facts import CHANGED_BY_SALES, facts_from_text, facts_of, facts_to_text


@dataclass(frozen=True, slots=True)
class Hold:
    """An ACTIVE lock, as far as watchers need it: its seats are free again at `deadline`, whoever sweeps it.

    So many of which section. Those of an `allocation` (its id) are back in that, if it lasts.
    """

    deadline: datetime
    quantities: Mapping[str, int]
    seats: Sequence[str]
    allocation: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of an ACTIVE allocation: how many seats it keeps of which section, and which it gained and lost.

    They are free at `deadline`. Where there is none, nobody needs to know which they are.
    """

    deadline: datetime | None
    quantities: Mapping[str, int]
    gained: Sequence[str]
    lost: Sequence[str]


@dataclass(frozen=True, slots=True)
class Counters:
    """How many seats of a section, or of an event, are available, held and booked; dead locks unswept are held."""

    available: int
    held: int
    booked: int


@dataclass(frozen=True, slots=True)
class News:
    """One step in an event's history: from version `since` to `version`.

    The counters of sections that changed, by name; seats that changed, as label → letter; locks that are ACTIVE now, by
    id, made or confirmed; locks that no longer are; bookings that changed, or an attempt to pay them did; the event's
    facts (`facts_of`), if any changed; and when it was committed, by the clock on the wall (`time.time`).
    """

    since: int
    version: int
    sections: Mapping[str, Counters]
    seats: Mapping[str, str]
    holds: Mapping[str, Hold]
    gone: Sequence[str]
    bookings: Sequence[str]
    facts: Event | None = None
    committed_at: float | None = None
    kept: Mapping[str, Kept | None] = field(default_factory=dict)
    """The allocations that changed, by id; None is one that is released."""

    @classmethod
    def of(cls, inventory: Inventory, since: int) -> News:
        """What this batch, which is committed just now, changed."""
        event = inventory.event
        moved = {name for change in inventory.applied for move in change.moves for name in move.effect}
        changed = [now for _, now in inventory.locks.changed()]
        locks = [*inventory.locks.new(), *changed]
        active = [lock for lock in locks if lock.status is SeatLockStatus.ACTIVE]
        return cls(
            since=since,
            version=event.version,
            sections={
                section.name: Counters(section.available, section.held, section.booked)
                for section in event.sections
                if section.name in moved or "sections" in inventory.event_fields
            },
            seats={
                f"{label}-{position + 1}": inventory.rows[label].statuses[position]
                for label, holders in inventory.new_holders.items()
                for position in holders
            },
            holds={str(lock.id): _hold_of(lock) for lock in active},
            gone=[str(lock.id) for lock in changed if lock.status is not SeatLockStatus.ACTIVE],
            bookings=[*dict.fromkeys(map(str, _told_of(inventory)))],
            facts=facts_of(event) if inventory.event_fields - CHANGED_BY_SALES else None,
            committed_at=time.time(),
            kept=_kept_of(inventory) if "allotments" in inventory.event_fields else {},
        )

    def to_json(self) -> bytes:
        return orjson.dumps(
            [
                self.since,
                self.version,
                {name: [each.available, each.held, each.booked] for name, each in self.sections.items()},
                self.seats,
                {key: _hold_to_json(hold) for key, hold in self.holds.items()},
                self.gone,
                self.bookings,
                self.facts and facts_to_text(self.facts),
                self.committed_at,
                {key: kept and _kept_to_json(kept) for key, kept in self.kept.items()},
            ]
        )

    @classmethod
    def from_json(cls, text: str | bytes) -> News:
        """Raises ValueError when this is no news of ours."""
        since, version, sections, seats, holds, gone, bookings, facts, committed_at, kept = orjson.loads(text)
        return cls(
            since=since,
            version=version,
            sections={name: Counters(*counters) for name, counters in sections.items()},
            seats=seats,
            holds={key: Hold(from_ms(ms), *rest) for key, (ms, *rest) in holds.items()},
            gone=gone,
            bookings=bookings,
            facts=facts and facts_from_text(facts),
            committed_at=committed_at,
            kept={key: one and Kept(one[0] and from_ms(one[0]), *one[1:]) for key, one in kept.items()},
        )


def _hold_of(lock: SeatLock) -> Hold:
    return Hold(lock.expires_at, lock.quantities, lock.seats, str(lock.allocation_id) if lock.allocation_id else None)


def _hold_to_json(hold: Hold) -> list[Any]:
    told: list[Any] = [to_ms(hold.deadline), hold.quantities, hold.seats]
    return [*told, hold.allocation] if hold.allocation else told


def _kept_to_json(kept: Kept) -> list[Any]:
    return [kept.deadline and to_ms(kept.deadline), kept.quantities, kept.gained, kept.lost]


def _kept_of(inventory: Inventory) -> dict[str, Kept | None]:
    """What a batch made of allocations."""
    moved: dict[PydanticObjectId, dict[str, bool]] = {}
    for move in (move for change in inventory.applied for move in change.moves):
        for allocation_id, is_gain in ((move.out_of, False), (move.into, True)):
            if allocation_id is not None:
                moved.setdefault(allocation_id, {}).update(dict.fromkeys(move.seats, is_gain))
    return {str(allocation_id): _kept(inventory, allocation_id, seats) for allocation_id, seats in moved.items()}


def _kept(inventory: Inventory, allocation_id: PydanticObjectId, seats: Mapping[str, bool]) -> Kept | None:
    allotment = inventory.event.allotment(allocation_id)
    if allotment is None:
        return None
    if allotment.releases_at is None:
        return Kept(None, allotment.kept, [], [])
    gained = [label for label, is_gain in seats.items() if is_gain]
    lost = [label for label, is_gain in seats.items() if not is_gain]
    return Kept(allotment.releases_at, allotment.kept, gained, lost)


def _told_of(inventory: Inventory) -> Iterator[PydanticObjectId]:
    """The bookings that changed, or an attempt to pay them did."""
    yield from (booking.id for booking in inventory.bookings.new())
    yield from (now.id for _, now in inventory.bookings.changed())
    yield from (now.booking_id for _, now in inventory.payments.changed())


def to_ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def from_ms(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
