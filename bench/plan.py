"""How much of a history is made, and when: what each of the processes that make it has to know."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from random import Random

from beanie import PydanticObjectId

from domain.clock import to_millisecond

SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SPAN = 90 * DAY


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of a history, when, and where it is put aside. The same plan makes the same history."""

    bookings: int
    entries: int
    end: datetime
    folder: Path
    seed: int = 1

    @property
    def begin(self) -> datetime:
        return self.end - SPAN

    @property
    def events(self) -> int:
        return max(20, min(1_000, self.bookings // 2_500))

    @property
    def users(self) -> int:
        return max(10, self.bookings // 8)

    @property
    def journals(self) -> int:
        """One a day: each process that is started begins another."""
        return SPAN // DAY

    def shares(self) -> list[int]:
        """How many of the bookings each event has: the first some of a hundred, most less than one."""
        weights = [1 / (number + 5) for number in range(self.events)]
        shares = [int(self.bookings * weight / sum(weights)) for weight in weights]
        shares[0] += self.bookings - sum(shares)
        return shares

    def event_created_at(self, number: int) -> datetime:
        """Always more of them as time goes by; the largest is on sale from the first day."""
        return self.begin + 0.9 * SPAN * (number * 0.618_034 % 1) ** 0.7 if number else self.begin

    def event_id(self, number: int) -> PydanticObjectId:
        return self._id(self.event_created_at(number), "event", number)

    def user_created_at(self, number: int) -> datetime:
        return to_millisecond(self.begin + SPAN * number / self.users)

    def user_id(self, number: int) -> PydanticObjectId:
        return self._id(self.user_created_at(number), "user", number)

    def some_user(self, now: datetime, random: Random) -> PydanticObjectId:
        """One who is registered by then; some come much more often than others."""
        registered = max(1, int(self.users * ((now - self.begin) / SPAN)))
        return self.user_id(int(registered * random.random() ** 2))

    def _id(self, made_at: datetime, kind: str, number: int) -> PydanticObjectId:
        return id_made_at(made_at, blake2b(f"{self.seed}/{kind}/{number}".encode(), digest_size=8).digest())


def id_made_at(instant: datetime, rest: bytes) -> PydanticObjectId:
    """An id begins with the second it was made in: what is made together lies together in an index."""
    return PydanticObjectId(struct.pack(">I", int(instant.timestamp())) + rest)
