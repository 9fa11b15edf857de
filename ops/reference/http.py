"""docs/reference/http.md: paths, methods, statuses, and how WebSockets are closed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from textwrap import fill
from typing import NamedTuple

from starlette.routing import Route, Router

from domain.process.settings import Settings
from domain.providers.simulated import PAGES
from graph.app import routes
from graph.execution.statuses import PARTIAL_SUCCESS, STATUSES, WELL_FORMED_AND_WRONG
from graph.transport.ide import STATIC_PATH
from ops.reference.errors import GRAPHQL, HTTP, METRICS, WEBHOOKS
from ops.reference.markdown import code, described, page, table

BANK = PAGES + "{page}"


class Path(NamedTuple):
    """What the routes do not say of a path."""

    what: str
    statuses: Sequence[tuple[int, str]]
    """Those that are no errors of ours, and when."""
    methods: str = ""
    """Where the endpoint itself looks at the method."""


def _codes_by_status() -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for name, status in STATUSES.items():
        found.setdefault(status, []).append(name)
    return found


PATHS = {
    GRAPHQL: Path(
        "GraphQL. One operation a request.",
        [
            (200, "All was answered. In `application/json` also: a part was, and `errors` says what was not."),
            (PARTIAL_SUCCESS, "The same part, in `application/graphql-response+json`: `data` and `errors`."),
            *((status, f"No `data`: {code(*codes)}.") for status, codes in _codes_by_status().items()),
            (WELL_FORMED_AND_WRONG, "No `data`, and another code: the document, a variable or its cost is wrong."),
        ],
        methods="`GET`, `POST`, WebSocket",
    ),
    "/health": Path("Whether this process is alive.", [(200, "It is.")]),
    "/ready": Path(
        "Whether this process can serve.",
        [
            (200, "A primary of MongoDB and Redis answer."),
            (
                503,
                "One of them does not answer within 2 seconds. `down` names it. "
                "`reason` says what to do where MongoDB answers and is not a replica set.",
            ),
        ],
    ),
    METRICS: Path("[Metrics](metrics.md) for Prometheus.", [(200, "The metrics, as text.")]),
    WEBHOOKS: Path(
        "Where a payment provider sends its notices. `{provider}` is `stripe` or `simulated`.",
        [(200, "The notice is stored durably, or was before.")],
    ),
    BANK: Path(
        "The page on which the simulated bank asks a buyer. There only with `SEATLOCK_PAYMENT_PROVIDER=simulated`. "
        "A form POST with `answer=approve` or `answer=refuse` is the buyer's answer.",
        [(200, "The question or, once it is answered, the answer.")],
    ),
    STATIC_PATH: Path("Files of GraphiQL. There only with `SEATLOCK_GRAPHQL_IDE`.", [(200, "The file.")]),
}

REQUESTS = """\
## Requests

