"""Where messages may be sent."""

from __future__ import annotations

import asyncio

import pytest

from domain.documents import WebhookEndpoint, new_id
from domain.errors import InvalidInput
from domain.outbox.endpoints import checked_url, disable, list_endpoints, register_webhook
from domain.services import Services
from tests.support.sale import somebody


@pytest.mark.parametrize(
    "url",
    [
        "",
        "receiver.test/hook",
        "//receiver.test/hook",
        "/hook",
        "ftp://receiver.test/",
        "file:///etc/passwd",
        "http://receiver.test/hook",
        "http://10.0.0.1/hook",
        "http://localhost.receiver.test/",
        "http://127.0.0.1.receiver.test/",
        "http://2130706434/",
        "https://user:password@receiver.test/",
        "https://user@receiver.test/",
        "https://@receiver.test/",
        "http://127.0.0.1@receiver.test/",
        "https://receiver.test/#fragment",
        "https://receiver.test/a b",
        "https://receiver.test/\nhook",
        "https://receiver.test:99999/",
        "https://receiver.test:0/",
        "https://receiver.test:x/",
        "https://",
        "https:///hook",
        "https://[::1/",
        "https://receiver.test\\@127.0.0.1/",
        "https://räuber.test/",
        "https://xn--a/",
        "https://receiver.test/" + "x" * 2_000,
    ],
)
def test_urls_that_are_refused(url: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        checked_url(url, private=True)
    assert refusal.value.field == "url"


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("https://receiver.test", "https://receiver.test/"),
        ("https://receiver.test?shop=1", "https://receiver.test/?shop=1"),
        ("https://10.0.0.1:8443/hook?shop=1", "https://10.0.0.1:8443/hook?shop=1"),
        ("HTTPS://Receiver.test/Hook", "https://receiver.test/Hook"),
        ("https://receiver.test:443/hook", "https://receiver.test/hook"),
        ("https://receiver.test/a/../hook", "https://receiver.test/hook"),
        ("https://[2001:DB8:0::1]:443/hook", "https://[2001:db8::1]/hook"),
        ("http://127.0.0.1:3000/hook", "http://127.0.0.1:3000/hook"),
        ("http://LocalHost:80/hook", "http://localhost/hook"),
        ("http://[::1]:3000/hook", "http://[::1]:3000/hook"),
        (" https://receiver.test/hook/ ", "https://receiver.test/hook/"),
    ],
)
def test_urls_that_will_do_in_their_normal_form(url: str, normal: str) -> None:
    assert checked_url(url, private=True) == normal
    assert checked_url(normal, private=True) == normal


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:3000/hook",
        "https://localhost/hook",
        "https://api.localhost./hook",
        "https://127.1/hook",
        "https://2130706433/hook",
        "https://0x7f.0.0.1/hook",
        "https://0.0.0.0/hook",
        "https://10.0.0.1/hook",
        "https://169.254.169.254/latest/meta-data/",
        "https://100.64.0.1/hook",
        "https://224.0.0.1/hook",
        "https://[::1]/hook",
        "https://[fe80::1]/hook",
        "https://[fd00::1]/hook",
        "https://[fec0::1]/hook",
        "https://[::ffff:10.0.0.1]/hook",
        "https://[2002:a00:1::]/hook",
        "https://[64:ff9b::a9fe:a9fe]/hook",
    ],
)
def test_private_targets_are_refused_unless_they_are_allowed(url: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        checked_url(url, private=False)
    assert refusal.value.field == "url"
    assert checked_url(url, private=True)


@pytest.mark.parametrize(
    "url", ["https://receiver.test/", "https://1.1.1.1/hook", "https://[2606:4700::1]/", "https://fe80.receiver.test/"]
)
def test_public_ones_are_not(url: str) -> None:
    assert checked_url(url, private=False) == url


async def test_a_url_is_one_endpoint_however_it_is_written_and_whoever_is_first(services: Services) -> None:
    ways = ["https://receiver.test/hook", "HTTPS://Receiver.TEST/hook", "https://receiver.test:443/x/../hook"]
    registered = await asyncio.gather(*(register_webhook(services, somebody(), way) for way in ways * 5))
    (endpoint,) = await list_endpoints()
    assert {each.endpoint.id for each in registered} == {endpoint.id}
    assert sorted(each.secret is None for each in registered) == [False] + [True] * 14
    assert [each.secret for each in registered if not each.replayed] == [endpoint.secret]


async def test_those_of_earlier_versions_are_found_by_their_url(services: Services) -> None:
    old = [
        {"_id": new_id(), "url": "https://Receiver.test", "secret": f"s{n}", "created_at": services.clock()}
        for n in range(2)
    ]
    await WebhookEndpoint.get_pymongo_collection().insert_many([{**each, "disabled_at": None} for each in old])
    again = await register_webhook(services, somebody(), "https://receiver.test/")
    assert (again.endpoint.id, again.secret, again.replayed) == (old[1]["_id"], None, True)
    assert len(await list_endpoints()) == 2


async def test_a_disabled_one_is_enabled_once(services: Services) -> None:
    endpoint = (await register_webhook(services, somebody(), "https://receiver.test/hook")).endpoint
    await disable(endpoint.id, services.clock())
    again = await asyncio.gather(
        *(register_webhook(services, somebody(), "https://receiver.test/hook") for _ in range(5))
    )
    (stored,) = await list_endpoints()
    assert (stored.id, stored.disabled_at) == (endpoint.id, None)
    assert [each.secret for each in again if not each.replayed] == [stored.secret]
