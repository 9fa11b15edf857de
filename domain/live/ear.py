"""What Redis says of the events that this process watches: one connection for all of them, made anew when it is lost.

Whoever has an ear relies on nothing that it hears: what was published while nobody listened is lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog
from beanie import PydanticObjectId
from redis.asyncio import Redis
from redis.asyncio.client import PubSub

from domain.live.channels import Channels
from domain.process.outage import Outage

RECONNECT_SECONDS = 0.2

SILENCE_SECONDS = 1.0
"""How long the next message is waited for, before it is seen whether the connection is doubted."""

log = structlog.get_logger(__name__)


class Ear:
    """Calls `connected` for each new connection, on which nothing is subscribed to yet; `subscribed` when Redis has
    confirmed an event's channel; and `told` with what was published there, still sealed.
    """

    def __init__(
        self,
        redis: Redis,
        channels: Channels,
        *,
        connected: Callable[[], Awaitable[None]],
        subscribed: Callable[[PydanticObjectId], None],
        told: Callable[[PydanticObjectId, str], None],
    ) -> None:
        self._redis = redis
        self._channels = channels
        self._connected = connected
        self._subscribed = subscribed
        self._told = told
        self._pubsub: PubSub | None = None
        self._is_doubted = False
        self._outage = Outage(log, "live feed is not heard", "live feed is heard again")

    async def subscribe(self, *event_ids: PydanticObjectId) -> None:
        """Hear of these, too."""
        if self._pubsub is not None and event_ids:
            with suppress(Exception):  # a connection that is broken is noticed where it is read
                await self._pubsub.subscribe(*(self._channels.of(event_id) for event_id in event_ids))

    async def unsubscribe(self, event_id: PydanticObjectId) -> None:
        """Hear of this one no more."""
        if self._pubsub is not None:
            with suppress(Exception):  # as in subscribe
                await self._pubsub.unsubscribe(self._channels.of(event_id))

    def doubt(self) -> None:
        """Something should have been heard and was not: another connection may do better."""
        self._is_doubted = True

    async def listen(self) -> None:
        """Until it is cancelled."""
        while True:
            try:
                async with self._redis.pubsub() as pubsub:
                    # One channel is always there: without any, there is nothing to wait for.
                    await pubsub.subscribe(self._channels.every_process)
                    self._pubsub = pubsub
                    self._is_doubted = False
                    await self._connected()
                    await self._hear(pubsub)
            except Exception as error:  # whatever Redis does: reading goes on without it
                self._outage.began(error)
            finally:
                self._pubsub = None
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _hear(self, pubsub: PubSub) -> None:
        while not self._is_doubted:
            message = await pubsub.get_message(timeout=SILENCE_SECONDS)
            if message is None:
                continue
            self._outage.ended()
            name = message["channel"].rpartition(":")[2]
            if len(name) != 24:
                continue
            if message["type"] == "subscribe":
                self._subscribed(PydanticObjectId(name))
            elif message["type"] == "message":
                self._told(PydanticObjectId(name), message["data"])
