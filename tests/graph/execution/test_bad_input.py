"""Every kind of bad input: a typed error that names the field, and nothing has changed."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from typing import Any

import pytest

from domain.documents import AuditAction, AuditEntry, AuditJournal
from domain.integrity.drift import check_inventory
from domain.opening import open_services
from domain.process.settings import load_settings
from domain.services import Services
from graph.app import assemble
from tests.conftest import Servers
from tests.graph.conftest import Client, given, serving
from tests.support.scenes import Scene, admin, next_month, token_of, user

REGISTER = """
mutation ($input: RegisterInput!) {
  register(input: $input) { ... on Error { code } ... on InvalidInput { field } }
}
"""
CREATE_EVENT = """
mutation ($input: CreateEventInput!) {
  createEvent(input: $input) { ... on Error { code } ... on InvalidInput { field } }
}
"""
LOCK_SEATS = """
mutation ($input: LockSeatsInput!) {
  lockSeats(input: $input) {
    ... on Error { code }
    ... on InvalidInput { field }
    ... on LimitExceeded { field limit }
    ... on NotEnoughSeats { availableSeats }
  }
}
"""
PAY_BOOKING = """
mutation ($input: PayBookingInput!) {
  payBooking(input: $input) {
    ... on Error { code }
    ... on InvalidInput { field }
    ... on AmountMismatch { expected { amount currencyCode } }
  }
}
"""
RELEASE_LOCK = """
mutation ($input: ReleaseLockInput!) {
  releaseLock(input: $input) { ... on Error { code } ... on InvalidInput { field } }
}
"""
CONFIRM_BOOKING = """
mutation ($input: ConfirmBookingInput!) {
  confirmBooking(input: $input) { ... on Error { code } ... on InvalidInput { field } }
}
"""
CANCEL_BOOKING = """
mutation ($input: CancelBookingInput!) {
  cancelBooking(input: $input) { ... on Error { code } ... on InvalidInput { field } }
}
"""


@pytest.fixture(scope="module")
async def services(servers: Servers) -> AsyncIterator[Services]:
    """One database for this module: what is refused leaves nothing behind."""
    settings = load_settings(
        mongo_uri=servers.mongo_uri,
        mongo_database=f"test_{secrets.token_hex(6)}",
        redis_url=servers.redis_url,
        secret_key=secrets.token_hex(32),
        mongo_pool_size=20,
    )
    async with open_services(settings) as opened:
        yield opened
        await opened.mongo.drop_database(settings.mongo_database)


@pytest.fixture(scope="module")
async def scene(services: Services) -> AsyncIterator[Scene]:
    async with serving(assemble(services.settings, given(services))) as http:
        yield Scene(
            services,
            Client(http),
            token_of(services, await admin(services)),
            token_of(services, await user(services)),
        )


@pytest.fixture(scope="module")
async def event_id(scene: Scene) -> str:
    return await scene.reserved_event()


@pytest.fixture(scope="module")
async def lock_id(scene: Scene, event_id: str) -> str:
    return await scene.lock(event_id, {"quantity": {"count": 1, "section": "FLOOR"}})


@pytest.fixture(scope="module")
async def booking_id(scene: Scene) -> str:
    return await scene.booking(await scene.event())


async def stored(services: Services) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """Everything there is in the database, but that requests were refused: hashes by collection, and audit entries."""
    entries = AuditEntry.get_pymongo_collection()
    hashes: dict[str, str] = (await services.database.command("dbHash"))["collections"]
    for kind in (AuditEntry, AuditJournal):
        hashes.pop(kind.Settings.name, None)
    refused = {"action": {"$ne": AuditAction.REQUEST_REJECTED.value}}
    return hashes, await entries.find(refused).sort("_id", 1).to_list()


async def refusal(scene: Scene, mutation: str, input: dict[str, Any], token: str) -> dict[str, Any]:
    """What is answered, after making sure that nothing changed: a member of the union, or a top-level error's code."""
    before = await stored(scene.services)
    answer = await scene.client.execute(mutation, {"input": input}, token)
    assert await stored(scene.services) == before
    assert await check_inventory(scene.services) == []
    if "errors" not in answer:
        (member,) = answer["data"].values()
        return dict(member)
    (error,) = answer["errors"]
    # HttpError by its type before anything ran: paths of variables begin with the variable.
    return {"code": error["extensions"]["code"], "field": error["extensions"]["field"].removeprefix("input.")}


