"""Customers behind a proxy, who must not notice that one process takes the place of another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from tests.clients.box_office import BoxOffice
from tests.support.fronts import Front
from tests.support.sockets import SUBPROTOCOL, Closed, Operation, Socket
from tests.support.waiting import until

AVAILABLE = "subscription($event: ID!) { seatAvailability(eventId: $event) { availableSeats } }"


@asynccontextmanager
async def watching(front: Front, event: str) -> AsyncIterator[Operation]:
    """The event's seats, through the proxy, as a page of ours sees them."""
    async with connect(
        front.url.replace("https", "wss") + "/graphql",
        subprotocols=[Subprotocol(SUBPROTOCOL)],
        origin=front.url,  # type: ignore[arg-type]
        ssl=front.certificate.trust,
        proxy=None,
    ) as connection:
        listener = Socket(connection)
        reading = asyncio.create_task(listener.read())
        await listener.initialise()
        yield await listener.subscribe(AVAILABLE, {"event": event})
        await listener.close()
        await reading


@asynccontextmanager
async def buying(office: BoxOffice) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Four buyers lock and release, and every request has to be answered well. Yields what waits for 20 more locks."""
    event, buyers = await office.event(), [await office.buyer() for _ in range(4)]
    over, locked = asyncio.Event(), 0

    async def buy(buyer: str) -> None:
        nonlocal locked
        while not over.is_set():
            await office.release(buyer, await office.lock(buyer, event))
            locked += 1

    async def twenty_more() -> None:
        enough = locked + 20

        async def are_enough() -> bool:
            return locked >= enough

        await until(are_enough)

    async with asyncio.TaskGroup() as group:
        for buyer in buyers:
            group.create_task(buy(buyer))
        await twenty_more()
        yield twenty_more
        over.set()


class Watchers:
    """Six who see an event's seats, and come back after each end. Whoever is refused then ends the test."""

    def __init__(self, front: Front, event: str) -> None:
        self.codes: list[int] = []
        """What their connections were closed with."""
        self.seen = dict.fromkeys(range(6), -1)
        self._front, self._event = front, event

    async def watch(self, number: int) -> None:
        while True:
            async with watching(self._front, self._event) as seats:
                try:
                    while True:
                        self.seen[number] = (await seats.data("seatAvailability"))["availableSeats"]
                except Closed as closed:
                    self.codes.append(closed.code)

    async def see(self, available: int) -> None:
        """Return as soon as all see this many."""

        async def do_they() -> bool:
            return set(self.seen.values()) == {available}

        await until(do_they)
