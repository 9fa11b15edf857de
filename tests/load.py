"""Buyers over real sockets who never give up, and remember what they were told."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

import httpx

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
EXPECTED = {
    "LockSeatsSuccess",
    "ConfirmBookingSuccess",
    "PayBookingSuccess",
    "PaymentTimedOut",  # of an attempt that a crash has left hanging
}


@dataclass
class Purchase:
    """One buyer's way through lock, confirm and pay, as far as it was acknowledged."""

    event: str
    key: str = field(default_factory=lambda: secrets.token_hex(8))
    lock: str | None = None
    booking: str | None = None
    paid: bool = False


@dataclass
class Load:
    """What 64 connections are doing."""

    events: Sequence[str]
    client: httpx.AsyncClient
    purchases: list[Purchase] = field(default_factory=list)
    failures: int = 0
    """Requests whose outcome nobody knows: the connection broke, or the answer was UNAVAILABLE."""

    @property
    def paid(self) -> int:
        return sum(purchase.paid for purchase in self.purchases)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Return as soon as the condition holds; fail when it does not within 20 s."""
        async with asyncio.timeout(20):
            while not condition():
                await asyncio.sleep(0.01)

    async def until_paid(self, more: int) -> None:
        """Return once that many more purchases are paid."""
        enough = self.paid + more
        await self.until(lambda: self.paid >= enough)

    async def buy(self, url: str) -> None:
        """One purchase after another until cancelled."""
        for event in cycle(self.events):
            purchase = Purchase(event)
            self.purchases.append(purchase)
            purchase.lock = (await self.lock(url, purchase))["lock"]["id"]
            confirmed = await self.ask(url, CONFIRM_BOOKING, lock=purchase.lock)
            purchase.booking = confirmed["booking"]["id"]
            paid = await self.ask(url, PAY_BOOKING, booking=purchase.booking, key=purchase.key)
            purchase.paid = paid["__typename"] == "PayBookingSuccess"

    async def lock(self, url: str, purchase: Purchase) -> dict[str, Any]:
        """Lock the purchase's seat, or hear again that it is locked."""
        return await self.ask(url, LOCK_SEATS, event=purchase.event, key=purchase.key)

    async def ask(self, url: str, query: str, **variables: Any) -> dict[str, Any]:
        """What came of the mutation, however often it has to be asked for."""
        while True:
            try:
                response = await self.client.post(url, json={"query": query, "variables": variables})
            except httpx.TransportError:
                answer = None
            else:
                answer = response.json()
            if answer is not None and "errors" not in answer:
                outcome: dict[str, Any]
                (outcome,) = answer["data"].values()
                assert outcome["__typename"] in EXPECTED, answer
                return outcome
            assert answer is None or answer["errors"][0]["extensions"]["code"] == "UNAVAILABLE", answer
            self.failures += 1
            await asyncio.sleep(0.05)


@asynccontextmanager
async def load(urls: Sequence[str], events: Sequence[str], token: str) -> AsyncIterator[Load]:
    """64 connections to these addresses, buying; what is under way when this is left goes unanswered."""
    limits = httpx.Limits(max_connections=CONNECTIONS)
    async with (
        httpx.AsyncClient(timeout=30, limits=limits, headers={"authorization": f"Bearer {token}"}) as client,
        asyncio.TaskGroup() as buyers,
    ):
        buying = Load(events, client)
        tasks = [buyers.create_task(buying.buy(urls[number % len(urls)])) for number in range(CONNECTIONS)]
        yield buying
        for task in tasks:
            task.cancel()
