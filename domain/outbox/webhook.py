"""Sending a message to a webhook endpoint."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from datetime import datetime
from functools import cache

import httpcore
import httpx

from domain.documents import OutboxMessage, WebhookEndpoint
from domain.outbox.attempt import EndpointGone, NotDelivered
from domain.outbox.payload import body_of, webhook_id
from domain.outbox.targets import ByEnvironment, PrivateTarget, UnknownHost
from domain.signature import signed_headers

GONE = 410

LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=100)
"""As many connections as messages are sent at a time: endpoints that hang would have those of a pool to themselves."""

ANSWER_BYTES, ANSWER_SECONDS = 16_384, 1.0
"""So much of an answer's body is read, and thrown away, that its connection can be used again."""


FAULTS = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException)
"""What httpcore raises of a connection that breaks."""


def open_client(*, private: bool) -> httpx.AsyncClient:
    """The client to post with; `private`: it may connect to addresses that are not public, too."""
    return httpx.AsyncClient(
        transport=ByEnvironment(_tls(), LIMITS, private=private),
        follow_redirects=False,
        timeout=None,  # noqa: S113  # whoever sends gives it so long in all
        headers={"User-Agent": "Seatlock"},
    )


async def post(client: httpx.AsyncClient, endpoint: WebhookEndpoint, message: OutboxMessage, now: datetime) -> None:
    """Send it, signed; any 2xx is a receipt. Raises NotDelivered, EndpointGone."""
    body = body_of(message)
    headers = {
        "Content-Type": "application/json",
        **signed_headers(
            endpoint.secret,
            webhook_id(message.id),
            body,
            now,
            former=[former.secret for former in endpoint.former_secrets if former.until > now],
        ),
    }
    try:
        async with client.stream("POST", endpoint.url, content=body, headers=headers) as response:
            status = response.status_code
            await _read_a_little(response)
    except Exception as error:  # whatever happens in the client or on the way
        raise NotDelivered(_in_words(error)) from error
    if status == GONE:
        raise EndpointGone
    if not 200 <= status < 300:
        raise NotDelivered(f"status {status}")


def _in_words(error: Exception) -> str:
    """Why there was no answer, in words of our own: those of the client may quote the URL, or tell what is there."""
    match error:
        case PrivateTarget():
            return "the address is not public"
        case UnknownHost():
            return "the host name is not known"
        case httpcore.ConnectError() | httpx.ConnectError():
            return "TLS failed" if isinstance(error.__context__, ssl.SSLError) else "could not connect"
        case httpcore.TimeoutException() | httpx.TimeoutException():
            return "timed out"
    return "no answer"


async def _read_a_little(response: httpx.Response) -> None:
    # What the status says counts, whatever comes of the rest.
    with suppress(httpx.HTTPError, *FAULTS, TimeoutError):
        async with asyncio.timeout(ANSWER_SECONDS):
            size = 0
            async for chunk in response.aiter_raw():
                size += len(chunk)
                if size > ANSWER_BYTES:
                    return


@cache
def _tls() -> ssl.SSLContext:
    # Making one reads some hundred certificates: tens of milliseconds.
    return httpx.create_ssl_context()
