"""auditLog against the documents themselves, page by page; auditCheck; inventoryAt."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from beanie import PydanticObjectId

from domain.documents import LISTED_BY, AuditAction, AuditEntry, Event, new_id
from domain.services import Services
from graph.schema.ids import encode_id, encode_routed_id, seal
from tests.graph.conftest import Client
from tests.support.scenes import Scene, admin, token_of, user

AUDIT_LOG = """
query (
  $correlationId: String, $bookingId: ID, $eventId: ID, $userId: ID, $action: AuditAction,
  $since: DateTime, $until: DateTime, $first: Int, $after: String
) {
  auditLog(
    correlationId: $correlationId, bookingId: $bookingId, eventId: $eventId, userId: $userId, action: $action,
    since: $since, until: $until, first: $first, after: $after
  ) {
    nodes { id action sequence createdAt correlationId }
    edges { cursor node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""
ALL_OF_IT = """
{ auditLog(first: 100) { nodes {
  id action fromStatus toStatus correlationId isRetry originalEntryId metadata sequence seats createdAt
  actor { id } event { id } lock { id } booking { id }
} } }
"""
NODE = "query ($id: ID!) { node(id: $id) { __typename id ... on AuditEntry { action sequence } } }"
AUDIT_CHECK = "query ($id: ID) { auditCheck(eventId: $id) { kind entryId sequence message } }"
INVENTORY_AT = """
query ($id: ID!, $at: DateTime!) {
  event(id: $id) {
    inventoryAt(at: $at) { at entries totalSeats availableSeats lockedSeats bookedSeats sections { name lockedSeats } }
  }
}
"""
START = datetime(2030, 1, 1, tzinfo=UTC)
ENTRIES = 200


@pytest.fixture
async def scene(services: Services, client: Client) -> Scene:
    return Scene(services, client, token_of(services, await admin(services)), token_of(services, await user(services)))


def instant(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Log:
    """Random entries, many of one millisecond, about few things: they meet in every combination."""

    def __init__(self, seed: int = 6) -> None:
        self._chance = random.Random(seed)
        self.events, self.locks, self.users = ([PydanticObjectId() for _ in range(3)] for _ in range(3))
        self.chains = [PydanticObjectId() for _ in range(4)]
        self.correlations = ["one", "two", "three"]
        self.actions = [AuditAction.SEATS_LOCKED, AuditAction.BOOKING_CONFIRMED, AuditAction.REQUEST_REJECTED]
        self.moments = [START + timedelta(milliseconds=number) for number in range(40)]
        self.entries: list[AuditEntry] = []

    async def write(self, count: int, *, moments: list[datetime] | None = None) -> None:
        chance, numbers = self._chance, dict.fromkeys(self.chains, 0)
        for entry in self.entries:
            assert entry.chain_id is not None
            numbers[entry.chain_id] += 1
        made = []
        for _ in range(count):
            chain = chance.choice(self.chains)
            numbers[chain] += 1
            lock = chance.choice([None, *self.locks])
            made.append(
                AuditEntry.model_construct(
                    id=new_id(),
                    chain_id=chain,
                    sequence=numbers[chain],
                    event_id=chance.choice([None, *self.events]),
                    lock_id=lock,
                    booking_id=lock if chance.random() < 0.5 else None,
                    actor_id=chance.choice([None, *self.users]),
                    action=chance.choice(self.actions),
                    correlation_id=chance.choice(self.correlations),
                    metadata={},
                    created_at=chance.choice(moments or self.moments),
                )
            )
        await AuditEntry.get_pymongo_collection().insert_many([entry.to_bson() for entry in made])
        self.entries += made

    def some_filters(self) -> tuple[dict[str, Any], list[str]]:
        """Arguments, and the ids of what meets them all, in order."""
        chance, given = self._chance, dict[str, Any]()
        found = list(self.entries)
        if chance.random() < 0.4:
            given["correlationId"] = correlation = chance.choice(self.correlations)
            found = [entry for entry in found if entry.correlation_id == correlation]
        if chance.random() < 0.4:
            lock = chance.choice(self.locks)
            given["bookingId"] = encode_routed_id("Booking", lock, self.events[0])
            found = [entry for entry in found if entry.lock_id == lock]
        if chance.random() < 0.4:
            event = chance.choice(self.events)
            given["eventId"] = encode_id("Event", event)
            found = [entry for entry in found if entry.event_id == event]
        if chance.random() < 0.4:
            actor = chance.choice(self.users)
            given["userId"] = encode_id("User", actor)
            found = [entry for entry in found if entry.actor_id == actor]
        if chance.random() < 0.4:
            action = chance.choice(self.actions)
            given["action"] = action.value
            found = [entry for entry in found if entry.action is action]
        if chance.random() < 0.4:
            since = chance.choice(self.moments)
            given["since"] = instant(since)
            found = [entry for entry in found if entry.created_at >= since]
        if chance.random() < 0.4:
            until = chance.choice(self.moments)
            given["until"] = instant(until)
            found = [entry for entry in found if entry.created_at < until]
        return given, in_order(found)


def in_order(entries: list[AuditEntry]) -> list[str]:
    def place(entry: AuditEntry) -> tuple[datetime, int, bytes]:
        return entry.created_at, entry.sequence or 0, entry.id.binary

    return [encode_id("AuditEntry", entry.id) for entry in sorted(entries, key=place, reverse=True)]


async def page(scene: Scene, **given: Any) -> dict[str, Any]:
    answer = await scene.client.execute(AUDIT_LOG, given, scene.admin_token)
    assert "errors" not in answer, answer
    found: dict[str, Any] = answer["data"]["auditLog"]
    return found


async def walk(scene: Scene, size: int, **given: Any) -> list[str]:
    """The ids on all pages."""
    ids: list[str] = []
    after = None
    while True:
        found = await page(scene, first=size, after=after, **given)
        ids += [node["id"] for node in found["nodes"]]
        info = found["pageInfo"]
        assert [edge["node"]["id"] for edge in found["edges"]] == [node["id"] for node in found["nodes"]]
        assert info["hasPreviousPage"] is (after is not None)
        if found["edges"]:
            assert info["startCursor"] == found["edges"][0]["cursor"]
            assert info["endCursor"] == found["edges"][-1]["cursor"]
        if not info["hasNextPage"]:
            return ids
        assert len(found["nodes"]) == size
        after = info["endCursor"]


async def fresh(scene: Scene, seed: int = 6) -> Log:
    """Random entries and no others."""
    await AuditEntry.get_pymongo_collection().delete_many({})
    log = Log(seed)
    await log.write(ENTRIES)
    return log


async def test_every_combination_of_filters(scene: Scene) -> None:
    log = await fresh(scene)
    lengths = set()
    for _ in range(40):
        given, expected = log.some_filters()
        lengths.add(len(expected))
        assert await walk(scene, 100, **given) == expected, given
    assert len(lengths) > 10


@pytest.mark.parametrize("size", [1, 7, 100])
async def test_pages_neither_repeat_nor_skip(scene: Scene, size: int) -> None:
    log = await fresh(scene)
    wanted = {"action": "SEATS_LOCKED", "correlationId": "one"}
    found = [
        entry
        for entry in log.entries
        if entry.action is AuditAction.SEATS_LOCKED and entry.correlation_id == wanted["correlationId"]
    ]
    assert await walk(scene, size, **wanted) == in_order(found)
    if size > 1:
        assert await walk(scene, size) == in_order(log.entries)


async def test_nor_while_more_happens(scene: Scene) -> None:
    log = await fresh(scene)
    expected, ids, after = in_order(log.entries), list[str](), None
    while True:
        found = await page(scene, first=30, after=after)
        ids += [node["id"] for node in found["nodes"]]
        await log.write(5, moments=[START + timedelta(days=1)])
        if not found["pageInfo"]["hasNextPage"]:
            break
        after = found["pageInfo"]["endCursor"]
    assert ids == expected


async def test_all_of_one_millisecond(scene: Scene) -> None:
    await AuditEntry.get_pymongo_collection().delete_many({})
    log = Log()
    await log.write(100, moments=[START])
    for size in (7, 100):
        assert await walk(scene, size) == in_order(log.entries)


async def test_of_one_transaction_the_last_comes_first(scene: Scene, services: Services) -> None:
    booking = await scene.booking(await scene.event())
    await scene.pay(booking)
    told = (await page(scene, bookingId=booking))["nodes"]
    assert [entry["action"] for entry in told][-2:] == ["BOOKING_CREATED", "SEATS_LOCKED"]
    places = [(entry["createdAt"], entry["sequence"]) for entry in told]
    assert places == sorted(places, reverse=True)
    assert {"PAYMENT_INITIATED", "PAYMENT_SUCCEEDED", "BOOKING_CONFIRMED"} < {entry["action"] for entry in told}


async def test_what_an_entry_tells(scene: Scene, services: Services) -> None:
    event = await scene.reserved_event()
    lock = await scene.lock(event, {"seats": ["STALLS-A-1", "STALLS-A-2"]})
    booking = await scene.confirm(lock)
    nodes = (await scene.client.execute(ALL_OF_IT, None, scene.admin_token))["data"]["auditLog"]["nodes"]
    created, locked = nodes[0], nodes[1]
    assert (created["action"], created["fromStatus"], created["toStatus"]) == (
        "BOOKING_CREATED",
        None,
        "PAYMENT_PENDING",
    )
    assert (locked["action"], locked["fromStatus"], locked["toStatus"]) == ("SEATS_LOCKED", None, "ACTIVE")
    assert locked["seats"] == ["STALLS-A-1", "STALLS-A-2"]
    for entry in (created, locked):
        assert (entry["event"], entry["lock"], entry["booking"]) == ({"id": event}, {"id": lock}, {"id": booking})
        assert entry["actor"] is not None
        assert (entry["isRetry"], entry["originalEntryId"]) == (False, None)
    registered = next(entry for entry in nodes if entry["action"] == "USER_REGISTERED")
    assert (registered["event"], registered["lock"], registered["seats"]) == (None, None, [])


async def test_a_retry_names_the_original(scene: Scene) -> None:
    lock = await scene.lock(await scene.event())
    assert await scene.confirm(lock) == await scene.confirm(lock)
    nodes = (await scene.client.execute(ALL_OF_IT, None, scene.admin_token))["data"]["auditLog"]["nodes"]
    [retry] = [entry for entry in nodes if entry["isRetry"]]
    [original] = [entry for entry in nodes if entry["id"] == retry["originalEntryId"]]
    assert (retry["action"], original["action"], original["isRetry"]) == ("BOOKING_CREATED", "BOOKING_CREATED", False)
    assert retry["lock"] == original["lock"] == {"id": lock}


async def test_by_its_id(scene: Scene) -> None:
    await scene.event()
    [entry] = (await page(scene, first=1))["nodes"]
    answer = await scene.client.execute(NODE, {"id": entry["id"]}, scene.admin_token)
    assert answer == {
        "data": {
            "node": {
                "__typename": "AuditEntry",
                "id": entry["id"],
                "action": entry["action"],
                "sequence": entry["sequence"],
            }
        }
    }
    for token in (scene.token, None):
        answer = await scene.client.execute(NODE, {"id": entry["id"]}, token)
        assert answer["data"]["node"] is None


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"bookingId": "nonsense"}, "bookingId"),
        ({"bookingId": encode_id("Event", PydanticObjectId("0123456789abcdef01234567"))}, "bookingId"),
        ({"eventId": "nonsense"}, "eventId"),
        ({"eventId": ""}, "eventId"),
        ({"userId": encode_id("Event", PydanticObjectId("0123456789abcdef01234567"))}, "userId"),
        ({"first": 0}, "first"),
        ({"first": -1}, "first"),
        ({"first": 101}, "first"),
        ({"after": ""}, "after"),
        ({"after": "nonsense"}, "after"),
        ({"after": encode_id("AuditEntry", PydanticObjectId("0123456789abcdef01234567"))}, "after"),
        ({"after": seal(f"entry:0:{2**63}:{'0' * 24}")}, "after"),
        ({"after": seal(f"entry:0:{-(2**63) - 1}:{'0' * 24}")}, "after"),
        ({"after": seal(f"entry:{10**18}:0:{'0' * 24}")}, "after"),
    ],
    ids=str,
)
async def test_bad_input_is_named(scene: Scene, given: dict[str, Any], field: str) -> None:
    [error] = (await scene.client.execute(AUDIT_LOG, given, scene.admin_token))["errors"]
    assert (error["extensions"]["code"], error["extensions"]["field"]) == ("INVALID_INPUT", field)


