"""Somebody who puts seats on sale and people who buy them, over HTTP."""

from __future__ import annotations

import secrets
from typing import Any

import httpx

from tests.graph.conftest import Client
from tests.support.load import CONFIRM_BOOKING, LOCK_SEATS, PAY_BOOKING

LOGIN = """
mutation ($email: String!, $password: String!) {
  login(input: {email: $email, password: $password}) { ... on LoginSuccess { accessToken } }
}
"""
REGISTER = """
mutation ($email: String!, $password: String!) {
  register(input: {name: "Ada", email: $email, password: $password}) { ... on RegisterSuccess { accessToken } }
}
"""
RELEASE_LOCK = """
mutation ($lock: ID!) { releaseLock(input: {lockId: $lock}) { __typename } }
"""
HISTORY = """
query ($event: ID!) { auditLog(eventId: $event, first: 100) { nodes { action isRetry } } }
"""
CREATE_EVENT = """
mutation ($opens: DateTime, $starts: DateTime!) {
  createEvent(input: {
    name: "Concert", salesStartAt: $opens, startsAt: $starts
    price: {amount: "500.00", currencyCode: INR},
    sections: [{name: "STALLS", rows: [{name: "A", seatCount: 10}, {name: "B", seatCount: 10}]}]
  }) { ... on CreateEventSuccess { event { id } } }
}
"""
STANDING = """
mutation {
  createEvent(input: {
    name: "Festival", startsAt: "2099-12-31T19:30:00Z", price: {amount: "500.00", currencyCode: INR},
    sections: [{name: "STALLS", rows: [{name: "A", seatCount: 10}]}
      {name: "FLOOR", capacity: 10, price: {amount: "200.50", currencyCode: INR}}]
  }) { ... on CreateEventSuccess { event { id } } }
}
"""
OPEN_SALES = """
mutation ($event: ID!) {
  updateEvent(input: {eventId: $event, salesStartAt: null}) { ... on UpdateEventSuccess { event { salesOpen } } }
}
"""
CLOSE_SALES = """
mutation ($event: ID!) { closeSales(input: {eventId: $event}) { ... on CloseSalesSuccess { event { salesOpen } } } }
"""
REOPEN_SALES = """
mutation ($event: ID!) { openSales(input: {eventId: $event}) { ... on OpenSalesSuccess { event { salesOpen } } } }
"""
CANCEL_EVENT = """
mutation ($event: ID!) {
  cancelEvent(input: {eventId: $event, reason: "Rain"}) { ... on CancelEventSuccess { event { salesOpen } } }
}
"""
KEEP_BACK = """
mutation ($event: ID!, $code: String!, $seats: [String!]!) {
  createAllocation(input: {
    eventId: $event, name: "Friends", selection: [{seats: $seats}], accessCode: $code, idempotencyKey: $code
  }) { __typename }
}
"""
TERMS = """
mutation ($event: ID!, $most: Int!, $fullUntil: DateTime!, $percentage: Int!, $venue: String!) {
  updateEvent(input: {
    eventId: $event, maxSeatsPerBuyer: $most, venue: $venue
    cancellation: {fullUntil: $fullUntil, percentage: $percentage}
  }) { __typename }
}
"""
END_CANCELLED = """
mutation { runJob(input: {job: CANCEL_EVENTS}) { __typename } }
"""
RENAME = """
mutation ($event: ID!, $name: String!) {
  updateEvent(input: {eventId: $event, name: $name}) { ... on UpdateEventSuccess { event { name } } }
}
"""


