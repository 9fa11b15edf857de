"""A server that remembers what batches have left, and one beside it that waits for nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from pymongo import AsyncMongoClient

from domain.caller import Caller
from domain.documents import Event, Role, User, new_id
from domain.integrity.drift import check_inventory
from domain.opening import open_services
from domain.process.settings import Settings
from domain.services import Services
from domain.writer import committer, memory
from tests.support.sale import Sale, Time
from tests.support.servers import another_server, close_server
from tests.support.wire import Asked, Wire

READS = ("aggregate", "find")


@dataclass
class Shop:
    """One server that remembers, another that has a baton of its own and so waits for nobody, and what both send."""

    here: Services
    there: Services
    time: Time
    wire: Wire
    stale: list[str]

    def __post_init__(self) -> None:
        self.sale = Sale([self.here], self.time)
        self.elsewhere = Sale([self.there], self.time)

    async def asked(self, deed: Awaitable[Any]) -> list[Asked]:
        """What is sent for it, apart from what leads to no answer of its own."""
        await self.here.tasks.finish()
        self.wire.asked.clear()
        self.wire.listens = True
        await deed
        self.wire.listens = False
        return self.wire.asked

    async def read(self, deed: Awaitable[Any]) -> list[str]:
        """The collections that are read for it."""
        return [asked.collection for asked in await self.asked(deed) if asked.command in READS]

    async def sent(self, deed: Awaitable[Any]) -> list[str]:
        """What is sent for it, without the figures, of which one more is written when an hour begins."""
        sent = [f"{asked.command} {asked.collection}" for asked in await self.asked(deed)]
        return [each for each in sent if each != "update sales_figures"]

    async def by_hand(self, event: Event, **update: Any) -> None:
        """Change the event by hand."""
        changed = {f"${operator}": fields for operator, fields in update.items()}
        found = await Event.get_pymongo_collection().update_one({"_id": event.id}, changed)
        assert found.modified_count == 1


@asynccontextmanager
async def open_shop(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Shop]:
    """It agrees with itself when it closes."""
    wire, time = Wire(), Time()
    retried: list[str] = []
    monkeypatch.setattr("domain.opening.AsyncMongoClient", partial(AsyncMongoClient, event_listeners=[wire]))
    monkeypatch.setattr(committer, "write_retried", retried.append)
    # What was wrong once is tried again at once, so that it is wrong as often as it can be.
    monkeypatch.setattr(memory, "PAUSE_SECONDS", 0.0)
    async with open_services(settings, time) as services:
        there = another_server(services, prefix="another")
        yield Shop(services, there, time, wire, retried)
        assert await check_inventory(services) == []
        await close_server(there)


async def signed_up() -> Caller:
    """A user who is stored, whose session the writer has to look at."""
    user = User.model_construct(
        id=new_id(), name="Ann", email="a@x.test", email_key="a@x.test", password_hash="", created_at=Time().now
    )
    await User.get_pymongo_collection().insert_one(user.to_bson())
    return Caller(user.id, Role.USER, "test", 0, is_known=False, session_id=new_id())
