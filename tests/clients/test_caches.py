"""Normalising caches keep themselves up to date: another's purchase shows where only the event is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ops.embedded import Server
from tests.clients.box_office import BoxOffice
from tests.clients.client import Client, open_client

CACHES = ["apollo", "graphcache", "relay"]


async def shown(client: Client, expected: dict[str, Any]) -> None:
    """Each of the caches shows this now, or in a moment."""
    for name in CACHES:
        while (await client.hear(name))["data"]["event"] != expected:
            pass


async def test_what_another_buys_shows_without_a_line_of_cache_code(
    scripts: Path, api: Server, office: BoxOffice
) -> None:
    event, viewer, other = await office.event(), await office.buyer(), await office.buyer()
    url = f"http://127.0.0.1:{api.port}/graphql"
    async with open_client(scripts, "caches", url, viewer, event=event) as client:
        await shown(client, {"title": "Concert", "seats": [20, 20]})
        for name in ("apollo", "graphcache"):
            outcome = (await client.hear(f"outcome of {name}"))["data"]["lockSeats"]
            assert (outcome["code"], bool(outcome["message"])) == ("LIMIT_EXCEEDED", True)
        outcome = (await client.hear("outcome of apollo without possibleTypes"))["data"]["lockSeats"]
        assert outcome == {"__typename": "LimitExceeded"}, "so the file is needed"

        lock = await office.lock(other, event)
        await shown(client, {"title": "Concert", "seats": [19, 19]})
        await office.release(other, lock)
        await shown(client, {"title": "Concert", "seats": [20, 20]})
        await office.rename(event, "Gala")
        await shown(client, {"title": "Gala", "seats": [20, 20]})
        rest = await client.rest()

    # Each asks once, and three try to lock: nobody asks again for what is told.
    told = [*client.heard("request"), *(each for each in rest if each["about"] == "request")]
    assert sorted(each["data"]["of"] for each in told) == ["apollo"] * 3 + ["graphcache"] * 2 + ["relay"]
    assert [*client.heard("complaint"), *(each for each in rest if each["about"] == "complaint")] == []
