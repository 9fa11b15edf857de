"""GraphQL over HTTP, as its audits and the clients that people use see it."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from pathlib import Path
from typing import Any

from ops.embedded import Server
from tests.clients.installing import NODE
from tests.support.waiting import PATIENCE_SECONDS

PARTLY = 'query Partly { __typename events { __typename } booking(id: "x") { __typename id } }'
WRONG = "query Wrong { __typename weather }"
OURS = "query Ours { viewer { __typename id } }"

OF_DRAFTS = {f"Response status code is not {status}" for status in (200, 400)}
"""What the audits say of the statuses of September 2026: they know those of drafts.

Notices are about 422 for members of a request; warnings, about 422 for variables, and 4xx for who takes plain JSON.
"""


async def seen(scripts: Path, api: Server, *documents: str, token: str | None = None) -> dict[str, Any]:
    """What the audits find, and what each client tells of these documents."""
    given = {"url": f"http://127.0.0.1:{api.port}/graphql", "documents": documents, "token": token}
    process = await asyncio.create_subprocess_exec(
        NODE, scripts / "over-http.mjs", json.dumps(given), stdout=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(PATIENCE_SECONDS):
        output, _ = await process.communicate()
    answer: dict[str, Any] = json.loads(output)
    return answer


async def test_audits_and_clients(scripts: Path, api: Server) -> None:
    """A part of a page is a part, whatever the status; so is what is public, with a token that is bad."""
    found = await seen(scripts, api, PARTLY, WRONG, OURS, token="x.y.z")
    part = {"__typename": "Query", "events": {"__typename": "EventConnection"}, "booking": None}
    told = [
        {"data": part, "codes": ["UNAUTHENTICATED"]},
        {"data": None, "codes": ["GRAPHQL_VALIDATION_FAILED"]},
        {"data": None, "codes": ["UNAUTHENTICATED"]},
    ]
    assert found["told"] == {"apollo": told, "urql": told}
    assert len(found["audits"]) > 60
    complaints = [each for each in found["audits"].values() if each["status"] != "ok"]
    assert {each["reason"] for each in complaints} == OF_DRAFTS
    assert Counter(each["status"] for each in complaints) == {"notice": 18, "warn": 4}
