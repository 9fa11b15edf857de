"""Whoever is cancelled while waiting for MongoDB leaves the client as it was."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
from pymongo import AsyncMongoClient
from pymongo.errors import WaitQueueTimeoutError

from domain.process.mongo_waits import make_waits_safe
from domain.process.settings import Settings

TASKS, ROUNDS = 60, 5


@pytest.mark.usefixtures("services")
async def test_requests_that_are_given_up_leave_a_client_that_works(settings: Settings) -> None:
    """Many more than there are connections: some wait, some have just waited too long."""
    make_waits_safe()
    client: AsyncMongoClient[dict[str, object]] = AsyncMongoClient(
        settings.mongo_uri, maxPoolSize=3, waitQueueTimeoutMS=200
    )
    names = client[settings.mongo_database].events

    async def read() -> None:
        while True:
            with suppress(WaitQueueTimeoutError):
                await names.find_one({"$where": "sleep(3) || true"})

    try:
        await names.insert_one({"name": "to be read"})
        for _ in range(ROUNDS):
            tasks = [asyncio.create_task(read()) for _ in range(TASKS)]
            await asyncio.sleep(0.25)  # longer than one may wait: now some are being told so
            for _ in range(2):
                for task in tasks:
                    task.cancel()
                await asyncio.sleep(0)
            _, left = await asyncio.wait(tasks, timeout=20)
            assert not left
            async with asyncio.timeout(20):
                assert await names.find_one({})
    finally:
        async with asyncio.timeout(20):
            await client.close()
