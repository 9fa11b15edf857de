"""Who is connected to this process: how many, from where, how long they may take, and how much of theirs may wait.

Times are looked at once a second for all, instead of by a timer for each: a request costs nothing more by it.
"""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any, Protocol

from domain.process.metrics import connection_closed, connection_made
from domain.process.settings import Settings
from ops.refusals import FULL, MADE_ROOM, TOO_MANY, ConnectionRefusal

KEPT_BACK = 32
"""Connections beyond the most, for who is signed in, and for who asks how this server is."""

FILES_NEEDED = 64
"""Files a process has open beside connections and those to MongoDB: to Redis, logs, what it listens on."""

MOST_LEAVING, LEAVING_SECONDS = 16, 0.5
"""Of those who were not let in so many may stay so long, to read why."""

LONGEST_LOOK = 100
"""How many connections of one address are looked at for one that can be spared."""

PASSES_PER_SECOND = 1.0
"""How often times are looked at, at least."""


class Watched(Protocol):
    """One connection."""

    address: str
    """The network of the peer, as fingerprints.py has it: of a proxy, if there is one."""
    counted: int
    """The bytes it counts for."""

    def waiting_bytes(self) -> int:
        """How much of it waits: sent by the client and not dealt with, or not taken by it."""

    def look(self, now: float) -> None:
        """End it if it took too long, by a clock that counts seconds."""

    def can_be_spared(self) -> bool:
        """Whether nothing is under way, and it is not of somebody signed in."""

    def cut_off(self, reason: str) -> None:
        """End it now, without a word."""

    def give_up(self) -> None:
        """End it because too much of it waits."""


class Connections:
    """The connections of one process. Belongs to one event loop."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._most = settings.max_connections or _room(settings)
        self._per_address = settings.max_connections_per_address
        self._most_waiting = settings.max_waiting_bytes
        self._by_address: dict[str, dict[Watched, None]] = {}
        self._silent: dict[str, dict[Watched, None]] = {}
        self._count = self._leaving = 0
        self._heavy: dict[Watched, None] = {}
        self._waiting = 0
        self._clock = self._looked_at = 0.0
        self._pause = _pause(settings)
        self._timer: asyncio.TimerHandle | None = None
        self._is_proxy = _membership(settings.trusted_proxies)

    @classmethod
    def of(cls, app_state: dict[str, Any]) -> Connections:
        """Those of the server whose lifespan gave this."""
        found = app_state.get("connections")
        if found is None:
            found = app_state["connections"] = cls(app_state["services"].settings)
        assert isinstance(found, Connections)
        return found

    # ------------------------------------------------------------ who is let in

    def admit(self, connection: Watched, peer: str) -> ConnectionRefusal | None:
        """Count a new one, or say why not. One that can be spared may go for it. The peer has this very address."""
        address = connection.address
        mine = self._by_address.get(address, {})
        if len(mine) >= self._per_address and not self._is_proxy(peer):
            if not self._spare_one(address):
                return TOO_MANY
        elif self._count >= self._most:
            heaviest = max(self._by_address, key=lambda each: len(self._by_address[each]))
            if not self._spare_one(heaviest) and self._count >= self._most + KEPT_BACK:
                return FULL
        self.join(connection)
        self._silent.setdefault(address, {})[connection] = None
        return None

    def see_off(self, transport: asyncio.Transport) -> None:
        """Close the connection of one who was told why not.

        Closed at once, with a request unread, the answer would be lost on the way. So a few may stay for a moment.
        """
        if self._leaving >= MOST_LEAVING:
            transport.close()
            return
        self._leaving += 1
        transport.write_eof()

        def gone() -> None:
            self._leaving -= 1
            transport.abort()

        asyncio.get_running_loop().call_later(LEAVING_SECONDS, gone)

    @property
    def is_full(self) -> bool:
        """Whether only who is signed in, and who asks how this server is, has a place."""
        return self._count > self._most

    def join(self, connection: Watched) -> None:
        """Count one that has its place already."""
        self._by_address.setdefault(connection.address, {})[connection] = None
        self._count += 1
        connection_made()
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._looked_at = loop.time()
            self._timer = loop.call_later(self._pause, self._look)

    def spoke(self, connection: Watched) -> None:
        """Its first whole request has come."""
        _discard(self._silent, connection)

    def leave(self, connection: Watched) -> None:
        """It is gone, or as good as."""
        if _discard(self._by_address, connection):
            self._count -= 1
            connection_closed()
            _discard(self._silent, connection)
            if connection in self._heavy:
                self._waiting -= connection.counted
                del self._heavy[connection]
            if not self._count and self._timer is not None:
                self._timer.cancel()
                self._timer = None

    def _spare_one(self, address: str) -> bool:
        """Whether one of this address could be spared, and is gone: the oldest that has said nothing, if any."""
        victim = next(iter(self._silent.get(address, ())), None)
        if victim is None:
            some = (each for each, _ in zip(self._by_address.get(address, ()), range(LONGEST_LOOK), strict=False))
            victim = next((each for each in some if each.can_be_spared()), None)
        if victim is None:
            return False
        self.leave(victim)
        victim.cut_off(MADE_ROOM)
        return True

    # ------------------------------------------------------------ what waits

    def weigh(self, connection: Watched) -> None:
        """What waits of this one has changed by much. If there is too much in all, the heaviest goes."""
        if connection not in self._by_address.get(connection.address, ()):
            return
        before = connection.counted if connection in self._heavy else 0
        connection.counted = connection.waiting_bytes()
        self._waiting += connection.counted - before
        if connection.counted:
            self._heavy[connection] = None
        else:
            self._heavy.pop(connection, None)
        while self._waiting > self._most_waiting and self._heavy:
            victim = self._heaviest()
            self.leave(victim)
            victim.give_up()

    def _heaviest(self) -> Watched:
        """Of the address that has the most, the one that has the most."""
        totals: dict[str, int] = {}
        for each in self._heavy:
            totals[each.address] = totals.get(each.address, 0) + each.counted
        address = max(totals, key=lambda each: totals[each])
        return max((each for each in self._heavy if each.address == address), key=lambda each: each.counted)

    # ------------------------------------------------------------ how long they take

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        # If this process was busy or stopped, that was not the clients' doing.
        self._clock += min(now - self._looked_at, 2 * self._pause)
        self._looked_at = now
        self._timer = loop.call_later(self._pause, self._look)
        for mine in list(self._by_address.values()):
            for each in list(mine):
                each.look(self._clock)


def _discard(of: dict[str, dict[Watched, None]], connection: Watched) -> bool:
    mine = of.get(connection.address)
    if mine is None or connection not in mine:
        return False
    del mine[connection]
    if not mine:
        del of[connection.address]
    return True


def _pause(settings: Settings) -> float:
    shortest = min(settings.first_byte_seconds, settings.headers_seconds, settings.body_seconds, settings.write_seconds)
    return min(PASSES_PER_SECOND, shortest / 4)


def _room(settings: Settings) -> int:
    """As many as there may be files, less what this process needs beside them."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY:
        files = 2**20
    return max(files - settings.mongo_pool_size - FILES_NEEDED - KEPT_BACK, 8)


def raise_file_limit() -> None:
    """As many files as this process may allow itself: the usual limit of 1,024 is for programs of another time."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


MOST_FILES = 65_536


def _membership(networks: Iterable[str]) -> Any:
    known = [ip_network(network) for network in networks]

    @lru_cache(maxsize=1024)
    def is_member(address: str) -> bool:
        if not known:
            return False
        try:
            ip = ip_address(address)
        except ValueError:
            return False
        return any(ip in network for network in known)

    return is_member
