"""Buyers over real sockets who never give up, and remember what they were told."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Any

import httpx

from tests.support.waiting import PATIENCE_SECONDS

CONNECTIONS = 64

LOCK_SEATS = """
mutation ($event: ID!, $key: String!) {
  lockSeats(input: {eventId: $event, selection: {quantity: {count: 1}}, idempotencyKey: $key}) {
    __typename
    ... on LockSeatsSuccess { lock { id } replayed }
  }
}
"""
CONFIRM_BOOKING = """
mutation ($lock: ID!) {
  confirmBooking(input: {lockId: $lock}) { __typename ... on ConfirmBookingSuccess { booking { id } } }
}
"""
PAY_BOOKING = """
mutation ($booking: ID!, $key: String!) {
  payBooking(input: {bookingId: $booking, paymentToken: "sim_success", idempotencyKey: $key}) { __typename }
}
"""
CANCEL_BOOKING = """
mutation ($booking: ID!) { cancelBooking(input: {bookingId: $booking}) { __typename } }
"""
EXPECTED = {
    "LockSeatsSuccess",
    "ConfirmBookingSuccess",
    "PayBookingSuccess",
    "CancelBookingSuccess",
    "PaymentTimedOut",  # of an attempt that a crash has left hanging
}
TOO_LATE = {"LockExpired", "BookingExpired", "PaymentFailed"}
"""Outcomes to be expected as well where locks and bookings live for seconds."""

STEPS = (3,)
"""How far a buyer goes with each purchase: lock, confirm, pay, cancel."""

SOMETIMES_FEWER = (3, 1, 3, 3, 2)
SOMETIMES_CANCELLED = (3, 4, 3, 3, 4)


@dataclass
class Purchase:
    """One buyer's way through lock, confirm, pay and cancel, as far as it was acknowledged.

    Of what `may_be_cancelled` nobody may have said yet that it is.
    """

    event: str
    key: str = field(default_factory=lambda: secrets.token_hex(8))
    lock: str | None = None
    booking: str | None = None
    paid: bool = False
    may_be_cancelled: bool = False
    cancelled: bool = False


class Buyer:
    """One connection, and what it was told."""

    def __init__(self, client: httpx.AsyncClient, events: Sequence[str], steps: Sequence[int]) -> None:
        self.purchases: list[Purchase] = []
        self.failures = 0
        """Requests whose outcome nobody knows: the connection broke, or the answer was UNAVAILABLE."""
        self._client = client
        self._events = events
        self._steps = steps
        self._expected = EXPECTED if steps == STEPS else EXPECTED | TOO_LATE

    async def buy(self) -> None:
        """One purchase after another until cancelled."""
        for event, steps in zip(cycle(self._events), cycle(self._steps), strict=False):
            purchase = Purchase(event)
            self.purchases.append(purchase)
            purchase.lock = (await self.lock(purchase))["lock"]["id"]
            if steps > 1:
                confirmed = await self._ask(CONFIRM_BOOKING, lock=purchase.lock)
                purchase.booking = confirmed.get("booking", {}).get("id")
            if steps > 2 and purchase.booking:
                paid = await self._ask(PAY_BOOKING, booking=purchase.booking, key=purchase.key)
                purchase.paid = paid["__typename"] == "PayBookingSuccess"
            if steps > 3 and purchase.paid:
                purchase.may_be_cancelled = True
                cancelled = await self._ask(CANCEL_BOOKING, booking=purchase.booking)
                purchase.cancelled = cancelled["__typename"] == "CancelBookingSuccess"

    async def lock(self, purchase: Purchase) -> dict[str, Any]:
        """Lock the purchase's seat, or hear again that it is locked."""
        return await self._ask(LOCK_SEATS, event=purchase.event, key=purchase.key)

    async def _ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """What came of the mutation, however often it has to be asked for."""
        while True:
            try:
                response = await self._client.post("/graphql", json={"query": query, "variables": variables})
            except httpx.TransportError:
                answer = None
            else:
                answer = response.json()
            if answer is not None and "errors" not in answer:
                outcome: dict[str, Any]
                (outcome,) = answer["data"].values()
                assert outcome["__typename"] in self._expected, answer
                return outcome
            assert answer is None or answer["errors"][0]["extensions"]["code"] == "UNAVAILABLE", answer
            self.failures += 1
            await asyncio.sleep(0.05)


@dataclass
class Load:
    """What the buyers are doing."""

    buyers: list[Buyer]
    tasks: list[asyncio.Task[None]]

    @property
    def purchases(self) -> list[Purchase]:
        return [purchase for buyer in self.buyers for purchase in buyer.purchases]

    @property
    def paid(self) -> int:
        return sum(purchase.paid for purchase in self.purchases)

    @property
    def failures(self) -> int:
        return sum(buyer.failures for buyer in self.buyers)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Return as soon as the condition holds; fail when it does not in time, which only bounds a test that hangs."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            assert time.monotonic() < deadline, f"{len(self.purchases)} purchases, {self.failures} failures"
            await asyncio.sleep(0.01)

    async def until_paid(self, more: int) -> None:
        """Return once that many more purchases are paid."""
        enough = self.paid + more
        await self.until(lambda: self.paid >= enough)

    async def stop(self) -> None:
        """Buy no more; what is under way goes unanswered."""
        for task in self.tasks:
            task.cancel()
        await asyncio.wait(self.tasks)

    async def replay(self) -> dict[str, Purchase]:
        """Ask for every acknowledged lock once more; by the lock that is answered."""

        async def replay(buyer: Buyer) -> dict[str, Purchase]:
            locked = [purchase for purchase in buyer.purchases if purchase.lock]
            return {(await buyer.lock(purchase))["lock"]["id"]: purchase for purchase in locked}

        answers = await asyncio.gather(*map(replay, self.buyers))
        return {lock: purchase for answer in answers for lock, purchase in answer.items()}


@asynccontextmanager
async def load(
    urls: Sequence[str],
    events: Sequence[str],
    token: str,
    *,
    connections: int = CONNECTIONS,
    steps: Sequence[int] = STEPS,
) -> AsyncIterator[Load]:
    """Buyers of seats of these events, each with one connection to one of these addresses."""
    headers = {"authorization": f"Bearer {token}"}
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as group:
        buyers = []
        for url in islice(cycle(urls), connections):
            # One client each: the pool of a shared one takes longer to choose a connection than we to answer.
            client = httpx.AsyncClient(base_url=url, headers=headers, verify=False, timeout=30)
            buyers.append(Buyer(await stack.enter_async_context(client), events, steps))
        buying = Load(buyers, [group.create_task(buyer.buy()) for buyer in buyers])
        yield buying
        await buying.stop()
