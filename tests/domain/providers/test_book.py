"""The simulated provider's book: once each, many at a time, and whoever asked hears what became of it."""

from __future__ import annotations

import asyncio

import pytest
from pymongo import monitoring
from pymongo.errors import PyMongoError

from domain.documents import SimulatedCharge, new_id
from domain.opening import open_services
from domain.process.settings import Settings
from domain.providers.book import Book
from domain.services import Services


def charge(services: Services, amount_minor: int = 100) -> SimulatedCharge:
    return SimulatedCharge.model_construct(
        id=new_id(),
        token="sim_success",
        amount_minor=amount_minor,
        currency="EUR",
        asked_at=services.clock(),
        page=None,
        answer=None,
    )


async def stored(*charges: SimulatedCharge) -> int:
    ids = [one.id for one in charges]
    return await SimulatedCharge.get_pymongo_collection().count_documents({"_id": {"$in": ids}})


class Inserts(monitoring.CommandListener):
    def __init__(self) -> None:
        self.count = 0

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        self.count += event.command_name == "insert"

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        pass

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        pass


async def test_what_comes_meanwhile_is_written_together(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    inserts = Inserts()
    # Clients made from now on have it, and a client of its own is what another address gets.
    monkeypatch.setattr(monitoring, "_LISTENERS", monitoring._LISTENERS._replace(command_listeners=[inserts]))
    watched = settings.model_copy(update={"mongo_uri": f"{settings.mongo_uri}&appName=watched"})
    async with open_services(watched) as services:
        book, charges = Book(SimulatedCharge), [charge(services) for _ in range(100)]
        inserts.count = 0
        assert await asyncio.gather(*map(book.write, charges)) == [True] * 100
        assert inserts.count <= 2
        assert await stored(*charges) == 100


async def test_each_is_written_once(services: Services) -> None:
    book, other = Book(SimulatedCharge), Book(SimulatedCharge)
    first, again, second = charge(services), charge(services, 200), charge(services)
    again.id = first.id
    assert await other.write(first)
    written = await asyncio.gather(book.write(again), book.write(second), book.write(second))
    assert list(written) == [False, True, False]
    (kept,) = await SimulatedCharge.get_pymongo_collection().find({"_id": first.id}).to_list()
    assert kept["amount_minor"] == 100


async def test_whoever_asked_hears_that_it_failed_and_whoever_went_away_stops_nobody(services: Services) -> None:
    book = Book(SimulatedCharge)
    fine, too_much, gone = charge(services), charge(services, 2**63 - 1), charge(services)
    too_much.token = "x" * 17_000_000
    going = asyncio.create_task(book.write(gone))
    await asyncio.sleep(0)
    going.cancel()
    answers = await asyncio.gather(book.write(fine), book.write(too_much), return_exceptions=True)
    assert isinstance(answers[1], PyMongoError)
    assert await book.write(charge(services)), "the next ones are written as ever"
    await book.close()
    assert await stored(gone) == 1