async def test_a_cursor_of_another_list(scene: Scene) -> None:
    await scene.event()
    query = "{ events { pageInfo { endCursor } } }"
    after = (await scene.client.execute(query))["data"]["events"]["pageInfo"]["endCursor"]
    [error] = (await scene.client.execute(AUDIT_LOG, {"after": after}, scene.admin_token))["errors"]
    assert (error["extensions"]["code"], error["extensions"]["field"]) == ("INVALID_INPUT", "after")


async def test_the_chain_of_no_event(scene: Scene) -> None:
    nowhere = encode_id("Event", PydanticObjectId("0123456789abcdef01234567"))
    [error] = (await scene.client.execute(AUDIT_CHECK, {"id": nowhere}, scene.admin_token))["errors"]
    assert error["extensions"]["code"] == "NOT_FOUND"


@pytest.mark.parametrize("query", ["{ auditLog { nodes { id } } }", "{ auditCheck { kind } }"])
async def test_only_admins_may_ask(scene: Scene, query: str) -> None:
    for token, code in ((scene.token, "FORBIDDEN"), (None, "UNAUTHENTICATED")):
        answer = await scene.client.execute(query, None, token)
        assert [error["extensions"]["code"] for error in answer["errors"]] == [code]


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"correlation_id": "one"},
        {"lock_id": PydanticObjectId()},
        {"event_id": PydanticObjectId()},
        {"actor_id": PydanticObjectId()},
        {"action": "SEATS_LOCKED"},
        {"created_at": {"$gte": START}},
    ],
    ids=lambda given: next(iter(given), "none"),
)
async def test_an_index_for_each_filter(scene: Scene, services: Services, given: dict[str, Any]) -> None:
    """As it is listed: from an index in its order, and nothing is sorted."""
    await fresh(scene)
    at = {"created_at": {"$lte": START + timedelta(milliseconds=20)}}
    for condition in ({"$and": [given]}, {"$and": [given, at]}):
        find = {
            "find": "audit_entries",
            "filter": condition,
            "sort": dict.fromkeys(LISTED_BY, -1),
            "limit": 10,
        }
        explained = await services.database.command({"explain": find, "verbosity": "executionStats"})
        stages = str(explained["queryPlanner"]["winningPlan"])
        assert "IXSCAN" in stages
        assert "'SORT'" not in stages
        assert "COLLSCAN" not in stages
        assert explained["executionStats"]["totalDocsExamined"] <= 10


