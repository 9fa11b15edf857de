"""Which status and which headers go with an answer without data."""

from __future__ import annotations

import pytest

from domain.errors import Forbidden, OverBudget, Overloaded, Unauthenticated, Unavailable
from graph.execution.errors import describe, internal_error
from graph.execution.http_error import HttpError
from graph.execution.operation import BAD_TOKEN, RequestError

SIGN_IN = (b"www-authenticate", b"Bearer")


def told(code: str) -> RequestError:
    return RequestError({"message": "", "extensions": {"code": code}})


@pytest.mark.parametrize(
    ("rejected", "status", "headers"),
    [
        (RequestError(describe(Unauthenticated("Sign in."))), 401, (SIGN_IN,)),
        (RequestError(describe(Unauthenticated("Bad token.")), headers=[BAD_TOKEN]), 401, (BAD_TOKEN,)),
        (RequestError(describe(Forbidden("No."))), 403, ()),
        (RequestError(describe(OverBudget("Wait.", 90))), 429, ((b"retry-after", b"90"),)),
        (
            RequestError(describe(OverBudget("Wait.", 9)), describe(OverBudget("Wait.", 90))),
            429,
            ((b"retry-after", b"90"),),
        ),
        (RequestError(describe(Overloaded("Wait."))), 429, ((b"retry-after", b"1"),)),
        (RequestError(describe(Unavailable("Later."))), 503, ((b"retry-after", b"5"),)),
        (RequestError(internal_error("a")), 500, ()),
        (
            RequestError({"message": "", "extensions": {"code": "TOO_MANY_SUBSCRIPTIONS"}}),
            429,
            ((b"retry-after", b"5"),),
        ),
        (told("GRAPHQL_PARSE_FAILED"), 400, ()),
        (told("A newer one"), 422, ()),
    ],
)
def test_an_answer_without_data(rejected: RequestError, status: int, headers: tuple[tuple[bytes, bytes], ...]) -> None:
    assert (rejected.status, rejected.headers) == (status, headers)


@pytest.mark.parametrize(("status", "told"), [(429, [b"5"]), (503, [b"5"]), (400, []), (413, []), (500, [])])
def test_what_means_later_says_when(status: int, told: list[bytes]) -> None:
    refused = HttpError(status, "ANY", "Why.", [(b"connection", b"close")])
    assert [value for name, value in refused.headers if name == b"retry-after"] == told
    assert (b"connection", b"close") in refused.headers
