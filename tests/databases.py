"""Databases for tests. Making the collections and indexes takes many times as long as emptying them."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import PyMongoError
from redis import Redis

from domain import documents

COLLECTIONS = {kind.Settings.name for kind in documents.ALL}

# Tidying up takes time, of waiting: the next test need not wait, too.
_tidying = ThreadPoolExecutor(1)


@contextmanager
def new_database(mongo_uri: str) -> Iterator[str]:
    """The name of a database that never was before and is dropped afterwards."""
    name = _new_name()
    yield name
    _tidying.submit(_drop, mongo_uri, name)


def _new_name() -> str:
    return f"test_{secrets.token_hex(6)}"


def _drop(mongo_uri: str, name: str) -> None:
    with (
        suppress(PyMongoError),  # some tests end their servers
        MongoClient[dict[str, Any]](mongo_uri, serverSelectionTimeoutMS=1_000) as mongo,
    ):
        mongo.drop_database(name)


def finish_tidying() -> None:
    _tidying.shutdown()


class Databases:
    """Lends a database to one test after the other: for tests whose work on it has ended when they have.

    Not for tests that start processes and kill them: what those had begun may come after the emptying.
    """

    def __init__(self, mongo: MongoClient[dict[str, Any]], redis: Redis) -> None:
        self._mongo = mongo
        self._redis = redis
        self._spare: SimpleQueue[str] = SimpleQueue()

    @contextmanager
    def lend(self) -> Iterator[str]:
        """The name of a database without documents, and without keys in Redis."""
        try:
            name = self._spare.get_nowait()
        except Empty:
            name = _new_name()
        yield name
        _tidying.submit(self._take_back, name)

    async def has_spare(self) -> bool:
        """Whether one that was lent has been emptied since."""
        return not self._spare.empty()

    def _take_back(self, name: str) -> None:
        database = self._mongo[name]
        if _as_made(database):
            for collection in COLLECTIONS:
                if database[collection].delete_many({}).deleted_count:
                    # How MongoDB got at those documents is no advice for others.
                    database.command("planCacheClear", collection)
            for key in self._redis.scan_iter(f"{name}:*", count=1_000):
                self._redis.delete(key)
            self._spare.put(name)
        else:
            self._mongo.drop_database(name)


def _as_made(database: Database[dict[str, Any]]) -> bool:
    """Whether it has no collections but ours, and no views; what was dropped comes back with the next opening."""
    found = list(database.list_collections())
    return {each["name"] for each in found} <= COLLECTIONS and not any(each["options"] for each in found)