class BoxOffice:
    """Sells 20 numbered seats an event; every purchase is of one of them."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._client = Client(http)
        self._admin = ""

    async def open(self, email: str, password: str) -> None:
        """Sign in as the administrator that the server made."""
        self._admin = (await self._ask(LOGIN, email=email, password=password))["accessToken"]

    async def event(self, opens: str | None = None, starts: str = "2099-12-31T19:30:00Z") -> str:
        """The id of a new event, which sells at once, or when it `opens`."""
        created = await self._ask(CREATE_EVENT, self._admin, opens=opens, starts=starts)
        return str(created["event"]["id"])

    async def standing(self) -> str:
        """The id of a new event with ten seats and ten places to stand."""
        return str((await self._ask(STANDING, self._admin))["event"]["id"])

    async def open_sales(self, event: str) -> None:
        """It sells from now on, whenever it was to open."""
        updated = await self._ask(OPEN_SALES, self._admin, event=event)
        assert updated["event"]["salesOpen"]

    async def close_sales(self, event: str) -> None:
        """Nobody can hold seats of it until they are reopened."""
        assert not (await self._ask(CLOSE_SALES, self._admin, event=event))["event"]["salesOpen"]

    async def reopen_sales(self, event: str) -> None:
        assert (await self._ask(REOPEN_SALES, self._admin, event=event))["event"]["salesOpen"]

    async def cancel(self, event: str) -> None:
        """It does not take place."""
        assert not (await self._ask(CANCEL_EVENT, self._admin, event=event))["event"]["salesOpen"]

    async def end_cancelled(self) -> None:
        """What cancelled events had sold is ended, and refunded."""
        assert (await self._ask(END_CANCELLED, self._admin))["__typename"] == "RunJobSuccess"

    async def set_terms(self, event: str, most: int, full_until: str, percentage: int, venue: str) -> None:
        """How many seats one buyer can have, what comes back of the money, and where it takes place."""
        wanted = {"most": most, "fullUntil": full_until, "percentage": percentage, "venue": venue}
        updated = await self._ask(TERMS, self._admin, event=event, **wanted)
        assert updated["__typename"] == "UpdateEventSuccess"

    async def keep_back(self, event: str, code: str, *seats: str) -> None:
        """Only who has the code can hold these seats."""
        kept = await self._ask(KEEP_BACK, self._admin, event=event, code=code, seats=seats)
        assert kept["__typename"] == "CreateAllocationSuccess"

    async def rename(self, event: str, name: str) -> None:
        renamed = await self._ask(RENAME, self._admin, event=event, name=name)
        assert renamed["event"] == {"name": name}

    async def register(self, password: str) -> tuple[str, str]:
        """The e-mail and access token of somebody new."""
        email = f"{secrets.token_hex(8)}@seatlock.test"
        registered = await self._ask(REGISTER, email=email, password=password)
        return email, str(registered["accessToken"])

    async def buyer(self) -> str:
        """The access token of somebody new."""
        return (await self.register("correct horse"))[1]

    async def lock(self, buyer: str, event: str) -> str:
        """The id of a lock."""
        locked = await self._ask(LOCK_SEATS, buyer, event=event, key=secrets.token_hex(8))
        return str(locked["lock"]["id"])

    async def release(self, buyer: str, lock: str) -> None:
        released = await self._ask(RELEASE_LOCK, buyer, lock=lock)
        assert released["__typename"] == "ReleaseLockSuccess"

    async def book(self, buyer: str, event: str) -> str:
        """The id of a booking, PAYMENT_PENDING."""
        confirmed = await self._ask(CONFIRM_BOOKING, buyer, lock=await self.lock(buyer, event))
        return str(confirmed["booking"]["id"])

    async def pay(self, buyer: str, booking: str) -> None:
        paid = await self._ask(PAY_BOOKING, buyer, booking=booking, key=secrets.token_hex(8))
        assert paid["__typename"] == "PayBookingSuccess"

    async def history(self, event: str) -> list[tuple[str, bool]]:
        """What happened, oldest first: the action, and whether it was the repeat of a request, and nothing happened."""
        log = await self._ask(HISTORY, self._admin, event=event)
        return [(entry["action"], entry["isRetry"]) for entry in reversed(log["nodes"])]

    async def _ask(self, query: str, token: str | None = None, **variables: Any) -> dict[str, Any]:
        answer = await self._client.execute(query, variables, token)
        value: dict[str, Any]
        assert "data" in answer, answer
        (value,) = answer["data"].values()
        return value
