"""The webhook endpoints that an ADMIN registers."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import httpx
import structlog
from beanie import PydanticObjectId
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.errors import DuplicateKeyError, PyMongoError

from domain.audit.administration import administration_entry
from domain.audit.journal import Work
from domain.clock import Clock
from domain.documents import (
    AuditAction,
    AuditEntry,
    Delivery,
    DeliveryStatus,
    FormerSecret,
    Overtaken,
    WebhookEndpoint,
    new_id,
)
from domain.errors import InvalidInput, NotFound
from domain.ids import api_id
from domain.outbox.targets import is_private_name
from domain.signature import new_secret
from domain.text import checked_opaque

if TYPE_CHECKING:
    from domain.caller import Caller
    from domain.services import Services

log = structlog.get_logger(__name__)

URL_LONGEST = 2_000

MOST = 20
"""Every message is delivered to every endpoint."""

FORMER_SECRET_FOR = timedelta(days=1)
"""How long messages are also signed with a secret after it was renewed."""

MOST_SECRETS = 5
"""Every message is signed with each of them, and receivers read no end of signatures."""


@dataclass(frozen=True, slots=True)
class Registered:
    """The secret is told once: it is None of an endpoint that was there, `replayed`."""

    endpoint: WebhookEndpoint
    secret: str | None
    replayed: bool


@dataclass(frozen=True, slots=True)
class Renewed:
    """The secret is told this once. Until then messages are signed with the former one, too."""

    endpoint: WebhookEndpoint
    secret: str
    former_until: datetime


async def register_webhook(services: Services, caller: Caller, url: str) -> Registered:
    """From now on send every message there, again if its endpoint is disabled. Raises InvalidInput.

    There is one endpoint a URL: who registers it again, or at the same moment elsewhere, gets that one.
    """
    url = checked_url(url, private=services.settings.webhook_private_targets)
    while True:
        found = await _endpoint_of(url)
        if found is None:
            registered = await _add(services, caller, url)
        elif found.disabled_at is not None:
            registered = await _enable(services, caller, found, url)
        else:
            return Registered(found, None, replayed=True)
        if registered is not None:
            return registered


async def _endpoint_of(url: str) -> WebhookEndpoint | None:
    """The endpoint with this URL, of several of before there were keys the one in use, or else the latest."""
    endpoints = [each for each in await list_endpoints() if (each.url_key or _normal(httpx.URL(each.url))) == url]
    return max(endpoints, key=lambda each: (each.url_key is not None, each.disabled_at is None, each.id), default=None)


async def _add(services: Services, caller: Caller, url: str) -> Registered | None:
    """A new endpoint; None when there is one of this URL by now."""
    if await WebhookEndpoint.count() >= MOST:
        raise InvalidInput("url", f"There are {MOST} endpoints already; remove one first.")
    endpoint = WebhookEndpoint.model_construct(
        id=new_id(),
        url=url,
        url_key=url,
        secret=new_secret(),
        former_secrets=[],
        created_at=services.clock(),
        disabled_at=None,
    )

    async def insert(session: AsyncClientSession) -> None:
        await WebhookEndpoint.get_pymongo_collection().insert_one(endpoint.to_bson(), session=session)

    try:
        await services.journal.write(_entry(services.clock, caller, AuditAction.WEBHOOK_REGISTERED, endpoint), insert)
    except DuplicateKeyError:
        return None
    return Registered(endpoint, endpoint.secret, replayed=False)


async def _enable(services: Services, caller: Caller, endpoint: WebhookEndpoint, url: str) -> Registered | None:
    """It is no longer disabled: what is DEAD there can be replayed. None when somebody was faster."""
    enabled = endpoint.evolve(disabled_at=None, url_key=url, secret=new_secret(), former_secrets=[])
    changes: dict[str, Any] = {"disabled_at": None, "url_key": url, "secret": enabled.secret, "former_secrets": []}
    enable = _update({"_id": endpoint.id, "disabled_at": {"$ne": None}}, changes)
    try:
        await services.journal.write(_entry(services.clock, caller, AuditAction.WEBHOOK_REGISTERED, endpoint), enable)
    except Overtaken:
        return None
    return Registered(enabled, enabled.secret, replayed=False)


async def renew_secret(services: Services, caller: Caller, endpoint_id: PydanticObjectId) -> Renewed:
    """Sign with a new secret and, for a day, with those of before, too. Raises InvalidInput, NotFound."""
    endpoints = WebhookEndpoint.get_pymongo_collection()
    while (raw := await endpoints.find_one({"_id": endpoint_id})) is not None:
        now, endpoint = services.clock(), WebhookEndpoint.from_bson(raw)
        former = [each for each in endpoint.former_secrets if each.until > now]
        if len(former) + 1 >= MOST_SECRETS:
            raise InvalidInput("endpointId", f"It has {MOST_SECRETS} secrets already; the first ends within a day.")
        until = now + FORMER_SECRET_FOR
        former.append(FormerSecret.model_construct(secret=endpoint.secret, until=until))
        renewed = endpoint.evolve(secret=new_secret(), former_secrets=former)
        changed = {name: value for name, value in renewed.to_bson().items() if name in ("secret", "former_secrets")}
        as_read = {"_id": endpoint_id, "secret": endpoint.secret}
        entry = _entry(services.clock, caller, AuditAction.WEBHOOK_SECRET_RENEWED, endpoint)
        with suppress(Overtaken):
            await services.journal.write(entry, _update(as_read, changed))
            return Renewed(renewed, renewed.secret, until)
    raise NotFound("No such webhook endpoint.")


async def remove_webhook(services: Services, caller: Caller, endpoint_id: PydanticObjectId) -> WebhookEndpoint:
    """Send nothing there any more; the endpoint as it was. Raises NotFound."""
    endpoints = WebhookEndpoint.get_pymongo_collection()
    raw = await endpoints.find_one({"_id": endpoint_id})
    if raw is None:
        raise NotFound("No such webhook endpoint.")
    removed = WebhookEndpoint.from_bson(raw)

    async def remove(session: AsyncClientSession) -> None:
        if not (await endpoints.delete_one({"_id": endpoint_id}, session=session)).deleted_count:
            raise NotFound("No such webhook endpoint.")

    await services.journal.write(_entry(services.clock, caller, AuditAction.WEBHOOK_REMOVED, removed), remove)
    with suppress(PyMongoError):  # it is removed; what stays PENDING is DEAD once it is tried
        await _bury_pending(endpoint_id, "the endpoint was removed")
    return removed


def _update(as_read: dict[str, Any], changes: dict[str, Any]) -> Work:
    """Change the endpoint that is still as it was read. Raises Overtaken."""

    async def update(session: AsyncClientSession) -> None:
        endpoints = WebhookEndpoint.get_pymongo_collection()
        if not (await endpoints.update_one(as_read, {"$set": changes}, session=session)).matched_count:
            raise Overtaken

    return update


def _entry(clock: Clock, caller: Caller, action: AuditAction, endpoint: WebhookEndpoint) -> AuditEntry:
    # Not the whole URL: receivers put secrets into its path.
    told = {"endpointId": api_id("WebhookEndpoint", endpoint.id), "host": httpx.URL(endpoint.url).host}
    return administration_entry(clock(), caller, action, **told)


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


def checked_url(value: str, *, private: bool) -> str:
    """A URL messages may be sent to, in its normal form: https or, if `private` targets are allowed, http on this
    machine. A name that means a private address is found out when it is connected to. Raises InvalidInput.
    """
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
    if not private and is_private_name(host):
        raise InvalidInput("url", "Must not be on this machine or in a private network: this server does not allow it.")
    if url.scheme != "https" and not (url.scheme == "http" and is_this_machine(host)):
        at_home = ", or with http:// on this machine" if private else ""
        raise InvalidInput("url", f"Must begin with https://{at_home}.")
    return _normal(url)


def _normal(url: httpx.URL) -> str:
    """The URL as every way of writing it that means the same: the one that is posted to."""
    host = url.host.lower()
    with suppress(ValueError):
        host = str(ip_address(host))
    port = f":{url.port}" if url.port else ""  # httpx leaves out the one that its scheme has
    return f"{url.scheme}://{f'[{host}]' if ':' in host else host}{port}{url.raw_path.decode()}"


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
