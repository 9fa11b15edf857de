"""A shop where one of everything has happened, for tests that change what is stored."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase

from domain.documents import ALL, LastLook
from domain.integrity.repair.guard import RepairingGuard
from domain.opening import open_services
from domain.process.settings import load_settings
from domain.services import Services
from tests.conftest import Servers
from tests.domain.integrity.test_check import Shop, Time, everything_happens, make_event
from tests.support.connections import rebind
from tests.support.databases import KNOWN

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
    # What could not be repaired is left alone for a minute, which is longer than the next test takes.
    guard = shop.services.writer._guard
    assert isinstance(guard, RepairingGuard)
    for remembered in (guard._just_mended, guard._trusted_until, guard._no_look_before):
        remembered.clear()


@asynccontextmanager
async def documents_restored(services: Services) -> AsyncIterator[None]:
    """Put all that is stored back to what it was."""
    rebind(services.database)
    before = await _kept(services.database)
    yield
    rebind(services.database)
    hashes = await _hashes(services.database)
    for name in KNOWN:
        if hashes.get(name) != before.hashes.get(name):
            await _restore(services.database[name], before.documents.get(name, []))


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was in a database: hashes of its collections, and their documents as they are stored."""

    hashes: dict[str, str]
    documents: dict[str, list[RawBSONDocument]]


_last: dict[str, _Kept] = {}
"""What was in each database when a test began: mostly the same for the next."""

_RAW = CodecOptions(document_class=RawBSONDocument)


async def _kept(database: AsyncDatabase[dict[str, Any]]) -> _Kept:
    hashes, known = await _hashes(database), _last.get(database.name)
    if known is None or known.hashes != hashes:
        documents = {name: await database[name].with_options(_RAW).find().to_list() for name in hashes}
        known = _last[database.name] = _Kept(hashes, documents)
    return known


async def _hashes(database: AsyncDatabase[dict[str, Any]]) -> dict[str, str]:
    """By collection, of everything in it."""
    return dict((await database.command("dbHash"))["collections"])


async def _restore(collection: AsyncCollection[dict[str, Any]], before: list[RawBSONDocument]) -> None:
    """Nothing but what has changed is written, which is a small part."""
    raw = collection.with_options(_RAW)
    now = await raw.find().to_list()
    wanted, there = {document.raw for document in before}, {document.raw for document in now}
    if gone := [document["_id"] for document in now if document.raw not in wanted]:
        await raw.delete_many({"_id": {"$in": gone}})
    if lost := [document for document in before if document.raw not in there]:
        await raw.insert_many(lost)


async def stock() -> Stock:
    """Everything that is stored, but for when it was last looked at."""
    kinds = [kind for kind in ALL if kind is not LastLook]
    return {kind.__name__: await kind.get_pymongo_collection().find(sort=[("_id", 1)]).to_list() for kind in kinds}
