"""Pages of every list, from both ends, and how long the list is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from domain.documents import Delivery, Job, JobExecution, JobStatus, new_id
from domain.opening import open_services
from domain.process.settings import Settings
from domain.services import Services
from graph.app import assemble
from tests.conftest import Servers
from tests.graph.conftest import Client, given, serving
from tests.support.connections import rebind
from tests.support.databases import lent_database
from tests.support.scenes import Scene, admin, token_of, user

LISTS = (
    *("events", "bookings", "seatLocks", "users", "jobExecutions", "deliveries", "auditLog"),
    *("viewer.bookings", "viewer.seatLocks"),
)
DECLARED = "query ($first: Int, $after: String, $last: Int, $before: String)"
GIVEN = "(first: $first, after: $after, last: $last, before: $before)"
PAGE = "totalCount nodes { id } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
OF_USERS = """
{ users { nodes { bookings { totalCount nodes { id } } seatLocks { totalCount nodes { id } } } } }
"""


class Office:
    """Somebody who sees every list; `viewer` is the one who buys."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    async def ask(self, path: str, **given: Any) -> dict[str, Any]:
        """The answer to a page of the list at this path."""
        *parents, field = path.split(".")
        selection = f"{field}{GIVEN} {{ {PAGE} }}"
        for parent in parents:
            selection = f"{parent} {{ {selection} }}"
        token = self.scene.token if parents else self.scene.admin_token
        return await self.scene.client.execute(f"{DECLARED} {{ {selection} }}", given, token)

    async def page(self, path: str, **given: Any) -> dict[str, Any]:
        answer = await self.ask(path, **given)
        assert "errors" not in answer, answer
        found: dict[str, Any] = answer["data"]
        for name in path.split("."):
            found = found[name]
        return found

    @asynccontextmanager
    async def commands(self, *collections: str) -> AsyncIterator[list[dict[str, Any]]]:
        """What MongoDB was asked of these collections meanwhile; filled in at the end."""
        database, asked = self.scene.services.database, list[dict[str, Any]]()
        await database.command("profile", 2)
        try:
            yield asked
        finally:
            await database.command("profile", 0)
            ours = {"ns": {"$in": [f"{database.name}.{collection}" for collection in collections]}}
            asked += [each["command"] async for each in database["system.profile"].find(ours)]
            await database["system.profile"].drop()


@pytest.fixture
async def office(services: Services, client: Client) -> Office:
    return await furnished(services, client)


@pytest.fixture(scope="module")
async def kept_office(servers: Servers, server_settings: Settings, kept_connections: None) -> AsyncIterator[Office]:
    with lent_database(servers.mongo_uri, servers.redis_url) as database:
        settings = server_settings.model_copy(update={"mongo_database": database})
        async with (
            open_services(settings) as services,
            serving(assemble(settings, given(services)), settings) as http,
        ):
            yield await furnished(services, Client(http))


@pytest.fixture
def open_office(kept_office: Office) -> Office:
    """One for all who only read its lists."""
    rebind(kept_office.scene.services.database)
    return kept_office


async def furnished(services: Services, client: Client) -> Office:
    """Five things at least are in every list."""
    buyer = await user(services)
    scene = Scene(services, client, token_of(services, await admin(services)), token_of(services, buyer))
    now = services.clock()
    for _ in range(5):
        await scene.booking(await scene.event())
        await user(services)
        run = JobExecution.model_construct(
            id=new_id(), job=Job.RECOVER, status=JobStatus.COMPLETED, correlation_id="test", started_at=now
        )
        await JobExecution.get_pymongo_collection().insert_one(run.to_bson())
        sent = {"message_id": new_id(), "type": "booking.failed", "destination": "email", "booking_id": new_id()}
        times = {"next_attempt_at": now, "give_up_at": now, "created_at": now}
        await Delivery.get_pymongo_collection().insert_one({**sent, **times, "sequence": 1, "status": "DEAD"})
    return Office(scene)