def invalid(field: str) -> dict[str, Any]:
    return {"code": "INVALID_INPUT", "field": field}


QUANTITIES = [
    pytest.param(0, invalid("selection.quantity.count"), id="zero"),
    pytest.param(-1, invalid("selection.quantity.count"), id="negative"),
    pytest.param(2.5, invalid("selection.quantity.count"), id="fraction"),
    pytest.param(2**31, invalid("selection.quantity.count"), id="2^31"),
    pytest.param("2", invalid("selection.quantity.count"), id="string"),
    pytest.param(None, invalid("selection.quantity.count"), id="null"),
    pytest.param(
        101, {"code": "LIMIT_EXCEEDED", "field": "selection.quantity.count", "limit": 100}, id="over the limit"
    ),
    # One of the ten is held by `lock_id`.
    pytest.param(10, {"code": "NOT_ENOUGH_SEATS", "availableSeats": 9}, id="more than there are"),
]


@pytest.mark.parametrize(("count", "expected"), QUANTITIES)
async def test_quantity(scene: Scene, event_id: str, lock_id: str, count: Any, expected: dict[str, Any]) -> None:
    lock = {
        "eventId": event_id,
        "selection": {"quantity": {"count": count, "section": "FLOOR"}},
        "idempotencyKey": "quantity",
    }
    assert await refusal(scene, LOCK_SEATS, lock, scene.token) == expected


SELECTIONS = [
    pytest.param({"quantity": {"count": 1}}, "selection.quantity.section", id="no section where there are two"),
    pytest.param({"quantity": {"count": 1, "section": "PIT"}}, "selection.quantity.section", id="unknown section"),
    pytest.param({"quantity": {"count": 1, "section": ""}}, "selection.quantity.section", id="empty section"),
    pytest.param({"quantity": {"count": 1, "section": "x" * 10_000}}, "selection.quantity.section", id="long section"),
    pytest.param({"seats": []}, "selection.seats", id="no seats"),
    pytest.param({"seats": ["STALLS-A-6"]}, "selection.seats.0", id="unknown number"),
    pytest.param({"seats": ["STALLS-A-0"]}, "selection.seats.0", id="number zero"),
    pytest.param({"seats": ["STALLS-A--1"]}, "selection.seats.0", id="negative number"),
    pytest.param({"seats": ["STALLS-A-01"]}, "selection.seats.0", id="number with a leading zero"),
    pytest.param({"seats": ["STALLS-A-١"]}, "selection.seats.0", id="number in other digits"),
    pytest.param({"seats": ["STALLS-A-" + "9" * 250]}, "selection.seats.0", id="absurd number"),
    pytest.param({"seats": ["STALLS-A-1", "STALLS-C-1"]}, "selection.seats.1", id="unknown row"),
    pytest.param({"seats": ["FLOOR-A-1"]}, "selection.seats.0", id="section without labels"),
    pytest.param({"seats": ["STALLS-A-1", "STALLS-A-1"]}, "selection.seats.1", id="the same seat twice"),
    pytest.param({"seats": ["STALLS-A-1", ""]}, "selection.seats.1", id="empty label"),
    pytest.param({"seats": ["STALLS-A-1\x00"]}, "selection.seats.0", id="control character"),
    pytest.param({"seats": [" STALLS-A-1"]}, "selection.seats.0", id="white space"),
    pytest.param({"seats": ["x" * 10_000]}, "selection.seats.0", id="long label"),
    pytest.param({}, "selection", id="nothing"),
    pytest.param({"seats": None}, "selection.seats", id="null"),
    pytest.param({"quantity": {"count": 1}, "seats": ["STALLS-A-1"]}, "selection", id="both"),
]


