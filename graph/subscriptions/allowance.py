"""How much those who listen may have kept for them: documents and variables, by connection and by address.

What somebody listens to is kept as long as they listen. Without a limit one address could have gigabytes kept.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

PER_LISTENED = 4096
"""What anything that is listened to counts for, beside its text: its execution, in the bytes of text that take as much.
"""

ADDRESS_FACTOR = 32
"""One address may have as much as so many connections."""


@dataclass(slots=True, eq=False)
class Purse:
    """What one connection, or one address, has kept. The same thing twice counts once."""

    _kept: dict[Hashable, list[int]] = field(default_factory=dict)
    total: int = 0

    def take(self, key: Hashable, weight: int, most: int) -> bool:
        """Whether it may have this as well."""
        kept = self._kept.get(key)
        if kept is not None:
            kept[0] += 1
            return True
        if self.total + weight > most:
            return False
        self._kept[key] = [1, weight]
        self.total += weight
        return True

    def give_back(self, key: Hashable) -> None:
        """One of those who listen to it does no more."""
        kept = self._kept[key]
        kept[0] -= 1
        if not kept[0]:
            self.total -= kept[1]
            del self._kept[key]


@dataclass(slots=True, eq=False)
class Place:
    """A connection somebody listens on, and where it comes from."""

    address: str
    connection: Purse
    neighbours: Purse
    """All of that address together."""
    most: int

    def take(self, key: Hashable, size: int) -> bool:
        """Whether there is room for something of this size, which is kept from now on."""
        weight = size + PER_LISTENED
        if not self.connection.take(key, weight, self.most):
            return False
        if not self.neighbours.take(key, weight, self.most * ADDRESS_FACTOR):
            self.connection.give_back(key)
            return False
        return True

    def give_back(self, key: Hashable) -> None:
        """It is not listened to any more."""
        self.connection.give_back(key)
        self.neighbours.give_back(key)