# ---------------------------------------------------------------- tampering


async def test_the_check_names_what_was_tampered_with(scene: Scene) -> None:
    event, other = await scene.event(), await scene.event()
    await scene.lock(event)
    for given in ({}, {"id": event}):
        answer = await scene.client.execute(AUDIT_CHECK, given, scene.admin_token)
        assert answer == {"data": {"auditCheck": []}}
    entry = await AuditEntry.find_one({"action": "SEATS_LOCKED"})
    assert entry is not None
    await AuditEntry.get_pymongo_collection().update_one({"_id": entry.id}, {"$set": {"actor_id": new_id()}})
    fault = {
        "kind": "ALTERED",
        "entryId": encode_id("AuditEntry", entry.id),
        "sequence": 2,
        "message": f"audit entry {encode_id('AuditEntry', entry.id)}, number 2 of chain {entry.chain_id}, was altered",
    }
    for given, found in (({}, [fault]), ({"id": event}, [fault]), ({"id": other}, [])):
        answer = await scene.client.execute(AUDIT_CHECK, given, scene.admin_token)
        assert answer == {"data": {"auditCheck": found}}
    await AuditEntry.get_pymongo_collection().delete_one({"_id": entry.id})
    [gone] = (await scene.client.execute(AUDIT_CHECK, {}, scene.admin_token))["data"]["auditCheck"]
    assert (gone["kind"], gone["entryId"], gone["sequence"]) == ("REMOVED", None, 2)