@pytest.mark.parametrize(("selection", "field"), SELECTIONS)
async def test_selection(scene: Scene, event_id: str, selection: dict[str, Any], field: str) -> None:
    lock = {"eventId": event_id, "selection": selection, "idempotencyKey": "selection"}
    assert await refusal(scene, LOCK_SEATS, lock, scene.token) == invalid(field)


async def test_ten_thousand_seat_labels(scene: Scene, event_id: str) -> None:
    seats = [f"STALLS-A-{number}" for number in range(10_000)]
    lock = {"eventId": event_id, "selection": {"seats": seats}, "idempotencyKey": "many"}
    assert await refusal(scene, LOCK_SEATS, lock, scene.token) == {
        "code": "LIMIT_EXCEEDED",
        "field": "selection.seats",
        "limit": 100,
    }


STRINGS = [
    pytest.param("", id="empty"),
    pytest.param(" \t ", id="blank"),
    pytest.param("x" * 10_000, id="10,000 characters"),
    pytest.param("a\x00b", id="NUL"),
    pytest.param("a\x1b[31mb", id="escape"),
    pytest.param("a\u2028b", id="line separator"),
]


@pytest.mark.parametrize("text", STRINGS)
async def test_idempotency_key(scene: Scene, event_id: str, booking_id: str, text: str) -> None:
    selection = {"quantity": {"count": 1, "section": "FLOOR"}}
    lock = {"eventId": event_id, "selection": selection, "idempotencyKey": text}
    assert await refusal(scene, LOCK_SEATS, lock, scene.token) == invalid("idempotencyKey")
    pay = {"bookingId": booking_id, "paymentToken": "sim_success", "idempotencyKey": text}
    assert await refusal(scene, PAY_BOOKING, pay, scene.token) == invalid("idempotencyKey")


@pytest.mark.parametrize("text", STRINGS)
async def test_other_strings(scene: Scene, booking_id: str, text: str) -> None:
    person = {"name": text, "email": "somebody@seatlock.test", "password": "correct horse"}
    assert await refusal(scene, REGISTER, person, scene.token) == invalid("name")
    event = {**simple_event(scene), "name": text}
    assert await refusal(scene, CREATE_EVENT, event, scene.admin_token) == invalid("name")
    event = {**simple_event(scene), "description": text}
    assert await refusal(scene, CREATE_EVENT, event, scene.admin_token) == invalid("description")
    cancellation = {"bookingId": booking_id, "reason": text}
    assert await refusal(scene, CANCEL_BOOKING, cancellation, scene.token) == invalid("reason")
    payment = {"bookingId": booking_id, "paymentToken": text, "idempotencyKey": "token"}
    assert await refusal(scene, PAY_BOOKING, payment, scene.token) == invalid("paymentToken")


IDS = [
    pytest.param("", id="empty"),
    pytest.param("1", id="a number"),
    pytest.param("not an id!", id="not base64"),
    pytest.param("x" * 10_000, id="10,000 characters"),
    pytest.param("６", id="not ASCII"),
    pytest.param("RXZlbnQ6", id="Event:"),
    pytest.param("RXZlbnQ6NmIwMGJmOWM", id="Event: and half an id"),
    pytest.param("NmIwMGJmOWNjYmMzYjIzYjlhZGFiMzUz", id="no type"),
    pytest.param("RXZlbnQ6NkIwMEJGOUNDQkMzQjIzQjlBREFCMzUz", id="Event: and upper case"),
    pytest.param("U2VhdExvY2s6NmIwMGJmOWNjYmMzYjIzYjlhZGFiMzUz", id="SeatLock: without its event"),
    pytest.param("UGF5bWVudDo2YjAwYmY5Y2NiYzNiMjNiOWFkYWIzNTM", id="a payment's"),
    pytest.param("VGlja2V0OjZiMDBiZjljY2JjM2IyM2I5YWRhYjM1Mw", id="another type's"),
]


