"""What the attacks share: one server on this machine, clients at addresses of the loopback network, and GraphQL."""

from __future__ import annotations

import asyncio
import secrets
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx

HERE = "http://127.0.0.1:8000/graphql"
"""Where `seatlock dev` listens."""

REGISTER = "mutation ($input: RegisterInput!) { register(input: $input) { ... on RegisterSuccess { accessToken } } }"


def url_given() -> str:
    """The address on the command line, or that of `seatlock dev`. Leaves unless it is on this machine."""
    url = sys.argv[1] if len(sys.argv) > 1 else HERE
    if urlsplit(url).hostname not in ("127.0.0.1", "localhost", "::1"):
        sys.exit("attack your own machine only")
    return url


@asynccontextmanager
async def client_at(address: str, url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client at this address, 127.0.0.1 to 127.255.255.254."""
    limits = httpx.Limits(max_connections=None)
    transport = httpx.AsyncHTTPTransport(local_address=address, limits=limits)
    async with httpx.AsyncClient(base_url=url.removesuffix("/graphql"), transport=transport, timeout=60) as client:
        yield client


async def ask(client: httpx.AsyncClient, query: str, token: str | None = None, **variables: Any) -> dict[str, Any]:
    """The whole answer."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    response = await client.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
    answer: dict[str, Any] = response.json()
    return answer


async def register(client: httpx.AsyncClient) -> tuple[str, str, str]:
    """Somebody new: their e-mail address, password and access token."""
    email, password = f"{secrets.token_hex(8)}@seatlock.test", secrets.token_hex(8)
    answer = await ask(client, REGISTER, input={"name": "Ann", "email": email, "password": password})
    return email, password, answer["data"]["register"]["accessToken"]


@asynccontextmanager
async def flooding(clients: int, request: Callable[[], Awaitable[object]]) -> AsyncIterator[list[object]]:
    """So many loop with this request until the end of the block; what it returned gathers in the list."""
    got: list[object] = []

    async def loop() -> None:
        while True:
            got.append(await request())

    tasks = [asyncio.create_task(loop()) for _ in range(clients)]
    try:
        yield got
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def timed(request: Awaitable[dict[str, Any]]) -> tuple[float, dict[str, Any]]:
    """How many seconds the answer took, and the answer."""
    began = time.perf_counter()
    answer = await request
    return time.perf_counter() - began, answer
