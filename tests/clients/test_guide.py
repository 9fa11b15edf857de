"""How the guide sets up Apollo and urql, line by line as it is printed there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import httpx
import pytest
from graphql import build_schema, introspection_from_schema

from ops.embedded import Server
from tests.clients.box_office import BoxOffice
from tests.clients.client import open_client

ROOT = Path(__file__).parents[2]
REGISTER = """
mutation {
  register(input: {name: "Ada", email: "guided-%s@seatlock.test", password: "correct horse"}) {
    ... on SignedIn { accessToken refreshToken expiresAt }
  }
}
"""
BEFORE = """
import { gql } from "@apollo/client";
const { url, tokens: stored, ...given } = JSON.parse(process.argv[2]);
const store = () => {};
"""


def program(library: str) -> str:
    """What somebody has who pastes the guide's lines for this library."""
    guide = (ROOT / "docs" / "how-to" / "integrate.md").read_text()
    section = re.split(r"^##+ ", guide.partition("### Apollo and urql\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    shared, *theirs = re.findall(r"^```js\n(.*?)^```$", section, flags=re.MULTILINE | re.DOTALL)
    (its,) = (block for block in theirs if library in block)
    return f"{shared}{its}".replace('"seatlock-client"', '"./client/index.ts"')


@pytest.mark.parametrize("library", ["@apollo/client", "@urql/core"])
async def test_the_guide_sets_it_up(library: str, scripts: Path, api: Server, office: BoxOffice) -> None:
    url = f"http://127.0.0.1:{api.port}/graphql"
    name = f"guide_{library[1:5]}"
    printed = program(library)
    (scripts / f"{name}.mjs").write_text(BEFORE + printed + (scripts / "guide.mjs").read_text())
    if "introspection.json" in printed:
        schema = introspection_from_schema(build_schema((ROOT / "schema.graphql").read_text()))
        (scripts / "introspection.json").write_text(json.dumps(schema))
    async with httpx.AsyncClient() as http:
        registered = await http.post(url, json={"query": REGISTER % name})
    tokens = registered.json()["data"]["register"]
    buyer, other, event = tokens["accessToken"], await office.buyer(), await office.event()
    booking = await office.book(buyer, event)

    # As a page that was open for an hour: its access token is worth nothing any more.
    given = {"tokens": tokens | {"accessToken": "expired"}, "event": event, "booking": booking}
    async with open_client(scripts, name, url, None, **given) as client:
        page = await client.hear("page")
        assert page["data"]["viewer"]["email"] == f"guided-{name}@seatlock.test"
        assert (page["data"]["users"], page["data"]["event"]["availableSeats"]) == (None, 19)
        assert page["codes"] == ["FORBIDDEN"]
        assert (await client.hear("refusal"))["data"]["lockSeats"]["code"] == "LIMIT_EXCEEDED"
        assert (await client.hear("booking"))["data"]["bookingStatus"]["status"] == "PAYMENT_PENDING"
        assert (await client.hear("seats"))["data"]["seatAvailability"]["event"]["availableSeats"] == 19
        await office.lock(other, event)
        assert (await client.hear("seats"))["data"]["seatAvailability"]["event"]["availableSeats"] == 18
