"""createEvent and updateEvent with a window, what buyers are told outside of it, and the feed at its instants."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from domain.opening import open_services
from domain.process.settings import Settings
from domain.services import Services
from graph.schema.scalars import format_instant, parse_instant
from tests.graph.conftest import Client
from tests.support.sale import Time
from tests.support.scenes import Scene, admin, token_of, user
from tests.support.sockets import listening

MS = timedelta(milliseconds=1)
OPENS, ENDS, STARTS = "2030-01-02T10:00:00.000Z", "2030-01-03T10:00:00.500Z", "2030-01-04T20:00:00.000Z"
WINDOW = {"salesStartAt": OPENS, "salesEndAt": ENDS, "startsAt": STARTS}
CREATE_EVENT = """
mutation ($input: CreateEventInput!) {
  createEvent(input: $input) {
    __typename
    ... on CreateEventSuccess { event { salesStartAt salesEndAt salesOpen version } replayed }
    ... on Error { code }
    ... on InvalidInput { field }
  }
}
"""
UPDATE_EVENT = """
mutation ($input: UpdateEventInput!) {
  updateEvent(input: $input) {
    __typename
    ... on UpdateEventSuccess { event { salesStartAt salesEndAt salesOpen } }
    ... on Error { code }
    ... on InvalidInput { field }
  }
}
"""
LOCK_SEATS = """
mutation ($id: ID!, $key: String!) {
  lockSeats(input: {eventId: $id, selection: {quantity: {count: 1}}, idempotencyKey: $key}) {
    __typename
    ... on LockSeatsSuccess { lock { event { version } } }
    ... on SalesClosed { code message reason opensAt }
  }
}
"""
EVENT = "query ($id: ID!) { event(id: $id) { salesStartAt salesEndAt salesOpen version } }"
WHY = "query ($id: ID!) { event(id: $id) { salesOpen salesClosedReason } }"
WHY_LIVE = """
subscription ($id: ID!) { seatAvailability(eventId: $id) { salesClosedReason event { salesClosedReason } } }
"""
CLOSE_SALES = "mutation ($id: ID!) { closeSales(input: {eventId: $id}) { __typename } }"
CANCEL_EVENT = """
mutation ($id: ID!) { cancelEvent(input: {eventId: $id, reason: "Rain"}) { __typename } }
"""
SEATS = "subscription ($id: ID!) { seatAvailability(eventId: $id) { version salesOpen availableSeats asOf } }"


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def services(settings: Settings, time: Time) -> AsyncIterator[Services]:
    async with open_services(settings, time) as opened:
        yield opened


@pytest.fixture
async def scene(services: Services, client: Client) -> Scene:
    return Scene(services, client, token_of(services, await admin(services)), token_of(services, await user(services)))


def at(instant: str) -> Any:
    return parse_instant(instant)


async def ask(scene: Scene, query: str, *, seller: bool = False, **variables: Any) -> Any:
    """The one field somebody gets, with a token that is good now: days pass here."""
    somebody = await (admin if seller else user)(scene.services)
    answer = await scene.client.execute(query, variables, token_of(scene.services, somebody))
    assert "errors" not in answer, answer
    (outcome,) = answer["data"].values()
    return outcome


async def create(scene: Scene, **fields: Any) -> Any:
    given = {"name": "Concert", "price": {"amount": "5.00", "currencyCode": "INR"}, "totalSeats": 9, **fields}
    return await ask(scene, CREATE_EVENT, seller=True, input=given)


async def update(scene: Scene, event: str, **fields: Any) -> Any:
    return await ask(scene, UPDATE_EVENT, seller=True, input={"eventId": event, **fields})


async def lock(scene: Scene, event: str) -> Any:
    return await ask(scene, LOCK_SEATS, id=event, key="k")


def closed(reason: str, message: str, opens_at: str | None = None) -> dict[str, Any]:
    told = {"code": "SALES_CLOSED", "message": message, "reason": reason, "opensAt": opens_at}
    return {"__typename": "SalesClosed", **told}


async def test_a_buyer_is_told_why_and_when_to_come_back(scene: Scene, time: Time) -> None:
    event = await scene.event(**WINDOW)
    not_started = closed("NOT_STARTED", "Sales have not started yet.", OPENS)
    assert await lock(scene, event) == not_started
    time.now = at(OPENS) - MS
    assert await lock(scene, event) == not_started
    time.now = at(OPENS)
    assert (await lock(scene, event))["__typename"] == "LockSeatsSuccess"
    time.now = at(ENDS) - MS
    assert (await lock(scene, event))["__typename"] == "LockSeatsSuccess"
    time.now = at(ENDS)
    assert await lock(scene, event) == closed("ENDED", "Sales have ended.")
    time.now = at(STARTS)
    assert await lock(scene, event) == closed("EVENT_STARTED", "The event has started; its seats are no longer sold.")


async def test_the_event_tells_its_window_and_whether_it_is_open(scene: Scene, time: Time) -> None:
    event = await scene.event(**WINDOW)
    window = {"salesStartAt": OPENS, "salesEndAt": ENDS}
    for turns, instant in enumerate((OPENS, ENDS, STARTS)):
        time.now = at(instant) - MS
        assert await ask(scene, EVENT, id=event) == {**window, "salesOpen": turns == 1, "version": 1 + turns}
    time.now = at(STARTS)
    assert await ask(scene, EVENT, id=event) == {**window, "salesOpen": False, "version": 4}


async def test_it_tells_why_it_sells_nothing(scene: Scene, time: Time) -> None:
    """Of several reasons the one that lasts longest."""
    event, other = await scene.event(**WINDOW), await scene.event()

    async def why() -> str | None:
        told = await ask(scene, WHY, id=event)
        assert told["salesOpen"] is (told["salesClosedReason"] is None)
        reason: str | None = told["salesClosedReason"]
        return reason

    async with listening(scene.client.http.base_url) as socket:
        seats = await socket.subscribe(WHY_LIVE, {"id": event})
        for reason in ("NOT_STARTED", "PAUSED"):
            told = await seats.data("seatAvailability")
            assert told == {"salesClosedReason": reason, "event": {"salesClosedReason": reason}}
            assert await why() == reason
            await ask(scene, CLOSE_SALES, seller=True, id=event)
    for instant, reason in ((OPENS, "PAUSED"), (ENDS, "ENDED"), (STARTS, "EVENT_STARTED")):
        time.now = at(instant)
        assert await why() == reason
    time.now, event = at(OPENS), other
    assert await why() is None
    await ask(scene, CANCEL_EVENT, seller=True, id=event)
    assert await why() == "EVENT_CANCELLED"


async def test_without_a_window_it_sells_until_it_begins(scene: Scene) -> None:
    success = {"__typename": "CreateEventSuccess", "replayed": False}
    nothing = {"salesStartAt": None, "salesEndAt": None, "salesOpen": True, "version": 1}
    assert await create(scene, startsAt=STARTS) == {**success, "event": nothing}
    assert await create(scene, startsAt=STARTS, salesStartAt="2029-12-31T12:00:00Z", salesEndAt=STARTS) == {
        **success,
        "event": {**nothing, "salesStartAt": "2029-12-31T12:00:00.000Z", "salesEndAt": STARTS},
    }


async def test_a_key_is_of_one_window(scene: Scene) -> None:
    seller = token_of(scene.services, await admin(scene.services))

    async def made(**fields: Any) -> str:
        given = {"name": "Concert", "price": {"amount": "5.00", "currencyCode": "INR"}, "totalSeats": 9, **fields}
        answer = await scene.client.execute(CREATE_EVENT, {"input": {**given, "idempotencyKey": "k"}}, seller)
        outcome = answer["data"]["createEvent"]
        return f"{outcome['__typename']} {outcome.get('replayed')}"

    assert await made(**WINDOW) == "CreateEventSuccess False"
    assert await made(**WINDOW) == "CreateEventSuccess True"
    assert await made(**{**WINDOW, "salesEndAt": STARTS}) == "IdempotencyKeyReused None"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"salesStartAt": ENDS, "salesEndAt": OPENS}, "salesEndAt"),
        ({"salesStartAt": OPENS, "salesEndAt": OPENS}, "salesEndAt"),
        ({"salesEndAt": "2030-01-04T20:00:00.001Z"}, "salesEndAt"),
        ({"salesEndAt": "2030-01-01T00:00:00Z"}, "salesEndAt"),
        ({"salesStartAt": STARTS}, "salesStartAt"),
        ({"salesStartAt": "2031-01-01T00:00:00Z"}, "salesStartAt"),
    ],
)
async def test_a_window_in_which_nothing_could_be_sold_is_refused(
    scene: Scene, fields: dict[str, Any], field: str
) -> None:
    refusal = {"__typename": "InvalidInput", "code": "INVALID_INPUT", "field": field}
    assert await create(scene, startsAt=STARTS, **fields) == refusal
    if fields.get("salesEndAt") != "2030-01-01T00:00:00Z":  # what was sold until now was sold
        assert await update(scene, await scene.event(startsAt=STARTS), **fields) == refusal


async def test_updating_moves_each_end_and_null_takes_it_away(scene: Scene) -> None:
    event = await scene.event(**WINDOW)

    def now(opens: str | None, ends: str | None, is_open: bool) -> dict[str, Any]:
        told = {"salesStartAt": opens, "salesEndAt": ends, "salesOpen": is_open}
        return {"__typename": "UpdateEventSuccess", "event": told}

    assert await update(scene, event, name="Gala") == now(OPENS, ENDS, is_open=False)
    assert await update(scene, event, salesStartAt=None) == now(None, ENDS, is_open=True)
    assert await update(scene, event, salesEndAt=None) == now(None, None, is_open=True)
    assert await update(scene, event, salesStartAt=OPENS, salesEndAt=STARTS) == now(OPENS, STARTS, is_open=False)


async def test_listeners_are_told_at_the_instant_and_when_the_window_moves(scene: Scene, time: Time) -> None:
    event = await scene.event(**WINDOW)
    async with listening(scene.client.http.base_url) as socket:
        seats = await socket.subscribe(SEATS, {"id": event})

        async def told(version: int, is_open: bool, available: int = 100) -> None:
            message = await seats.data("seatAvailability")
            assert message == {
                "version": version,
                "salesOpen": is_open,
                "availableSeats": available,
                "asOf": format_instant(time.now),
            }
            answer = await ask(scene, EVENT, id=event)
            assert (answer["version"], answer["salesOpen"]) == (version, is_open)

        await told(1, is_open=False)
        time.now = at(OPENS) - MS
        assert (await ask(scene, EVENT, id=event))["version"] == 1
        time.now = at(OPENS)
        await told(2, is_open=True)
        assert (await lock(scene, event))["lock"]["event"] == {"version": 3}
        await told(3, is_open=True, available=99)
        await update(scene, event, salesEndAt=OPENS.replace("00.000Z", "01.000Z"))
        await told(7, is_open=True, available=99)
        time.now += timedelta(seconds=1)
        await told(8, is_open=False, available=99)
