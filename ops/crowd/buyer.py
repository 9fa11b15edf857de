"""One of the crowd: looks, chooses, holds, perhaps pays, perhaps cancels, and comes again."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from urllib.parse import urljoin, urlsplit

import httpx
from seatlock_client import Refused, RequestFailed, Seatlock, SessionEnded, api, new_key
from seatlock_client.pauses import Pauses

from ops.crowd.choice import BY_HAND, choose, party
from ops.crowd.market import Market
from ops.crowd.tally import Tally

LOOKING, CHOOSING, HOLDING, PAYING, RESTING, LATER = (0.5, 3), (0.5, 4), (2, 8), (1, 3), (3, 12), (10, 40)
"""For how many seconds somebody does so, at least and at most."""

LARGEST_MAP = 10_000
"""Seats. Of a larger hall nobody asks for the map: it would be most of what the server sends."""

TRIES = 3
"""At seats, until somebody goes elsewhere."""

RELEASES, LEAVES, CANCELS = 0.10, 0.04, 0.06
"""Of those who hold seats, who give them back, and who just go; of those who paid, who cancel later."""

REFUSES_BANK = 0.2
GOOD_CARD, CHALLENGED = "sim_success", "sim_challenge"
CARDS = {GOOD_CARD: 84, "sim_declined": 6, "sim_insufficient_funds": 4, CHALLENGED: 6}
"""The first card that somebody tries, and how often. Who needs a second one has a good one."""

TAKEN = {"NOT_ENOUGH_SEATS", "SEATS_UNAVAILABLE"}
FOR_EVER = datetime.max.replace(tzinfo=UTC)


def bank(url: str, page: str) -> str:
    """The page of the simulated bank that belongs to the API at this address."""
    return urljoin(url, f"simulated-bank/{page}")


@dataclass(slots=True)
class World:
    """What all of the crowd share. `haste` shortens every thought, as 0.1 to a tenth."""

    url: str
    http: httpx.AsyncClient
    market: Market
    tally: Tally
    haste: float = 1.0


@dataclass(slots=True)
class Buyer:
    """Somebody with an account of their own, who makes one purchase after another."""

    name: str
    world: World
    mind: Random
    seatlock: Seatlock = field(init=False)
    barred: dict[str, datetime] = field(default_factory=dict)
    """The events in which they may have no more seats, and until when."""
    stays_until: datetime = field(default_factory=lambda: datetime.now(UTC))
    """Before then nobody else can come in their place."""

    def __post_init__(self) -> None:
        self.seatlock = Seatlock(self.world.url, http=self.world.http)

    async def live(self, arrives_after: float) -> None:
        """Until this is cancelled. Whatever the server says, they go on: later each time it fails."""
        await asyncio.sleep(arrives_after)
        pauses = Pauses()
        while True:
            try:
                await self._come()
                await self._visit()
                pauses = Pauses()
                await self._think(RESTING)
            except Refused:
                self.world.tally.refused += 1
                await self._think(RESTING)
            except SessionEnded:
                await asyncio.sleep(pauses.next())
            except RequestFailed as failure:
                self.world.tally.failed += 1
                await asyncio.sleep(pauses.next(failure.extensions.get("retryAfterSeconds", 0)))

    async def _come(self) -> None:
        """Be somebody: at first, and when this one's session is gone, or they have all that they may have somewhere."""
        is_somebody = self.seatlock.tokens is not None
        if is_somebody and (FOR_EVER not in self.barred.values() or datetime.now(UTC) < self.stays_until):
            return
        try:
            email = f"crowd-{secrets.token_hex(6)}@seatlock.example"
            await self.seatlock.register(self.name, email, secrets.token_urlsafe(16))
        except RequestFailed as failure:
            # So many may register here in a time. Who is somebody can buy elsewhere meanwhile.
            if not is_somebody:
                raise
            pause = failure.extensions.get("retryAfterSeconds", LATER[0])
            self.stays_until = datetime.now(UTC) + timedelta(seconds=pause)
        else:
            self.barred.clear()

    async def _visit(self) -> None:
        """One purchase, or none. Raises what the client raises."""
        now = datetime.now(UTC)
        barred = [event_id for event_id, until in self.barred.items() if until > now]
        event = self.world.market.pick(self.mind, barred)
        if event is None:
            return
        await self._think(LOOKING)
        lock = await self._hold(event)
        if lock is None:
            return
        self.world.tally.locks += 1
        await self._think(HOLDING)
        what = self.mind.random()
        if what < RELEASES:
            await self.seatlock.release_lock(lock.id)
            self.world.tally.released += 1
        elif what < RELEASES + LEAVES:
            self.world.tally.left += 1
        else:
            await self._buy(lock)

    async def _hold(self, event: api.Event) -> api.SeatLock | None:
        """Seats of the event, together or the best there are; None if there are none for this buyer."""
        count = party(self.mind, event.max_seats_per_buyer)
        by_hand = event.total_seats <= LARGEST_MAP and self.mind.random() < BY_HAND
        for _ in range(TRIES):
            hall = await self.seatlock.event(event.id, seat_map=by_hand)
            seats = choose(hall.sections, count, self.mind, by_hand=by_hand) if hall and hall.sales_open else None
            if seats is not None:
                await self._think(CHOOSING)
                try:
                    return (await self.seatlock.lock_seats(event.id, seats)).lock
                except Refused as refused:
                    if isinstance(refused.outcome, api.LimitExceeded):
                        self.barred[event.id] = refused.outcome.retry_at or FOR_EVER
                        return None
                    if refused.code not in TAKEN:
                        raise
                    self.world.tally.beaten += 1
            # Then the server may choose, and a smaller party has better chances.
            by_hand, count = False, max(1, count - 1)
        return None

    async def _buy(self, lock: api.SeatLock) -> None:
        booking = await self.seatlock.confirm(lock.id)
        await self._think(PAYING)
        if not await self._pay(booking):
            self.world.tally.left += 1
            return
        self.world.tally.bookings += 1
        self.world.tally.seats += booking.quantity
        if self.mind.random() < CANCELS:
            await self._think(LATER)
            await self.seatlock.cancel(booking.id)
            self.world.tally.cancelled += 1

    async def _pay(self, booking: api.Booking) -> bool:
        """Whether it is paid, with one card or another."""
        if not booking.total.amount:
            return isinstance(await self.seatlock.pay(booking.id), api.Paid)
        (card,) = self.mind.choices(list(CARDS), list(CARDS.values()))
        try:
            return await self._pay_with(card, booking)
        except Refused as refused:
            if not isinstance(refused.outcome, api.PaymentFailed) or not refused.outcome.attempts_left:
                raise
        self.world.tally.declined += 1
        await self._think(PAYING)
        return await self._pay_with(GOOD_CARD, booking)

    async def _pay_with(self, card: str, booking: api.Booking) -> bool:
        key = new_key()
        outcome = await self.seatlock.pay(booking.id, card, key=key)
        if isinstance(outcome, api.BankAsks) and outcome.redirect_url:
            await self._think(PAYING)
            await self._answer(outcome.redirect_url)
            outcome = await self.seatlock.pay(booking.id, card, key=key)
        return isinstance(outcome, api.Paid)

    async def _answer(self, redirect_url: str) -> None:
        """Tell the bank. Its page is asked of the server at our address, whatever it calls itself."""
        answer = "refuse" if self.mind.random() < REFUSES_BANK else "approve"
        page = urlsplit(redirect_url).path.rpartition("/")[2]
        try:
            await self.world.http.post(bank(self.world.url, page), data={"answer": answer})
        except httpx.TransportError as lost:
            raise RequestFailed("UNAVAILABLE", str(lost)) from None

    async def _think(self, seconds: tuple[float, float]) -> None:
        await asyncio.sleep(self.world.haste * self.mind.uniform(*seconds))
