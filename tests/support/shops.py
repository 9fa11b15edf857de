"""A shop where one of everything has happened, for tests that change what is stored."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from domain.documents import ALL, LastLook
from domain.opening import open_services
from domain.process.settings import load_settings
from domain.services import Services
from tests.conftest import Servers
from tests.domain.integrity.test_check import Shop, Time, everything_happens, make_event
from tests.support.connections import rebind

Stock = dict[str, list[dict[str, Any]]]


@asynccontextmanager
async def open_shop(servers: Servers) -> AsyncIterator[Shop]:
    """On a database of its own, which is dropped afterwards."""
    settings = load_settings(
        mongo_uri=servers.mongo_uri,
        mongo_database=f"test_{secrets.token_hex(6)}",
        redis_url=servers.redis_url,
        secret_key=secrets.token_hex(32),
        payment_provider="simulated",
        payment_attempts=1,  # so that a card that is declined ends a booking
    )
    time = Time()
    async with open_services(settings, time) as services:
        shop = Shop(services, time, await make_event(services))
        await everything_happens(shop)
        yield shop
        await services.mongo.drop_database(settings.mongo_database)


@asynccontextmanager
async def undone_afterwards(shop: Shop) -> AsyncIterator[None]:
    """Put its documents, what it knows of them, and time back to what they were."""
    ids, now = dict(shop.ids), shop.time.now
    async with documents_restored(shop.services):
        yield
    shop.ids, shop.time.now = ids, now


@asynccontextmanager
async def documents_restored(services: Services) -> AsyncIterator[None]:
    """Put all that is stored back to what it was."""
    rebind(services.database)
    before = await stock()
    yield
    rebind(services.database)
    for kind in ALL:
        await kind.get_pymongo_collection().delete_many({})
        if documents := before.get(kind.__name__):
            await kind.get_pymongo_collection().insert_many(documents)


async def stock() -> Stock:
    """Everything that is stored, but for when it was last looked at."""
    kinds = [kind for kind in ALL if kind is not LastLook]
    return {kind.__name__: await kind.get_pymongo_collection().find(sort=[("_id", 1)]).to_list() for kind in kinds}
