"""MongoDB is away from the moment on at which a mutation is committed: its client learns what it has done."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from domain.opening import open_services
from domain.process.settings import Settings
from graph.app import assemble
from tests.graph.conftest import Client, given, serving
from tests.support.line import Line, line_to
from tests.support.scenes import Scene, admin, token_of, user
from tests.support.waiting import until

TOLD = "event { version availableSeats lockedSeats bookedSeats sections { availableSeats } name salesOpen }"
EVENT = "query ($id: ID!) { event(id: $id) { version availableSeats lockedSeats bookedSeats } }"
LOCK = f"""
mutation ($input: LockSeatsInput!) {{
  done: lockSeats(input: $input) {{ ... on LockSeatsSuccess {{ replayed lock {{ status {TOLD} }} }} }}
}}
"""
RELEASE = f"""
mutation ($input: ReleaseLockInput!) {{
  done: releaseLock(input: $input) {{ ... on ReleaseLockSuccess {{ lock {{ status {TOLD} }} }} }}
}}
"""
CONFIRM = f"""
mutation ($input: ConfirmBookingInput!) {{
  done: confirmBooking(input: $input) {{ ... on ConfirmBookingSuccess {{ booking {{ status {TOLD} }} }} }}
}}
"""
PAY = f"""
mutation ($input: PayBookingInput!) {{
  done: payBooking(input: $input) {{
    ... on PayBookingSuccess {{ booking {{ status {TOLD} }} payment {{ status }} }}
    ... on PaymentFailed {{ booking {{ status {TOLD} }} payment {{ status }} refund {{ status }} }}
  }}
}}
"""
CANCEL = f"""
mutation ($input: CancelBookingInput!) {{
  done: cancelBooking(input: $input) {{
    ... on CancelBookingSuccess {{ booking {{ status {TOLD} }} refund {{ status amount {{ amount }} }} }}
  }}
}}
"""
OF_EVENT = """
mutation ($input: %sInput!) { done: %s(input: $input) { ... on %sSuccess { %s } } }
"""
CLOSE, OPEN, UPDATE, CANCEL_EVENT = (
    OF_EVENT % (name[0].upper() + name[1:], name, name[0].upper() + name[1:], TOLD)
    for name in ("closeSales", "openSales", "updateEvent", "cancelEvent")
)
LOCK_AND_MORE = """
mutation ($input: LockSeatsInput!) {
  done: lockSeats(input: $input) { ... on LockSeatsSuccess { replayed lock { status %s } } }
}
"""
CONFIRM_USED = """
mutation ($input: ConfirmBookingInput!) {
  done: confirmBooking(input: $input) { ... on LockAlreadyUsed { booking { user { name } } } }
}
"""


@dataclass
class Stage:
    """A scene whose line to MongoDB can be cut by what is committed."""

    scene: Scene
    line: Line
    left: int = 0

    def passed(self, _event_id: object) -> None:
        """The writer has decided a batch, and committed what it changed."""
        self.left -= 1
        if self.left == 0:
            self.line.cut()

    @asynccontextmanager
    async def cut_after(self, batches: int) -> AsyncIterator[None]:
        self.left = batches
        yield
        assert self.left == 0
        self.line.mend()

        async def answers() -> bool:
            with suppress(PyMongoError):
                return bool(await self.scene.services.mongo.admin.command("ping"))
            return False

        await until(answers)

    async def done(self, mutation: str, batches: int = 1, *, admin: bool = False, **input: Any) -> dict[str, Any]:
        """What the mutation answers whose last batch is the last that MongoDB hears of."""
        token = self.scene.admin_token if admin else self.scene.token
        async with self.cut_after(batches):
            answer = await self.scene.client.execute(mutation, {"input": input}, token)
        assert "errors" not in answer, answer
        done: dict[str, Any] = answer["data"]["done"]
        return done

    async def stored(self, event_id: str) -> dict[str, int]:
        """The event as MongoDB has it, now that it is back."""
        event: dict[str, int] = (await self.scene.client.execute(EVENT, {"id": event_id}))["data"]["event"]
        return event


@pytest.fixture
async def stage(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    monkeypatch.setattr("domain.opening.SERVER_SELECTION_SECONDS", 0.25)
    with MongoClient[dict[str, Any]](settings.mongo_uri) as mongo:
        mongo.admin.command("ping")
        _, port = mongo.primary or ("", 0)
    async with line_to(port) as line:
        uri = f"mongodb://127.0.0.1:{line.port}/?directConnection=true"
        async with (
            open_services(settings.model_copy(update={"mongo_uri": uri}), patience_seconds=5) as services,
            serving(assemble(services.settings, given(services))) as http,
        ):
            tokens = [token_of(services, await somebody(services)) for somebody in (admin, user)]
            stage = Stage(Scene(services, Client(http), *tokens), line)
            monkeypatch.setattr(services.writer._guard, "passed", stage.passed)
            yield stage


def locking(event_id: str) -> dict[str, Any]:
    return {"eventId": event_id, "selection": {"quantity": {"count": 2}}, "idempotencyKey": secrets.token_hex(8)}


def paying(booking_id: str, token: str) -> dict[str, Any]:
    return {"bookingId": booking_id, "paymentToken": token, "idempotencyKey": secrets.token_hex(8)}


async def test_buyers_learn_what_they_have_done(stage: Stage) -> None:
    scene = stage.scene
    event_id = await scene.event()

    async def assert_told(told: dict[str, Any], status: str, **counters: int) -> None:
        event = {name: told["event"][name] for name in ("version", "availableSeats", "lockedSeats", "bookedSeats")}
        assert (told["status"], event) == (status, await stage.stored(event_id))
        assert {name: event[name] for name in counters} == counters

    booking_id = await scene.booking(event_id)
    await assert_told((await stage.done(LOCK, **locking(event_id)))["lock"], "ACTIVE", lockedSeats=4)
    confirmed = await stage.done(CONFIRM, lockId=await scene.lock(event_id))
    await assert_told(confirmed["booking"], "PAYMENT_PENDING", lockedSeats=6)
    paid = await stage.done(PAY, 2, **paying(booking_id, "sim_success"))
    await assert_told(paid["booking"], "CONFIRMED", lockedSeats=4, bookedSeats=2)
    cancelled = await stage.done(CANCEL, bookingId=booking_id)
    await assert_told(cancelled["booking"], "CANCELLED", bookedSeats=0)
    assert cancelled["refund"] == {"status": "INITIATED", "amount": {"amount": "500.00"}}

    failed = await stage.done(PAY, 2, **paying(await scene.booking(event_id), "sim_failure"))
    await assert_told(failed["booking"], "FAILED", bookedSeats=0)
    assert failed["refund"] == {"status": "INITIATED"}
    released = await stage.done(RELEASE, lockId=await scene.lock(event_id))
    await assert_told(released["lock"], "RELEASED", lockedSeats=4)


async def test_admins_learn_what_they_have_done(stage: Stage) -> None:
    event_id = await stage.scene.event()
    for mutation, fields, is_open in (
        (CLOSE, {}, False),
        (OPEN, {}, True),
        (UPDATE, {"name": "Festival", "totalSeats": 90}, True),
        (CANCEL_EVENT, {"reason": "Rain"}, False),
    ):
        told = (await stage.done(mutation, admin=True, eventId=event_id, **fields))["event"]
        stored = await stage.stored(event_id)
        assert {name: told[name] for name in stored} == stored
        assert told["salesOpen"] is is_open
    assert (told["name"], told["availableSeats"]) == ("Festival", 90)


@pytest.mark.parametrize("more", ["user { name }", "event { sections { rows { statuses } } }"])
async def test_where_more_is_asked_than_a_commit_knows_it_is_said_to_be_done(stage: Stage, more: str) -> None:
    scene = stage.scene
    event_id = await scene.event()
    fields, lock = locking(event_id), LOCK_AND_MORE % more
    async with stage.cut_after(1):
        answer = await scene.client.execute(lock, {"input": fields}, scene.token)
    (error,) = answer["errors"]
    assert error["extensions"] == {"code": "UNAVAILABLE", "done": True}
    assert error["message"].startswith("It was done")
    again = (await scene.client.execute(lock, {"input": fields}, scene.token))["data"]["done"]
    assert (again["replayed"], again["lock"]["status"]) == (True, "ACTIVE")


async def test_what_was_refused_is_not_said_to_be_done(stage: Stage) -> None:
    scene = stage.scene
    lock_id = await scene.lock(await scene.event())
    await scene.pay(await scene.confirm(lock_id))
    async with stage.cut_after(1):
        answer = await scene.client.execute(CONFIRM_USED, {"input": {"lockId": lock_id}}, scene.token)
    (error,) = answer["errors"]
    assert error["extensions"] == {"code": "UNAVAILABLE"}
