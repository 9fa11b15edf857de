"""Where messages may be sent."""

from __future__ import annotations

import pytest

from domain.errors import InvalidInput
from domain.outbox.endpoints import checked_url


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
        checked_url(url)
    assert refusal.value.field == "url"


@pytest.mark.parametrize(
    "url",
    [
        "https://receiver.test",
        "https://10.0.0.1:8443/hook?shop=1",
        "HTTPS://Receiver.test/",
        "https://[2001:db8::1]/hook",
        "http://127.0.0.1:3000/hook",
        "http://localhost/hook",
        "http://[::1]:3000/hook",
    ],
)
def test_urls_that_will_do(url: str) -> None:
    assert checked_url(url) == url
