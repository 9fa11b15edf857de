"""bookingSummary, healthMetrics and salesTimeline, over GraphQL: for ADMINs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.documents import Booking, new_id
from domain.opening import open_services
from domain.process.settings import Settings
from domain.services import Services
from graph.schema.ids import encode_id
from graph.schema.scalars import format_instant
from tests.graph.conftest import Client
from tests.support.scenes import Scene, admin, token_of, user

MONEY = "{ amount currencyCode }"
SUMMARY = f"""
query ($eventId: ID, $startDate: DateTime, $endDate: DateTime) {{
  bookingSummary(eventId: $eventId, startDate: $startDate, endDate: $endDate) {{
    bookings {{ total confirmed pending expired failed cancelled }}
    seats {{ totalBooked capacity utilizationPercentage }}
    revenue {{ gross {MONEY} refunded {MONEY} net {MONEY} }}
    filters {{ eventId startDate endDate }}
  }}
}}
"""
HEALTH = """
query ($eventId: ID, $hours: Int) {
  healthMetrics(eventId: $eventId, hours: $hours) {
    hours eventId
    locks { total active consumed expired released expiryRate }
    payments { totalAttempts successful failed timedOut pending successRate failureRate }
  }
}
"""
COUNTS = "total confirmed pending expired failed cancelled"
BY_EVENT = f"""
query ($eventId: ID, $startDate: DateTime, $endDate: DateTime, $first: Int, $after: String) {{
  bookingSummary(eventId: $eventId, startDate: $startDate, endDate: $endDate) {{
    utilization {{ minimum maximum mean }}
    events(first: $first, after: $after) {{
      totalCount
      nodes {{
        event {{ id }}
        bookings {{ {COUNTS} }}
        seats {{ totalBooked capacity utilizationPercentage }}
        revenue {{ gross {MONEY} refunded {MONEY} net {MONEY} }}
      }}
      pageInfo {{ hasNextPage endCursor }}
    }}
  }}
}}
"""
TIMELINE = f"""
query ($eventId: ID!, $from: DateTime!, $to: DateTime!, $bucket: TimelineBucket! = HOUR) {{
  salesTimeline(eventId: $eventId, from: $from, to: $to, bucket: $bucket) {{
    start locks bookings availableSeats revenue {{ gross {MONEY} refunded {MONEY} net {MONEY} }}
  }}
}}
"""
LISTS = """
query ($eventId: ID!, $from: DateTime!, $to: DateTime!, $bucket: TimelineBucket! = HOUR) {
  eventTimeline(eventId: $eventId, from: $from, to: $to, bucket: $bucket) {
    starts locks bookings availableSeats currencyCode gross refunded net
  }
}
"""
SECTIONS = """
query ($eventId: ID!, $from: DateTime!, $to: DateTime!, $bucket: TimelineBucket! = HOUR) {
  sectionTimeline(eventId: $eventId, from: $from, to: $to, bucket: $bucket) {
    starts sections { name bookedSeats }
  }
}
"""
HOUR = timedelta(hours=1)


NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
async def services(settings: Settings) -> AsyncIterator[Services]:
    """At a quarter past noon, and it stays that."""
    async with open_services(settings, lambda: NOON + timedelta(minutes=15)) as opened:
        yield opened


@pytest.fixture
async def scene(services: Services, client: Client) -> Scene:
    return Scene(services, client, token_of(services, await admin(services)), token_of(services, await user(services)))


def inr(gross: str, refunded: str, net: str) -> dict[str, Any]:
    amounts = {"gross": gross, "refunded": refunded, "net": net}
    return {name: {"amount": amount, "currencyCode": "INR"} for name, amount in amounts.items()}


async def sell(scene: Scene, event: str) -> None:
    """Of 100 seats at INR 500.00: 2 paid, 2 paid and cancelled, 2 taken and failed, 2 pending, and a lock of 2."""
    await scene.pay(await scene.booking(event))
    cancelled = await scene.booking(event)
    await scene.pay(cancelled)
    await scene.client.execute(
        "mutation ($id: ID!) { cancelBooking(input: {bookingId: $id}) { __typename } }", {"id": cancelled}, scene.token
    )
    await scene.pay(await scene.booking(event), "sim_failure")
    await scene.pay(await scene.booking(event), "sim_timeout")
    await scene.lock(event)


async def test_a_summary(scene: Scene) -> None:
    event = await scene.event()
    await sell(scene, event)
    answer = await scene.client.execute(SUMMARY, {"eventId": event}, scene.admin_token)
    assert answer == {
        "data": {
            "bookingSummary": {
                "bookings": {"total": 4, "confirmed": 1, "pending": 1, "expired": 0, "failed": 1, "cancelled": 1},
                "seats": {"totalBooked": 2, "capacity": 100, "utilizationPercentage": 2.0},
                "revenue": [inr("3000.00", "1500.00", "1500.00")],
                "filters": {"eventId": event, "startDate": None, "endDate": None},
            }
        }
    }


@pytest.mark.parametrize(
    "time",
    [
        {},
        {"startDate": "2030-01-01T12:15:00Z"},
        {"startDate": "2029-01-01T00:00:00Z", "endDate": "2030-01-01T12:15:00.001Z"},
        {"endDate": "2030-01-01T12:15:00Z"},
    ],
    ids=["ever", "from the minute", "to the millisecond", "before anything"],
)
async def test_a_summary_has_a_line_for_each_event(scene: Scene, time: dict[str, str]) -> None:
    """What is archived, and what is dead and not swept yet, counts there as in the sum."""
    busy, archived, unsold = await scene.event(), await scene.event(), await scene.event(totalSeats=7)
    await sell(scene, busy)
    gone = await scene.booking(archived)
    await scene.client.execute(
        "mutation ($id: ID!) { cancelBooking(input: {bookingId: $id}) { __typename } }", {"id": gone}, scene.token
    )
    database = scene.services.database
    async for raw in database["bookings"].find({"status": "CANCELLED"}):
        await database["archived_bookings"].insert_one(raw)
        await database["bookings"].delete_one({"_id": raw["_id"]})
    await database["seat_locks"].update_many({"booked": True, "status": "ACTIVE"}, {"$set": {"expires_at": NOON}})
    await database["bookings"].update_many({"status": "PAYMENT_PENDING"}, {"$set": {"payment_expires_at": NOON}})

    answer = await scene.client.execute(BY_EVENT, {**time, "first": 100}, scene.admin_token)
    summary = answer["data"]["bookingSummary"]
    assert [line["event"]["id"] for line in summary["events"]["nodes"]] == [busy, archived, unsold]
    for line in summary["events"]["nodes"]:
        event = line.pop("event")["id"]
        alone = (await scene.client.execute(SUMMARY, {**time, "eventId": event}, scene.admin_token))["data"]
        del alone["bookingSummary"]["filters"]
        (alone["bookingSummary"]["revenue"],) = alone["bookingSummary"]["revenue"]
        assert line == alone["bookingSummary"]
    sold = time.get("endDate") != "2030-01-01T12:15:00Z"
    assert summary["utilization"] == {"minimum": 0.0, "maximum": 2.0 * sold, "mean": 0.67 * sold}


async def test_lines_of_a_summary_page_by_page(scene: Scene) -> None:
    events = [await scene.event() for _ in range(5)]
    listed: list[str] = []
    page: dict[str, Any] = {"hasNextPage": True, "endCursor": None}
    while page["hasNextPage"]:
        given = {"first": 2, "after": page["endCursor"]}
        found = (await scene.client.execute(BY_EVENT, given, scene.admin_token))["data"]["bookingSummary"]["events"]
        listed += [line["event"]["id"] for line in found["nodes"]]
        assert (len(found["nodes"]) <= 2, found["totalCount"]) == (True, 5)
        page = found["pageInfo"]
    assert listed == events
    one = (await scene.client.execute(BY_EVENT, {"eventId": events[2]}, scene.admin_token))["data"]["bookingSummary"]
    assert [line["event"]["id"] for line in one["events"]["nodes"]] == [events[2]]
    assert one["events"]["totalCount"] == 1


async def test_a_summary_of_no_events_compares_nothing(scene: Scene) -> None:
    answer = await scene.client.execute(BY_EVENT, {}, scene.admin_token)
    assert answer["data"]["bookingSummary"] == {
        "utilization": {"minimum": 0.0, "maximum": 0.0, "mean": 0.0},
        "events": {"totalCount": 0, "nodes": [], "pageInfo": {"hasNextPage": False, "endCursor": None}},
    }


async def test_a_summary_of_all_events_is_the_sum_of_theirs(scene: Scene) -> None:
    for currency, token in (("INR", "sim_success"), ("JPY", "sim_declined"), ("EUR", "sim_success")):
        price = {"amount": "500", "currencyCode": currency}
        await scene.pay(await scene.booking(await scene.event(price=price)), token)
    answer = await scene.client.execute(SUMMARY, {}, scene.admin_token)
    summary = answer["data"]["bookingSummary"]
    assert summary["bookings"] | {"total": 3, "confirmed": 2, "pending": 1} == summary["bookings"]
    assert summary["seats"] == {"totalBooked": 4, "capacity": 300, "utilizationPercentage": 1.33}
    assert [revenue["net"] for revenue in summary["revenue"]] == [
        {"amount": "1000.00", "currencyCode": "EUR"},
        {"amount": "1000.00", "currencyCode": "INR"},
    ]


async def test_an_event_that_has_sold_nothing_has_its_currency(scene: Scene) -> None:
    answer = await scene.client.execute(SUMMARY, {"eventId": await scene.event()}, scene.admin_token)
    assert answer["data"]["bookingSummary"]["revenue"] == [inr("0.00", "0.00", "0.00")]


async def test_with_no_event_at_all(scene: Scene) -> None:
    answer = await scene.client.execute(SUMMARY, {}, scene.admin_token)
    assert answer["data"]["bookingSummary"]["revenue"] == []
    assert answer["data"]["bookingSummary"]["seats"] == {"totalBooked": 0, "capacity": 0, "utilizationPercentage": 0.0}


async def test_the_end_is_not_part_of_it(scene: Scene) -> None:
    event = await scene.event()
    await scene.booking(event)
    booking = await Booking.find_one()
    assert booking is not None
    made = booking.created_at
    for start, end, total in (
        (made, made + timedelta(milliseconds=1), 1),
        (made - HOUR, made, 0),
        (made + timedelta(milliseconds=1), None, 0),
    ):
        dates = {"startDate": format_instant(start), "endDate": end and format_instant(end)}
        answer = await scene.client.execute(SUMMARY, {"eventId": event, **dates}, scene.admin_token)
        summary = answer["data"]["bookingSummary"]
        assert (summary["bookings"]["total"], summary["filters"]) == (total, {"eventId": event, **dates})


async def test_how_selling_goes(scene: Scene) -> None:
    event = await scene.event()
    await sell(scene, event)
    locks = {"total": 5, "active": 2, "consumed": 1, "expired": 1, "released": 1, "expiryRate": 0.2}
    payments = {"totalAttempts": 4, "successful": 2, "failed": 1, "timedOut": 1, "pending": 0}
    rates = {"successRate": 0.5, "failureRate": 0.25}
    answer = await scene.client.execute(HEALTH, {"eventId": event}, scene.admin_token)
    metrics = {"hours": 24, "eventId": event, "locks": locks, "payments": payments | rates}
    assert answer == {"data": {"healthMetrics": metrics}}


async def test_where_nothing_happened_rates_are_0(scene: Scene) -> None:
    answer = await scene.client.execute(HEALTH, {"hours": 1}, scene.admin_token)
    metrics = answer["data"]["healthMetrics"]
    none = dict.fromkeys(("total", "active", "consumed", "expired", "released"), 0)
    assert metrics["locks"] == {**none, "expiryRate": 0.0}
    assert (metrics["payments"]["successRate"], metrics["payments"]["failureRate"]) == (0.0, 0.0)


async def test_a_timeline_has_every_hour(scene: Scene) -> None:
    event = await scene.event()
    await sell(scene, event)
    times = {"from": "2030-01-01T10:59:59.999Z", "to": "2030-01-01T13:00:00.001Z"}
    answer = await scene.client.execute(TIMELINE, {"eventId": event, **times}, scene.admin_token)
    nothing = {"locks": 0, "bookings": 0, "revenue": inr("0.00", "0.00", "0.00")}
    assert answer["data"]["salesTimeline"] == [
        {"start": format_instant(NOON - 2 * HOUR), **nothing, "availableSeats": None},
        {"start": format_instant(NOON - HOUR), **nothing, "availableSeats": None},
        {
            "start": format_instant(NOON),
            "locks": 5,
            "bookings": 4,
            "revenue": inr("3000.00", "1500.00", "1500.00"),
            "availableSeats": 94,
        },
        {"start": format_instant(NOON + HOUR), **nothing, "availableSeats": None},
    ]


async def test_a_timeline_in_lists_says_the_same(scene: Scene) -> None:
    event = await scene.event()
    await sell(scene, event)
    times = {"from": "2030-01-01T11:59:59.999Z", "to": "2030-01-01T13:00:00.001Z"}
    answer = await scene.client.execute(LISTS, {"eventId": event, **times}, scene.admin_token)
    assert answer == {
        "data": {
            "eventTimeline": {
                "starts": [format_instant(NOON + hours * HOUR) for hours in (-1, 0, 1)],
                "locks": [0, 5, 0],
                "bookings": [0, 4, 0],
                "availableSeats": [None, 94, None],
                "currencyCode": "INR",
                "gross": ["0.00", "3000.00", "0.00"],
                "refunded": ["0.00", "1500.00", "0.00"],
                "net": ["0.00", "1500.00", "0.00"],
            }
        }
    }


async def test_each_section_has_its_line(scene: Scene) -> None:
    event = await scene.reserved_event()
    await scene.pay(await scene.confirm(await scene.lock(event, {"seats": ["STALLS-A-1", "STALLS-A-2"]})))
    await scene.lock(event, {"seats": ["STALLS-A-3"]})
    times = {"from": "2030-01-01T11:30:00Z", "to": "2030-01-01T13:00:00.001Z"}
    answer = await scene.client.execute(SECTIONS, {"eventId": event, **times}, scene.admin_token)
    assert answer == {
        "data": {
            "sectionTimeline": {
                "starts": [format_instant(NOON + hours * HOUR) for hours in (-1, 0, 1)],
                "sections": [
                    {"name": "FLOOR", "bookedSeats": [None, 0, None]},
                    {"name": "STALLS", "bookedSeats": [None, 2, None]},
                ],
            }
        }
    }


DATES = {"from": "2030-01-01T00:00:00Z", "to": "2030-01-02T00:00:00Z"}
START = "2030-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("query", "variables", "field", "message"),
    [
        (SUMMARY, {"startDate": START, "endDate": START}, "endDate", "Must be after startDate."),
        (HEALTH, {"hours": 0}, "hours", "Must be between 1 and 8,760."),
        (HEALTH, {"hours": 8_761}, "hours", "Must be between 1 and 8,760."),
        (TIMELINE, DATES | {"to": START}, "to", "Must be after from."),
        (TIMELINE, DATES | {"to": "2031-01-01T00:00:00Z"}, "to", "That's 8,760 buckets; the limit is 2,000."),
        (SECTIONS, DATES | {"to": START}, "to", "Must be after from."),
        (LISTS, DATES | {"to": START}, "to", "Must be after from."),
    ],
    ids=["end", "no hours", "too many hours", "to", "too many buckets", "to of sections", "to of lists"],
)
async def test_what_makes_no_sense_is_refused_by_name(
    scene: Scene, query: str, variables: dict[str, Any], field: str, message: str
) -> None:
    named = {"eventId": await scene.event()} if "$from" in query else {}
    answer = await scene.client.execute(query, variables | named, scene.admin_token)
    (error,) = answer["errors"]
    assert (error["message"], error["extensions"]["code"], error["extensions"]["field"]) == (
        message,
        "INVALID_INPUT",
        field,
    )


async def test_a_date_alone_is_refused(scene: Scene) -> None:
    """Nobody can tell whose day it is, nor whether its end is in it."""
    answer = await scene.client.execute(SUMMARY, {"endDate": "2030-01-31"}, scene.admin_token)
    (error,) = answer["errors"]
    assert error["extensions"] | {"code": "INVALID_INPUT", "field": "endDate"} == error["extensions"]
    assert "must be an RFC 3339 instant with an offset" in error["message"]


@pytest.mark.parametrize(
    "query", [SUMMARY, HEALTH, TIMELINE, SECTIONS], ids=["summary", "health", "timeline", "sections"]
)
async def test_who_may_ask_and_of_what(scene: Scene, query: str) -> None:
    variables = (DATES if "$from" in query else {}) | {"eventId": encode_id("Event", new_id())}
    codes = []
    for token in (None, scene.token, scene.admin_token):
        answer = await scene.client.execute(query, variables, token)
        codes += [error["extensions"]["code"] for error in answer["errors"]]
    assert codes == ["UNAUTHENTICATED", "FORBIDDEN", "NOT_FOUND"]


async def test_the_end_of_the_calendar(scene: Scene) -> None:
    ever = {"startDate": "0001-01-01T00:00:00Z", "endDate": "9999-12-31T23:59:59.999Z"}
    never = {"startDate": "9999-12-31T23:59:59.998Z", "endDate": "9999-12-31T23:59:59.999Z"}
    await scene.booking(await scene.event())
    totals = []
    for dates in (ever, never):
        answer = await scene.client.execute(SUMMARY, dates, scene.admin_token)
        totals.append(answer["data"]["bookingSummary"]["bookings"]["total"])
    assert totals == [1, 0]
    last = {"eventId": await scene.event(), "from": never["startDate"], "to": never["endDate"]}
    for query in (TIMELINE, SECTIONS):
        answer = await scene.client.execute(query, last, scene.admin_token)
        assert "errors" not in answer
