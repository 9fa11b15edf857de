"""A real reverse proxy, with its file of docs/examples/proxy, in front of two API processes."""

from __future__ import annotations

import asyncio
import re
import secrets
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from pymongo import MongoClient

from domain.process.settings import load_settings
from ops.embedded import Server
from ops.processes import free_port
from tests.clients.box_office import BoxOffice
from tests.conftest import Servers
from tests.support.api import api_server
from tests.support.customers import AVAILABLE, Watchers, buying, watching
from tests.support.fronts import FILES, HOST, Certificate, Front, make_certificate
from tests.support.hunting import hunt
from tests.support.waiting import PATIENCE_SECONDS

ADMIN = {"admin_email": "grace@seatlock.test", "admin_password": "correct horse battery"}
TYPENAME = {"query": "{ __typename }"}
SCHEMA = {"query": "{ __schema { types { name description fields { name description } } } }"}
EVENT_STREAM = {"Accept": "text/event-stream"}
JSON = "application/json"

PROXIES = ["nginx", pytest.param("caddy", marks=hunt)]


@pytest.fixture(scope="module")
def apis(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Server]]:
    """Two processes of one shop, which believe the proxy and let one address ask for the schema three times."""
    settings = load_settings(
        mongo_uri=servers.mongo_uri,
        mongo_database=f"test_{secrets.token_hex(6)}",
        redis_url=servers.redis_url,
        secret_key=secrets.token_hex(32),
        payment_provider="simulated",
        webhook_secret="whsec_" + "c2VhdGxvY2stdGVzdHMtb2YtcHJveGllcw==",
        trusted_proxies="127.0.0.1",
        allowed_hosts=HOST,
        budget_introspection="3/hour",
        budgets_times=1,
        **ADMIN,
    )
    folder = tmp_path_factory.mktemp("apis")
    both = [api_server(settings, folder / f"{number}.log") for number in range(2)]
    try:
        for api in both:
            api.start()
        yield both
    finally:
        for api in both:
            api.kill()
        mongo: MongoClient[dict[str, object]]
        with MongoClient(settings.mongo_uri) as mongo:
            mongo.drop_database(settings.mongo_database)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module", params=PROXIES)
def front(
    request: pytest.FixtureRequest,
    apis: list[Server],
    certificate: Certificate,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Front]:
    started = Front(request.param, tmp_path_factory.mktemp("front"), certificate, [api.port for api in apis])
    started.start()
    yield started
    started.stop()


@pytest.fixture
async def client(front: Front) -> AsyncIterator[httpx.AsyncClient]:
    async with front.client() as http:
        yield http


@pytest.fixture
async def office(client: httpx.AsyncClient) -> BoxOffice:
    opened = BoxOffice(client)
    await opened.open(ADMIN["admin_email"], ADMIN["admin_password"])
    return opened


async def test_plain_http_is_sent_to_tls(front: Front) -> None:
    async with httpx.AsyncClient() as plain:
        answer = await plain.get(f"http://{HOST}:{front.plain_port}/graphql?query=x")
    assert answer.status_code in (301, 308)
    assert re.fullmatch(rf"https://{HOST}(:\d+)?/graphql\?query=x", answer.headers["location"])


@pytest.mark.parametrize(
    ("version", "name"), [(ssl.TLSVersion.TLSv1_2, "TLSv1.2"), (ssl.TLSVersion.TLSv1_3, "TLSv1.3")]
)
def test_tls_is_1_2_or_1_3(front: Front, version: ssl.TLSVersion, name: str) -> None:
    with handshake(front, version) as secured:
        assert secured.version() == name


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_older_tls_is_refused(front: Front) -> None:
    with pytest.raises((ssl.SSLError, ConnectionError)), handshake(front, ssl.TLSVersion.TLSv1_1):
        pass


def test_another_name_is_not_answered(front: Front) -> None:
    with pytest.raises(ssl.SSLError), handshake(front, ssl.TLSVersion.TLSv1_3, "shop.example.org"):
        pass


@contextmanager
def handshake(front: Front, version: ssl.TLSVersion, name: str = HOST) -> Iterator[ssl.SSLSocket]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    with (
        socket.create_connection(("127.0.0.1", front.port), timeout=5) as connection,
        context.wrap_socket(connection, server_hostname=name) as secured,
    ):
        yield secured


