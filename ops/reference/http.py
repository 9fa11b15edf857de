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
from graph.transport.console import CONSOLE
from graph.transport.ide import STATIC_PATH
from graph.transport.pages import PAGES_STATIC
from graph.transport.shop import SHOP
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
            (304, "The client has the answer already: see [caches](#caches-and-compression)."),
            *((status, f"No `data`: {code(*codes)}.") for status, codes in _codes_by_status().items()),
            (WELL_FORMED_AND_WRONG, "No `data`, and another code: the document, a variable or its cost is wrong."),
        ],
        methods="`GET`, `HEAD`, `POST`, WebSocket",
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
        [
            (200, "The question or, once it is answered, the answer."),
            (303, "The answer came from a browser: back to the booking in the shop, with `SEATLOCK_SHOP`."),
        ],
    ),
    SHOP: Path("The shop, a page for buyers. There only with `SEATLOCK_SHOP`.", [(200, "The page.")]),
    CONSOLE: Path("The console, a page for ADMINs. There only with `SEATLOCK_CONSOLE`.", [(200, "The page.")]),
    PAGES_STATIC: Path("Files of the two pages, of those that are switched on.", [(200, "The file.")]),
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
- `GraphQL-Cost: report` asks for `extensions.cost`: what the operation costs (`requested`) and may cost (`limit`).
  With `QUERY_TOO_COMPLEX` it is always there.
- A browser that opens `/graphql` gets GraphiQL where `SEATLOCK_GRAPHQL_IDE` is true.
- Pages of the origins in `SEATLOCK_CORS_ORIGINS` may call: their browsers' `OPTIONS` is answered, too. Which headers
  they may send is `SEATLOCK_CORS_HEADERS`. They can read `X-Correlation-ID` and `Retry-After`.
- `HEAD /graphql` is answered like `GET`, without a body.
- Batches are refused.

## Headers of every answer

| Header | Meaning |
| --- | --- |
| `X-Correlation-ID` | The request's own if it is good (see below). Otherwise a new one. |
| `X-Content-Type-Options: nosniff` | Browsers take the answer for what it says it is. |
| `Cache-Control: no-store` | On all JSON that caches may not keep. See [caches](#caches-and-compression). |

The correlation id is in every log line and every audit entry of what the request causes. One that a request brings has
1 to 128 letters, digits and `-._:/@+=~`, begins with a letter or digit, and is none of the words that mean Seatlock
itself, as `repair` and `worker`.

## Caches and compression

An answer may be kept by caches if it was asked for by `GET` without `Authorization`, has no errors, and has no field
that depends on who asks, such as `viewer` and `Seat.mine`. It has

- `Cache-Control: public, max-age=1`. `SEATLOCK_PUBLIC_MAX_AGE_SECONDS` says how many seconds.
- `ETag`. A request that has it in `If-None-Match` is answered 304 as long as the answer is the same.
- `Vary: Accept, Accept-Encoding, Authorization, GraphQL-Cost, Origin`.

With `SEATLOCK_COMPRESSION=true` answers to queries of 1 kB or more are compressed for clients that accept it: by `br`
if the package `brotli` is installed (Seatlock's extra `brotli`), or by `gzip`. On WebSockets
`permessage-deflate` is agreed on then, and messages of 8 kB or more are compressed. A message of a client may inflate
to 64 kB or to 32 times its length, and never to more than `SEATLOCK_MAX_BODY_BYTES`; else the connection is closed with
1009. Event streams, and answers of mutations, which may have tokens in them, are not compressed.

## Subscriptions

- **WebSocket**: `/graphql` with the subprotocol `graphql-transport-ws`. Queries and mutations work there, too.
- **Event stream**: `/graphql` with `Accept: text/event-stream`, one operation a connection.

Before a WebSocket is open, it is refused with the statuses of `/graphql`: 403, 429 or 503.
Afterwards it is closed with one of these codes:"""


class Close(NamedTuple):
    """The end of a WebSocket, by the server."""

    because: str
    again: str
    """Whether a client should connect again."""
    by_default: bool
    """Whether npm's graphql-ws does, unless told otherwise."""


CLOSE_CODES = {
    1009: Close("A message is larger than `SEATLOCK_MAX_BODY_BYTES`, or inflates to too much.", "No.", False),
    1012: Close("The server stops.", "Yes, with a growing, random pause.", True),
    1013: Close(
        "A fault of the server, or too many long messages of an address.", "Yes, with a growing, random pause.", True
    ),
    4400: Close("Not a message of the protocol.", "No.", False),
    4401: Close("`subscribe` came before `connection_ack`.", "No.", False),
    4403: Close(
        "The token in `connection_init`, or in the header of the handshake, is bad or expired, or its session has "
        "ended.",
        "With a new token.",
        True,
    ),
    4406: Close("Another subprotocol, or none.", "No.", False),
    4408: Close("No `connection_init` came within 10 seconds.", "Yes.", True),
    4409: Close("`subscribe` has the id of an operation that is under way.", "No.", False),
    4429: Close("A second `connection_init`.", "No.", False),
}
"""1009 is sent by the library below; the others are in graph/transport. What clients do is tested in tests/clients."""

CLIENTS = """\
The last column is what npm's **graphql-ws** does by default, and with it Apollo's GraphQLWsLink and urql's
subscriptionExchange. It tries five times, after 1, 2, 4, 8 and 16 seconds and up to 3 more; also after an end without a
code (1006). These need options of your own, as [socket.ts](../../clients/typescript/src/socket.ts) has them:

- After 4403 it sends the same token again, five times.
- If nobody listens at the port when it comes back, it ends for good.
- It does not notice a line that is dead. Listen for the pings: when nothing came for 30 seconds, connect again.

Python's **gql** does not connect again after any code. With `connect_async(reconnecting=True)` it does after each one,
also where the same messages will be refused again. `seatlock watch` and the example in
[Python](../examples/python/buy_seats.py) do what the table says."""


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
        table(
            ("Code", "Because", "Connect again?", "graphql-ws"),
            (
                (str(each), told.because, told.again, "again" if told.by_default else "ends")
                for each, told in CLOSE_CODES.items()
            ),
        ),
        CLIENTS,
    )


def _paths() -> dict[str, str]:
    """The paths there are, with everything switched on, and their methods."""
    settings = Settings.model_construct(graphql_ide=True, shop=True, console=True)
    found = routes(settings, Router(), Router())
    http = [route for route in found if isinstance(route, Route)]
    paths: dict[str, str] = {}
    for path, same in groupby(http, _folder):
        methods = {method for route in same for method in route.methods or ()}
        paths[path] = code(*sorted(methods)) or PATHS[path].methods
    return paths


def _folder(route: Route) -> str:
    return next((folder for folder in (STATIC_PATH, PAGES_STATIC) if route.path.startswith(folder)), route.path)


def _statuses(path: str) -> Iterator[tuple[str, str, str]]:
    rows = [(status, when) for status, when in PATHS[path].statuses]
    rows += [(answer.status, f"{code(answer.code)}: {answer.when}") for answer in HTTP if path in answer.paths]
    if not path.startswith(GRAPHQL):
        rows.append((405, "Another method. The body is plain text."))
    for status, when in sorted(rows):
        yield code(path), str(status), when
