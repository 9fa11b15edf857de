"""Any sale, any few things changed by hand: repaired, and nobody who has paid loses anything."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from beanie import PydanticObjectId
from bson import ObjectId
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from domain.caller import Caller
from domain.contradiction import Contradiction
from domain.documents import (
    ALL,
    AuditAction,
    AuditEntry,
    Booking,
    BookingStatus,
    Event,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
    Role,
    SeatLock,
    SeatLockStatus,
    SeatRow,
    Stored,
    new_id,
)
from domain.errors import PaymentFailed, PaymentTimedOut, Refusal
from domain.integrity.drift import check_inventory
from domain.integrity.records import INSTEAD
from domain.inventory.parts import Counted, Named
from domain.jobs.recovery import recover_all
from domain.money import Money
from domain.payments import pay_booking
from domain.process.settings import Settings
from domain.sale.buying import cancel_booking, confirm_booking, lock_seats, release_lock
from domain.sale.events import NewRow, NewSection, create_event
from domain.sale.lock_changes import change_lock
from domain.services import Services
from tests.support.hunting import many
from tests.support.sweeping import sweep_due
from tests.support.worlds import World

LABELS = [f"STALLS-{row}-{number}" for row, size in (("A", 4), ("B", 3)) for number in range(1, size + 1)]
DEEDS = ["lock", "release", "confirm", "sim_success", "sim_declined", "sim_failure", "sim_timeout", "cancel", "lapse"]

Deal = tuple[str, list[str]]
"""What becomes of a lock, of these seats or, if none, of one on the FLOOR."""
DEALS = st.lists(
    st.tuples(
        st.sampled_from([*DEEDS, "sim_success", "sim_success", "cancel"]),
        st.lists(st.sampled_from(LABELS), max_size=2, unique=True),
    ),
    min_size=2,
    max_size=7,
)

SPANS = st.sampled_from([-86_400, -400, -1, 1, 400]).map(lambda seconds: timedelta(seconds=seconds))
SEATS = st.lists(st.sampled_from([*LABELS, "STALLS-A-9", "STALLS-A-02", "nonsense"]), max_size=3)
COUNTS = st.dictionaries(st.sampled_from(["FLOOR", "STALLS", "BALCONY"]), st.integers(-1, 4), max_size=2)


def status_of(statuses: type[Any]) -> st.SearchStrategy[str]:
    return st.sampled_from([*(status.value for status in statuses), "NONSENSE"])


def fields(**values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """One or two of these fields with such values; a span is added to what is there."""
    both = st.lists(st.sampled_from(sorted(values)), min_size=1, max_size=2, unique=True)
    return both.flatmap(lambda names: st.fixed_dictionaries({name: values[name] for name in names}))


LOCK = fields(status=status_of(SeatLockStatus), booked=st.booleans(), expires_at=SPANS, seats=SEATS, quantities=COUNTS)
BOOKING = fields(status=status_of(BookingStatus), seats=SEATS, quantities=COUNTS, payment_expires_at=SPANS)
PAYMENT = fields(status=status_of(PaymentStatus), may_hold_money=st.booleans())
REFUND = fields(status=status_of(RefundStatus))
WHICH = st.integers(0, 20)
BY_HAND = st.one_of(
    st.tuples(st.just("change"), st.just(SeatLock), WHICH, LOCK),
    st.tuples(st.just("change"), st.just(Booking), WHICH, BOOKING),
    st.tuples(st.just("change"), st.just(Payment), WHICH, PAYMENT),
    st.tuples(st.just("change"), st.just(Refund), WHICH, REFUND),
    st.tuples(st.just("copy"), st.just(SeatLock), WHICH, LOCK),
    st.tuples(st.just("copy"), st.just(Booking), WHICH, BOOKING),
    st.tuples(st.just("unset"), st.just(SeatLock), WHICH, st.sampled_from(sorted(INSTEAD["locks"]))),
    st.tuples(st.just("unset"), st.just(Booking), WHICH, st.sampled_from(sorted(INSTEAD["bookings"]))),
    st.tuples(st.just("unset"), st.just(Payment), WHICH, st.sampled_from(sorted(INSTEAD["payments"]))),
    st.tuples(st.just("delete"), st.sampled_from([SeatLock, Booking]), WHICH, st.none()),
    st.tuples(st.just("letters"), st.just(SeatRow), WHICH, st.text("AHB?", min_size=1, max_size=5)),
    st.tuples(st.just("holder"), st.just(SeatRow), WHICH, st.booleans()),
    st.tuples(
        st.just("count"),
        st.just(Event),
        WHICH,
        st.tuples(st.sampled_from(["available", "held", "booked", "total"]), st.integers(-3, 3)),
    ),
    st.tuples(st.just("number"), st.just(Event), WHICH, st.integers(-4, 4)),
)
FOR_A_HUMAN = st.one_of(
    st.tuples(st.just("delete"), st.sampled_from([Payment, Refund, SeatRow, AuditEntry]), WHICH, st.none()),
    st.tuples(st.just("unset"), st.just(Refund), WHICH, st.sampled_from(sorted(INSTEAD["refunds"]))),
)

Deed = tuple[str, type[Stored], int, Any]


@dataclass
class Stall:
    """An event of 3 seats on the FLOOR and 7 numbered ones, and who bought what."""

    world: World
    buyer: Caller = field(default_factory=lambda: Caller(new_id(), Role.USER, "test"))
    event_id: PydanticObjectId = field(default_factory=new_id)

    @property
    def services(self) -> Services:
        return self.world.shops[0]

    async def open(self) -> None:
        event = await create_event(
            self.services,
            Caller(new_id(), Role.ADMIN, "admin"),
            name="Concert",
            description=None,
            starts_at=self.world.time.now + timedelta(days=9),
            price=Money(501, "INR"),
            total_seats=None,
            sections=[
                NewSection("FLOOR", None, 3, None),
                NewSection("STALLS", Money(2_000, "INR"), None, [NewRow("A", 4), NewRow("B", 3)]),
            ],
        )
        self.event_id = event.id

    async def deal(self, deed: str, seats: list[str]) -> None:
        """Lock, and go on as far as the deed says."""
        locked = await lock_seats(
            self.services,
            self.buyer,
            event_id=self.event_id,
            quantity=None if seats else 1,
            section=None if seats else "FLOOR",
            seats=seats or None,
            idempotency_key=str(new_id()),
        )
        of = locked.lock.id
        if len(seats) > 1:
            await self._change_lock(of, seats[0])
        if deed == "lapse":
            self.world.time.now += timedelta(seconds=301)
        if deed in ("lock", "lapse"):
            return
        if deed == "release":
            await release_lock(self.services, self.buyer, event_id=self.event_id, lock_id=of)
            return
        await confirm_booking(self.services, self.buyer, event_id=self.event_id, lock_id=of)
        if deed == "confirm":
            return
        with suppress(PaymentFailed, PaymentTimedOut):
            await pay_booking(
                self.services,
                self.buyer,
                event_id=self.event_id,
                booking_id=of,
                token="sim_success" if deed == "cancel" else deed,
                amount=None,
                idempotency_key=str(of),
            )
        if deed == "cancel":
            await cancel_booking(self.services, self.buyer, event_id=self.event_id, booking_id=of, reason=None)

    async def _change_lock(self, lock_id: PydanticObjectId, label: str) -> None:
        """One seat goes and another comes, if there is one: then its first audit entry tells only the beginning."""
        with suppress(Refusal):
            await change_lock(
                self.services,
                self.buyer,
                event_id=self.event_id,
                lock_id=lock_id,
                add=[Counted(1, "FLOOR")],
                remove=[Named((label,))],
                idempotency_key=str(new_id()),
            )

    async def change(self, deed: Deed) -> None:
        """By hand, in the database."""
        what, kind, which, how = deed
        documents = kind.get_pymongo_collection()
        mine = {"_id": self.event_id} if kind is Event else {"event_id": self.event_id}
        found = await documents.find(mine, sort=[("_id", 1)]).to_list()
        if not found:
            return
        document = found[which % len(found)]
        match what:
            case "change" | "copy":
                changed = {
                    name: document[name] + value if isinstance(value, timedelta) else value
                    for name, value in how.items()
                }
                if what == "copy":
                    document["_id"] = new_id()
                    for unique in ("reference", "key_id"):  # an index lets nobody have another's
                        document.pop(unique, None)
                    await documents.insert_one(document)
                await documents.update_one({"_id": document["_id"]}, {"$set": changed})
            case "unset":
                await documents.update_one({"_id": document["_id"]}, {"$unset": {how: 1}})
            case "delete":
                await documents.delete_one({"_id": document["_id"]})
            case "letters":
                await documents.update_one({"_id": document["_id"]}, {"$set": {"statuses": how}})
            case "holder":
                holder = new_id() if how else None
                await documents.update_one({"_id": document["_id"]}, {"$set": {f"holders.{which % 3}": holder}})
            case "count":
                name, gain = how
                await documents.update_one(mine, {"$inc": {f"sections.{which % 2}.{name}": gain}})
            case "number":
                await documents.update_one(mine, {"$inc": {"audit_sequence": how}})

    async def stock(self) -> list[list[dict[str, Any]]]:
        return [
            await kind.get_pymongo_collection()
            .find({"_id" if kind is Event else "event_id": self.event_id}, sort=[("_id", 1)])
            .to_list()
            for kind in (Event, SeatRow, SeatLock, Booking, Payment, Refund, AuditEntry)
        ]

    async def paid(self) -> dict[ObjectId, dict[str, Any]]:
        """The bookings that are CONFIRMED, and what of."""
        bookings = Booking.get_pymongo_collection().find({"event_id": self.event_id, "status": "CONFIRMED"})
        return {
            raw["_id"]: {name: raw.get(name) for name in ("seats", "quantities", "user_id")} async for raw in bookings
        }

    async def repairs(self) -> int:
        mine = {"event_id": self.event_id, "action": AuditAction.INVENTORY_REPAIRED.value}
        return await AuditEntry.find(mine).count()

    async def sell_all(self) -> None:
        """Every seat that is shown as available can be locked."""
        event = await Event.get(self.event_id)
        assert event is not None
        for section in event.sections:
            if section.available:
                await lock_seats(
                    self.services,
                    self.buyer,
                    event_id=self.event_id,
                    quantity=section.available,
                    section=section.name,
                    seats=None,
                    idempotency_key=str(new_id()),
                )


async def example(world: World, deals: list[Deal], by_hand: list[Deed], sweep: bool, is_human_needed: bool) -> None:
    stall = Stall(world)
    await stall.open()
    for deed, seats in deals:
        with suppress(Refusal):
            await stall.deal(deed, seats)
    paid = await stall.paid()
    for change in by_hand:
        await stall.change(change)
    if sweep:
        with suppress(*[Contradiction] if is_human_needed else []):
            await sweep_due(stall.services)
    tampered = await stall.paid()

    await recover_all(stall.services)
    now_paid = await stall.paid()
    assert paid.keys() <= now_paid.keys()
    drift = await check_inventory(stall.services, stall.event_id)
    if not is_human_needed:
        for booking_id, booking in paid.items():
            assert now_paid[booking_id] in (booking, tampered.get(booking_id))
        assert [(one.field, one.stored, one.actual) for one in drift] == []
        await stall.sell_all()
        assert await check_inventory(stall.services, stall.event_id) == []
    else:
        # What the provider answered after the first repair may show more to repair.
        await recover_all(stall.services)
    repairs = await stall.repairs()
    await recover_all(stall.services)
    assert await stall.repairs() == repairs
    # The next one starts with an empty house: each run of recovery looks at every event there is.
    for kind in ALL:
        await kind.get_pymongo_collection().delete_many({})


def run_examples(settings: Settings, changes: st.SearchStrategy[list[Any]], *, is_human_needed: bool) -> None:
    @hypothesis_settings(
        max_examples=many(8, 40),
        deadline=None,
        # What goes wrong on a real database takes long to make smaller.
        phases=[Phase.explicit, Phase.generate],
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(deals=DEALS, by_hand=changes, sweep=st.booleans())
    def run(deals: list[Deal], by_hand: list[Deed], sweep: bool) -> None:
        world.run(example(world, deals, by_hand, sweep, is_human_needed))

    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        world, stack = World(runner), AsyncExitStack()
        try:
            runner.run(world.open(settings, stack))
            run()
        finally:
            runner.run(stack.aclose())


def test_any_few_changes_by_hand(settings: Settings) -> None:
    run_examples(settings, st.lists(BY_HAND, min_size=1, max_size=4), is_human_needed=False)


def test_what_needs_a_human_does_no_further_harm(settings: Settings) -> None:
    changes = st.tuples(FOR_A_HUMAN, st.lists(BY_HAND, max_size=2)).map(lambda both: [both[0], *both[1]])
    run_examples(settings, changes, is_human_needed=True)
