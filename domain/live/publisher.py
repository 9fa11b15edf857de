"""Telling Redis what was committed. Best effort: who misses it finds out by reading (domain/live/hub.py)."""

from __future__ import annotations

import asyncio
from collections import deque

import structlog
from beanie import PydanticObjectId

from domain.live.channels import Channels
from domain.live.news import News
from domain.process.outage import Outage
from domain.process.redis_wire import RedisWire

PATIENCE_SECONDS = 1.0
"""How long Redis may take over a handful of messages."""

PAUSE_SECONDS = 0.5
"""How long nothing is sent after Redis failed to answer; what happens meanwhile is not told."""

MOST_WAITING = 1_000
"""Messages that may wait for Redis; beyond, the oldest are dropped."""

log = structlog.get_logger(__name__)


class Publisher:
    """Sends news in the order they come, without anybody waiting for it."""

    def __init__(self, wire: RedisWire, channels: Channels) -> None:
        self._wire = wire
        self._channels = channels
        self._waiting: deque[tuple[str, bytes]] = deque(maxlen=MOST_WAITING)
        self._task: asyncio.Task[None] | None = None
        self._outage = Outage(
            log, "live feed is not published", "live feed is published again", pause_seconds=PAUSE_SECONDS
        )

    def publish(self, event_id: PydanticObjectId, news: News) -> None:
        """Tell everybody who watches this event, in a moment."""
        if self._outage.is_pausing:
            return
        self._waiting.append((self._channels.of(event_id), self._channels.sealed(event_id, news)))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._send())

    async def close(self) -> None:
        """Wait until everything is sent, or given up."""
        if self._task is not None:
            await self._task

    async def _send(self) -> None:
        while self._waiting:
            messages = list(self._waiting)
            self._waiting.clear()
            try:
                await self._wire.send(*(("PUBLISH", *message) for message in messages), seconds=PATIENCE_SECONDS)
            except Exception as error:  # whatever Redis does: the sale goes on
                self._waiting.clear()
                self._outage.began(error)
            else:
                self._outage.ended()
