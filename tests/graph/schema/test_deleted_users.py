"""Users who are not there any more: what they did is shown, and their tokens are worth nothing."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from domain.caller import Caller
from domain.documents import AuditEntry, Role, SeatLock, User
from domain.people import accounts
from domain.services import Services
from graph.schema.ids import encode_id, encode_routed_id
from tests.graph.conftest import Client
from tests.support.sale import Sale, Time, new_event
from tests.support.scenes import LOCK_SEATS, Scene, admin, token_of, user
from tests.support.sockets import listening

WHO = "user { id name email role deleted bookings { nodes { id } } }"
BOOKINGS = f"{{ bookings {{ nodes {{ id {WHO} lock {{ {WHO} }} }} }} }}"
ONE_LOCK = f"query ($id: ID!) {{ seatLock(id: $id) {{ {WHO} }} }}"
AUDIT_LOG = "query ($actor: ID) { auditLog(userId: $actor) { nodes { action actor { id deleted } } } }"
NODE = "query ($id: ID!) { node(id: $id) { id } }"
STATUS = "subscription ($booking: ID!) { bookingStatus(bookingId: $booking) { status user { deleted } } }"
SEATS = "subscription ($event: ID!) { seatAvailability(eventId: $event) { availableSeats } }"
VIEWER = "{ viewer { id deleted } }"
PAY = """
mutation ($id: ID!) {
  payBooking(input: {bookingId: $id, paymentToken: "sim_success", idempotencyKey: "k"}) { __typename }
}
"""
LOCK = "mutation ($input: LockSeatsInput!) { lockSeats(input: $input) { __typename } }"


@pytest.fixture
async def buyer(services: Services) -> User:
    return await user(services)


@pytest.fixture
async def scene(services: Services, client: Client, buyer: User) -> Scene:
    return Scene(services, client, token_of(services, await admin(services)), token_of(services, buyer))


async def delete(user: User) -> None:
    await User.get_pymongo_collection().delete_one({"_id": user.id})


async def change_password(services: Services, user: User) -> None:
    await accounts.set_password(services, user, "another passphrase")


async def codes(client: Client, query: str, token: str, **variables: Any) -> list[str]:
    answer = await client.execute(query, variables, token)
    return [error["extensions"]["code"] for error in answer.get("errors", ())]


async def test_what_a_deleted_user_did_is_still_shown(scene: Scene, buyer: User) -> None:
    booking = await scene.booking(await scene.event())
    lock = await scene.lock(await scene.event())
    user_id = encode_id("User", buyer.id)
    who = {"id": user_id, "name": "Ada", "email": buyer.email, "role": "USER", "deleted": False}
    for gone in (False, True):
        if gone:
            await delete(buyer)
            who = {"id": user_id, "name": "Deleted user", "email": "", "role": "USER", "deleted": True}
        shown = {**who, "bookings": {"nodes": [{"id": booking}]}}
        listed = await scene.client.execute(BOOKINGS, token=scene.admin_token)
        assert listed == {"data": {"bookings": {"nodes": [{"id": booking, "user": shown, "lock": {"user": shown}}]}}}
        held = await scene.client.execute(ONE_LOCK, {"id": lock}, scene.admin_token)
        assert held == {"data": {"seatLock": {"user": shown}}}
        log = await scene.client.execute(AUDIT_LOG, {"actor": user_id}, scene.admin_token)
        actions = ["SEATS_LOCKED", "BOOKING_CREATED", "SEATS_LOCKED", "USER_REGISTERED"]
        actor = {"id": user_id, "deleted": gone}
        assert log == {"data": {"auditLog": {"nodes": [{"action": action, "actor": actor} for action in actions]}}}
        node = await scene.client.execute(NODE, {"id": user_id}, scene.admin_token)
        assert node == {"data": {"node": None if gone else {"id": user_id}}}


@pytest.mark.parametrize("end", [delete, None], ids=["deleted", "password changed"])
async def test_their_token_buys_nothing_more(scene: Scene, buyer: User, end: Any) -> None:
    event = await scene.event()
    booking = await scene.booking(event)
    assert await codes(scene.client, VIEWER, scene.token) == []
    async with listening(scene.client.http.base_url, scene.token) as socket:
        assert "errors" not in await (await socket.subscribe(VIEWER)).answer()
        await (end(buyer) if end else change_password(scene.services, buyer))
        fields = {"eventId": event, "selection": {"quantity": {"count": 1}}, "idempotencyKey": "k"}
        assert await (await socket.subscribe(LOCK, {"input": fields})).code() == "UNAUTHENTICATED"
        assert "errors" not in await (await socket.subscribe(SEATS, {"event": event})).next()
    assert await codes(scene.client, LOCK_SEATS, scene.token, input=fields) == ["UNAUTHENTICATED"]
    assert await codes(scene.client, PAY, scene.token, id=booking) == ["UNAUTHENTICATED"]
    assert await codes(scene.client, VIEWER, scene.token) == ["UNAUTHENTICATED"]
    assert await SeatLock.find_all().count() == 1
    assert await AuditEntry.find({"action": "PAYMENT_INITIATED"}).count() == 0


async def test_a_new_sign_in_is_good_after_the_password_was_changed(scene: Scene, buyer: User) -> None:
    await change_password(scene.services, buyer)
    again = await accounts.login(scene.services, email=buyer.email, password="another passphrase")
    assert await codes(scene.client, VIEWER, token_of(scene.services, again)) == []
    assert await codes(scene.client, VIEWER, scene.token) == ["UNAUTHENTICATED"]


@pytest.mark.parametrize("end", [delete, None], ids=["deleted", "password changed"])
async def test_who_listens_hears_no_more(client: Client, services: Services, buyer: User, end: Any) -> None:
    grace = await admin(services)
    sale, caller = Sale([services], Time()), Caller(buyer.id, Role.USER, "test")
    booked = await sale.book(await new_event(services, seats=1), caller)
    variables = {"booking": encode_routed_id("Booking", booked.id, booked.event_id)}
    url = client.http.base_url
    async with listening(url, token_of(services, buyer)) as theirs, listening(url, token_of(services, grace)) as still:
        status, others = await theirs.subscribe(STATUS, variables), await still.subscribe(STATUS, variables)
        pending = {"status": "PAYMENT_PENDING", "user": {"deleted": False}}
        assert [await each.data("bookingStatus") for each in (status, others)] == [pending, pending]
        await (end(buyer) if end else change_password(services, buyer))
        await sale.cancel(booked, caller)
        cancelled = {"status": "CANCELLED", "user": {"deleted": end is delete}}
        assert await others.data("bookingStatus") == cancelled
        assert await status.code() == "UNAUTHENTICATED"


async def test_a_burst_of_requests_is_one_look(scene: Scene, buyer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Buying costs no read of its own under load; and whoever was deleted is found among the others."""
    reads: list[int] = []
    read = scene.services.standings._read

    async def counted(ids: Any) -> Any:
        reads.append(len(ids))
        return await read(ids)

    monkeypatch.setattr(scene.services.standings, "_read", counted)
    other = await user(scene.services)
    await delete(buyer)
    tokens = [scene.token, token_of(scene.services, other)] * 25
    answers = await asyncio.gather(*(scene.client.execute(VIEWER, token=token) for token in tokens))
    gone, there = answers[::2], answers[1::2]
    assert {json.dumps(answer) for answer in there} == {
        json.dumps({"data": {"viewer": {"id": encode_id("User", other.id), "deleted": False}}})
    }
    assert {error["extensions"]["code"] for answer in gone for error in answer["errors"]} == {"UNAUTHENTICATED"}
    assert len(reads) < 25


