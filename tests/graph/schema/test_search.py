"""Events are searched by an index, however many there are."""

from __future__ import annotations

import pytest
from beanie import PydanticObjectId

from domain.documents import Event
from domain.services import Services
from domain.text import name_prefixes
from tests.graph.conftest import Client
from tests.support.scenes import Scene, admin, token_of, user

EVENTS = """
query ($search: String, $first: Int, $after: String) {
  events(search: $search, first: $first, after: $after) { nodes { name } pageInfo { hasNextPage endCursor } totalCount }
}
"""


@pytest.fixture
async def scene(services: Services, client: Client) -> Scene:
    return Scene(services, client, token_of(services, await admin(services)), token_of(services, await user(services)))


async def test_a_search_reads_what_it_finds_and_nothing_else(scene: Scene) -> None:
    """However many events there are, in whatever order the words are, and on every page."""
    names = ["Gala of Jazz", "Jazz: a gala", "Jazz/Gala 3", "Jazzmen"]
    for name in names:
        await scene.event(name=name)
    collection = Event.get_pymongo_collection()
    one = await collection.find_one({"name": "Jazzmen"}) or {}
    others = [one | {"_id": PydanticObjectId(), "name_prefixes": name_prefixes(f"Gala {n}")} for n in range(300)]
    await collection.insert_many(others)
    database = scene.services.database
    await database.command({"profile": 2, "filter": {"ns": collection.full_name, "op": {"$in": ["query", "command"]}}})
    found: list[str] = []
    page: dict[str, str | None] = {"after": None, "search": "ga JAZZ"}
    while True:
        answer = (await scene.client.execute(EVENTS, {**page, "first": 2}))["data"]["events"]
        assert answer["totalCount"] == 3
        found += [node["name"] for node in answer["nodes"]]
        if not answer["pageInfo"]["hasNextPage"]:
            break
        page["after"] = answer["pageInfo"]["endCursor"]
    assert sorted(found) == sorted(names[:3])
    assert (await scene.client.execute(EVENTS, {"search": "gala nothing"}))["data"]["events"]["nodes"] == []
    await database.command({"profile": 0})
    examined = [raw["docsExamined"] async for raw in database["system.profile"].find()]
    assert len(examined) >= 6
    assert max(examined) <= 4, examined
