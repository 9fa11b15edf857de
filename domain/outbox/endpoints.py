"""The webhook endpoints that an ADMIN registers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING

import httpx
import structlog
from beanie import PydanticObjectId
from pymongo import ReturnDocument

from domain.documents import Delivery, DeliveryStatus, WebhookEndpoint, new_id
from domain.errors import InvalidInput, NotFound
from domain.signature import new_secret
from domain.text import checked_opaque

if TYPE_CHECKING:
    from domain.services import Services

log = structlog.get_logger(__name__)

URL_LONGEST = 2_000

MOST = 20
"""Every message is delivered to every endpoint."""


@dataclass(frozen=True, slots=True)
class Registered:
    """The secret is told this once."""

    endpoint: WebhookEndpoint
    secret: str


async def register_webhook(services: Services, url: str) -> Registered:
    """From now on send every message there, again if its endpoint is disabled. Raises InvalidInput."""
    url = checked_url(url)
    if (enabled := await _enable(url)) is not None:
        return Registered(enabled, enabled.secret)
    if await WebhookEndpoint.count() >= MOST:
        raise InvalidInput("url", f"There are {MOST} endpoints already; remove one first.")
    endpoint = WebhookEndpoint.model_construct(
        id=new_id(), url=url, secret=new_secret(), created_at=services.clock(), disabled_at=None
    )
    await WebhookEndpoint.get_pymongo_collection().insert_one(endpoint.to_bson())
    return Registered(endpoint, endpoint.secret)


async def _enable(url: str) -> WebhookEndpoint | None:
    """The disabled endpoint with this URL, no longer disabled: what is DEAD there can be replayed."""
    enabled = await WebhookEndpoint.get_pymongo_collection().find_one_and_update(
        {"url": url, "disabled_at": {"$ne": None}},
        {"$set": {"disabled_at": None, "secret": new_secret()}},
        sort=[("_id", -1)],
        return_document=ReturnDocument.AFTER,
    )
    return WebhookEndpoint.from_bson(enabled) if enabled else None


async def remove_webhook(endpoint_id: PydanticObjectId) -> WebhookEndpoint:
    """Send nothing there any more; the endpoint as it was. Raises NotFound."""
    removed = await WebhookEndpoint.get_pymongo_collection().find_one_and_delete({"_id": endpoint_id})
    if removed is None:
        raise NotFound("No such webhook endpoint.")
    await _bury_pending(endpoint_id, "the endpoint was removed")
    return WebhookEndpoint.from_bson(removed)


async def disable(endpoint_id: PydanticObjectId, now: datetime) -> None:
    """The receiver has said that it is gone."""
    disabled = await WebhookEndpoint.get_pymongo_collection().update_one(
        {"_id": endpoint_id, "disabled_at": None}, {"$set": {"disabled_at": now}}
    )
    if disabled.modified_count:
        log.error("webhook endpoint disabled: it answers that it is gone", endpoint=str(endpoint_id))
    await _bury_pending(endpoint_id, "the endpoint is disabled")


async def list_endpoints() -> list[WebhookEndpoint]:
    """All of them, oldest first."""
    found = await WebhookEndpoint.get_pymongo_collection().find(sort=[("_id", 1)]).to_list()
    return [WebhookEndpoint.from_bson(raw) for raw in found]


def checked_url(value: str) -> str:
    """A URL messages may be sent to: https, or http on this machine. Raises InvalidInput."""
    text = checked_opaque("url", value, longest=URL_LONGEST)
    try:
        url = httpx.URL(text)
        host, port = url.host, url.port
    except (httpx.InvalidURL, UnicodeError):  # of a host that is no IDNA
        raise InvalidInput("url", "Not a URL.") from None
    if not text.isascii() or " " in text or "#" in text or not host:
        raise InvalidInput("url", "Must be an absolute URL, escaped, without a fragment.")
    if port is not None and not 0 < port < 65_536:
        raise InvalidInput("url", "The port must be between 1 and 65535.")
    if url.userinfo or "@" in text.split("/")[2]:
        raise InvalidInput("url", "Must not contain a user name or password: messages are signed.")
    if url.scheme != "https" and not (url.scheme == "http" and is_this_machine(host)):
        raise InvalidInput("url", "Must begin with https://, or with http:// on this machine.")
    return text


def is_this_machine(host: str) -> bool:
    """Whether the host of a URL is a loopback address."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


async def _bury_pending(endpoint_id: PydanticObjectId, reason: str) -> None:
    await Delivery.get_pymongo_collection().update_many(
        {"destination": str(endpoint_id), "status": DeliveryStatus.PENDING.value},
        {"$set": {"status": DeliveryStatus.DEAD.value, "last_error": reason}},
    )
