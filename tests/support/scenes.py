"""What a test starts from: somebody signed in, an event on sale, seats locked, a booking."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from domain.documents import User
from domain.people import accounts
from domain.services import Services
from tests.graph.conftest import Client

CREATE_EVENT = """
mutation ($input: CreateEventInput!) {
  createEvent(input: $input) { ... on CreateEventSuccess { event { id } } ... on Error { code message } }
}
"""
LOCK_SEATS = """
mutation ($input: LockSeatsInput!) {
  lockSeats(input: $input) { ... on LockSeatsSuccess { lock { id } } ... on Error { code message } }
}
"""
CONFIRM_BOOKING = """
mutation ($input: ConfirmBookingInput!) {
  confirmBooking(input: $input) { ... on ConfirmBookingSuccess { booking { id } } ... on Error { code message } }
}
"""
PAY_BOOKING = """
mutation ($input: PayBookingInput!) {
  payBooking(input: $input) {
    ... on PayBookingSuccess { booking { id } payment { id } }
    ... on PaymentFailed { booking { id } payment { id } refund { id } }
    ... on Error { code message }
  }
}
"""


def next_month(services: Services) -> str:
    """A start for an event, as GraphQL writes it."""
    start: datetime = services.clock() + timedelta(days=30)
    return start.isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def admin(services: Services) -> User:
    """An ADMIN of this test's own."""
    return await accounts.create_admin(
        services, name="Grace", email=f"{secrets.token_hex(4)}@seatlock.test", password=secrets.token_hex(8)
    )


async def user(services: Services) -> User:
    """A USER of this test's own."""
    return await accounts.register(
        services,
        name="Ada",
        email=f"{secrets.token_hex(4)}@seatlock.test",
        password=secrets.token_hex(8),
        correlation_id="test",
    )


def token_of(services: Services, user: User) -> str:
    """An access token of the user."""
    return accounts.issue_token(services.settings, user, services.clock()).token


class Scene:
    """Acts as an ADMIN who sells and as one user who buys."""

    def __init__(self, services: Services, client: Client, admin_token: str, token: str) -> None:
        self.services = services
        self.client = client
        self.admin_token = admin_token
        self.token = token

    async def event(self, **input: Any) -> str:
        """The id of a new event: 100 seats in one GENERAL section at INR 500.00, unless told otherwise."""
        if "sections" not in input:
            input.setdefault("totalSeats", 100)
        fields = {
            "name": "Concert",
            "startsAt": next_month(self.services),
            "price": {"amount": "500.00", "currencyCode": "INR"},
            **input,
        }
        answer = await self.client.execute(CREATE_EVENT, {"input": fields}, self.admin_token)
        return str(answer["data"]["createEvent"]["event"]["id"])

    async def reserved_event(self) -> str:
        """The id of a new event with a GENERAL section and one of two rows of five seats."""
        return await self.event(
            sections=[
                {"name": "FLOOR", "capacity": 10},
                {
                    "name": "STALLS",
                    "price": {"amount": "800.00", "currencyCode": "INR"},
                    "rows": [{"name": "A", "seatCount": 5}, {"name": "B", "seatCount": 5}],
                },
            ]
        )

    async def lock(self, event_id: str, selection: dict[str, Any] | None = None) -> str:
        """The id of a lock of the buyer's: two seats unless told otherwise."""
        selection = selection or {"quantity": {"count": 2}}
        fields = {"eventId": event_id, "selection": selection, "idempotencyKey": secrets.token_hex(8)}
        answer = await self.client.execute(LOCK_SEATS, {"input": fields}, self.token)
        return str(answer["data"]["lockSeats"]["lock"]["id"])

    async def confirm(self, lock_id: str) -> str:
        """The id of the booking made of this lock, PAYMENT_PENDING."""
        answer = await self.client.execute(CONFIRM_BOOKING, {"input": {"lockId": lock_id}}, self.token)
        return str(answer["data"]["confirmBooking"]["booking"]["id"])

    async def booking(self, event_id: str) -> str:
        """The id of a booking of the buyer's, PAYMENT_PENDING, of two seats."""
        return await self.confirm(await self.lock(event_id))

    async def pay(self, booking_id: str, token: str = "sim_success") -> dict[str, Any]:
        """What came of paying the booking with that token."""
        fields = {"bookingId": booking_id, "paymentToken": token, "idempotencyKey": secrets.token_hex(8)}
        answer = await self.client.execute(PAY_BOOKING, {"input": fields}, self.token)
        outcome: dict[str, Any] = answer["data"]["payBooking"]
        return outcome
