"""Who is told that the session they are connected in has ended: by a sign-out elsewhere, or on another server.

Connections that are silent would never hear of it. So while there are any, their users are looked up once a second,
all by one read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import islice
from typing import Protocol

import structlog
from beanie import PydanticObjectId

from domain.errors import Unauthenticated, Unavailable
from domain.people.standing import check_standing, read_standings
from domain.services import Services

LOOK_SECONDS = 1.0
"""How often all are looked up, while there are few."""

AT_ONCE, HURRY_SECONDS = 500, 0.5
"""How many are looked up at once, and how long the next of more wait: what is read must not hold up sales."""

_log = structlog.get_logger(__name__)


class InSession(Protocol):
    """Who acts in a session: a token's claims, or a caller."""

    @property
    def user_id(self) -> PydanticObjectId: ...

    @property
    def sessions_ended(self) -> int: ...

    @property
    def session_id(self) -> PydanticObjectId | None: ...


class Watched:
    """A connection, and what it does when its session has ended."""

    __slots__ = ("_watch", "end", "who")

    def __init__(self, watch: SessionWatch, who: InSession, end: Callable[[Unauthenticated], None]) -> None:
        self._watch = watch
        self.who = who
        self.end = end

    def cancel(self) -> None:
        """Not any more."""
        self._watch.forget(self)


class SessionWatch:
    """Those of one process. Belongs to one event loop."""

    def __init__(self) -> None:
        # In the order in which they are looked up next.
        self._watched: dict[Watched, None] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._looking = False

    def watch(self, services: Services, who: InSession, end: Callable[[Unauthenticated], None]) -> Watched:
        """Call `end` once when the session has ended, until it is cancelled."""
        watched = Watched(self, who, end)
        self._watched[watched] = None
        if self._timer is None and not self._looking:
            self._wait(services, LOOK_SECONDS)
        return watched

    def forget(self, watched: Watched) -> None:
        self._watched.pop(watched, None)
        if not self._watched and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wait(self, services: Services, seconds: float) -> None:
        self._timer = asyncio.get_running_loop().call_later(seconds, self._start, services)

    def _start(self, services: Services) -> None:
        self._timer, self._looking = None, True
        services.tasks.keep(self._look(services))

    async def _look(self, services: Services) -> None:
        is_all = len(self._watched) <= AT_ONCE
        try:
            await self._end_those_that_ended()
        except Unavailable:
            pass  # next time
        except Exception:
            _log.exception("sessions of connections can't be looked up")
        finally:
            self._looking = False
            if self._watched:
                self._wait(services, LOOK_SECONDS if is_all else HURRY_SECONDS)

    async def _end_those_that_ended(self) -> None:
        looked_up = list(islice(self._watched, AT_ONCE))
        standings = await read_standings(list({each.who.user_id for each in looked_up}))
        for each in looked_up:
            if each not in self._watched:
                continue
            del self._watched[each]
            try:
                check_standing(standings.get(each.who.user_id), each.who.sessions_ended, each.who.session_id)
            except Unauthenticated as error:
                each.end(error)
            else:
                self._watched[each] = None