async def test_http_2(front: Front) -> None:
    async with front.client(http2=True) as client:
        answer = await client.post("/graphql", json=TYPENAME)
    assert (answer.http_version, answer.json()) == ("HTTP/2", {"data": {"__typename": "Query"}})
    assert answer.headers["strict-transport-security"] == "max-age=63072000"


async def test_a_purchase(client: httpx.AsyncClient, office: BoxOffice) -> None:
    buyer = await office.buyer()
    await office.pay(buyer, await office.book(buyer, await office.event()))


async def test_large_json_is_compressed_and_small_is_not(front: Front) -> None:
    async with front.client("127.0.0.9") as client:
        large = await client.post("/graphql", json=SCHEMA)
        small = await client.post("/graphql", json=TYPENAME)
    assert (large.status_code, large.headers.get("content-encoding")) == (200, "gzip")
    assert large.num_bytes_downloaded < len(large.content) / 3
    assert "content-encoding" not in small.headers


async def test_a_websocket_tells_what_happens(front: Front, office: BoxOffice) -> None:
    event, buyer = await office.event(), await office.buyer()
    async with watching(front, event) as seats:
        assert await seats.data("seatAvailability") == {"availableSeats": 20}
        await office.lock(buyer, event)
        assert await seats.data("seatAvailability") == {"availableSeats": 19}


@pytest.mark.parametrize("http2", [False, True])
async def test_an_event_stream_is_neither_held_back_nor_compressed(
    front: Front, office: BoxOffice, http2: bool
) -> None:
    event, buyer = await office.event(), await office.buyer()
    asked = {"query": AVAILABLE, "variables": {"event": event}}
    async with (
        asyncio.timeout(PATIENCE_SECONDS),
        front.client(http2=http2) as client,
        client.stream("POST", "/graphql", json=asked, headers=EVENT_STREAM) as stream,
    ):
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert "content-encoding" not in stream.headers
        lines = stream.aiter_lines()
        await told(lines, 20)
        await office.lock(buyer, event)
        await told(lines, 19)


async def told(lines: AsyncIterator[str], available: int) -> None:
    while f'"availableSeats":{available}' not in await anext(lines):
        pass


