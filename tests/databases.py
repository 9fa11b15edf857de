"""Databases for tests."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

# Dropping takes a tenth of a second, of waiting: the next test need not wait, too.
_dropping = ThreadPoolExecutor(1)


@contextmanager
def new_database(mongo_uri: str) -> Iterator[str]:
    """The name of a database that never was before and is dropped afterwards."""
    name = f"test_{secrets.token_hex(6)}"
    yield name
    _dropping.submit(_drop, mongo_uri, name)


def _drop(mongo_uri: str, name: str) -> None:
    with (
        suppress(PyMongoError),  # some tests end their servers
        MongoClient[dict[str, Any]](mongo_uri, serverSelectionTimeoutMS=1_000) as mongo,
    ):
        mongo.drop_database(name)


def finish_dropping() -> None:
    _dropping.shutdown()
