"""In each process: follows every event that somebody watches, by what Redis says of it, and reads what was not heard.

A topic is subscribed to first and read then, so that nothing falls between. Who comes to one that is followed already
waits until it shows what was committed by then: news take some milliseconds. The news carry the version they follow on,
so a missing one shows at the next one; and every second the versions of all watched events are compared with the
database, so it shows within a second even if there is no next one, or no Redis.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

import structlog
from beanie import PydanticObjectId
from pymongo import AsyncMongoClient
from redis.asyncio import Redis

from domain.clock import Clock
from domain.contradiction import required
from domain.errors import NotFound, Unavailable
from domain.live.channels import Channels
from domain.live.ear import Ear
from domain.live.snapshot import read_stored, read_versions
from domain.live.topic import Topic
from domain.process.newest import Newest
from domain.process.tasks import cancel

LOOK_SECONDS = 1.0
"""How often versions are compared with the database."""

LOOKS_UNTIL_DOUBT = 3
"""How often in a row the database must be older than what is shown, before what is shown is given up: it was restored,
or changed by hand."""

GRACE_SECONDS = 0.2
"""How long news may be missing before the event is read again: committing and telling are two steps."""

SUBSCRIBE_SECONDS = 0.5
"""How long Redis may take to confirm a subscription before the event is read all the same."""

LOOK_AT_ONCE_SECONDS = 1.0
"""How long MongoDB may take to say which version is the newest, before a new watcher is shown what is known here."""

REACH_SECONDS = 5.0
"""How long a topic may take to show a version that is there, before a new watcher is turned away."""

log = structlog.get_logger(__name__)

ReadT = TypeVar("ReadT")


@dataclass(slots=True)
class _Followed:
    """A topic, how many watch it, and what goes on for it; `looks_ahead`: how often in a row it was found to be newer
    than the database.
    """

    topic: Topic
    watchers: int = 0
    subscribed: asyncio.Event = field(default_factory=asyncio.Event)
    opening: asyncio.Task[None] | None = None
    catching_up: asyncio.Task[None] | None = None
    looking: asyncio.Task[int] | None = None
    looks_next: asyncio.Task[int] | None = None
    looks_ahead: int = 0


class Hub:
    """The events this process watches. Belongs to one event loop; starts with the first watcher."""

    def __init__(
        self, mongo: AsyncMongoClient[dict[str, Any]], redis: Redis, channels: Channels, clock: Clock, newest: Newest
    ) -> None:
        self._mongo = mongo
        self._newest = newest
        self._channels = channels
        self._clock = clock
        self._followed: dict[PydanticObjectId, _Followed] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._reads: set[asyncio.Task[Any]] = set()
        self._look_now = asyncio.Event()
        self._ear = Ear(redis, channels, connected=self._connected, subscribed=self._subscribed, told=self._told)

    @asynccontextmanager
    async def watch(self, event_id: PydanticObjectId) -> AsyncIterator[Topic]:
        """The event's topic, as it is now or newer, and kept so.

        Raises NotFound; Unavailable when there is a newer version than can be shown.
        """
        known = self._newest.version(event_id)
        if not self._tasks:
            self._tasks = [asyncio.create_task(self._ear.listen()), asyncio.create_task(self._look())]
        followed = self._followed.get(event_id)
        is_first = followed is None
        if followed is None:
            followed = self._followed[event_id] = _Followed(Topic(event_id, self._clock))
            followed.opening = asyncio.create_task(self._open(followed))
        followed.watchers += 1
        try:
            # All who wait for it get its exception; none who goes away stops it for the others.
            await asyncio.shield(required(followed.opening, "begun with the first watcher"))
            await self._reach(followed, known)
            if not is_first:
                # What it was opened with, or was told since, may be of before this one came.
                await self.catch_up(followed.topic)
            yield followed.topic
        finally:
            followed.watchers -= 1
            if followed.watchers == 0 and self._followed.get(event_id) is followed:
                await self._leave(followed)

    async def catch_up(self, topic: Topic) -> None:
        """Have this topic, which somebody watches, show what is committed by now. Raises Unavailable."""
        followed = self._followed[topic.event_id]
        known = await asyncio.shield(self._look_at_once(followed))
        await self._reach(followed, max(known, self._newest.version(topic.event_id)))

    async def catch_up_all(self) -> None:
        """Have every topic show what is committed by now, as far as that can be read. Never raises."""
        with suppress(Exception):
            versions = await self._to_its_end(read_versions(self._followed))
            reached = [
                self._reach(followed, version)
                for event_id, version in versions.items()
                if (followed := self._followed.get(event_id)) is not None
            ]
            await asyncio.gather(*reached, return_exceptions=True)

    async def close(self) -> None:
        """Stop listening. Nobody may watch any more."""
        await cancel(*self._tasks, again_after=1.0)
        while self._reads:
            await asyncio.wait(self._reads)

    # ------------------------------------------------------------ topics

    async def _open(self, followed: _Followed) -> None:
        topic = followed.topic
        try:
            await self._ear.subscribe(topic.event_id)
            with suppress(TimeoutError):
                async with asyncio.timeout(SUBSCRIBE_SECONDS):
                    await followed.subscribed.wait()
            stored = await self._to_its_end(read_stored(self._mongo, topic.event_id))
            if stored is None:
                raise NotFound("No such event.")
            topic.load(stored)
            if self._followed.get(topic.event_id) is not followed:
                topic.close()  # everybody left meanwhile, and the cancellation was swallowed
        except BaseException:
            if self._followed.get(topic.event_id) is followed:
                await self._leave(followed)
            raise
        if topic.is_behind:
            self._catch_up(followed)

    async def _leave(self, followed: _Followed) -> None:
        del self._followed[followed.topic.event_id]
        followed.topic.close()
        for task in (followed.opening, followed.catching_up, followed.looking, followed.looks_next):
            if task is not None and task is not asyncio.current_task():
                task.cancel()
        await self._ear.unsubscribe(followed.topic.event_id)

    async def _reach(self, followed: _Followed, version: int) -> None:
        """Have the topic show this version, or a later one. Raises Unavailable."""
        topic = followed.topic
        topic.expect(version)
        if topic.is_behind:
            self._catch_up(followed)
        try:
            async with asyncio.timeout(REACH_SECONDS):
                await topic.reach(version)
        except TimeoutError:
            raise Unavailable("The database showed an old state; try again.") from None

    def _look_at_once(self, followed: _Followed) -> asyncio.Task[int]:
        """The version in MongoDB, read from now on: all who ask before that begins share one read. 0 if none is read.

        Where nothing can be read, nothing newer is sold, and what is known is shown.
        """
        if followed.looks_next is None:
            followed.looks_next = asyncio.create_task(self._look_after(followed, followed.looking))
        return followed.looks_next

    async def _look_after(self, followed: _Followed, before: asyncio.Task[int] | None) -> int:
        if before is not None:
            await asyncio.wait([before])
        followed.looking, followed.looks_next = followed.looks_next, None
        event_id = followed.topic.event_id
        try:
            async with asyncio.timeout(LOOK_AT_ONCE_SECONDS):
                return (await self._to_its_end(read_versions([event_id]))).get(event_id, 0)
        except Exception as error:
            log.debug("a watched event cannot be compared", reason=type(error).__name__)
            return 0

    def _catch_up(self, followed: _Followed) -> None:
        """Read the event again unless what it misses comes in a moment."""
        if followed.catching_up is None or followed.catching_up.done():
            followed.catching_up = asyncio.create_task(self._read_again(followed))

    async def _read_again(self, followed: _Followed) -> None:
        topic = followed.topic
        await asyncio.sleep(GRACE_SECONDS)
        while topic.is_behind:
            # What should have been told was not: perhaps that is our connection's fault.
            self._ear.doubt()
            try:
                stored = await self._to_its_end(read_stored(self._mongo, topic.event_id))
            except Exception as error:  # MongoDB is away: try until it is back
                log.warning("a watched event cannot be read", event_id=str(topic.event_id), reason=type(error).__name__)
            else:
                if stored is None:
                    return
                topic.load(stored)
            await asyncio.sleep(GRACE_SECONDS)

    # ------------------------------------------------------------ MongoDB

    async def _to_its_end(self, read: Coroutine[Any, Any, ReadT]) -> ReadT:
        """What is read, even if nobody waits for it any more: cut off, MongoDB's driver drops the connection."""
        task = asyncio.create_task(read)
        self._reads.add(task)
        task.add_done_callback(self._reads.discard)
        return await asyncio.shield(task)

    async def _look(self) -> None:
        """Compare the versions of all topics with the database, once a second."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._look_now.wait()
            self._look_now.clear()
            # A clock may have been set; timers do not know.
            for followed in self._followed.values():
                followed.topic.refresh()
            if not self._followed:
                continue
            shown = {event_id: followed.topic.stored_version for event_id, followed in self._followed.items()}
            try:
                versions = await self._to_its_end(read_versions(self._followed))
            except Exception as error:  # as in _read_again; while nothing can be read, nothing is sold either
                log.debug("watched events cannot be compared", reason=type(error).__name__)
                continue
            for event_id, version in versions.items():
                if (seen := self._followed.get(event_id)) is not None:
                    seen.topic.expect(version)
                    self._doubt(seen, version, shown.get(event_id, 0))
                    if seen.topic.is_behind:
                        self._catch_up(seen)

    def _doubt(self, followed: _Followed, stored: int, shown: int) -> None:
        """Read the event anew if what was shown before is newer than what is stored: time and again, for a primary
        that is being replaced shows an old state for a moment.
        """
        followed.looks_ahead = followed.looks_ahead + 1 if shown > stored else 0
        if followed.looks_ahead >= LOOKS_UNTIL_DOUBT:
            log.warning(
                "watchers were shown what is not stored",
                event_id=str(followed.topic.event_id),
                stored=stored,
                shown=shown,
            )
            followed.looks_ahead = 0
            self._newest.forget(followed.topic.event_id)
            followed.topic.doubt(stored)

    # ------------------------------------------------------------ Redis

    async def _connected(self) -> None:
        await self._ear.subscribe(*self._followed)
        # What was published while nobody listened is found by looking.
        self._look_now.set()

    def _subscribed(self, event_id: PydanticObjectId) -> None:
        if (followed := self._followed.get(event_id)) is not None:
            followed.subscribed.set()

    def _told(self, event_id: PydanticObjectId, sealed: str) -> None:
        if (followed := self._followed.get(event_id)) is None:
            return
        try:
            news = self._channels.opened(event_id, sealed)
        except (ValueError, TypeError, AttributeError):
            log.warning("not news of ours", channel=self._channels.of(event_id))
            return
        self._newest.heard(event_id, news.version)
        followed.topic.hear(news)
        if followed.topic.is_behind:
            self._catch_up(followed)
