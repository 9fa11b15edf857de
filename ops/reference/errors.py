"""docs/reference/errors.md: every code, what it means, and whether to repeat."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from graphql import GraphQLObjectType, GraphQLUnionType, get_named_type

from graph.schema.build import schema
from graph.schema.enums import ErrorCode
from graph.schema.outcomes import MEMBERS, TOP_LEVEL_CODES
from ops.reference.markdown import code, described, page, table

PLACE = "ops/reference/errors.py"

MEMBER_REPEATS = {
    "INVALID_INPUT": "No. Change the value.",
    "NOT_FOUND": "No.",
    "EMAIL_TAKEN": "No. Sign in, or register another address.",
    "BAD_CREDENTIALS": "With other credentials.",
    "NOT_ENOUGH_SEATS": "Later, or for fewer seats. Seats may come back.",
    "SEATS_UNAVAILABLE": "Later, or for other seats.",
    "SALES_CLOSED": "At `opensAt`; where that is null, when `Event.salesOpen` is true.",
    "EVENT_CANCELLED": "No.",
    "LAST_ADMIN": "When somebody else is an ADMIN, too.",
    "LIMIT_EXCEEDED": "At `retryAt`; where that is null, with less than was asked for.",
    "LOCK_EXPIRED": "No. Lock seats again.",
    "LOCK_ALREADY_USED": "No. Go on with `booking`.",
    "LOCK_NOT_ACTIVE": "No. Lock seats again.",
    "BOOKING_EXPIRED": "No. Lock seats again.",
    "BOOKING_NOT_PAYABLE": "No. `booking` says what it is now.",
    "BOOKING_NOT_CANCELLABLE": "No.",
    "AMOUNT_MISMATCH": "With the amount in `expected`.",
    "PAYMENT_FAILED": "With a new key while `booking` is PAYMENT_PENDING. Otherwise lock seats again.",
    "PAYMENT_TIMED_OUT": "Yes, with the same key, to learn what came of it.",
    "REFUND_NOT_FAILED": "Once `refund` is FAILED.",
    "MAIL_DISABLED": "No.",
    "IDEMPOTENCY_KEY_REUSED": "With a new key.",
}

TOP_LEVEL_REPEATS = {
    "UNAUTHENTICATED": "With a new access token: call `refreshSession`, or sign in.",
    "FORBIDDEN": "No.",
    "RATE_LIMITED": "Yes, after `retryAfterSeconds`, with the same key.",
    "UNAVAILABLE": "Yes, after a pause, with the same key.",
    "QUERY_TOO_COMPLEX": "No. Ask for less.",
}


class Told(NamedTuple):
    """A code that stands in the code of graph/, and not in a table of it."""

    code: str
    when: str
    repeat: str


EXECUTION = (
    Told(
        "INVALID_INPUT",
        "A variable or an argument has a bad value. `field` says which: its name, then the way to the value, as in "
        "`input.sections.0.name`.",
        "No. Change the value.",
    ),
    Told("GRAPHQL_PARSE_FAILED", "The document is not GraphQL.", "No."),
    Told("GRAPHQL_VALIDATION_FAILED", "The document does not fit the schema.", "No."),
    Told("OPERATION_RESOLUTION_FAILURE", "No operation has this name, or several do and none is named.", "No."),
    Told(
        "PERSISTED_QUERY_NOT_FOUND",
        "The document with this hash is not known, or not any more.",
        "Yes, with `query` and its hash. Clients do it by themselves.",
    ),
    Told(
        "PERSISTED_QUERY_NOT_SUPPORTED",
        "`SEATLOCK_PERSISTED_QUERIES` is false.",
        "Yes, with `query`. Clients do it by themselves.",
    ),
    Told("DOCUMENT_NOT_FOUND", "No trusted document has this `documentId`.", "No."),
    Told(
        "DOCUMENT_NOT_TRUSTED",
        "`SEATLOCK_TRUSTED_ONLY` is true, and this is no trusted document.",
        "No. Add it to the file, and restart the server.",
    ),
    Told(
        "TOO_MANY_SUBSCRIPTIONS",
        "One WebSocket has too many operations under way, or listens to too much (`SEATLOCK_MAX_LISTENING_BYTES`).",
        "When one of them has ended.",
    ),
    Told("INTERNAL", "A fault of the server. Its log has the details under `correlationId`.", "Perhaps, once."),
)


class HttpAnswer(NamedTuple):
    """An answer without a GraphQL result."""

    status: int
    code: str
    paths: tuple[str, ...]
    """Where; empty for every path."""
    when: str
    repeat: str


GRAPHQL, METRICS, WEBHOOKS = "/graphql", "/metrics", "/webhooks/payments/{provider}"

HTTP = (
    HttpAnswer(400, "BAD_REQUEST", (GRAPHQL,), "The body, or a part of the query string, is not JSON.", "No."),
    HttpAnswer(422, "BAD_REQUEST", (GRAPHQL,), "It has no `query`, a member of the wrong type, or is a batch.", "No."),
    HttpAnswer(400, "BAD_REQUEST", (WEBHOOKS,), "The notice cannot be read, or its signature is wrong.", "No."),
    HttpAnswer(
        400, "BAD_REQUEST", ("/simulated-bank/{page}",), "The form has no answer, or another than these two.", "No."
    ),
    HttpAnswer(401, "UNAUTHENTICATED", (METRICS,), "The metrics token is missing or wrong.", "With the token."),
    HttpAnswer(
        403,
        "ORIGIN_NOT_ALLOWED",
        (GRAPHQL,),
        "A page of another origin wants to listen. See `SEATLOCK_CORS_ORIGINS`.",
        "No.",
    ),
    HttpAnswer(
        404, "NOT_FOUND", (WEBHOOKS,), "Another provider is in use, or `SEATLOCK_WEBHOOK_SECRET` is not set.", "No."
    ),
    HttpAnswer(404, "NOT_FOUND", (), "Nothing is at this path.", "No."),
    HttpAnswer(405, "METHOD_NOT_ALLOWED", (GRAPHQL,), "Neither POST nor GET, or a mutation by GET.", "By POST."),
    HttpAnswer(
        406,
        "NOT_ACCEPTABLE",
        (GRAPHQL,),
        "A subscription, without `Accept: text/event-stream`. Or `Accept` names nothing that can be served.",
        "With another `Accept`.",
    ),
    HttpAnswer(
        408,
        "REQUEST_TIMEOUT",
        (),
        "The request came too slowly. See `SEATLOCK_HEADERS_SECONDS` and `SEATLOCK_BODY_SECONDS`.",
        "Yes.",
    ),
    HttpAnswer(413, "PAYLOAD_TOO_LARGE", (), "The body is larger than `SEATLOCK_MAX_BODY_BYTES`.", "No. Send less."),
    HttpAnswer(414, "URI_TOO_LONG", (), "The first line is longer than `SEATLOCK_MAX_REQUEST_LINE_BYTES`.", "By POST."),
    HttpAnswer(415, "UNSUPPORTED_MEDIA_TYPE", (GRAPHQL,), "The body is not `application/json` in UTF-8.", "As that."),
    HttpAnswer(
        429,
        "TOO_MANY_CONNECTIONS",
        (GRAPHQL,),
        "More connections of this address listen than `SEATLOCK_CONNECTIONS_PER_ADDRESS`.",
        "When one of them has ended.",
    ),
    HttpAnswer(
        421, "HOST_NOT_ALLOWED", (), "The request is for a name that is not in `SEATLOCK_ALLOWED_HOSTS`.", "No."
    ),
    HttpAnswer(
        429,
        "TOO_MANY_CONNECTIONS",
        (),
        "More connections of this address are open than `SEATLOCK_MAX_CONNECTIONS_PER_ADDRESS`.",
        "After the seconds in `Retry-After`.",
    ),
    HttpAnswer(
        429,
        "RATE_LIMITED",
        (METRICS,),
        "Too many requests of this address wait for their turn already.",
        "After the seconds in `Retry-After`.",
    ),
    HttpAnswer(
        431,
        "HEADERS_TOO_LARGE",
        (),
        "One header, or all together, are larger than `SEATLOCK_MAX_HEADER_BYTES` and `SEATLOCK_MAX_HEADERS_BYTES`.",
        "No. Send less.",
    ),
    HttpAnswer(500, "INTERNAL", (), "A fault of the server. Its log has it under `correlationId`.", "Perhaps, once."),
    HttpAnswer(
        503,
        "UNAVAILABLE",
        (),
        "All connections of `SEATLOCK_MAX_CONNECTIONS` are taken, or too much waits in all. Who is signed in, and "
        "`/health`, `/ready` and `/metrics`, still get one.",
        "After the seconds in `Retry-After`.",
    ),
    HttpAnswer(
        503, "UNAVAILABLE", (GRAPHQL,), "This process is stopping. New listeners are refused.", "Yes, elsewhere."
    ),
    HttpAnswer(503, "UNAVAILABLE", (WEBHOOKS,), "The database did not answer in time.", "Yes."),
)

INTRODUCTION = """\
A code is for programs, a message is for people: compare codes only. There may be new codes in time.