@pytest.mark.parametrize("id", IDS)
async def test_ids(scene: Scene, id: str) -> None:
    lock = {"eventId": id, "selection": {"quantity": {"count": 1}}, "idempotencyKey": "ids"}
    assert await refusal(scene, LOCK_SEATS, lock, scene.token) == invalid("eventId")
    assert await refusal(scene, RELEASE_LOCK, {"lockId": id}, scene.token) == invalid("lockId")
    assert await refusal(scene, CONFIRM_BOOKING, {"lockId": id}, scene.token) == invalid("lockId")
    assert await refusal(scene, CANCEL_BOOKING, {"bookingId": id}, scene.token) == invalid("bookingId")
    payment = {"bookingId": id, "paymentToken": "sim_success", "idempotencyKey": "ids"}
    assert await refusal(scene, PAY_BOOKING, payment, scene.token) == invalid("bookingId")


async def test_ids_of_another_type(scene: Scene, event_id: str, lock_id: str, booking_id: str) -> None:
    lock = {"eventId": lock_id, "selection": {"quantity": {"count": 1}}, "idempotencyKey": "types"}
    assert await refusal(scene, LOCK_SEATS, lock, scene.token) == invalid("eventId")
    assert await refusal(scene, CONFIRM_BOOKING, {"lockId": booking_id}, scene.token) == invalid("lockId")
    assert await refusal(scene, CANCEL_BOOKING, {"bookingId": lock_id}, scene.token) == invalid("bookingId")
    assert await refusal(scene, CANCEL_BOOKING, {"bookingId": event_id}, scene.token) == invalid("bookingId")


@pytest.mark.parametrize("id", IDS)
async def test_ids_in_queries(scene: Scene, id: str, event_id: str) -> None:
    query = "query ($id: ID!) { node(id: $id) { id } seatLock(id: $id) { id } booking(id: $id) { id } }"
    answer = await scene.client.execute(query, {"id": id}, scene.token)
    assert answer["data"] == {"node": None, "seatLock": None, "booking": None}
    refused = {error["path"][0]: error["extensions"] for error in answer["errors"]}
    # A payment nobody knows is a good id for `node`.
    fields = {"seatLock", "booking"} | (set() if id.startswith("UGF5") else {"node"})
    assert refused == dict.fromkeys(fields, invalid("id"))


def simple_event(scene: Scene) -> dict[str, Any]:
    return {
        "name": "Concert",
        "startsAt": next_month(scene.services),
        "price": {"amount": "500.00", "currencyCode": "INR"},
        "totalSeats": 10,
    }


DATES = [
    pytest.param("2020-01-01T00:00:00Z", id="past"),
    pytest.param("2090-01-01T00:00:00", id="naive"),
    pytest.param("2090-01-01", id="date only"),
    pytest.param("2090-01-01T24:00:00Z", id="24:00"),
    pytest.param("2090-02-30T00:00:00Z", id="30 February"),
    pytest.param("2090-01-01T00:00:60Z", id="leap second"),
    pytest.param("2090-01-01T00:00Z", id="no seconds"),
    pytest.param("2090-W01-1T00:00:00Z", id="week date"),
    pytest.param("2090-01-01T00:00:00+25:00", id="offset of 25 hours"),
    pytest.param("9999-12-31T23:59:59-01:00", id="beyond the year 9999"),
    pytest.param("٢٠٩٠-01-01T00:00:00Z", id="other digits"),
    pytest.param("", id="empty"),
    pytest.param(4_000_000_000, id="a number"),
]


