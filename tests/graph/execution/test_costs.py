"""A client learns what its documents cost: when it asks, and when they cost too much."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from graph.execution.costs import is_asked_for
from tests.support.sockets import listening

EVENTS = "query ($first: Int) { events(first: $first) { nodes { id name } } }"
HALLS = "query ($first: Int) { events(first: $first) { nodes { seats { label } } } }"
REPORT = {"GraphQL-Cost": "report"}


async def ask(api: httpx.AsyncClient, query: str, headers: dict[str, str] | None = None, **variables: Any) -> Any:
    body = {"query": query, "variables": variables}
    return (await api.post("/graphql", json=body, headers=headers)).json()


def test_only_report_asks() -> None:
    values = (b"report", b" Report ", b"", b"validate", b"1")
    assert [value for value in values if is_asked_for(value)] == [b"report", b" Report "]


async def test_who_asks_is_told(api: httpx.AsyncClient) -> None:
    nothing: dict[str, Any] = {"data": {"events": {"nodes": []}}}
    assert await ask(api, EVENTS, first=3) == nothing
    for first, cost in ((3, 10), (10, 31)):
        told = await ask(api, EVENTS, REPORT, first=first)
        assert told == nothing | {"extensions": {"cost": {"requested": cost, "limit": 5_000}}}
    # Answers about the schema are remembered, and what is told of one request is not.
    schema = "{ __schema { queryType { name } } }"
    answers = [await ask(api, schema, headers) for headers in (None, REPORT, None)]
    assert ["extensions" in answer for answer in answers] == [False, True, False]


@pytest.mark.parametrize(
    ("query", "requested"),
    [
        (HALLS, 25_101),
        ("{ " + " ".join(f"a{i}: __typename" for i in range(31)) + " }", 31),
        ("{ __typename " + "# \n" * 20_000 + "}", None),
        ("{ " + "__typename " * 2_500 + "}", None),
    ],
)
async def test_who_asks_for_too_much_is_told_how_much(
    api: httpx.AsyncClient, query: str, requested: int | None
) -> None:
    answer = await ask(api, query, first=50)
    assert answer["extensions"] == {"cost": {"requested": requested, "limit": 5_000}}
    for error in answer["errors"]:
        assert error["extensions"] == {"code": "QUERY_TOO_COMPLEX", **answer["extensions"]}


async def test_so_it_is_on_a_websocket(api: httpx.AsyncClient) -> None:
    async with listening(api.base_url) as socket:
        [error] = await (await socket.subscribe(HALLS, {"first": 50})).errors()
    assert error["extensions"] == {"code": "QUERY_TOO_COMPLEX", "cost": {"requested": 25_101, "limit": 5_000}}
