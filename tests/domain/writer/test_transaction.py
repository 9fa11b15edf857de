"""Statements sent together: all of them or nothing, whatever has changed, and wherever the line breaks."""

from __future__ import annotations

from typing import Any

import pytest
from pymongo import monitoring
from pymongo.errors import AutoReconnect, BulkWriteError, OperationFailure
from pymongo.uri_parser import parse_uri

from domain.documents import AuditEntry, Event, OutboxMessage, SalesFigures, SeatLock, new_id
from domain.integrity.drift import check_inventory
from domain.opening import open_services
from domain.process.settings import Settings
from domain.sale.buying import lock_seats
from domain.sale.events import NewRow
from domain.services import Services
from domain.writer import query
from domain.writer.statements import (
    AT_MOST,
    Ask,
    CompareAndSet,
    Expected,
    Insert,
    Statement,
    Update,
    add_to,
    all_of,
    exactly,
)
from domain.writer.transaction import Conflict, carry_out
from tests.support.line import line_to
from tests.support.sale import new_event, somebody

KIND = OutboxMessage
"""Any collection will do."""


def some(count: int) -> list[dict[str, Any]]:
    return [{"_id": new_id(), "status": "NEW"} for _ in range(count)]


async def stored(services: Services, count: int) -> list[dict[str, Any]]:
    documents = some(count)
    await carry_out(services.mongo, [Insert(KIND, documents)])
    return documents


async def found(*documents: dict[str, Any]) -> list[dict[str, Any]]:
    ids = [document["_id"] for document in documents]
    return await KIND.get_pymongo_collection().find({"_id": {"$in": ids}}, sort=[("_id", 1)]).to_list()


@pytest.mark.parametrize("count", [1, AT_MOST, AT_MOST + 1])
async def test_all_of_it_is_written(services: Services, count: int) -> None:
    documents = await stored(services, count)
    assert await found(*documents) == documents
    changes = [
        *(exactly({"_id": one["_id"], "status": "NEW"}, {"$set": {"status": "ONE"}}) for one in documents[1:]),
        add_to({"_id": documents[0]["_id"]}, {"$set": {"status": "ONE"}}),
    ]
    await carry_out(services.mongo, [Update(KIND, changes)])
    ids = [one["_id"] for one in documents]
    await carry_out(services.mongo, [Update(KIND, [all_of(ids, {"status": "ONE"}, {"$set": {"status": "TWO"}})])])
    assert {one["status"] for one in await found(*documents)} == {"TWO"}


@pytest.mark.parametrize("is_gone", [False, True])
@pytest.mark.parametrize("how", ["exactly", "all_of", "compare"])
@pytest.mark.parametrize("comes", ["first", "last"])
async def test_what_is_not_as_it_was_read_lets_nothing_be_written(
    services: Services, how: str, comes: str, is_gone: bool
) -> None:
    (first, second), new = await stored(services, 2), some(1)
    changes = KIND.get_pymongo_collection()
    if is_gone:
        await changes.delete_one({"_id": second["_id"]})
    else:
        await changes.update_one({"_id": second["_id"]}, {"$set": {"status": "EDITED"}})
    before = await found(first, second)
    paid = {"$set": {"status": "PAID"}}
    changing: dict[str, list[Statement]] = {
        "exactly": [Update(KIND, [exactly({"_id": one["_id"], "status": "NEW"}, paid) for one in (first, second)])],
        "all_of": [Update(KIND, [all_of([first["_id"], second["_id"]], {"status": "NEW"}, paid)])],
        "compare": [CompareAndSet(KIND, one["_id"], paid, one.__eq__) for one in (first, second)],
    }
    statements = [*changing[how], Insert(KIND, new)]
    with pytest.raises(Conflict):
        await carry_out(services.mongo, statements if comes == "first" else statements[::-1])
    assert await found(first, second, *new) == before


async def test_what_is_as_it_was_is_changed_whatever_nobody_looks_at(services: Services) -> None:
    (there,) = await stored(services, 1)
    collection = KIND.get_pymongo_collection()
    await collection.update_one({"_id": there["_id"]}, {"$set": {"note": "by hand"}})
    change = {"$set": {"status": "PAID"}}
    await carry_out(services.mongo, [CompareAndSet(KIND, there["_id"], change, there.__eq__, unseen=("note",))])
    assert await found(there) == [{**there, "status": "PAID", "note": "by hand"}]


def test_a_question_of_a_transaction_has_no_stages() -> None:
    with pytest.raises(ValueError, match="stages"):
        Ask(query.Query(KIND, {}, [{"$limit": 1}]), bool).commands()


async def test_what_is_there_already_lets_nothing_be_written(services: Services) -> None:
    (there,), new = await stored(services, 1), some(1)
    with pytest.raises(BulkWriteError) as refused:
        await carry_out(services.mongo, [Insert(KIND, new), Insert(KIND, [there])])
    assert [fault["code"] for fault in refused.value.details["writeErrors"]] == [11000]
    assert await found(*new) == []


async def test_two_at_once_are_written_one_after_the_other_or_not_at_all(services: Services) -> None:
    (there,) = await stored(services, 1)
    (new,) = some(1)
    async with services.mongo.start_session() as session, await session.start_transaction():
        collection = KIND.get_pymongo_collection()
        await collection.update_one({"_id": there["_id"]}, {"$set": {"status": "ELSEWHERE"}}, session=session)
        change = exactly({"_id": there["_id"]}, {"$set": {"status": "HERE"}})
        with pytest.raises(Exception) as refused:
            await carry_out(services.mongo, [Insert(KIND, [new]), Update(KIND, [change])])
        assert getattr(refused.value, "has_error_label", lambda _: False)("TransientTransactionError")
    assert await found(there, new) == [{**there, "status": "ELSEWHERE"}]