@pytest.mark.parametrize("starts_at", DATES)
async def test_dates(scene: Scene, starts_at: Any) -> None:
    event = {**simple_event(scene), "startsAt": starts_at}
    assert await refusal(scene, CREATE_EVENT, event, scene.admin_token) == invalid("startsAt")


PRICES = [
    pytest.param("-0.01", "INR", "price.amount", id="negative"),
    pytest.param("1.005", "INR", "price.amount", id="three decimals"),
    pytest.param("0.5", "JPY", "price.amount", id="half a yen"),
    pytest.param("1000000000000001", "INR", "price.amount", id="too large"),
    pytest.param("1e3", "INR", "price.amount", id="exponent"),
    pytest.param("NaN", "INR", "price.amount", id="NaN"),
    pytest.param("Infinity", "INR", "price.amount", id="infinity"),
    pytest.param("", "INR", "price.amount", id="empty"),
    pytest.param("9" * 10_000, "INR", "price.amount", id="10,000 digits"),
    pytest.param(1.5, "INR", "price.amount", id="floating point"),
    pytest.param(True, "INR", "price.amount", id="boolean"),
    pytest.param("1.00", "XYZ", "price.currencyCode", id="unknown currency"),
    pytest.param("1.00", "inr", "price.currencyCode", id="currency in lower case"),
    pytest.param("1.00", "XAU", "price.currencyCode", id="gold"),
]


@pytest.mark.parametrize(("amount", "currency", "field"), PRICES)
async def test_prices(scene: Scene, amount: Any, currency: str, field: str) -> None:
    price = {"amount": amount, "currencyCode": currency}
    event = {**simple_event(scene), "price": price}
    assert await refusal(scene, CREATE_EVENT, event, scene.admin_token) == invalid(field)


async def test_more_than_can_be_added_up(scene: Scene) -> None:
    event = {**simple_event(scene), "price": {"amount": "1000000000000", "currencyCode": "INR"}, "totalSeats": 101}
    assert await refusal(scene, CREATE_EVENT, event, scene.admin_token) == invalid("price.amount")


@pytest.mark.parametrize(
    ("amount", "currency"), [("999.99", "INR"), ("1000.01", "INR"), ("1000.00", "USD"), ("0", "INR")]
)
async def test_amounts_that_differ(scene: Scene, booking_id: str, amount: str, currency: str) -> None:
    payment = {
        "bookingId": booking_id,
        "paymentToken": "sim_success",
        "amount": {"amount": amount, "currencyCode": currency},
        "idempotencyKey": "amount",
    }
    assert await refusal(scene, PAY_BOOKING, payment, scene.token) == {
        "code": "AMOUNT_MISMATCH",
        "expected": {"amount": "1000.00", "currencyCode": "INR"},
    }


async def test_amounts_that_are_none(scene: Scene, booking_id: str) -> None:
    payment = {
        "bookingId": booking_id,
        "paymentToken": "sim_success",
        "amount": {"amount": "1000.001", "currencyCode": "INR"},
        "idempotencyKey": "amount",
    }
    assert await refusal(scene, PAY_BOOKING, payment, scene.token) == invalid("amount.amount")


def rows(*counts: int, name: str | None = None) -> list[dict[str, Any]]:
    return [{"name": name or f"R{index}", "seatCount": count} for index, count in enumerate(counts)]


