"""The databases that tests use one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient
from redis import Redis

from domain.documents import ALL, Payment, User
from domain.services import open_services
from domain.settings import Settings
from tests.conftest import Servers
from tests.databases import Databases
from tests.sale import Sale, Time, new_event, somebody
from tests.waiting import until

ONE_CHARGE = "one_charge_per_booking"


@pytest.fixture
def mongo(servers: Servers) -> Iterator[MongoClient[dict[str, Any]]]:
    client: MongoClient[dict[str, Any]]
    with MongoClient(servers.mongo_uri) as client:
        yield client


@pytest.fixture
def redis(servers: Servers) -> Iterator[Redis]:
    with Redis.from_url(servers.redis_url) as client:
        yield client


@pytest.fixture
def databases(mongo: MongoClient[dict[str, Any]], redis: Redis) -> Databases:
    """With none to lend yet."""
    return Databases(mongo, redis)


async def test_one_is_lent_again_as_if_it_were_new(databases: Databases, settings: Settings, redis: Redis) -> None:
    with databases.lend() as name:
        lent = settings.model_copy(update={"mongo_database": name})
        async with open_services(lent) as services:
            await Sale([services], Time()).lock(await new_event(services, seats=5), somebody())
            redis.set(f"{name}:left", "behind")
            await Payment.get_pymongo_collection().drop_index(ONE_CHARGE)
    await until(databases.has_spare)
    with databases.lend() as again:
        assert again == name
        assert not list(redis.scan_iter(f"{name}:*"))
        async with open_services(lent):
            assert {kind: await kind.find_all().count() for kind in ALL} == dict.fromkeys(ALL, 0)
            assert ONE_CHARGE in await Payment.get_pymongo_collection().index_information()


async def test_one_with_other_collections_is_not(
    databases: Databases, settings: Settings, mongo: MongoClient[dict[str, Any]]
) -> None:
    async def is_gone() -> bool:
        return name not in mongo.list_database_names()

    with databases.lend() as name:
        async with open_services(settings.model_copy(update={"mongo_database": name})) as services:
            await services.database.drop_collection(User.get_collection_name())
            await services.database.create_collection(User.get_collection_name(), viewOn="events", pipeline=[])
    await until(is_gone)
    with databases.lend() as another:
        assert another != name
