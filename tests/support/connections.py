"""Connections to MongoDB for tests: kept and lent again, since making them takes longer than many tests do."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from beanie import Document, init_beanie
from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase

from domain.documents import ALL

Raw = dict[str, Any]


class _Kept(AsyncMongoClient[Raw]):
    """Whoever closes it gives it back."""

    key: object

    async def close(self) -> None:
        _idle[self.key].append(self)


_idle: defaultdict[object, list[_Kept]] = defaultdict(list)
_home: tuple[str, asyncio.AbstractEventLoop] | None = None
"""The server, and the loop, whose connections are kept."""
_prepared: set[type[Document]] = set()
"""Classes that Beanie has prepared: afterwards they only need to be told their database."""


@asynccontextmanager
async def connections_kept(mongo_uri: str) -> AsyncIterator[None]:
    """Meanwhile `lent_client` keeps the connections that this loop makes to this server."""
    global _home
    _home = mongo_uri, asyncio.get_running_loop()
    yield
    _home = None
    for client in [client for clients in _idle.values() for client in clients]:
        await AsyncMongoClient.close(client)
    _idle.clear()


def lent_client(mongo_uri: str, **options: Any) -> AsyncMongoClient[Raw]:
    """A client with these options, which nobody else uses meanwhile."""
    if _home != (mongo_uri, asyncio.get_running_loop()):
        return AsyncMongoClient(mongo_uri, **options)
    key = tuple(sorted(options.items()))
    if _idle[key]:
        return _idle[key].pop()
    client = _Kept(mongo_uri, **options)
    client.key = key
    return client


async def bind(database: AsyncDatabase[Raw], document_models: Sequence[type[Document]], *, is_indexed: bool) -> None:
    """From now on these classes are about this database. What has its indexes is not asked for them."""
    if not is_indexed or not _prepared.issuperset(document_models):
        await init_beanie(database=database, document_models=document_models, skip_indexes=is_indexed)
        _prepared.update(document_models)
        return
    rebind(database, document_models)


def rebind(database: AsyncDatabase[Raw], document_models: Sequence[type[Document]] = ALL) -> None:
    """The same for classes that are ready.

    For a test on services that its module shares: another may have opened its own meanwhile.
    """
    for model in document_models:
        settings = model.get_settings()
        settings.pymongo_db = database
        settings.pymongo_collection = database[model.get_pymongo_collection().name]
