"""What a rule decides: seats that move, documents as they are to be, and the entries that say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar

from domain.documents import Allotment, AuditEntry, PydanticObjectId, SeatStatus, Stored

OutcomeT = TypeVar("OutcomeT")


COUNTERS = {status: position for position, status in enumerate(SeatStatus)}
"""Positions in an audit entry's effect: available, held, booked."""


@dataclass(frozen=True)
class Move:
    """Seats going from one status to another: how many of which section, and their labels where numbered.

    `holder` is the lock that holds them before, after, or both. Of an allocation that loses them, `out_of`, or gains
    them, `into`, they are HELD before, or after: then it is their holder.
    """

    quantities: Mapping[str, int]
    seats: list[str]
    source: SeatStatus
    target: SeatStatus
    holder: PydanticObjectId
    out_of: PydanticObjectId | None = None
    into: PydanticObjectId | None = None

    @property
    def kept(self) -> dict[str, int] | None:
        """What the allocation gains or loses, as an audit entry keeps it; None without one."""
        sign = (self.into is not None) - (self.out_of is not None)
        return {section: sign * quantity for section, quantity in self.quantities.items()} if sign else None

    @cached_property
    def effect(self) -> dict[str, list[int]]:
        """What the counters gain or lose, as an audit entry keeps it."""
        return {
            section: [((self.target is status) - (self.source is status)) * quantity for status in COUNTERS]
            for section, quantity in self.quantities.items()
        }


@dataclass(slots=True)
class Change(Generic[OutcomeT]):
    """What a rule decided: seats that move, documents as they are to be, audit entries, and the caller's answer.

    `event` are fields of the event as they are to be. `allotted` are allocations that are made, as yet without a seat;
    `ended` those that are released.
    """

    outcome: OutcomeT
    moves: list[Move] = field(default_factory=list)
    documents: list[Stored] = field(default_factory=list)
    entries: list[AuditEntry] = field(default_factory=list)
    event: dict[str, Any] = field(default_factory=dict)
    allotted: list[Allotment] = field(default_factory=list)
    ended: list[PydanticObjectId] = field(default_factory=list)

    @property
    def is_repeat(self) -> bool:
        """Whether nothing changes: the entries only say that somebody asked again."""
        changed = self.moves or self.documents or self.event or self.allotted or self.ended
        return not changed and all(entry.is_retry for entry in self.entries)

    def add(self, other: Change[Any]) -> None:
        """What the other one changes, too; not its outcome."""
        self.moves += other.moves
        self.documents += other.documents
        self.entries += other.entries
        self.event |= other.event
        self.allotted += other.allotted
        self.ended += other.ended


def effect_of(*moves: Move) -> dict[str, list[int]] | None:
    """What the counters gain or lose by all of these; None by none."""
    if len(moves) == 1:
        return moves[0].effect
    effect: dict[str, list[int]] = {}
    for move in moves:
        for section, gains in move.effect.items():
            before = effect.get(section, [0] * len(gains))
            effect[section] = [one + other for one, other in zip(before, gains, strict=True)]
    return effect if moves else None


def kept_of(*moves: Move) -> dict[str, int] | None:
    """What the allocation gains or loses by all of these; None by none."""
    gains = [move.kept for move in moves if move.kept is not None]
    return {name: sum(one.get(name, 0) for one in gains) for each in gains for name in each} if gains else None