@pytest.mark.parametrize("path", LISTS)
async def test_a_list_from_its_end_is_the_same_list(open_office: Office, path: str) -> None:
    whole = await open_office.page(path, first=100)
    assert len(whole["nodes"]) >= 5
    assert whole["totalCount"] == len(whole["nodes"])
    pages = [await open_office.page(path, last=2)]
    while pages[0]["pageInfo"]["hasPreviousPage"]:
        pages.insert(0, await open_office.page(path, last=2, before=pages[0]["pageInfo"]["startCursor"]))
    assert [node for page in pages for node in page["nodes"]] == whole["nodes"]
    assert [page["pageInfo"]["hasNextPage"] for page in pages] == [True] * (len(pages) - 1) + [False]
    assert {page["totalCount"] for page in pages} == {len(whole["nodes"])}


@pytest.mark.parametrize("path", LISTS)
async def test_what_lies_between_two_cursors(open_office: Office, path: str) -> None:
    whole = await open_office.page(path, first=100)
    cursors = [edge["cursor"] for edge in whole["edges"]]
    between = {"after": cursors[0], "before": cursors[4]}
    for size, nodes in (
        ({}, whole["nodes"][1:4]),
        ({"first": 2}, whole["nodes"][1:3]),
        ({"last": 2}, whole["nodes"][2:4]),
    ):
        page = await open_office.page(path, **size, **between)
        assert page["nodes"] == nodes
        assert (page["pageInfo"]["hasPreviousPage"], page["pageInfo"]["hasNextPage"]) == (True, True)
    assert (await open_office.page(path, after=cursors[1], before=cursors[2]))["nodes"] == []
    assert (await open_office.page(path, after=cursors[2], before=cursors[0]))["nodes"] == []


@pytest.mark.parametrize("path", LISTS)
async def test_what_cannot_be_asked_of_a_list(open_office: Office, path: str) -> None:
    async def refusal(**given: Any) -> tuple[str, str]:
        (error,) = (await open_office.ask(path, **given))["errors"]
        return error["extensions"]["field"], error["message"]

    size = "Must be between 1 and 100."
    assert await refusal(last=0) == ("last", size)
    assert await refusal(last=101) == ("last", size)
    assert await refusal(first=0) == ("first", size)
    assert await refusal(first=2, last=2) == ("last", "Give either first or last, not both.")
    foreign = (await open_office.page("events" if path == "users" else "users", first=1))["pageInfo"]["endCursor"]
    assert await refusal(before=foreign) == ("before", "Not a cursor of this list.")
    assert await refusal(last=1, before="x") == ("before", "Not a cursor of this list.")
    assert await refusal(after=foreign) == ("after", "Not a cursor of this list.")


async def test_the_usual_first_is_no_first_beside_last(office: Office) -> None:
    """`first` has a default, which a client that asks for `last` has not asked for."""
    for _ in range(21):
        await user(office.scene.services)
    assert len((await office.page("users", last=25))["nodes"]) == 25
    assert len((await office.page("users", last=25, first=None))["nodes"]) == 25
    assert len((await office.page("users"))["nodes"]) == 20


async def test_a_list_is_counted_only_when_that_is_asked_for(office: Office) -> None:
    for selection, counts in (("nodes { id }", 0), ("totalCount", 1)):
        async with office.commands("bookings") as asked:
            await office.scene.client.execute(f"{{ bookings {{ {selection} }} }}", token=office.scene.admin_token)
        assert sum("aggregate" in command for command in asked) == counts, asked


async def test_lists_of_many_users_are_one_read_and_one_count(office: Office) -> None:
    await office.scene.booking(await office.scene.event())
    async with office.commands("bookings", "seat_locks") as asked:
        answer = await office.scene.client.execute(OF_USERS, token=office.scene.admin_token)
    users = answer["data"]["users"]["nodes"]
    for name in ("bookings", "seatLocks"):
        lists = [each[name] for each in users]
        assert [each["totalCount"] for each in lists] == [len(each["nodes"]) for each in lists]
        assert sorted(each["totalCount"] for each in lists) == [0] * (len(lists) - 1) + [6]
    assert len(asked) == 4, asked
