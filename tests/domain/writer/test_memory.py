"""What a batch leaves for the next: that reads only what it cannot know, and is right whatever happened in between."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial

import pytest
from pymongo.uri_parser import parse_uri

from domain.contradiction import Contradiction
from domain.documents import Event, Role, SeatLock, SeatRow, User, new_id, row_id
from domain.errors import (
    IdempotencyKeyReused,
    LimitExceeded,
    NotEnoughSeats,
    SalesClosed,
    SeatsUnavailable,
    Unauthenticated,
)
from domain.integrity.drift import check_inventory
from domain.inventory.commands import Expire, LockSeats
from domain.inventory.parts import Counted
from domain.jobs.recovery import recover_all
from domain.opening import open_services
from domain.process.settings import Settings
from domain.sale.allocations import create_allocation
from domain.sale.buying import release_lock
from domain.sale.event_changes import cancel_event, update_event
from domain.sale.events import NewRow
from domain.sale.lock_changes import change_lock, extend_lock
from domain.writer import memory
from domain.writer.baton import Turn
from domain.writer.committer import NotOurs
from tests.support.line import line_to
from tests.support.remembering import READS, Shop, signed_up
from tests.support.sale import Sale, Time, new_event, race, somebody, tally
from tests.support.waiting import until

WRITTEN = ["insert seat_locks", "insert audit_entries", "findAndModify events"]
"""For a lock."""


# ---------------------------------------------------------------- what is read


async def test_locks_of_known_buyers_read_nothing(shop: Shop) -> None:
    event, hall, buyer = await shop.sale.event(9), await shop.sale.numbered_event(9), somebody()
    assert await shop.read(shop.sale.lock(event, buyer)) != []
    for _ in range(3):
        assert await shop.sent(shop.sale.lock(event, buyer, quantity=2)) == WRITTEN
    await shop.sale.lock(hall, buyer, "STALLS-A-1")
    for chosen in (("STALLS-A-4", "STALLS-A-5"), ()):
        assert await shop.sent(shop.sale.lock(hall, buyer, *chosen, quantity=2)) == [
            "insert seat_locks",
            "update seat_rows",
            *WRITTEN[1:],
        ]
    found = await SeatRow.get(row_id(hall.id, "STALLS-A"))
    assert found is not None
    assert found.statuses.count("H") == 5
    assert shop.stale == []


async def test_whole_rows_are_read_once(shop: Shop) -> None:
    hall = await new_event(shop.here, rows=[NewRow(name, 5) for name in "ABC"])
    buyer, label = somebody(), "STALLS-B-3"
    await shop.sale.lock(hall, buyer, label)
    # Of the section only one row is known.
    assert "seat_rows" in await shop.read(shop.sale.lock(hall, buyer, quantity=5))
    assert await shop.read(shop.sale.lock(hall, buyer, quantity=4)) == []
    with pytest.raises(SeatsUnavailable):
        await shop.sale.lock(hall, buyer, label)
    assert shop.stale == []


async def test_many_new_buyers_are_counted_and_nothing_else_is_read(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "NEW_BUYERS", memory.FEW_NEW_BUYERS)
    hall = await new_event(shop.here, rows=[NewRow("A", 50)])
    await shop.sale.lock(hall, somebody(), quantity=2)
    (still, *others) = await shop.asked(race(*(shop.sale.lock(hall, somebody()) for _ in range(8))))
    reads = [asked for asked in (still, *others) if asked.command in READS]
    assert {asked.collection for asked in reads} == {"events", "seat_locks"}
    assert still.by.keys() > {"_id", "version", "sections", "audit_hash"}
    assert shop.stale == []


async def test_what_commands_name_is_read_and_their_seats_are_not(shop: Shop) -> None:
    hall, buyer = await shop.sale.numbered_event(9), somebody()
    lock = (await shop.sale.lock(hall, buyer, "STALLS-A-1", "STALLS-A-2")).lock
    extended = (await shop.sale.lock(hall, buyer, "STALLS-A-5")).lock
    shop.time.now += timedelta(minutes=1)
    extending = partial(extend_lock, shop.here, buyer, event_id=hall.id, lock_id=extended.id)
    for deed in (extending, partial(shop.sale.release, lock, buyer)):
        read = await shop.read(deed())
        assert "seat_rows" not in read
        assert read.count("events") == 1
    assert shop.stale == []


async def test_who_asks_is_looked_at_in_the_transaction(shop: Shop) -> None:
    event, buyer = await shop.sale.event(9), await signed_up()
    await shop.sale.lock(event, buyer)
    assert await shop.sent(shop.sale.lock(event, buyer)) == ["find users", *WRITTEN]


# ---------------------------------------------------------------- what is presumed


async def test_a_session_that_has_ended(shop: Shop) -> None:
    event, buyer = await shop.sale.event(2), await signed_up()
    await shop.sale.lock(event, buyer)
    await User.get_pymongo_collection().update_one({"_id": buyer.user_id}, {"$set": {"sessions_ended": 1}})
    locking = (shop.sale.lock(event, each) for each in (buyer, somebody()))
    refused, locked = await asyncio.gather(*locking, return_exceptions=True)
    assert isinstance(refused, Unauthenticated)
    assert not isinstance(locked, BaseException)
    with pytest.raises(Unauthenticated):  # sold out, which this session is not to learn
        await shop.sale.lock(event, buyer)


async def test_a_new_buyer_who_has_something(shop: Shop) -> None:
    event, buyer = await shop.sale.event(300), somebody()
    await shop.elsewhere.lock(event, buyer, quantity=99)
    await shop.sale.lock(event, somebody())
    with pytest.raises(LimitExceeded):
        await shop.sale.lock(event, buyer, quantity=2)
    assert shop.stale == ["stale"]
    await shop.sale.lock(event, somebody())
    await shop.sale.lock(event, buyer)
    await shop.sale.lock(event, somebody())
    with pytest.raises(LimitExceeded):
        await shop.sale.lock(event, buyer)


async def test_keys_that_were_used(shop: Shop) -> None:
    event, buyer = await shop.sale.event(3), somebody()
    first = await shop.sale.lock(event, buyer, key="one")
    assert (await shop.sale.lock(event, buyer, key="one")).lock.id == first.lock.id
    await shop.sale.lock(event, buyer)
    with pytest.raises(IdempotencyKeyReused):
        await shop.sale.lock(event, buyer, quantity=2, key="one")
    await shop.sale.lock(event, buyer)
    # Sold out: who asks again is told of the first time all the same, in a batch of its own and beside others.
    assert (await shop.sale.lock(event, buyer, key="one")).replayed
    await shop.sale.release((await shop.sale.lock(event, buyer, key="one")).lock, buyer)
    await shop.sale.lock(event, buyer, key="two")
    again = await race(shop.sale.lock(event, buyer, key="two"), shop.sale.lock(event, buyer))
    assert tally(again) == {"Locked again": 1, "NotEnoughSeats": 1}


async def test_a_key_that_is_refused_beside_one_that_is_not(shop: Shop) -> None:
    """The transaction that holds the last seat asks for the key of who gets none any more."""
    event, buyer = await shop.sale.event(3), somebody()
    await shop.sale.lock(event, buyer, quantity=2, key="two")
    answers = await race(shop.sale.lock(event, buyer), shop.sale.lock(event, buyer, quantity=2, key="two"))
    assert tally(answers) == {"Locked": 1, "Locked again": 1}
    assert shop.stale == ["stale"]


async def test_a_key_whose_time_is_over(shop: Shop) -> None:
    event, buyer = await shop.sale.event(9), somebody()
    first = await shop.sale.lock(event, buyer, key="one")
    shop.time.now += timedelta(days=2)
    await shop.sale.lock(event, buyer)
    again = await shop.sale.lock(event, buyer, key="one")
    assert not again.replayed
    assert again.lock.id != first.lock.id


async def test_one_batch_of_another_event_has_the_key(shop: Shop) -> None:
    """Keys are of a buyer, whichever the event."""
    event, other, buyer = await shop.sale.event(9), await shop.sale.event(9), somebody()
    await shop.sale.lock(event, buyer)
    await shop.sale.lock(other, buyer, key="one")
    with pytest.raises(IdempotencyKeyReused):
        await shop.sale.lock(event, buyer, key="one")


# ---------------------------------------------------------------- time


async def test_what_falls_due_is_free_and_has_lapsed(shop: Shop) -> None:
    event, buyer = await shop.sale.event(2), somebody()
    await shop.sale.lock(event, buyer, quantity=2)
    shop.time.now += timedelta(seconds=299)
    with pytest.raises(NotEnoughSeats):
        await shop.sale.lock(event, buyer)
    shop.time.now += timedelta(seconds=1)
    await shop.sale.lock(event, buyer, quantity=2)


async def test_what_somebody_holds_falls_due_for_others(shop: Shop) -> None:
    event = await shop.sale.event(2)
    await shop.sale.lock(event, somebody(), quantity=2)
    shop.time.now += timedelta(seconds=300)
    await shop.sale.lock(event, somebody(), quantity=2)


async def test_what_has_lapsed_is_held_no_more(shop: Shop) -> None:
    event, buyer = await shop.sale.event(300), somebody()
    await shop.sale.lock(event, buyer, quantity=100)
    with pytest.raises(LimitExceeded):
        await shop.sale.lock(event, buyer)
    shop.time.now += timedelta(seconds=300)
    await shop.sale.lock(event, buyer, quantity=100)
    assert shop.stale == []


async def test_lapses_are_counted_for_an_hour(shop: Shop) -> None:
    event, buyer = await shop.sale.event(200), somebody()
    for _ in range(10):
        await shop.sale.lock(event, buyer, quantity=100)
        shop.time.now += timedelta(seconds=300)
        await shop.sale.lock(event, somebody())
    with pytest.raises(LimitExceeded):
        await shop.sale.lock(event, buyer)
    shop.time.now += timedelta(seconds=900 - 1)
    with pytest.raises(LimitExceeded):
        await shop.sale.lock(event, buyer)
    shop.time.now += timedelta(seconds=1)
    await shop.sale.lock(event, buyer)


async def test_a_lapse_that_is_forgotten_while_it_is_remembered(shop: Shop) -> None:
    event, buyer = await shop.sale.event(200), somebody()
    for _ in range(10):
        await shop.sale.lock(event, buyer)
    shop.time.now += timedelta(seconds=300)
    with pytest.raises(LimitExceeded):
        await shop.sale.lock(event, buyer)
    shop.time.now += timedelta(minutes=60)
    await shop.sale.lock(event, buyer)


async def test_a_lock_that_is_prolonged_or_made_elsewhere_falls_due_when_it_does(shop: Shop) -> None:
    event, buyer, other = await shop.sale.event(2), somebody(), somebody()
    lock = (await shop.sale.lock(event, buyer)).lock
    shop.time.now += timedelta(seconds=200)
    await shop.elsewhere.lock(event, other)
    await extend_lock(shop.here, buyer, event_id=event.id, lock_id=lock.id)
    shop.time.now += timedelta(seconds=299)
    with pytest.raises(NotEnoughSeats):
        await shop.sale.lock(event, buyer)
    shop.time.now += timedelta(seconds=1)
    await shop.sale.lock(event, buyer, quantity=2)


async def test_a_sweep_of_the_one_kind_leaves_the_other_due(shop: Shop) -> None:
    event, buyer = await shop.sale.event(2), somebody()
    await shop.sale.confirm((await shop.sale.lock(event, buyer)).lock, buyer)
    shop.time.now += timedelta(seconds=400)
    await shop.sale.lock(event, buyer)
    shop.time.now += timedelta(seconds=301)
    sweep = Expire(event_id=event.id, caller=None, correlation_id="-", booked=True, at_most=10)
    assert (await shop.here.writer.execute(sweep)).expired == 1
    await shop.sale.lock(event, somebody(), quantity=2)


async def test_more_is_due_than_one_batch_expires(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.writer.load.DEAD_PER_BATCH", 1)
    event, buyer = await shop.sale.event(5), somebody()
    for _ in range(5):
        await shop.sale.lock(event, buyer)
    shop.time.now += timedelta(seconds=300)
    for _ in range(5):
        await shop.sale.lock(event, buyer)


async def test_sales_end_while_all_is_remembered(shop: Shop) -> None:
    event, buyer = await shop.sale.event(9), somebody()
    ends = shop.time.now + timedelta(seconds=10)
    await update_event(shop.here, somebody(Role.ADMIN), event_id=event.id, sales_end_at=ends)
    await shop.sale.lock(event, buyer)
    await shop.sale.lock(event, buyer)
    shop.time.now = ends
    with pytest.raises(SalesClosed):
        await shop.sale.lock(event, buyer)


# ---------------------------------------------------------------- what others have done


async def test_another_server_has_sold_meanwhile(shop: Shop) -> None:
    event, hall, buyer = await shop.sale.event(4), await shop.sale.numbered_event(3), somebody()
    await shop.sale.lock(event, buyer)
    await shop.sale.lock(hall, buyer, "STALLS-A-1")
    await shop.elsewhere.lock(event, buyer, quantity=2)
    await shop.elsewhere.lock(hall, buyer, "STALLS-A-2")
    with pytest.raises(NotEnoughSeats):
        await shop.sale.lock(event, buyer, quantity=2)
    await shop.sale.lock(event, buyer)
    assert shop.stale == ["stale"]
    await shop.elsewhere.release((await shop.sale.lock(hall, buyer, "STALLS-A-3")).lock, buyer)
    # Of the event here, of the hall here and there.
    assert shop.stale == ["stale"] * 3
    with pytest.raises(SeatsUnavailable):
        await shop.sale.lock(hall, buyer, "STALLS-A-2")
    await shop.sale.lock(hall, buyer, "STALLS-A-3")


async def test_what_was_sold_out_is_not_any_more(shop: Shop) -> None:
    event, buyer = await shop.sale.event(1), somebody()
    lock = (await shop.sale.lock(event, buyer)).lock
    with pytest.raises(NotEnoughSeats):
        await shop.sale.lock(event, buyer)
    await shop.elsewhere.release(lock, buyer)
    await shop.sale.lock(event, buyer)


async def test_limits_hold_between_servers(shop: Shop) -> None:
    event, buyer = await shop.sale.event(300), somebody()
    await shop.sale.lock(event, buyer)
    await shop.elsewhere.lock(event, buyer, quantity=90)
    with pytest.raises(LimitExceeded):
        await shop.sale.lock(event, buyer, quantity=10)
    await shop.sale.lock(event, buyer, quantity=9)
    with pytest.raises(LimitExceeded):
        await shop.elsewhere.lock(event, buyer)


@pytest.mark.parametrize("is_known", [True, False])
async def test_a_version_that_is_none_is_a_contradiction(shop: Shop, is_known: bool) -> None:
    event, buyer = await shop.sale.event(9), somebody()
    if is_known:
        await shop.sale.lock(event, buyer)
    await shop.by_hand(event, set={"version": "none"})
    with pytest.raises(Contradiction):
        await shop.sale.lock(event, buyer)
    await shop.by_hand(event, set={"version": int(is_known)})
    await shop.sale.lock(event, buyer)


async def test_limits_hold_for_who_has_paid_at_another_server(shop: Shop) -> None:
    event, others, buyer = await shop.sale.event(9), somebody(), somebody()
    await update_event(shop.here, somebody(Role.ADMIN), event_id=event.id, max_seats_per_buyer=2)
    booking = await shop.elsewhere.book(event, buyer, quantity=2)
    await shop.elsewhere.pay(booking, buyer)
    # From here on the event is known here, and the buyer is not.
    for _ in range(2):
        await shop.sale.lock(event, others)
    shop.stale.clear()
    with pytest.raises(LimitExceeded):
        await shop.sale.lock(event, buyer)
    assert shop.stale == ["stale"]


async def test_seats_that_an_admin_lets_go_are_counted_no_more(shop: Shop) -> None:
    event, buyer = await shop.sale.event(300), somebody()
    lock = (await shop.sale.lock(event, buyer, quantity=100)).lock
    await release_lock(shop.here, somebody(Role.ADMIN), event_id=event.id, lock_id=lock.id)
    await shop.sale.lock(event, buyer, quantity=100)


async def test_other_commands_are_as_right_as_ever(shop: Shop) -> None:
    """What changes the event, or keeps seats back, reads everything."""
    event, hall, admin, buyer = (
        await shop.sale.event(9),
        await shop.sale.numbered_event(4),
        somebody(Role.ADMIN),
        somebody(),
    )
    await shop.sale.lock(event, buyer)
    await update_event(shop.here, admin, event_id=event.id, max_seats_per_buyer=2)
    await shop.sale.lock(event, buyer)
    with pytest.raises(LimitExceeded):
        await shop.sale.lock(event, buyer)
    lock = (await shop.sale.lock(hall, buyer, "STALLS-A-1")).lock
    await create_allocation(
        shop.here,
        admin,
        event_id=hall.id,
        name="House",
        selection=[Counted(2, None)],
        access_code="friends of the house",
        idempotency_key="key",
    )
    with pytest.raises(NotEnoughSeats):
        await shop.sale.lock(hall, buyer, quantity=2)
    more = [Counted(1, None)]
    await change_lock(shop.here, buyer, event_id=hall.id, lock_id=lock.id, add=more, idempotency_key="more")
    await cancel_event(shop.here, admin, event_id=event.id, reason="no")
    with pytest.raises(SalesClosed):
        await shop.sale.lock(event, buyer)


async def test_a_reign_that_somebody_has_ended(shop: Shop) -> None:
    """Its version stays the same: what was handed over to us may be with somebody else by now."""
    event, buyer = await shop.sale.event(9), somebody()
    shop.here.baton.share(event.id)
    await shop.sale.lock(event, buyer)
    stored = await Event.get(event.id)
    assert stored is not None
    assert stored.reign is not None
    await shop.by_hand(event, set={"reign": None})
    await shop.sale.lock(event, buyer)
    assert shop.stale == ["stale"]


async def test_what_was_handed_over_under_another_reign_is_not_carried_out(shop: Shop) -> None:
    """Who handed it over may have it back. What is remembered tells nothing of that."""
    event, buyer = await shop.sale.event(9), somebody()
    lock = (await shop.sale.lock(event, buyer)).lock
    command = LockSeats(
        event_id=event.id,
        caller=buyer,
        correlation_id="-",
        lock_id=new_id(),
        key_id=b"another",
        key="another",
        request=b"",
        parts=(Counted(1, None),),
    )
    turn = Turn()
    turn.lent_under = "another.reign"
    with pytest.raises(NotOurs):
        await shop.here.writer._committer._attempt(event.id, [command], turn)
    assert [one.id for one in await SeatLock.find({"event_id": event.id}).to_list()] == [lock.id]


async def test_what_others_were_shown_stays_as_it_was(shop: Shop) -> None:
    """The state of the last commit is answered to readers while the next batch is under way."""
    event, buyer = await shop.sale.event(9), somebody()
    await shop.sale.lock(event, buyer)
    commits = shop.here.newest.commits - 1
    shown = shop.here.newest.event_since(event.id, commits)
    assert shown is not None
    await shop.sale.lock(event, buyer)
    assert (shown.available, shown.version) == (8, event.version + 1)


# ---------------------------------------------------------------- what somebody changes by hand


@pytest.mark.parametrize(
    "gains",
    [
        {"sections.0.available": 1},
        {"sections.0.available": 1, "sections.0.held": -1},
        {"sections.0.available": 3, "sections.0.total": 3},
        {"audit_sequence": 4},
    ],
    ids=str,
)
async def test_numbers_that_were_changed_by_hand_are_not_written_over(shop: Shop, gains: dict[str, int]) -> None:
    event, buyer = await shop.sale.event(5), somebody()
    await shop.sale.lock(event, buyer)
    await shop.sale.lock(event, buyer)
    await shop.by_hand(event, inc=gains)
    await shop.sale.lock(event, buyer)
    assert shop.stale == ["stale"]
    # What does not add up is mended before anything is written. The rest is what it was made, for the next look.
    assert bool(await check_inventory(shop.here)) == (len(gains) > 1 or "audit_sequence" in gains)
    await recover_all(shop.here)


@pytest.mark.parametrize(
    ("field", "value", "refusal"),
    [
        ("max_seats_per_buyer", 2, LimitExceeded),
        ("sales_closed", True, SalesClosed),
        ("starts_at", Time().now, SalesClosed),
    ],
)
async def test_terms_that_are_changed_by_hand_hold_at_once(
    shop: Shop, field: str, value: object, refusal: type[Exception]
) -> None:
    event, buyer = await shop.sale.event(5), somebody()
    await shop.sale.lock(event, buyer)
    await shop.sale.lock(event, buyer)
    await shop.by_hand(event, set={field: value})
    with pytest.raises(refusal):
        await shop.sale.lock(event, buyer)


async def test_a_field_that_is_taken_away_by_hand(shop: Shop) -> None:
    event, buyer = await shop.sale.event(5), somebody()
    await update_event(shop.here, somebody(Role.ADMIN), event_id=event.id, max_seats_per_buyer=1)
    await shop.sale.lock(event, buyer)
    await shop.by_hand(event, unset={"max_seats_per_buyer": 1})
    await shop.sale.lock(event, buyer)
    await shop.sale.lock(event, buyer)
    await shop.by_hand(event, set={"max_seats_per_buyer": 1})
    with pytest.raises(LimitExceeded):
        await shop.sale.lock(event, buyer)


async def test_a_row_that_was_changed_by_hand(shop: Shop) -> None:
    hall, buyer = await shop.sale.numbered_event(5), somebody()
    await shop.sale.lock(hall, buyer, "STALLS-A-1")
    row = {"_id": row_id(hall.id, "STALLS-A")}
    await SeatRow.get_pymongo_collection().update_one(row, {"$set": {"statuses": "HABAA"}})
    await shop.sale.lock(hall, buyer, "STALLS-A-2")
    assert shop.stale == ["stale"]


async def test_a_history_that_was_put_back(shop: Shop) -> None:
    """The same version twice, as after a restored backup: what is remembered is of another history."""
    event, buyer = await shop.sale.event(5), somebody()
    kinds = ("events", "seat_locks", "audit_entries", "sales_figures")
    before = {kind: await shop.here.database[kind].find().to_list() for kind in kinds}
    await shop.sale.lock(event, buyer)
    for kind, documents in before.items():
        await shop.here.database[kind].delete_many({})
        if documents:
            await shop.here.database[kind].insert_many(documents)
    other = await shop.elsewhere.lock(event, buyer)
    again = await shop.sale.lock(event, buyer)
    assert shop.stale == ["stale"]
    stored = await SeatLock.find({"event_id": event.id}).to_list()
    assert {lock.id for lock in stored} == {other.lock.id, again.lock.id}


# ---------------------------------------------------------------- lost answers


@pytest.mark.parametrize("command", ["commitTransaction", "audit_entries"])
async def test_a_line_that_breaks(settings: Settings, command: str) -> None:
    """Nobody knows what came of it: nothing is remembered then."""
    _, port = parse_uri(settings.mongo_uri)["nodelist"][0]
    async with line_to(port) as line:
        through = f"mongodb://127.0.0.1:{line.port}/?directConnection=true"
        async with open_services(settings.model_copy(update={"mongo_uri": through})) as services:
            event, buyer = await new_event(services, seats=10), somebody()
            sale = Sale([services], Time())
            await sale.lock(event, buyer)
            line.cut_before(command)
            await sale.lock(event, buyer, key="second")
            assert line.has_cut
            assert (await sale.lock(event, buyer, key="second")).replayed
            await sale.lock(event, buyer)
            assert await SeatLock.find({"event_id": event.id}).count() == 3
            assert await check_inventory(services) == []


async def test_a_commit_whose_answer_is_lost(settings: Settings) -> None:
    _, port = parse_uri(settings.mongo_uri)["nodelist"][0]
    async with line_to(port) as line:
        through = f"mongodb://127.0.0.1:{line.port}/?directConnection=true"
        async with open_services(settings.model_copy(update={"mongo_uri": through})) as services:
            event, buyer = await new_event(services, seats=10), somebody()
            sale = Sale([services], Time())
            await sale.lock(event, buyer)
            line.lose_answer_to("commitTransaction")
            locking = asyncio.create_task(sale.lock(event, buyer, key="second"))

            async def has_lost() -> bool:
                return line.has_lost

            await until(has_lost)
            line.hang_up()
            locked = await locking
            found = await SeatLock.find({"event_id": event.id, "idempotency_key": "second"}).to_list()
            assert [lock.id for lock in found] == [locked.lock.id]
            assert await check_inventory(services) == []