FLOOR = {"name": "FLOOR", "capacity": 10}
LAYOUTS = [
    pytest.param({"totalSeats": 0}, "totalSeats", id="no seats"),
    pytest.param({"totalSeats": -1}, "totalSeats", id="fewer than none"),
    pytest.param({"totalSeats": 10_000_000}, "totalSeats", id="10 million seats"),
    pytest.param({"totalSeats": 2**31}, "totalSeats", id="2^31 seats"),
    pytest.param({}, "totalSeats", id="neither seats nor sections"),
    pytest.param({"totalSeats": 10, "sections": [FLOOR]}, "totalSeats", id="both"),
    pytest.param({"sections": []}, "sections", id="no sections"),
    pytest.param({"sections": [FLOOR, FLOOR]}, "sections.1.name", id="duplicate section"),
    pytest.param({"sections": [{"name": "", "capacity": 1}]}, "sections.0.name", id="nameless section"),
    pytest.param({"sections": [{"name": "A"}]}, "sections.0.capacity", id="neither capacity nor rows"),
    pytest.param(
        {"sections": [{"name": "A", "capacity": 1, "rows": rows(1)}]}, "sections.0.capacity", id="capacity and rows"
    ),
    pytest.param({"sections": [{"name": "A", "capacity": 0}]}, "sections.0.capacity", id="capacity of none"),
    pytest.param({"sections": [{"name": "A", "rows": []}]}, "sections.0.rows", id="no rows"),
    pytest.param({"sections": [{"name": "A", "rows": rows(5, 0)}]}, "sections.0.rows.1.seatCount", id="empty row"),
    pytest.param(
        {"sections": [{"name": "A", "rows": rows(5, 5, name="R")}]}, "sections.0.rows.1.name", id="duplicate row"
    ),
    pytest.param({"sections": [{"name": "A", "rows": rows(5, name=" ")}]}, "sections.0.rows.0.name", id="nameless row"),
    pytest.param(
        {"sections": [FLOOR, {**FLOOR, "name": "B", "price": {"amount": "1", "currencyCode": "USD"}}]},
        "sections.1.price.currencyCode",
        id="two currencies",
    ),
    pytest.param(
        {"sections": [{**FLOOR, "price": {"amount": "-1", "currencyCode": "INR"}}]},
        "sections.0.price.amount",
        id="negative price",
    ),
]


@pytest.mark.parametrize(("layout", "field"), LAYOUTS)
async def test_layouts(scene: Scene, layout: dict[str, Any], field: str) -> None:
    event = {name: value for name, value in simple_event(scene).items() if name != "totalSeats"} | layout
    assert await refusal(scene, CREATE_EVENT, event, scene.admin_token) == invalid(field)


EMAILS = [
    pytest.param("", id="empty"),
    pytest.param("nobody", id="no domain"),
    pytest.param("a@b@c.test", id="two at signs"),
    pytest.param("a b@c.test", id="white space"),
    pytest.param("a\x00@c.test", id="control character"),
    pytest.param("x" * 10_000 + "@c.test", id="10,000 characters"),
]


@pytest.mark.parametrize("email", EMAILS)
async def test_emails(scene: Scene, email: str) -> None:
    person = {"name": "Ada", "email": email, "password": "correct horse"}
    assert await refusal(scene, REGISTER, person, scene.token) == invalid("email")


@pytest.mark.parametrize("password", ["", "seven c", "x" * 10_000], ids=["empty", "7 characters", "10,000 characters"])
async def test_passwords(scene: Scene, password: str) -> None:
    person = {"name": "Ada", "email": "ada@seatlock.test", "password": password}
    assert await refusal(scene, REGISTER, person, scene.token) == invalid("password")


LITERALS = [
    pytest.param("selection: {quantity: {count: 2.5}}", "selection.quantity.count", id="fraction"),
    pytest.param("selection: {quantity: {count: 2147483648}}", "selection.quantity.count", id="2^31"),
    pytest.param("selection: {seats: [1]}", "selection.seats.0", id="a number for a label"),
    pytest.param("selection: {}", "selection", id="nothing"),
]


@pytest.mark.parametrize(("selection", "field"), LITERALS)
async def test_literals(scene: Scene, event_id: str, selection: str, field: str) -> None:
    document = (
        f'mutation {{ lockSeats(input: {{eventId: "{event_id}", {selection}, idempotencyKey: "k"}}) {{ __typename }} }}'
    )
    answer = await scene.client.execute(document, None, scene.token)
    assert "data" not in answer
    assert invalid(f"input.{field}") in [error["extensions"] for error in answer["errors"]]
