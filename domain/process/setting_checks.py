"""What single settings must look like beyond their types, and what variables there may be beside them. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from difflib import get_close_matches
from ipaddress import ip_network
from urllib.parse import urlsplit

from pymongo.errors import PyMongoError
from pymongo.uri_parser import parse_uri
from redis.asyncio.connection import parse_url

PREFIX = "SEATLOCK_"

NO_SETTINGS = ("ENV_FILE", "URL", "EMAIL", "PASSWORD", "TEST_MONGO_URI", "TEST_REDIS_URL", "TEST_HUNT")
"""What else is read by commands, examples and tests, without the prefix."""

DEFAULT_PORTS = {"http": 80, "https": 443}


def strange_variables(variables: Collection[str], settings: Collection[str]) -> Iterator[str]:
    """What is wrong with variables that begin as settings do, and are none: a typing error must not go unnoticed.

    Both with their prefix, in any case. Kubernetes gives every container variables about services, named after them:
    one called `seatlock` or `seatlock-redis` is no typing error.
    """
    upper = {variable.upper() for variable in variables}
    services = {variable.removesuffix("_SERVICE_HOST") for variable in upper if variable.endswith("_SERVICE_HOST")}
    theirs = tuple(f"{service}{kind}" for service in services for kind in ("_SERVICE_", "_PORT"))
    for variable in sorted(variables):
        rest = variable.upper().removeprefix(PREFIX)
        if not variable.upper().startswith(PREFIX) or variable.upper() in settings or rest in NO_SETTINGS:
            continue
        if not variable.upper().startswith(theirs):
            yield no_such(variable, settings)


def no_such(variable: str, settings: Collection[str]) -> str:
    """That there is no setting of this name, with the one that was probably meant."""
    rest = variable.upper().removeprefix(PREFIX)
    near = get_close_matches(rest, [setting.removeprefix(PREFIX) for setting in settings], 1)
    return f"there is no setting {variable}" + (f"; did you mean {PREFIX}{near[0]}?" if near else "")


def check_mongo_uri(uri: str) -> None:
    """Raises ValueError, whose text never has the URI: it may hold a password."""
    try:
        options = parse_uri(uri, validate=True, warn=False)["options"]
    except (PyMongoError, ValueError):
        raise ValueError("is not a MongoDB connection string") from None
    if str(options.get("readPreference", "primary")).lower() not in ("primary", "0"):
        raise ValueError("must not name a readPreference: what is sold is read from the primary")


def check_redis_url(url: str) -> None:
    """Raises ValueError."""
    try:
        parse_url(url)
        parts = urlsplit(url)
        good = parts.scheme == "unix" or re.fullmatch(r"/?|/[0-9]+", parts.path) is not None
    except ValueError:
        good = False
    if not good:
        raise ValueError("is not a Redis connection string, as in redis://user:password@host:6379/0")


def check_origins(origins: Collection[str]) -> None:
    """Raises ValueError unless each is one as browsers send it."""
    if "*" in origins and len(origins) > 1:
        raise ValueError("must be * alone, or origins")
    for number, origin in enumerate(origins, start=1):
        if origin != "*" and not _is_origin(origin):
            raise ValueError(
                "must be origins as browsers send them, scheme://host or scheme://host:port, as in "
                f"https://shop.example: number {number} is none"
            )


def _is_origin(origin: str) -> bool:
    try:
        parts = urlsplit(origin)
        port = parts.port
    except ValueError:
        return False
    is_bare = origin == f"{parts.scheme}://{parts.netloc}" and "@" not in parts.netloc and not origin.endswith(":")
    is_theirs = origin == origin.lower() and origin.isascii() and "*" not in origin and " " not in origin
    return is_bare and is_theirs and bool(parts.hostname) and port != 0 and port != DEFAULT_PORTS.get(parts.scheme, 0)


def check_hosts(hosts: Collection[str]) -> None:
    """Raises ValueError unless each is the name or address of a host, perhaps with *. in front."""
    for number, host in enumerate(hosts, start=1):
        if not re.fullmatch(r"(\*\.)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|\[[0-9A-Fa-f:.]+\]", host):
            raise ValueError(
                "must be names without a port, as in tickets.example.org, *.example.org, 10.0.0.1 or [::1]: "
                f"number {number} is none"
            )


def check_networks(networks: Collection[str]) -> None:
    """Raises ValueError unless each is an IP address or a network of them."""
    for number, network in enumerate(networks, start=1):
        try:
            ip_network(network)
        except ValueError:
            raise ValueError(
                f"must be addresses or networks, as in 10.0.0.1 or 10.0.0.0/8: number {number} is none"
            ) from None


def check_stripe_key(key: str) -> None:
    """Raises ValueError."""
    if not re.fullmatch(r"(sk|rk)_[A-Za-z0-9_]{8,}", key):
        form = "sk_ or rk_, then at least 8 letters, digits or _"
        raise ValueError(f"must be a secret or restricted key of Stripe: {form}")


def check_web_address(url: str) -> None:
    """Raises ValueError unless it is a whole http:// or https:// URL."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and " " not in url
    except ValueError:
        good = False
    if not good:
        raise ValueError("must be an http:// or https:// URL")