DELETE = """
mutation ($password: String!) {
  deleteAccount(input: {password: $password}) {
    ... on DeleteAccountSuccess { userId }
    ... on Error { code message }
  }
}
"""


async def test_a_user_deletes_the_account_and_is_signed_out_of_it(client: Client, services: Services) -> None:
    ada = await accounts.register(
        services, name="Ada", email="ada@seatlock.test", password="a passphrase", correlation_id="-"
    )
    scene = Scene(services, client, token_of(services, await admin(services)), token_of(services, ada))
    booking = await scene.booking(await scene.event())
    await scene.pay(booking)
    wrong = {"code": "BAD_CREDENTIALS", "message": "This is not your password."}
    answer = await client.execute(DELETE, {"password": "another one"}, scene.token)
    assert answer == {"data": {"deleteAccount": wrong}}
    assert await codes(client, DELETE, "", password="a passphrase") == ["UNAUTHENTICATED"]
    user_id = encode_id("User", ada.id)
    answer = await client.execute(DELETE, {"password": "a passphrase"}, scene.token)
    assert answer == {"data": {"deleteAccount": {"userId": user_id}}}
    assert await codes(client, VIEWER, scene.token) == ["UNAUTHENTICATED"]
    who = {"id": user_id, "name": "Deleted user", "email": "", "role": "USER", "deleted": True}
    shown = {**who, "bookings": {"nodes": [{"id": booking}]}}
    listed = await client.execute(BOOKINGS, token=scene.admin_token)
    assert listed == {"data": {"bookings": {"nodes": [{"id": booking, "user": shown, "lock": {"user": shown}}]}}}
    last = {"code": "LAST_ADMIN", "message": "This is the last ADMIN. First make another user an ADMIN."}
    grace = await accounts.create_admin(services, name="Grace", email="g@seatlock.test", password="a passphrase")
    await User.get_pymongo_collection().delete_many({"_id": {"$ne": grace.id}})
    answer = await client.execute(DELETE, {"password": "a passphrase"}, token_of(services, grace))
    assert answer == {"data": {"deleteAccount": last}}
