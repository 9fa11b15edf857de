"""Creating events, reading them, their seat maps and pages; and that nothing is read once per item."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from domain.documents import AuditAction, AuditEntry
from domain.services import Services
from graph.schema.ids import encode_id, seal
from tests.graph.conftest import Client
from tests.support.scenes import Scene, admin, next_month, token_of, user

CREATE_EVENT = """
mutation ($input: CreateEventInput!) {
  createEvent(input: $input) {
    __typename
    ... on CreateEventSuccess {
      event {
        name description startsAt
        price { amount currencyCode }
        totalSeats availableSeats lockedSeats bookedSeats
        sections {
          name seating
          price { amount currencyCode }
          totalSeats availableSeats lockedSeats bookedSeats
          rows { name statuses }
        }
      }
    }
  }
}
"""
SEATS = """
query ($id: ID!, $section: String, $status: SeatStatus) {
  event(id: $id) {
    seats(section: $section, status: $status) { label section row number status price { amount } }
  }
}
"""
LABELS = """
query ($id: ID!, $section: String, $status: SeatStatus) {
  event(id: $id) { seats(section: $section, status: $status) { label } }
}
"""
COUNTERS = """
query ($id: ID!) {
  event(id: $id) {
    availableSeats lockedSeats bookedSeats
    sections { name availableSeats lockedSeats bookedSeats rows { statuses } }
  }
}
"""
EVENTS = """
query ($startsAfter: DateTime, $startsBefore: DateTime, $search: String, $first: Int, $after: String) {
  events(startsAfter: $startsAfter, startsBefore: $startsBefore, search: $search, first: $first, after: $after) {
    nodes { name }
    edges { cursor node { name } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""
BOOKINGS = """
query ($first: Int, $after: String, $status: BookingStatus) {
  bookings(first: $first, after: $after, status: $status) { nodes { id } pageInfo { hasNextPage endCursor } }
}
"""
RELATIONS = """
{
  bookings {
    nodes {
      event { name } user { name } lock { id event { id } booking { id } }
      payments { booking { id } } refunds { payment { id } }
    }
  }
}
"""
LOCK_TWICE = """
mutation ($first: LockSeatsInput!, $second: LockSeatsInput!) {
  first: lockSeats(input: $first) { ... on LockSeatsSuccess { lock { event { availableSeats } } } }
  second: lockSeats(input: $second) { ... on LockSeatsSuccess { lock { event { availableSeats } } } }
}
"""


@pytest.fixture
async def scene(services: Services, client: Client) -> Scene:
    return Scene(services, client, token_of(services, await admin(services)), token_of(services, await user(services)))


def inr(amount: str) -> dict[str, str]:
    return {"amount": amount, "currencyCode": "INR"}


async def test_a_simple_event(scene: Scene) -> None:
    starts_at = next_month(scene.services)
    event = {"name": " Concert ", "startsAt": starts_at, "price": inr("500"), "totalSeats": 100}
    counters = {"totalSeats": 100, "availableSeats": 100, "lockedSeats": 0, "bookedSeats": 0}
    assert await scene.client.execute(CREATE_EVENT, {"input": event}, scene.admin_token) == {
        "data": {
            "createEvent": {
                "__typename": "CreateEventSuccess",
                "event": {
                    "name": "Concert",
                    "description": None,
                    "startsAt": starts_at,
                    "price": inr("500.00"),
                    **counters,
                    "sections": [
                        {"name": "GENERAL", "seating": "GENERAL", "price": inr("500.00"), **counters, "rows": []}
                    ],
                },
            }
        }
    }


async def test_an_event_with_sections(scene: Scene) -> None:
    event = {
        "name": "Concert",
        "description": "Two lines\nof it",
        "startsAt": "2090-01-31T19:30:00.1239+05:30",
        "price": inr("500.00"),
        "sections": [
            {"name": "STALLS", "price": inr("800.00"), "rows": [{"name": "A", "seatCount": 3}]},
            {"name": "FLOOR", "capacity": 7},
        ],
    }
    answer = await scene.client.execute(CREATE_EVENT, {"input": event}, scene.admin_token)
    assert answer["data"]["createEvent"]["event"] == {
        "name": "Concert",
        "description": "Two lines\nof it",
        "startsAt": "2090-01-31T14:00:00.123Z",
        "price": inr("500.00"),
        "totalSeats": 10,
        "availableSeats": 10,
        "lockedSeats": 0,
        "bookedSeats": 0,
        "sections": [
            {
                "name": "STALLS",
                "seating": "RESERVED",
                "price": inr("800.00"),
                "totalSeats": 3,
                "availableSeats": 3,
                "lockedSeats": 0,
                "bookedSeats": 0,
                "rows": [{"name": "A", "statuses": "AAA"}],
            },
            {
                "name": "FLOOR",
                "seating": "GENERAL",
                "price": inr("500.00"),
                "totalSeats": 7,
                "availableSeats": 7,
                "lockedSeats": 0,
                "bookedSeats": 0,
                "rows": [],
            },
        ],
    }


CREATE_ONCE = """
mutation ($input: CreateEventInput!) {
  createEvent(input: $input) {
    __typename
    ... on CreateEventSuccess { replayed event { id name totalSeats } }
    ... on Error { code }
  }
}
"""
CREATIONS = """
{
  auditLog(action: EVENT_CREATED) { nodes { id event { id } isRetry originalEntryId correlationId } }
}
"""


WHERE = """
mutation ($input: CreateEventInput!) {
  createEvent(input: $input) {
    ... on CreateEventSuccess { event { id venue timeZone startsAt } }
    ... on InvalidInput { field }
  }
}
"""
MOVE = """
mutation ($input: UpdateEventInput!) {
  updateEvent(input: $input) {
    ... on UpdateEventSuccess { event { venue timeZone } }
    ... on InvalidInput { field }
  }
}
"""


async def test_where_it_takes_place_and_in_which_time_zone(scene: Scene) -> None:
    starts_at = next_month(scene.services)
    simple = {"name": "Gala", "startsAt": starts_at, "price": inr("500"), "totalSeats": 100}

    async def ask(document: str, **fields: Any) -> Any:
        answer = await scene.client.execute(document, {"input": fields}, scene.admin_token)
        (value,) = answer["data"].values()
        return value.get("event") or value

    made = await ask(WHERE, **simple, venue=" The\u0301a\u0302tre ", timeZone="Europe/Paris")
    event = made.pop("id")
    assert made == {"venue": "Théâtre", "timeZone": "Europe/Paris", "startsAt": starts_at}
    plain = await ask(WHERE, **simple)
    assert (plain["venue"], plain["timeZone"]) == (None, "UTC")
    for wrong in ({"timeZone": "Europe/Atlantis"}, {"timeZone": ""}, {"venue": " "}, {"venue": "x" * 501}):
        assert await ask(WHERE, **simple, **wrong) == {"field": next(iter(wrong))}
        assert await ask(MOVE, eventId=event, **wrong) == {"field": next(iter(wrong))}

    assert await ask(MOVE, eventId=event, name="Ball") == {"venue": "Théâtre", "timeZone": "Europe/Paris"}
    moved = {"venue": "Lyon", "timeZone": "Europe/Paris"}
    assert await ask(MOVE, eventId=event, venue="Lyon") == moved
    assert await ask(MOVE, eventId=event, timeZone="UTC") == {"venue": "Lyon", "timeZone": "UTC"}
    assert await ask(MOVE, eventId=event, venue=None) == {"venue": None, "timeZone": "UTC"}
    entries = await AuditEntry.find(AuditEntry.action == AuditAction.EVENT_UPDATED).sort("sequence").to_list()
    assert [entry.metadata for entry in entries] == [
        {"name": ["Gala", "Ball"]},
        {"venue": ["Théâtre", "Lyon"]},
        {"time_zone": ["Europe/Paris", "UTC"]},
        {"venue": ["Lyon", None]},
    ]


async def test_an_event_is_made_once_a_key(scene: Scene) -> None:
    starts_at = next_month(scene.services)
    asked = {"name": "Gala", "startsAt": starts_at, "price": inr("500"), "totalSeats": 100, "idempotencyKey": "a key"}

    async def create(**changes: Any) -> dict[str, Any]:
        answer = await scene.client.execute(CREATE_ONCE, {"input": {**asked, **changes}}, scene.admin_token)
        created: dict[str, Any] = answer["data"]["createEvent"]
        return created

    first = await create()
    event = {"id": first["event"]["id"], "name": "Gala", "totalSeats": 100}
    assert first == {"__typename": "CreateEventSuccess", "replayed": False, "event": event}
    again = await asyncio.gather(*(create() for _ in range(5)))
    assert again == [{"__typename": "CreateEventSuccess", "replayed": True, "event": event}] * 5
    reused = {"__typename": "IdempotencyKeyReused", "code": "IDEMPOTENCY_KEY_REUSED"}
    assert [await create(name="Ball"), await create(totalSeats=99), await create(description="More")] == [reused] * 3
    others = [await create(idempotencyKey=key) for key in ("another", None, None)]
    assert [other["replayed"] for other in others] == [False] * 3
    assert len({event["id"], *(other["event"]["id"] for other in others)}) == 4
    assert (await create(idempotencyKey=" "))["code"] == "INVALID_INPUT"

    entries = (await scene.client.execute(CREATIONS, None, scene.admin_token))["data"]["auditLog"]["nodes"]
    entries = [entry for entry in entries if entry["event"]["id"] == event["id"]]
    assert [entry["isRetry"] for entry in entries] == [True] * 3 + [False]
    assert {entry["originalEntryId"] for entry in entries[:3]} == {entries[3]["id"]}


async def test_seats_by_section_and_status(scene: Scene) -> None:
    event = await scene.reserved_event()
    await scene.lock(event, {"seats": ["STALLS-B-2"]})
    held = {"id": event, "section": "STALLS", "status": "HELD"}
    assert await scene.client.execute(SEATS, held) == {
        "data": {
            "event": {
                "seats": [
                    {
                        "label": "STALLS-B-2",
                        "section": "STALLS",
                        "row": "B",
                        "number": 2,
                        "status": "HELD",
                        "price": {"amount": "800.00"},
                    }
                ]
            }
        }
    }
    everything = await scene.client.execute(LABELS, {"id": event})
    assert [seat["label"] for seat in everything["data"]["event"]["seats"]] == [
        f"STALLS-{row}-{number}" for row in "AB" for number in range(1, 6)
    ]
    for section in ("FLOOR", "PIT"):
        assert await scene.client.execute(LABELS, {"id": event, "section": section}) == {
            "data": {"event": {"seats": []}}
        }


async def test_what_lists_too_many_seats_is_refused_before_it_makes_them(scene: Scene) -> None:
    rows = [{"name": str(n), "seatCount": 500} for n in range(10)]
    event = await scene.event(sections=[{"name": "STALLS", "rows": rows}, {"name": "BALCONY", "rows": rows[:1]}])
    await scene.lock(event, {"seats": ["STALLS-7-1"]})
    cases = [
        ("seats { number }", 5_500),
        ('held: seats(status: HELD) { label } seats(section: "STALLS") { number }', 5_001),
        ('seats(section: "STALLS") { number }', None),
        ("seats(status: HELD) { number }", None),
        ("sections { rows { statuses } }", None),
    ]
    for selection, asked in cases:
        answer = await scene.client.execute(f"query ($id: ID!) {{ event(id: $id) {{ {selection} }} }}", {"id": event})
        if asked is None:
            assert "errors" not in answer, selection
            continue
        assert answer["data"] == {"event": None}
        [error] = answer["errors"]
        assert error["extensions"] == {"code": "QUERY_TOO_COMPLEX"}
        assert answer["extensions"]["cost"]["limit"] == scene.services.settings.graphql_max_cost
        assert f"this asks for {asked:,}. Name a `section`, or ask for `sections {{ rows }}`" in error["message"]
    whole = "query ($id: ID!) { event(id: $id) { seats { number } } }"
    answer = await scene.client.execute(whole, {"id": event}, scene.admin_token)
    assert len(answer["data"]["event"]["seats"]) == 5_500


async def test_counters_and_map_follow_every_step(scene: Scene) -> None:
    event = await scene.reserved_event()

    async def counters() -> Any:
        return (await scene.client.execute(COUNTERS, {"id": event}))["data"]["event"]

    floor = {"name": "FLOOR", "availableSeats": 10, "lockedSeats": 0, "bookedSeats": 0, "rows": []}

    def expected(available: int, held: int, booked: int, first_row: str) -> dict[str, Any]:
        stalls = {"availableSeats": available, "lockedSeats": held, "bookedSeats": booked}
        return {
            "availableSeats": 10 + available,
            "lockedSeats": held,
            "bookedSeats": booked,
            "sections": [floor, {"name": "STALLS", **stalls, "rows": [{"statuses": first_row}, {"statuses": "AAAAA"}]}],
        }

    selection = {"seats": ["STALLS-A-1", "STALLS-A-2"]}
    booking = await scene.confirm(await scene.lock(event, selection))
    assert await counters() == expected(8, 2, 0, "HHAAA")
    await scene.pay(booking)
    assert await counters() == expected(8, 0, 2, "BBAAA")
    failing = await scene.confirm(await scene.lock(event, {"seats": ["STALLS-A-3"]}))
    await scene.pay(failing, "sim_declined")
    assert await counters() == expected(7, 1, 2, "BBHAA")
    await scene.pay(failing, "sim_failure")
    assert await counters() == expected(8, 0, 2, "BBAAA")


async def test_a_later_mutation_shows_nothing_an_earlier_one_read(scene: Scene) -> None:
    event = await scene.event()
    locks = {
        name: {"eventId": event, "selection": {"quantity": {"count": 2}}, "idempotencyKey": name}
        for name in ("first", "second")
    }
    assert await scene.client.execute(LOCK_TWICE, locks, scene.token) == {
        "data": {
            "first": {"lock": {"event": {"availableSeats": 98}}},
            "second": {"lock": {"event": {"availableSeats": 96}}},
        }
    }


async def five_events(scene: Scene) -> None:
    start = scene.services.clock() + timedelta(days=1)
    # The second and third begin at the same millisecond; the order is by start, then id.
    for name, days in (("Five", 4), ("Two", 2), ("Three", 2), ("One", 1), ("Four", 3)):
        await scene.event(name=name, startsAt=(start + timedelta(days=days)).isoformat())


async def test_events_page_by_page(scene: Scene) -> None:
    await five_events(scene)
    names: list[str] = []
    pages: list[dict[str, Any]] = []
    after = None
    while not pages or pages[-1]["hasNextPage"]:
        page = (await scene.client.execute(EVENTS, {"first": 2, "after": after}))["data"]["events"]
        assert [edge["node"] for edge in page["edges"]] == page["nodes"]
        assert page["pageInfo"]["startCursor"] == page["edges"][0]["cursor"]
        assert page["pageInfo"]["endCursor"] == page["edges"][-1]["cursor"]
        names += [node["name"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        pages.append(page["pageInfo"])
    assert names == ["One", "Two", "Three", "Four", "Five"]
    assert [page["hasPreviousPage"] for page in pages] == [False, True, True]


async def test_events_in_a_window_and_by_name(scene: Scene) -> None:
    await five_events(scene)
    now = scene.services.clock()

    async def names(**filters: Any) -> list[str]:
        answer = await scene.client.execute(EVENTS, filters)
        return [node["name"] for node in answer["data"]["events"]["nodes"]]

    window = {
        "startsAfter": (now + timedelta(days=2.5)).isoformat(),
        "startsBefore": (now + timedelta(days=4.5)).isoformat(),
    }
    assert await names(**window) == ["Two", "Three", "Four"]
    assert await names(search="F") == ["Four", "Five"]
    assert await names(search="oNE") == ["One"]
    assert await names(search=".*") == []
    assert await names(search="our") == [], "words, and what words begin with"


async def test_no_events(client: Client) -> None:
    assert await client.execute(EVENTS) == {
        "data": {
            "events": {
                "nodes": [],
                "edges": [],
                "pageInfo": {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None},
            }
        }
    }


CURSORS = [
    "",
    "x",
    "x" * 10_000,
    seal("booking:6b00bf9cbcc3b23b9adab350"),
    seal("event:6b00bf9cbcc3b23b9adab350"),
    seal("event::6b00bf9cbcc3b23b9adab350"),
    seal("event:1e3:6b00bf9cbcc3b23b9adab350"),
    seal("event:" + "9" * 60 + ":6b00bf9cbcc3b23b9adab350"),
    seal("event:1000:6b00bf9c"),
]


@pytest.mark.parametrize("after", CURSORS)
async def test_forged_cursors(client: Client, after: str) -> None:
    refused = {"code": "INVALID_INPUT", "field": "after"}
    answer = await client.execute(EVENTS, {"after": after})
    assert [error["extensions"] for error in answer["errors"]] == [refused]


async def test_cursors_of_another_list(scene: Scene) -> None:
    refused = {"code": "INVALID_INPUT", "field": "after"}
    event_cursor = seal("event:1000:6b00bf9cbcc3b23b9adab350")
    answer = await scene.client.execute(BOOKINGS, {"after": event_cursor}, scene.admin_token)
    assert [error["extensions"] for error in answer["errors"]] == [refused]


@pytest.mark.parametrize("first", [0, -1, 101, 2**31 - 1])
async def test_page_sizes(client: Client, first: int) -> None:
    answer = await client.execute(EVENTS, {"first": first})
    assert [error["extensions"] for error in answer["errors"]] == [{"code": "INVALID_INPUT", "field": "first"}]


async def test_bookings_are_listed_by_when_they_were_made(scene: Scene) -> None:
    """And not by when their seats were locked: who polls until they meet one they know would miss others."""
    event = await scene.event()
    locks = [await scene.lock(event) for _ in range(4)]
    confirmed = []
    for number in (2, 0, 3, 1):
        confirmed.append(await scene.confirm(locks[number]))
        await asyncio.sleep(0.002)  # times are of milliseconds
    listed, after = [], None
    for _ in range(2):
        answer = await scene.client.execute(BOOKINGS, {"first": 2, "after": after}, scene.admin_token)
        page = answer["data"]["bookings"]
        listed += [node["id"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert listed == confirmed[::-1]
    assert not page["pageInfo"]["hasNextPage"]


async def test_bookings_page_by_page(scene: Scene) -> None:
    event = await scene.event()
    ids = [await scene.booking(event) for _ in range(3)]
    await scene.pay(ids[1])

    async def page(**arguments: Any) -> Any:
        return (await scene.client.execute(BOOKINGS, arguments, scene.admin_token))["data"]["bookings"]

    newest = await page(first=2)
    assert newest["nodes"] == [{"id": ids[2]}, {"id": ids[1]}]
    oldest = await page(first=2, after=newest["pageInfo"]["endCursor"])
    assert oldest["nodes"] == [{"id": ids[0]}]
    assert [newest["pageInfo"]["hasNextPage"], oldest["pageInfo"]["hasNextPage"]] == [True, False]
    assert (await page(status="CONFIRMED"))["nodes"] == [{"id": ids[1]}]


async def test_an_unknown_event(client: Client, services: Services) -> None:
    unknown = encode_id("Event", (await user(services)).id)
    assert await client.execute(COUNTERS, {"id": unknown}) == {"data": {"event": None}}


async def test_relations_of_a_list_cost_the_same_however_long_it_is(scene: Scene) -> None:
    """Counted by MongoDB itself."""

    async def reads() -> int:
        counters = (await scene.services.mongo.admin.command("serverStatus"))["opcounters"]
        answer = await scene.client.execute(RELATIONS, None, scene.admin_token)
        assert "errors" not in answer
        after = (await scene.services.mongo.admin.command("serverStatus"))["opcounters"]
        return int(after["query"] - counters["query"])

    async def purchase() -> None:
        await scene.pay(await scene.booking(await scene.event()), "sim_failure")

    await purchase()
    for_one = await reads()
    for _ in range(5):
        await purchase()
    assert await reads() == for_one
