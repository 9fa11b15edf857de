"""A GraphQL request as HTTP brings it: a JSON body, or the query string of a GET."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import orjson
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope

from graph.execution import costs
from graph.execution.http_error import HttpError
from graph.execution.named_documents import name_in
from graph.execution.operation import Request
from graph.transport.callers import address_of
from graph.transport.long_texts import LONG, LongTexts


class Head(NamedTuple):
    """The headers that matter here."""

    content_type: bytes
    accept: bytes
    authorization: bytes
    asks_for_cost: bool = False


def read_head(scope: Scope) -> Head:
    """The headers that matter, found in one pass."""
    content_type = accept = authorization = b""
    asks_for_cost = False
    for name, value in scope["headers"]:
        if name == b"content-type":
            content_type = value
        elif name == b"accept":
            accept = accept + b"," + value if accept else value
        elif name == b"authorization":
            authorization = value
        elif name == costs.HEADER:
            asks_for_cost = costs.is_asked_for(value)
    return Head(content_type, accept, authorization, asks_for_cost)


async def read_request(scope: Scope, head: Head, receive: Receive, long_texts: LongTexts) -> Request:
    """The request of this POST or GET; a long one waits for its turn. Raises HttpError when it is none."""
    method = scope["method"]
    if method == "POST":
        media_type, _, parameters = head.content_type.partition(b";")
        if media_type.strip().lower() != b"application/json":
            raise HttpError(415, "UNSUPPORTED_MEDIA_TYPE", "Send the request as application/json.")
        if b"charset" in parameters.lower() and b"utf-8" not in parameters.lower():
            raise HttpError(415, "UNSUPPORTED_MEDIA_TYPE", "Send the request in UTF-8.")
        body = await _read_body(receive)
        if len(body) <= LONG:
            return checked_request(_parse_json(body, "The body"))
        return await long_texts.parsed(lambda: checked_request(_parse_json(body, "The body")), address_of(scope))
    if method in ("GET", "HEAD"):
        return checked_request(_parse_query_string(scope["query_string"]))
    raise HttpError(405, "METHOD_NOT_ALLOWED", "Use POST, or GET for queries.", [(b"allow", b"GET, HEAD, POST")])


async def _read_body(receive: Receive) -> bytes:
    message = await receive()
    first: bytes = message.get("body", b"")
    if not message.get("more_body"):
        return first
    # Not added to bytes: of a body that comes byte by byte all would be copied for each.
    body = bytearray(first)
    while message.get("more_body"):
        message = await receive()
        if message["type"] == "http.disconnect":
            # Half a body is nobody's request: it must not wait for its turn to be parsed.
            raise ClientDisconnect
        body += message.get("body", b"")
    return bytes(body)


def _parse_json(text: bytes | str, what: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise _unreadable(f"{what} is not JSON: {error.msg}.") from None


def _parse_query_string(query_string: bytes) -> dict[str, Any]:
    try:
        parameters: dict[str, Any] = dict(parse_qsl(query_string.decode("ascii"), errors="strict", max_num_fields=20))
    except ValueError:
        raise _unreadable("The query string is not UTF-8, percent-encoded.") from None
    for name in ("operationName", "variables", "extensions"):
        if parameters.get(name) == "":  # as if it were not there
            del parameters[name]
    for name in ("variables", "extensions"):
        if name in parameters:
            parameters[name] = _parse_json(parameters[name], f"`{name}`")
    return parameters


def checked_request(request: object) -> Request:
    """The request that this JSON says. Raises HttpError."""
    if isinstance(request, list):
        raise _malformed("Batching is not supported: send one request at a time.")
    if not isinstance(request, dict):
        raise _malformed("The request must be a JSON object.")
    query, variables, operation_name = request.get("query"), request.get("variables"), request.get("operationName")
    try:
        name = name_in(request)
    except ValueError as error:
        raise _malformed(str(error)) from None
    if name is not None and (query is None or query == ""):
        query = ""
    elif not isinstance(query, str) or not query.strip():
        raise _malformed("`query` must be a GraphQL document.")
    if not isinstance(variables, dict | None):
        raise _malformed("`variables` must be an object.")
    if not isinstance(operation_name, str | None):
        raise _malformed("`operationName` must be a string.")
    if not isinstance(request.get("extensions"), dict | None):
        raise _malformed("`extensions` must be an object.")
    return Request(query, variables, operation_name, name)


def _unreadable(message: str) -> HttpError:
    return HttpError(400, "BAD_REQUEST", message)


def _malformed(message: str) -> HttpError:
    """It was read, and is no request of GraphQL."""
    return HttpError(422, "BAD_REQUEST", message)