async def test_who_would_rather_have_another_protocol_is_answered_in_this_one(client: httpx.AsyncClient) -> None:
    rather = {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2-Settings": "AAMAAABk"}
    for _ in range(5):
        answer = await client.post("/graphql", json=TYPENAME, headers=rather)
        assert (answer.status_code, answer.json()) == (200, {"data": {"__typename": "Query"}})
        assert (await client.post("/graphql", json=TYPENAME)).json() == {"data": {"__typename": "Query"}}


async def test_a_body_that_is_too_large_is_refused_as_seatlock_would(client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql", content=b" " * (2**20 + 1), headers={"Content-Type": JSON})
    assert answer.status_code == 413
    assert answer.headers["content-type"].startswith(JSON)
    assert answer.json()["errors"][0]["extensions"] == {"code": "PAYLOAD_TOO_LARGE"}


async def test_seatlock_learns_who_the_client_is_and_is_not_lied_to(front: Front) -> None:
    """One address may ask for the schema three times; what it says of itself makes it no other."""
    net = "127.0.0" if front.name == "nginx" else "127.0.1"  # what was asked through another proxy counts, too
    async with front.client(f"{net}.2") as one, front.client(f"{net}.3") as other:
        own = [(await one.post("/graphql", json=SCHEMA)).status_code for _ in range(4)]
        lies = [
            (await one.post("/graphql", json=SCHEMA, headers={header: value})).status_code
            for header, value in [
                ("X-Forwarded-For", "127.0.0.4"),
                ("X-Forwarded-For", "127.0.0.4, 127.0.0.1"),
                ("X-Real-IP", "127.0.0.4"),
                ("Forwarded", "for=127.0.0.4"),
            ]
        ]
        others = (await other.post("/graphql", json=SCHEMA)).status_code
    assert own == [200, 200, 200, 429]
    assert lies == [429] * 4
    assert others == 200


@pytest.mark.parametrize(
    "path", ["/metrics", "/health", "/ready", "/", "/metrics/", "//metrics", "/graphql/../metrics"]
)
async def test_what_is_for_operators_is_not_for_the_outside(front: Front, path: str) -> None:
    with handshake_of(front) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {HOST}:{front.port}\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert b'"code":"NOT_FOUND"' in answer


def handshake_of(front: Front) -> ssl.SSLSocket:
    connection = socket.create_connection(("127.0.0.1", front.port), timeout=5)
    front.certificate.trust.set_alpn_protocols(["http/1.1"])  # a client of HTTP/2 may have said otherwise before
    return front.certificate.trust.wrap_socket(connection, server_hostname=HOST)


async def test_a_payment_provider_gets_through(client: httpx.AsyncClient) -> None:
    """As far as the signature, which is wrong."""
    answer = await client.post("/webhooks/payments/simulated", json={})
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (400, "BAD_REQUEST")


async def test_a_rolling_restart_loses_no_request_and_no_watcher(
    front: Front, apis: list[Server], office: BoxOffice
) -> None:
    event, buyer = await office.event(), await office.buyer()
    watchers = Watchers(front, event)
    async with asyncio.TaskGroup() as group, buying(office) as twenty_more:
        tasks = [group.create_task(watchers.watch(number)) for number in watchers.seen]
        await watchers.see(20)
        for stopped, api in enumerate(apis, start=1):
            await asyncio.to_thread(api.stop)
            await office.lock(buyer, event)
            await watchers.see(20 - stopped)
            await twenty_more()
            await asyncio.to_thread(api.start)
        for task in tasks:
            task.cancel()
    # At the end all have left the second process, and some the first before.
    assert set(watchers.codes) == {1012}
    assert len(tasks) <= len(watchers.codes) <= 2 * len(tasks)


@hunt
async def test_no_request_is_lost_while_one_after_the_other_is_replaced_or_killed(
    front: Front, apis: list[Server], office: BoxOffice
) -> None:
    """Caddy can't repeat a POST that was cut off: see docs/examples/proxy/Caddyfile."""
    ends = [(apis[0], apis[0].stop), (apis[1], apis[1].stop)] * 2
    if front.name == "nginx":
        ends += [(apis[0], apis[0].kill), (apis[1], apis[1].kill)]
    async with buying(office) as twenty_more:
        for api, end in ends:
            await asyncio.to_thread(end)
            await twenty_more()
            await asyncio.to_thread(api.start)
            await twenty_more()


@pytest.mark.parametrize("proxy", PROXIES)
async def test_when_nobody_is_there_the_answer_is_one_that_clients_know(
    proxy: str, certificate: Certificate, tmp_path: Path
) -> None:
    front = Front(proxy, tmp_path, certificate, [free_port(), free_port()])
    front.start()
    try:
        async with front.client() as client:
            answer = await client.post("/graphql", json=TYPENAME)
    finally:
        front.stop()
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.json()["errors"][0]["extensions"] == {"code": "UNAVAILABLE"}


@hunt
async def test_a_flood_of_one_address_is_refused_as_seatlock_would_and_others_are_served(
    certificate: Certificate, tmp_path: Path
) -> None:
    """Only nginx counts requests. Nobody needs to be behind it for that."""
    front = Front("nginx", tmp_path, certificate, [free_port(), free_port()])
    front.start()
    try:
        async with front.client("127.0.0.5") as flood, front.client("127.0.0.6") as other:
            answers = [await flood.post("/graphql", json=TYPENAME) for _ in range(20)]
            while answers[-1].status_code != 429 and len(answers) < 5000:
                answers += await asyncio.gather(*(flood.post("/graphql", json=TYPENAME) for _ in range(50)))
            served = await other.post("/graphql", json=TYPENAME)
    finally:
        front.stop()
    assert len(answers) > 1000, "a whole school may have one address"
    refused = answers[-1]
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    assert refused.json()["errors"][0]["extensions"] == {"code": "RATE_LIMITED", "retryAfterSeconds": 1}
    assert served.status_code == 503


def test_each_path_of_the_api_is_for_the_outside_or_for_operators() -> None:
    """A new one has to be decided on in both files."""
    reference = (FILES.parents[1] / "reference" / "http.md").read_text().split("## ")[0]
    paths = set(re.findall(r"^\| `(/[^`{]*)", reference, re.MULTILINE))
    public = paths - {"/health", "/ready", "/metrics"}
    found = re.findall(r"location (?:= (/\S*)|(/\S+)) \{", (FILES / "nginx.conf").read_text())
    nginx = {exact or prefix for exact, prefix in found}
    (caddy,) = re.findall(r"@public path (.*)", (FILES / "Caddyfile").read_text())
    assert nginx == {path.replace("payments/{provider}", "payments/") for path in public}
    assert {path.removesuffix("*") for path in caddy.split()} == nginx
