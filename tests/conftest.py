"""Real servers for every test, and a database of its own for each."""

from __future__ import annotations

import os
import secrets
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from domain.services import Services, open_services
from domain.settings import Settings, load_settings
from ops.embedded import embedded_servers


class Servers(Protocol):
    """Where MongoDB and Redis are."""

    @property
    def mongo_uri(self) -> str: ...

    @property
    def redis_url(self) -> str: ...


@dataclass(frozen=True, slots=True)
class GivenServers:
    """Servers somebody else runs."""

    mongo_uri: str
    redis_url: str


@contextmanager
def _servers(data: Path) -> Iterator[Servers]:
    mongo_uri, redis_url = (
        os.environ.get("SEATLOCK_TEST_MONGO_URI"),
        os.environ.get("SEATLOCK_TEST_REDIS_URL"),
    )
    if mongo_uri and redis_url:
        yield GivenServers(mongo_uri, redis_url)
    else:
        with embedded_servers(data, cache_gb=0.5, keep_data=False) as embedded:
            yield embedded


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """MongoDB and Redis for the whole run: SEATLOCK_TEST_MONGO_URI and _REDIS_URL, else embedded ones."""
    with _servers(tmp_path_factory.mktemp("servers")) as running:
        yield running


@pytest.fixture
def settings(servers: Servers) -> Settings:
    """Settings with a database nobody else uses; `services` drops it afterwards."""
    return load_settings(
        mongo_uri=servers.mongo_uri,
        mongo_database=f"test_{secrets.token_hex(6)}",
        redis_url=servers.redis_url,
        secret_key=secrets.token_hex(32),
        mongo_pool_size=20,
        audit_log=None,
    )


@pytest.fixture
async def services(settings: Settings) -> AsyncIterator[Services]:
    """Everything the domain needs, on an empty database."""
    async with open_services(settings) as opened:
        yield opened
    _dropping.submit(_drop, settings)


# Dropping takes a tenth of a second, of waiting: the next test need not wait, too.
_dropping = ThreadPoolExecutor(1)


def _drop(settings: Settings) -> None:
    with (
        suppress(PyMongoError),  # some tests end their servers
        MongoClient[dict[str, object]](settings.mongo_uri, serverSelectionTimeoutMS=1_000) as mongo,
    ):
        mongo.drop_database(settings.mongo_database)


def pytest_sessionfinish() -> None:
    _dropping.shutdown()
