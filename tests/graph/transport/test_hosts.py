"""Which names the server answers to, whom it believes where a request comes from, and what every answer bears."""

from __future__ import annotations

import httpx
import pytest
from starlette.types import Scope

from domain.process.settings import SettingsError, load_settings
from domain.services import Services
from graph.app import assemble
from graph.execution.http_error import HttpError
from graph.transport.hosts import AllowedHosts
from tests.graph.conftest import given, serving
from tests.support.sockets import connected

TYPENAME = {"query": "{ __typename }"}
NAMES = ["tickets.example.org", "*.shop.example", "[::1]"]


def scope(*hosts: str, path: str = "/graphql") -> Scope:
    return {"type": "http", "path": path, "headers": [(b"host", host.encode()) for host in hosts]}


@pytest.mark.parametrize(
    "host",
    ["tickets.example.org", "Tickets.Example.ORG.", "tickets.example.org:8000", "a.b.shop.example", "[::1]:8000"],
)
def test_a_name_of_ours(host: str) -> None:
    AllowedHosts(NAMES).check(scope(host))


@pytest.mark.parametrize(
    "host", ["evil.example", "shop.example", "eviltickets.example.org", "127.0.0.1", "tickets.example.org.evil.example"]
)
def test_the_name_of_another(host: str) -> None:
    with pytest.raises(HttpError) as refused:
        AllowedHosts(NAMES).check(scope(host))
    assert (refused.value.status, refused.value.code) == (421, "HOST_NOT_ALLOWED")


@pytest.mark.parametrize(
    "hosts", [[], [""], ["tickets.example.org", "tickets.example.org"], ["a@tickets.example.org"], ["a:b"]]
)
def test_no_name_at_all(hosts: list[str]) -> None:
    with pytest.raises(HttpError) as refused:
        AllowedHosts(NAMES).check(scope(*hosts))
    assert refused.value.status == 400


def test_balancers_ask_how_it_is_by_address() -> None:
    AllowedHosts(NAMES).check(scope("10.1.2.3:8000", path="/health"))


def test_without_the_setting_every_name_will_do() -> None:
    AllowedHosts([]).check(scope("evil.example"))


@pytest.mark.parametrize("hosts", ["https://tickets.example.org", "tickets.example.org:443", "*", "a,b c"])
def test_what_is_no_name_stops_the_start(hosts: str) -> None:
    with pytest.raises(SettingsError, match="SEATLOCK_ALLOWED_HOSTS must be names without a port"):
        load_settings(
            mongo_uri="mongodb://m/?replicaSet=r", redis_url="redis://r", secret_key="x" * 32, allowed_hosts=hosts
        )


async def test_rebinding_reads_nothing(services: Services) -> None:
    settings = services.settings.model_copy(update={"allowed_hosts": ["localhost", "127.0.0.1"]})
    async with serving(assemble(settings, given(services)), settings) as api:
        assert (await api.post("/graphql", json=TYPENAME)).status_code == 200
        evil = {"Host": "evil.example"}
        refused = await api.post("/graphql", json=TYPENAME, headers=evil)
        assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (421, "HOST_NOT_ALLOWED")
        assert (await api.get("/health", headers=evil)).status_code == 200
        with pytest.raises(Exception, match="HTTP 400"):  # the client sends its own, too
            async with connected(api.base_url, headers=evil):
                raise AssertionError("it was let in")


async def test_every_answer_says_not_to_guess_what_it_is(services: Services) -> None:
    settings = services.settings.model_copy(
        update={"max_body_bytes": 1024, "cors_origins": ["https://shop.example"], "graphql_ide": True}
    )
    asked = [
        ("POST", "/graphql", {}),
        ("GET", "/graphql", {"Accept": "text/html"}),
        ("GET", "/graphql/static/ide.js", {}),
        ("GET", "/nowhere", {}),
        ("GET", "/health", {}),
        ("GET", "/metrics", {}),
        ("OPTIONS", "/graphql", {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}),
    ]
    async with serving(assemble(settings, given(services)), settings) as api:
        for method, path, headers in asked:
            content = b" " * (settings.max_body_bytes + 1) if method == "POST" else None
            answer = await api.request(method, path, headers=headers, content=content)
            assert answer.headers.get_list("X-Content-Type-Options") == ["nosniff"], (method, path, headers)


@pytest.mark.parametrize(("proxies", "listening"), [([], [200, 429]), (["127.0.0.1"], [200, 200])])
async def test_only_a_proxy_of_the_settings_says_where_a_request_comes_from(
    services: Services, proxies: list[str], listening: list[int]
) -> None:
    """On loopback, too: whoever else runs there could say anything, and have as many connections as they like."""
    settings = services.settings.model_copy(update={"trusted_proxies": proxies, "connections_per_address": 1})
    query = {"query": 'subscription { bookingStatus(bookingId: "x") { status } }'}
    async with serving(assemble(settings, given(services)), settings) as api:
        statuses = []
        async with connected(api.base_url, headers={"X-Forwarded-For": "203.0.113.1"}):
            statuses.append(200)
            headers = {"X-Forwarded-For": "203.0.113.2", "Accept": "text/event-stream"}
            answer = await api.post("/graphql", json=query, headers=headers)
            statuses.append(429 if answer.status_code == 429 else 200)
        assert statuses == listening
        assert isinstance(answer, httpx.Response)