@pytest.mark.parametrize("command", ["commitTransaction", "audit_entries"])
async def test_a_line_that_breaks_before_the_commit_leaves_nothing_behind(settings: Settings, command: str) -> None:
    """Some statements have arrived, and their commit never does. The lock is made all the same, once."""
    _, port = parse_uri(settings.mongo_uri)["nodelist"][0]
    through = "mongodb://127.0.0.1:{}/?directConnection=true"
    async with line_to(port) as line:
        mended = settings.model_copy(update={"mongo_uri": through.format(line.port)})
        async with open_services(mended) as services:
            event = await new_event(services, seats=10)
            line.cut_before(command)
            buyer = somebody()
            locked = await lock_seats(
                services, buyer, event_id=event.id, quantity=1, section=None, seats=None, idempotency_key="key"
            )
            assert line.has_cut
            assert [one.id for one in await SeatLock.find({"event_id": event.id}).to_list()] == [locked.lock.id]
            assert await AuditEntry.find({"event_id": event.id, "lock_id": locked.lock.id}).count() == 1
            assert await check_inventory(services) == []


async def test_a_transaction_without_a_commit_is_undone(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who watches the driver's commands hears the end of each."""
    heard = _Heard()
    monkeypatch.setattr(monitoring, "_LISTENERS", monitoring._LISTENERS._replace(command_listeners=[heard]))
    _, port = parse_uri(settings.mongo_uri)["nodelist"][0]
    async with line_to(port) as line:
        through = f"mongodb://127.0.0.1:{line.port}/?directConnection=true"
        async with open_services(settings.model_copy(update={"mongo_uri": through})) as services:
            new = some(2)
            line.cut_before("commitTransaction")
            with pytest.raises(AutoReconnect):
                await carry_out(services.mongo, [Insert(KIND, new)])
            assert await found(*new) == []
            await carry_out(services.mongo, [Insert(KIND, new)])
            assert await found(*new) == new
    ended = [what for what, _ in heard.said if what != "sent"]
    assert len(ended) == len(heard.said) / 2
    assert ended.count("failed") >= 2


async def test_what_does_not_fit_into_one_answer_comes_in_several(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More documents than MongoDB puts into an answer, and a batch that needs them all."""
    event = await new_event(services, rows=[NewRow(label, 2) for label in "ABCDE"])
    monkeypatch.setattr(query, "AT_ONCE", 2)
    locked = await lock_seats(
        services, somebody(), event_id=event.id, quantity=10, section=None, seats=None, idempotency_key="all"
    )
    assert len(locked.lock.seats) == 10
    assert await check_inventory(services) == []


class _Refused(Insert):
    """A statement that MongoDB turns away without a look at the transaction it is in, as one that is busy does."""

    def commands(self) -> list[tuple[dict[str, Any], Expected]]:
        return [({"no such command": 1}, 0)]


async def test_a_statement_that_is_turned_away_leaves_nothing_behind(services: Services) -> None:
    """Its transaction goes on at MongoDB, and with it what came before and after it."""
    first, last = some(1), some(1)
    with pytest.raises(OperationFailure):
        await carry_out(services.mongo, [Insert(KIND, first), _Refused(KIND, []), Insert(KIND, last)])
    assert await found(*first, *last) == []
    await carry_out(services.mongo, [Insert(KIND, first), Insert(KIND, last)])
    assert await found(*first, *last) == first + last


class _Heard(monitoring.CommandListener):
    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []
        self.commits: list[dict[str, Any]] = []

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if event.command_name == "commitTransaction":
            self.commits.append(event.command["writeConcern"])
        self.said.append(("sent", event.command_name))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        self.said.append(("answered", event.command_name))

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        self.said.append(("failed", event.command_name))


@pytest.mark.parametrize("options", ["w=1&journal=false", "w=0", "wTimeoutMS=100", "readConcernLevel=linearizable"])
async def test_no_address_of_mongodb_makes_anything_less_durable(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, options: str
) -> None:
    """An event that is announced and then lost, or not found yet, would be as bad as a seat."""
    heard = _Heard()
    monkeypatch.setattr(monitoring, "_LISTENERS", monitoring._LISTENERS._replace(command_listeners=[heard]))
    weaker = settings.model_copy(update={"mongo_uri": f"{settings.mongo_uri}&{options}"})
    async with open_services(weaker) as services:
        event = await new_event(services, seats=10)
        await lock_seats(
            services, somebody(), event_id=event.id, quantity=1, section=None, seats=None, idempotency_key="key"
        )
    assert len(heard.commits) == 2
    assert all(concern["w"] == "majority" and concern["j"] for concern in heard.commits)
    assert not any(concern.get("wtimeout") for concern in heard.commits)


async def test_a_lock_takes_three_round_trips(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = _Heard()
    # Clients made from now on have it, and a client of its own is what another address gets.
    monkeypatch.setattr(monitoring, "_LISTENERS", monitoring._LISTENERS._replace(command_listeners=[heard]))
    watched = settings.model_copy(update={"mongo_uri": f"{settings.mongo_uri}&appName=watched"})
    async with open_services(watched) as services:
        event = await new_event(services, seats=10)
        for kind in (SeatLock, AuditEntry, SalesFigures, Event):
            await kind.get_pymongo_collection().find_one({})
        heard.said.clear()
        await lock_seats(
            services, somebody(), event_id=event.id, quantity=1, section=None, seats=None, idempotency_key="key"
        )
        written = ("insert", "update", "insert", "findAndModify")
        assert heard.said == [
            ("sent", "aggregate"),
            ("answered", "aggregate"),
            *(("sent", command) for command in written),
            *(("answered", command) for command in written),
            ("sent", "commitTransaction"),
            ("answered", "commitTransaction"),
        ]
