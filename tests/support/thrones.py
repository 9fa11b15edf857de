"""Which of several processes writes an event for all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import psutil
from redis.asyncio import Redis

from ops.embedded import Server
from tests.support.waiting import until


async def names_of(redis: Redis, prefix: str, servers: Sequence[Server]) -> dict[str, Server]:
    """The servers by the names that they have as writers.

    Each waits for its own inbox, which Redis sees and the name of which is that, at a port that is its process's.
    """
    named: dict[str, Server] = {}
    async with asyncio.timeout(60), redis.monitor() as monitor:
        async for seen in monitor.listen():
            word, *rest = seen["command"].split()
            if word == "BLPOP" and rest[0].startswith(f"{prefix}:inbox:"):
                owner = next((one for one in servers if int(seen["client_port"]) in _ports(one)), None)
                if owner is not None:
                    named[rest[0].rpartition(":")[2]] = owner
            if len({*map(id, named.values())}) == len(servers):
                break
    return named


async def writer_of(redis: Redis, prefix: str, event: object, servers: Sequence[Server]) -> Server:
    """The server that writes this event for the others."""
    named = await names_of(redis, prefix, servers)
    found: list[Server] = []

    async def is_announced() -> bool:
        told = await redis.get(f"{prefix}:baton:{event}:reign")
        found[:] = [named[told.partition(".")[0]]] if told and told.partition(".")[0] in named else []
        return bool(found)

    await until(is_announced)
    return found[0]


def _ports(server: Server) -> set[int]:
    """The local ports of its connections."""
    process = psutil.Process(server.pid)
    everybody = [process, *process.children(recursive=True)]
    return {connection.laddr.port for one in everybody for connection in one.net_connections("tcp")}