- `POST /graphql` takes `application/json` with `query`, and if needed `variables` and `operationName`.
- Instead of `query` a request may name its document: by `documentId`, or by `extensions.persistedQuery` with
  `version` 1 and `sha256Hash`. See [documents by name](../how-to/integrate.md#documents-by-name).
- `GET /graphql` takes the same in its query string, and runs queries only.
- `Authorization: Bearer <accessToken>` says who asks. Without it nobody is signed in.
- A bad token is nobody's, either: what needs somebody is `UNAUTHENTICATED`, and what is public is answered. Each
  answer to one has `WWW-Authenticate: Bearer error="invalid_token"`.
- The answer is `application/graphql-response+json` for who asks for it in `Accept`, and `application/json` otherwise.
  For who names only `application/json`, answers without `data` are in the first, too. An `Accept` that names
  nothing of the kind is answered 406.
- Statuses follow GraphQL over HTTP, edition of September 2026. Read the body in any case: it says more.
- 429 and 503 have `Retry-After`, in seconds.
- A browser that opens `/graphql` gets GraphiQL where `SEATLOCK_GRAPHQL_IDE` is true.
- Pages of the origins in `SEATLOCK_CORS_ORIGINS` may call: their browsers' `OPTIONS` is answered, too.
- Batches are refused.

## Headers of every answer

| Header | Meaning |
| --- | --- |
| `X-Correlation-ID` | The request's own if it is good (see below). Otherwise a new one. |
| `X-Content-Type-Options: nosniff` | Browsers take the answer for what it says it is. |
| `Cache-Control: no-store` | On all JSON: what it says of seats is old in a second. |

The correlation id is in every log line and every audit entry of what the request causes. One that a request brings has
1 to 128 letters, digits and `-._:/@+=~`, begins with a letter or digit, and is none of the words that mean Seatlock
itself, as `repair` and `worker`.

## Subscriptions

- **WebSocket**: `/graphql` with the subprotocol `graphql-transport-ws`. Queries and mutations work there, too.
- **Event stream**: `/graphql` with `Accept: text/event-stream`, one operation a connection.

Before a WebSocket is open, it is refused with the statuses of `/graphql`: 403, 429 or 503.
Afterwards it is closed with one of these codes:"""

CLOSE_CODES = {
    1001: ("The server stops.", "Yes, with a growing, random pause."),
    1009: ("A message is larger than `SEATLOCK_MAX_BODY_BYTES`.", "No."),
    1013: ("A fault of the server.", "Yes, with a growing, random pause."),
    4400: ("Not a message of the protocol.", "No."),
    4401: ("`subscribe` came before `connection_ack`.", "No."),
    4403: (
        "The token in `connection_init`, or in the header of the handshake, is bad or expired.",
        "With a new token.",
    ),
    4406: ("Another subprotocol, or none.", "No."),
    4408: ("No `connection_init` came within 10 seconds.", "Yes."),
    4409: ("`subscribe` has the id of an operation that is under way.", "No."),
    4429: ("A second `connection_init`.", "No."),
}
"""1009 is sent by the library below; the others are in graph/transport."""


def http_page() -> str:
    """The page. Raises Undescribed."""
    paths = _paths()
    described("path", paths, PATHS, "ops/reference/http.py: PATHS")
    header = ("Path", "Methods", "What")
    overview = table(header, ((code(path), methods, PATHS[path].what) for path, methods in paths.items()))
    statuses = table(("Path", "Status", "When"), (row for path in paths for row in _statuses(path)))
    everywhere = [answer for answer in HTTP if not answer.paths]
    return page(
        "HTTP",
        overview,
        "## Statuses",
        statuses,
        fill("Everywhere: " + "; ".join(f"{answer.status} `{answer.code}`" for answer in everywhere) + ".", 118),
        "A worker with `SEATLOCK_WORKER_METRICS_PORT` serves `/metrics` there, and nothing else.",
        "[Errors](errors.md) says what a client should do about each code.",
        REQUESTS,
        table(("Code", "Because", "Connect again?"), ((str(each), *told) for each, told in CLOSE_CODES.items())),
    )


def _paths() -> dict[str, str]:
    """The paths there are, with everything switched on, and their methods."""
    settings = Settings.model_construct(graphql_ide=True)
    found = routes(settings, Router(), Router())
    http = [route for route in found if isinstance(route, Route)]
    paths: dict[str, str] = {}
    for path, same in groupby(http, lambda route: STATIC_PATH if route.path.startswith(STATIC_PATH) else route.path):
        methods = {method for route in same for method in route.methods or ()}
        paths[path] = code(*sorted(methods)) or PATHS[path].methods
    return paths


def _statuses(path: str) -> Iterator[tuple[str, str, str]]:
    rows = [(status, when) for status, when in PATHS[path].statuses]
    rows += [(answer.status, f"{code(answer.code)}: {answer.when}") for answer in HTTP if path in answer.paths]
    if not path.startswith(GRAPHQL):
        rows.append((405, "Another method. The body is plain text."))
    for status, when in sorted(rows):
        yield code(path), str(status), when
