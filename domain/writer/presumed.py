"""A batch of locks that is decided on what is remembered: nothing is read before it.

What only MongoDB knows is presumed: that who asks still is somebody, that the key of a lock which is refused was not
used before, and that a buyer who was not seen yet has nothing of the event. MongoDB is asked in the transaction that
writes, before it writes; if nothing is written, by a read. If any of it is not so, all is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from beanie import PydanticObjectId
from pymongo.asynchronous.client_session import AsyncClientSession

from domain.documents import Event, SeatLock
from domain.errors import Unauthenticated
from domain.inventory.commands import Command, Locked, LockSeats
from domain.inventory.state import Inventory
from domain.inventory.terms import Terms
from domain.writer.load import EVENT, counted, kept, only_section, standing, standings_in
from domain.writer.memory import Known, Left
from domain.writer.needs import Needs
from domain.writer.query import Query, read
from domain.writer.statements import Ask
from domain.writer.stored_event import as_stored

NEW_BUYERS = 2
"""Of how many buyers, at most, it is presumed that they have nothing: the more there are, the likelier one has."""


IsSo: TypeAlias = Callable[[Sequence[Mapping[str, Any]]], bool]


def not_any(raws: Sequence[Mapping[str, Any]]) -> bool:
    """Whether nothing was found."""
    return not raws


class Presumed:
    """What a batch of locks is decided on."""

    def __init__(
        self,
        inventory: Inventory,
        commands: Sequence[Command[Any]],
        needs: Needs,
        new_buyers: set[PydanticObjectId],
        now: datetime,
    ) -> None:
        self.inventory = inventory
        self._commands = commands
        self._users = needs.users
        self._new_buyers = new_buyers
        self._now = now

    @classmethod
    def of(cls, left: Left, commands: Sequence[Command[Any]], now: datetime, terms: Terms) -> Presumed | None:
        """None where a batch of these commands has more to read."""
        if now >= left.due or not all(_is_simple(command) for command in commands):
            return None
        needs, known = Needs.of(commands), Known(left, now)
        if known.rows(needs.rows) or known.sections(needs.sections) or known.sections(only_section(left.event, needs)):
            return None
        new_buyers = known.buyers(needs.buyers)
        if len(new_buyers) > NEW_BUYERS:
            return None
        inventory = Inventory(left.event_to_change(), terms)
        inventory.stored, inventory.due, inventory.standings = left.stored, left.due, None
        inventory.add_rows(known.recalled_rows())
        inventory.holdings.load(new_buyers)
        inventory.holdings.recall(known.counts)
        return cls(inventory, commands, needs, new_buyers, now)

    def questions(self, answers: Sequence[Any]) -> list[Ask]:
        """What is presumed, if the commands were answered so: for the transaction that writes."""
        return [Ask(query, is_so) for query, is_so in self._presumptions(answers) if not query.unless]

    async def is_so(self, answers: Sequence[Any], snapshot: AsyncClientSession) -> bool:
        """Whether the event is as it is remembered, and what is presumed so, where nothing is to be written."""
        event = self.inventory.event
        stored = as_stored(event.id, self.inventory.stored or {})
        still = Query(Event, stored, [{"$project": {"_id": 1}}], aside=EVENT)
        presumptions = self._presumptions(answers)
        found = await read(snapshot, still, *(query for query, _ in presumptions))
        return bool(found.aside[EVENT]) and all(is_so(found.aside[query.aside]) for query, is_so in presumptions)

    def _presumptions(self, answers: Iterable[Any]) -> list[tuple[Query, IsSo]]:
        # What was locked has its key: a second one would be refused by the index.
        refused = {
            command.key_id
            for command, answer in zip(self._commands, answers, strict=True)
            if isinstance(command, LockSeats) and not isinstance(answer, Locked)
        }
        of_buyers = counted(self.inventory.event.id, self._new_buyers, self._now, self._commands)
        return [
            (standing(self._users), self._all_stand),
            (kept(SeatLock, refused), not_any),
            *((query, not_any) for query in of_buyers),
        ]

    def _all_stand(self, raws: Sequence[Mapping[str, Any]]) -> bool:
        self.inventory.standings = standings_in(raws)
        try:
            for command in self._commands:
                self.inventory.check_session(command.caller)
        except Unauthenticated:
            return False
        return True


def _is_simple(command: Command[Any]) -> bool:
    """Whether it is a lock, and not asked again for want of what is dead."""
    return isinstance(command, LockSeats) and not command.wants_dead
