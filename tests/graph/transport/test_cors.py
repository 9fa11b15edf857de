"""What pages of another origin may read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace

import httpx
import pytest

from domain.services import Services
from graph.app import assemble
from tests.graph.conftest import given, serving

ORIGIN = "https://box-office.example"
TYPENAME = {"query": "{ __typename }"}


@pytest.fixture
async def across(services: Services) -> AsyncIterator[httpx.AsyncClient]:
    """A server that ORIGIN may call, and a page of ORIGIN that does."""
    settings = services.settings.model_copy(update={"cors_origins": [ORIGIN]})
    async with serving(assemble(settings, given(services))) as client:
        client.headers["Origin"] = ORIGIN
        yield client


def readable(response: httpx.Response) -> bool:
    """Whether a browser gives the page this answer, its correlation id too."""
    headers = response.headers
    return (
        headers.get_list("access-control-allow-origin") == [ORIGIN]
        and headers["access-control-expose-headers"] == "X-Correlation-ID, Retry-After"
        and len(headers.get_list("x-correlation-id")) == 1
    )


async def test_answers_are_readable(across: httpx.AsyncClient) -> None:
    response = await across.post("/graphql", json=TYPENAME)
    assert (response.status_code, readable(response)) == (200, True)


@pytest.mark.parametrize(("method", "path", "status"), [("PUT", "/graphql", 405), ("GET", "/nowhere", 404)])
async def test_so_are_refusals(across: httpx.AsyncClient, method: str, path: str, status: int) -> None:
    response = await across.request(method, path)
    assert (response.status_code, readable(response)) == (status, True)


async def test_so_is_the_413(across: httpx.AsyncClient) -> None:
    response = await across.post("/graphql", json={"query": "#" * 1_048_576})
    assert (response.status_code, readable(response)) == (413, True)


async def test_so_is_the_500(services: Services) -> None:
    settings = services.settings.model_copy(update={"cors_origins": [ORIGIN]})

    @asynccontextmanager
    async def little_opened(_app: object) -> AsyncIterator[dict[str, object]]:
        yield {"services": SimpleNamespace(settings=settings)}

    async with serving(assemble(settings, little_opened)) as client:
        headers = {"Origin": ORIGIN, "X-Correlation-ID": "broke", "Authorization": "Bearer read.by.nobody"}
        response = await client.post("/graphql", json=TYPENAME, headers=headers)
    assert (response.status_code, readable(response)) == (500, True)
    assert response.headers["x-correlation-id"] == "broke"
    [error] = response.json()["errors"]
    assert error["extensions"]["correlationId"] == "broke"


async def test_not_by_other_origins(across: httpx.AsyncClient) -> None:
    response = await across.post("/graphql", json=TYPENAME, headers={"Origin": "https://elsewhere.example"})
    assert "access-control-allow-origin" not in response.headers


async def test_a_preflight_permits_what_clients_send(across: httpx.AsyncClient) -> None:
    asked = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,x-correlation-id",
    }
    response = await across.options("/graphql", headers=asked)
    assert (response.status_code, response.headers["access-control-allow-origin"]) == (200, ORIGIN)


USUAL = "apollographql-client-name,apollographql-client-version,traceparent,sentry-trace,baggage"


@pytest.mark.parametrize(
    ("allowed", "sent", "status"),
    [
        (None, USUAL, 200),
        (None, "apollo-require-preflight,tracestate", 200),
        (None, "x-shop", 400),
        (["X-Shop"], "x-shop,authorization", 200),
        (["X-Shop"], "traceparent", 400),
        (["*"], "x-whatever,authorization", 200),
    ],
)
async def test_which_headers_pages_may_send_is_a_setting(
    services: Services, allowed: list[str] | None, sent: str, status: int
) -> None:
    changed = {"cors_origins": [ORIGIN], **({"cors_headers": allowed} if allowed else {})}
    settings = services.settings.model_copy(update=changed)
    async with serving(assemble(settings, given(services))) as client:
        asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": sent}
        assert (await client.options("/graphql", headers=asked)).status_code == status


async def test_without_origins_in_the_settings_nothing_is_said_of_them(api: httpx.AsyncClient) -> None:
    response = await api.post("/graphql", json=TYPENAME, headers={"Origin": ORIGIN})
    assert not [name for name in response.headers if name.startswith("access-control-")]
