"""Buyers over real sockets who never give up, and remember what they were told."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
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
  payBooking(input: {bookingId: $booking, paymentToken: "sim_success", idempotencyKey: $key}) {
    __typename
    ... on PayBookingSuccess { booking { status } }
  }
}
"""


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
    """What 64 connections are doing at these addresses."""

    urls: Sequence[str]
    events: Sequence[str]
    token: str
    purchases: list[Purchase] = field(default_factory=list)
    failures: int = 0
    """Answers that said nothing: the connection broke, or the outcome is unknown."""
    refusals: list[dict[str, Any]] = field(default_factory=list)
    """Answers that should not have come: there are seats for everybody."""

    @property
    def paid(self) -> int:
        return sum(purchase.paid for purchase in self.purchases)

    async def until_paid(self, more: int, seconds: float = 25) -> None:
        """Return once that many more purchases are paid; fail when they are not within the time."""
        enough = self.paid + more
        async with asyncio.timeout(seconds):
            while self.paid < enough:
                assert not self.refusals, self.refusals[0]
                await asyncio.sleep(0.01)

    async def buy(self, client: httpx.AsyncClient, url: str) -> None:
        """One purchase after another until cancelled."""
        for event in cycle(self.events):
            purchase = Purchase(event)
            self.purchases.append(purchase)
            purchase.lock = (await self.lock(client, url, purchase))["lock"]["id"]
            confirmed = await self.ask(client, url, CONFIRM_BOOKING, {"lock": purchase.lock})
            purchase.booking = confirmed["booking"]["id"]
            variables = {"booking": purchase.booking, "key": purchase.key}
            paid = await self.ask(client, url, PAY_BOOKING, variables)
            purchase.paid = paid["booking"]["status"] == "CONFIRMED"

    async def lock(self, client: httpx.AsyncClient, url: str, purchase: Purchase) -> dict[str, Any]:
        """Lock the purchase's seat, or hear again that it is locked."""
        return await self.ask(client, url, LOCK_SEATS, {"event": purchase.event, "key": purchase.key})

    async def ask(self, client: httpx.AsyncClient, url: str, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        """The mutation's outcome, however often it has to be asked for."""
        while True:
            try:
                response = await client.post(url, json={"query": query, "variables": variables})
                answer = response.json()
            except httpx.TransportError:
                answer = None
            if answer is None or answer.get("errors", [{}])[0].get("extensions", {}).get("code") == "UNAVAILABLE":
                self.failures += 1
                await asyncio.sleep(0.05)
                continue
            outcome: dict[str, Any]
            (outcome,) = answer["data"].values() if answer.get("data") else [answer]
            if outcome.get("__typename", "").endswith("Success"):
                return outcome
            self.refusals.append(outcome)
            await asyncio.Event().wait()


@asynccontextmanager
async def load(urls: Sequence[str], events: Sequence[str], token: str) -> AsyncIterator[Load]:
    """64 connections buying; what is under way when this is left goes unanswered."""
    buying = Load(urls, events, token)
    limits = httpx.Limits(max_connections=CONNECTIONS)
    headers = {"authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(timeout=30, limits=limits, headers=headers) as client:
        tasks = [asyncio.create_task(buying.buy(client, urls[number % len(urls)])) for number in range(CONNECTIONS)]
        try:
            yield buying
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
