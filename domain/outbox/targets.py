"""Where webhooks may go: to addresses of the open internet, unless a setting allows the others.

A name is judged by the addresses it has at the moment of the connection, and one of these is what is connected to: a
name that was judged before could mean another address by then ("DNS rebinding").
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import TypeAlias
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

Address: TypeAlias = IPv4Address | IPv6Address

TRANSLATED = IPv6Network("64:ff9b::/96")
"""IPv4 addresses as networks write them that speak only IPv6 (RFC 6052)."""


class PrivateTarget(Exception):
    """No address of the host is one that may be connected to."""


class UnknownHost(Exception):
    """The host's name has no address."""


def is_public(address: Address) -> bool:
    """Whether everybody could connect to it: not private, link-local, loopback, shared, reserved or multicast."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in TRANSLATED:
            inner = IPv4Address(address.packed[-4:])
        if inner is not None:
            return is_public(inner)
        if address.is_site_local:  # deprecated, and still in use
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def is_private_name(host: str) -> bool:
    """Whether the host of a URL is private whatever names mean: an address that is, or a name of this machine."""
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return not is_public(ip_address(name))
    except ValueError:
        # As inet_aton reads them: 2130706433, 0x7f.1 and 0177.0.0.1 are 127.0.0.1.
        try:
            return not is_public(IPv4Address(socket.inet_aton(name)))
        except OSError:
            return False


class Outside(httpcore.AsyncNetworkBackend):
    """Connects as httpcore does by itself, but to public addresses only; with `private`, to any."""

    def __init__(self, *, private: bool) -> None:
        self._private = private
        self._connecting = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  # httpcore's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Raises UnknownHost, PrivateTarget, and what httpcore raises."""
        failure: Exception = PrivateTarget(host)
        for address in await _addresses(host, port):
            if not self._private and not is_public(address):
                continue
            try:
                return await self._connecting.connect_tcp(str(address), port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109  # httpcore's
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        raise PrivateTarget(path)

    async def sleep(self, seconds: float) -> None:
        await self._connecting.sleep(seconds)


async def _addresses(host: str, port: int) -> list[Address]:
    """What the name means now, the preferred first."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnknownHost(host) from error
    return [ip_address(str(place[0]).partition("%")[0]) for *_, place in found]


class DirectTransport(httpx.AsyncBaseTransport):
    """Connections of our own, as `Outside` makes them."""

    def __init__(self, tls: ssl.SSLContext, limits: httpx.Limits, *, private: bool) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls,
            max_connections=limits.max_connections,
            max_keepalive_connections=limits.max_keepalive_connections,
            keepalive_expiry=limits.keepalive_expiry,
            network_backend=Outside(private=private),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        answer = await self._pool.handle_async_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Answer(answer))

    async def aclose(self) -> None:
        await self._pool.aclose()


class _Answer(httpx.AsyncByteStream):
    """The body of an answer, as it comes."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._answer.aiter_stream():
            yield chunk

    async def aclose(self) -> None:
        await self._answer.aclose()


class ByEnvironment(httpx.AsyncBaseTransport):
    """Through the proxy that the environment names for https, where it names one; directly otherwise.

    Such a proxy looks names up by itself: where it may go is for whoever runs it to say.
    """

    def __init__(self, tls: ssl.SSLContext, limits: httpx.Limits, *, private: bool) -> None:
        self._direct = DirectTransport(tls, limits, private=private)
        proxy = getproxies().get("https") or getproxies().get("all")
        self._proxy = httpx.AsyncHTTPTransport(verify=tls, limits=limits, proxy=proxy) if proxy else None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        # http is for this machine only.
        direct = self._proxy is None or request.url.scheme != "https" or proxy_bypass(request.url.host)
        return await (self._direct if direct or self._proxy is None else self._proxy).handle_async_request(request)

    async def aclose(self) -> None:
        await self._direct.aclose()
        if self._proxy is not None:
            await self._proxy.aclose()
