"""Databases for tests: lent, emptied and lent again, since making one takes longer than most tests do."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any

from pymongo import MongoClient
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.database import Database
from pymongo.errors import PyMongoError
from redis import Redis
from redis.exceptions import RedisError

from domain.documents import ALL, DataVersion
from domain.upgrade import STEPS

KNOWN = {document.Settings.name: 1 + len(getattr(document.Settings, "indexes", ())) for document in ALL}
"""How many indexes each collection has."""
INDEXED = {name for name, count in KNOWN.items() if count > 1}
VERSION = DataVersion.Settings.name
MANY = 5_000
"""A database with more documents than this is dropped sooner than emptied."""

# Emptying and dropping are of waiting: the next test need not wait, too.
_tidying = ThreadPoolExecutor(1)
_free: defaultdict[str, list[str]] = defaultdict(list)
_used: set[tuple[frozenset[tuple[str, int | None]], str]] = set()
"""Databases that were used before, and have all their indexes: where they are, and their names."""
_clients: dict[str, MongoClient[dict[str, Any]]] = {}


@contextmanager
def new_database(mongo_uri: str) -> Iterator[str]:
    """The name of a database that never was before and is dropped afterwards."""
    name = f"test_{secrets.token_hex(6)}"
    yield name
    _tidying.submit(_drop, mongo_uri, name)


@contextmanager
def lent_database(mongo_uri: str, redis_url: str) -> Iterator[str]:
    """The name of an empty database, which others have used before and will use again.

    Not for who leaves processes or indexes behind.
    """
    free = _free[mongo_uri]
    name = free.pop() if free else f"test_{secrets.token_hex(6)}"
    yield name
    _tidying.submit(_take_back, mongo_uri, redis_url, name)


def _take_back(mongo_uri: str, redis_url: str, name: str) -> None:
    with suppress(PyMongoError, RedisError):  # some tests end their servers
        if _is_emptied(mongo_uri, redis_url, name):
            _free[mongo_uri].append(name)
        else:
            _client(mongo_uri).drop_database(name)


def _is_emptied(mongo_uri: str, redis_url: str, name: str) -> bool:
    """Take everything out of it, Redis' keys included; False where that would take long or not be enough.

    That its data is of this version stays.
    """
    database = _client(mongo_uri)[name]
    collections = list(database.list_collections())
    if any(each["type"] != "collection" or each["options"] for each in collections):
        return False
    names = {each["name"] for each in collections}
    if not INDEXED <= names <= KNOWN.keys():
        return False
    if database.command("dbStats")["indexes"] != sum(KNOWN[each] for each in names):
        return False
    filled = _filled(database, sorted(names - {VERSION}))
    if sum(filled.values()) > MANY:
        return False
    _used.add((frozenset(database.client.nodes), name))
    for each in filled:
        database[each].delete_many({})
    database[VERSION].delete_many({"version": {"$ne": len(STEPS)}})
    with Redis.from_url(redis_url) as redis:
        keys = list(redis.scan_iter(match=f"*{name}*", count=10_000))
        if keys:
            redis.delete(*keys)
    return True


def _filled(database: Database[dict[str, Any]], names: Sequence[str]) -> dict[str, int]:
    """How many documents are in each of the collections that are not empty, asked at once."""

    def count(name: str) -> list[dict[str, Any]]:
        return [{"$limit": MANY + 1}, {"$group": {"_id": name, "count": {"$sum": 1}}}]

    others = [{"$unionWith": {"coll": name, "pipeline": count(name)}} for name in names[1:]]
    counted = database[names[0]].aggregate([*count(names[0]), *others])
    return {each["_id"]: each["count"] for each in counted}


def has_its_indexes(database: AsyncDatabase[dict[str, Any]]) -> bool:
    """Whether it was used before, and so has all its indexes: making sure of them takes a while.

    One of the same name at servers of a test's own is another one.
    """
    return (frozenset(database.client.nodes), database.name) in _used


def _drop(mongo_uri: str, name: str) -> None:
    with suppress(PyMongoError):  # some tests end their servers
        _client(mongo_uri).drop_database(name)


def _client(mongo_uri: str) -> MongoClient[dict[str, Any]]:
    if mongo_uri not in _clients:
        _clients[mongo_uri] = MongoClient(mongo_uri, serverSelectionTimeoutMS=1_000)
    return _clients[mongo_uri]


def finish_tidying() -> None:
    """Return when everything is tidied up."""
    _tidying.shutdown()
    for client in _clients.values():
        client.close()