To repeat after a lost connection, a time-out or any code that allows it, send the same input with the same
idempotency key: nothing is done twice. A refusal is not remembered, so that the same key may succeed later."""

MEMBERS_TEXT = """\
## Members of result unions

An expected failure of a mutation is a member of its result union and implements `Error`.
Select `... on Error { code message }`, and the further fields where you can act on them.
Nothing was changed, except by PAYMENT_FAILED and PAYMENT_TIMED_OUT, which tell what was.

Queries and subscriptions have no result unions: there the same codes are top-level errors."""

TOP_LEVEL_TEXT = """\
## Top-level errors

They stand in `errors`, with the code in `extensions.code`. Any operation can answer with them.
`extensions.field` is set for INVALID_INPUT, and `extensions.issues` where several values are wrong.
`extensions.correlationId` is set for INTERNAL.
`extensions.done` is true where a mutation was carried out and only a part of its answer is missing."""

HTTP_TEXT = """\
## Answers of HTTP

These requests are answered without a GraphQL result. The body has the same shape: `errors` with `extensions.code`.
The limits with a name are [settings](settings.md)."""


def errors_page() -> str:
    """The page. Raises Undescribed."""
    return page(
        "Errors",
        INTRODUCTION,
        MEMBERS_TEXT,
        table(("Code", "When", "Also tells", "Repeat?", "Mutations"), _members()),
        TOP_LEVEL_TEXT,
        table(("Code", "When", "Repeat?"), _top_level()),
        HTTP_TEXT,
        table(("Status", "Code", "Path", "When", "Repeat?"), _http()),
    )


def _members() -> Iterator[tuple[str, ...]]:
    answering = _mutations_by_member()
    types = {_code_of(member.__name__): member.__name__ for member in MEMBERS.values()}  # type: ignore[attr-defined]
    codes = [each.value for each in ErrorCode]
    described("code", codes, types, "graph/schema/outcomes.py: MEMBERS")
    described("code", codes, MEMBER_REPEATS, f"{PLACE}: MEMBER_REPEATS")
    for each in ErrorCode:
        name = types[each.value]
        member = schema._schema.type_map[name]
        assert isinstance(member, GraphQLObjectType)
        further = [field for field in member.fields if field not in ("code", "message")]
        yield (
            code(each.value),
            member.description or "",
            code(*further),
            MEMBER_REPEATS[each.value],
            _list_mutations(answering.get(name, [])),
        )


def _mutations_by_member() -> Mapping[str, list[str]]:
    answering: dict[str, list[str]] = {}
    for mutation, members in _mutations().items():
        for member in members:
            answering.setdefault(member, []).append(mutation)
    return answering


def _mutations() -> dict[str, list[str]]:
    """The mutations, and the types they may answer with."""
    root = schema._schema.mutation_type
    assert root is not None
    unions = {name: get_named_type(field.type) for name, field in root.fields.items()}
    return {name: [each.name for each in of.types] for name, of in unions.items() if isinstance(of, GraphQLUnionType)}


def _list_mutations(names: list[str]) -> str:
    others = [name for name in _mutations() if name not in names]
    if not others:
        return "all"
    return code(*names) if len(names) <= len(others) else f"all but {code(*others)}"


def _code_of(type_name: str) -> str:
    """Types are named after their code."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type_name).upper()


def _top_level() -> Iterator[tuple[str, ...]]:
    described("code", TOP_LEVEL_CODES.values(), TOP_LEVEL_REPEATS, f"{PLACE}: TOP_LEVEL_REPEATS")
    for kind, name in TOP_LEVEL_CODES.items():
        yield code(name), " ".join((kind.__doc__ or "").split()), TOP_LEVEL_REPEATS[name]
    for told in EXECUTION:
        yield code(told.code), told.when, told.repeat


def _http() -> Iterator[tuple[str, ...]]:
    for answer in HTTP:
        yield str(answer.status), code(answer.code), code(*answer.paths) or "any", answer.when, answer.repeat