async def test_the_check_of_a_bad_id(scene: Scene) -> None:
    [error] = (await scene.client.execute(AUDIT_CHECK, {"id": "nonsense"}, scene.admin_token))["errors"]
    assert (error["extensions"]["code"], error["extensions"]["field"]) == ("INVALID_INPUT", "eventId")


# ---------------------------------------------------------------- history


async def test_an_inventory_as_it_was(scene: Scene, services: Services) -> None:
    event = await scene.event()
    booking = await scene.booking(event)
    [locked] = (await page(scene, action="SEATS_LOCKED"))["nodes"]
    await scene.pay(booking)
    await scene.lock(event)
    answer = await scene.client.execute(INVENTORY_AT, {"id": event, "at": locked["createdAt"]}, scene.admin_token)
    past = answer["data"]["event"]["inventoryAt"]
    assert (past["at"], past["totalSeats"], past["availableSeats"], past["lockedSeats"], past["bookedSeats"]) == (
        locked["createdAt"],
        100,
        98,
        2,
        0,
    )
    later = instant(services.clock() + timedelta(days=1))
    past = (await scene.client.execute(INVENTORY_AT, {"id": event, "at": later}, scene.admin_token))["data"]["event"]
    assert (past["inventoryAt"]["lockedSeats"], past["inventoryAt"]["bookedSeats"]) == (2, 2)
    before = instant(services.clock() - timedelta(days=1))
    answer = await scene.client.execute(INVENTORY_AT, {"id": event, "at": before}, scene.admin_token)
    assert answer == {"data": {"event": {"inventoryAt": None}}}


async def test_the_past_is_for_admins(scene: Scene, services: Services) -> None:
    given = {"id": await scene.event(), "at": instant(services.clock())}
    for token, code in ((scene.token, "FORBIDDEN"), (None, "UNAUTHENTICATED")):
        answer = await scene.client.execute(INVENTORY_AT, given, token)
        assert [error["extensions"]["code"] for error in answer["errors"]] == [code]


async def test_the_past_that_is_forgotten(scene: Scene, services: Services) -> None:
    given = {"id": await scene.event(), "at": instant(services.clock())}
    await Event.get_pymongo_collection().update_one({}, {"$set": {"audit_forgotten": 1}})
    [error] = (await scene.client.execute(INVENTORY_AT, given, scene.admin_token))["errors"]
    assert (error["extensions"]["code"], error["extensions"]["field"]) == ("INVALID_INPUT", "at")
