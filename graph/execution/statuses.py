"""HTTP statuses of answers, as GraphQL over HTTP says in its edition of September 2026.

https://http-spec.graphql.org/September2026/#sec-Status-Codes
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from graphql import GraphQLFormattedError

from graph.execution.http_error import RETRY_AFTER_SECONDS, Header, with_retry_after

PARTIAL_SUCCESS = 294
"""Data and errors, in application/graphql-response+json."""

WELL_FORMED_AND_WRONG = 422
"""What could be read as GraphQL, and not be run: it does not fit the schema, a variable is bad, it costs too much."""

TOO_MANY_REQUESTS = 429

REFUSAL_SECONDS = 0.2
"""How long it takes to be told that one asks too often. Whoever does not listen would ask again at once, thousands of
times a second, and to answer them takes from sales what the refusal was to spare them."""

STATUSES: Final[Mapping[str, int]] = {
    "BAD_REQUEST": 400,
    "GRAPHQL_PARSE_FAILED": 400,
    "UNAUTHENTICATED": 401,
    "FORBIDDEN": 403,
    "DOCUMENT_NOT_TRUSTED": 403,
    "RATE_LIMITED": TOO_MANY_REQUESTS,
    "TOO_MANY_SUBSCRIPTIONS": TOO_MANY_REQUESTS,
    "INTERNAL": 500,
    "UNAVAILABLE": 503,
}
"""By the code of the first error of an answer without data, where it is another."""


def status_of(code: str) -> int:
    """The status of an answer without data, whose first error has this code."""
    return STATUSES.get(code, WELL_FORMED_AND_WRONG)


async def hold_back(status: int) -> None:
    """Wait before answering with this status, if it is for who asks too often."""
    if status == TOO_MANY_REQUESTS:
        await asyncio.sleep(REFUSAL_SECONDS)


def headers_of(status: int, errors: Sequence[GraphQLFormattedError], given: Iterable[Header]) -> tuple[Header, ...]:
    """What goes with that status: how to sign in, or when to ask again. `given` has the first say."""
    headers = tuple(given)
    if status == 401 and all(name != b"www-authenticate" for name, _ in headers):
        headers = (*headers, (b"www-authenticate", b"Bearer"))
    seconds = [told for error in errors if (told := error.get("extensions", {}).get("retryAfterSeconds"))]
    return with_retry_after(status, headers, max(seconds, default=RETRY_AFTER_SECONDS))
