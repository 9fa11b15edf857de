"""GraphiQL: for browsers, where the settings say so, and from this server alone."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from domain.services import Services
from graph.app import assemble
from tests.graph.conftest import given, serving

# What Chromium sends with a navigation.
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"}
FILES = {
    "graphiql.min.css": "text/css; charset=utf-8",
    "ide.css": "text/css; charset=utf-8",
    "graphiql.min.js": "text/javascript; charset=utf-8",
    "ide.js": "text/javascript; charset=utf-8",
}
STATIC = Path(__file__).parents[3] / "graph" / "static"
WORKERS = {f"{name}.worker.min.js": FILES["ide.js"] for name in ("editor", "graphql", "json")}


@pytest.fixture
async def ide(services: Services) -> AsyncIterator[httpx.AsyncClient]:
    """A server whose settings turn the IDE on."""
    settings = services.settings.model_copy(update={"graphql_ide": True})
    async with serving(assemble(settings, given(services))) as client:
        yield client


async def test_a_browser_is_shown_the_page(ide: httpx.AsyncClient) -> None:
    page = await ide.get("/graphql", headers=BROWSER)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert page.headers["cache-control"] == "no-store"
    assert "x-correlation-id" in page.headers


async def test_the_page_names_these_files_and_no_other(ide: httpx.AsyncClient) -> None:
    page = (await ide.get("/graphql", headers=BROWSER)).text
    named = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert [url.partition("?v=")[0] for url in named] == ["data:,", *(f"/graphql/static/{name}" for name in FILES)]
    workers = re.findall(r'data-\w+="(/[^"]*)\?v=', page)
    assert workers == [f"/graphql/static/{name}" for name in WORKERS]
    assert "<script>" not in page
    assert "<style" not in page


async def test_its_policy_lets_nothing_in_from_elsewhere(ide: httpx.AsyncClient) -> None:
    policy = (await ide.get("/graphql", headers=BROWSER)).headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; worker-src 'self'; ")
    assert set(re.findall(r"'[^']*'|\w+:", policy)) == {"'none'", "'self'", "'unsafe-inline'", "data:"}


async def test_every_file_it_names_is_served_for_good(ide: httpx.AsyncClient) -> None:
    page = (await ide.get("/graphql", headers=BROWSER)).text
    for url in re.findall(r'"(/graphql/static/[^"]*\?v=[0-9a-f]{12})"', page):
        file = await ide.get(url)
        name = url.removeprefix("/graphql/static/").partition("?")[0]
        assert (file.status_code, file.headers["content-type"]) == (200, (FILES | WORKERS)[name])
        assert file.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert file.content


async def test_it_subscribes_over_a_websocket_of_this_server(ide: httpx.AsyncClient) -> None:
    page = await ide.get("/graphql", headers=BROWSER)
    assert "connect-src 'self';" in page.headers["content-security-policy"]
    assert "new WebSocket(`${location.origin" in (await ide.get("/graphql/static/ide.js")).text


@pytest.mark.parametrize(
    "path",
    [
        "",
        "LICENSES.txt",
        "source",
        "source/build.mjs",
        "absent.js",
        "../ide.py",
        "%2e%2e/ide.py",
        "..%2fide.py",
        "ide.js/../../ide.py",
        "/etc/passwd",
    ],
)
async def test_no_other_name_leads_to_a_file(ide: httpx.AsyncClient, path: str) -> None:
    # As bytes, for httpx would resolve the dots itself.
    url = ide.base_url.copy_with(raw_path=b"/graphql/static/" + path.encode())
    assert (await ide.get(url)).status_code == 404


async def test_other_clients_pass(ide: httpx.AsyncClient) -> None:
    query = {"query": "{ __typename }"}
    answer = {"data": {"__typename": "Query"}}
    assert (await ide.post("/graphql", json=query, headers=BROWSER)).json() == answer
    assert (await ide.get("/graphql", params=query, headers=BROWSER)).json() == answer
    response = await ide.get("/graphql", headers={"Accept": "application/json"})
    assert response.status_code == 422
    assert (await ide.get("/graphql?query=", headers=BROWSER)).headers["content-type"].startswith("application/json")


def test_what_is_bundled_is_named_with_its_licence() -> None:
    named = (STATIC / "LICENSES.txt").read_text()
    wanted: dict[str, str] = json.loads((STATIC / "source" / "package.json").read_text())["dependencies"]
    del wanted["esbuild"]  # which bundles
    assert [name for name, version in wanted.items() if f"\n{name} {version} (MIT)\n" not in named] == []
    assert {file.name for file in STATIC.glob("*.*")} == {*FILES, *WORKERS, "LICENSES.txt"}, "and nothing else is there"


async def test_off_there_is_no_page_and_no_file(api: httpx.AsyncClient) -> None:
    response = await api.get("/graphql", headers=BROWSER)
    assert (response.status_code, response.headers["content-type"]) == (422, "application/json; charset=utf-8")
    assert [(await api.get(f"/graphql/static/{name}")).status_code for name in FILES | WORKERS] == [404] * 7
