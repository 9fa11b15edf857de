"""Two events of which the same is asked, one of which is remembered: the answers are the same, and what becomes of it.

So nothing is told of what is remembered that MongoDB would not have told.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from beanie import PydanticObjectId
from bson import ObjectId

from domain.caller import Caller
from domain.documents import Allocation, Booking, Event, Payment, PaymentStatus, Role, SeatLock, Stored
from domain.inventory.allocation_commands import AllocationMade
from domain.inventory.commands import Command, Locked
from domain.inventory.parts import Counted
from domain.inventory.payment_commands import PaymentStarted
from domain.money import Money
from domain.sale.events import NewRow, NewSection, create_event
from domain.writer import committer
from domain.writer.memory import Left, Memory
from tests.support import asking
from tests.support.hunting import many
from tests.support.remembering import Shop
from tests.support.sale import somebody

SEATS = [f"STALLS-{row}-{number}" for row, size in (("A", 6), ("B", 5)) for number in range(1, size + 1)]
STATUSES = [PaymentStatus.SUCCEEDED, *PaymentStatus]
STEPS = [timedelta(milliseconds=1), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=10)]
ITS_OWN = ("event_id", "key_id", "reference")
BY_HAND: list[tuple[type[Stored], str, dict[str, Any]]] = [
    (SeatLock, "_id", {"correlation_id": "by hand"}),
    (Booking, "_id", {"cancel_reason": "by hand"}),
    (Payment, "booking_id", {"provider_reference": "by hand"}),
    (Payment, "booking_id", {"a field of a later version": 1}),
]


def other(of: ObjectId) -> PydanticObjectId:
    """Its twin's id, and the other way round."""
    return PydanticObjectId(of.binary[:1] + bytes([of.binary[1] ^ 255]) + of.binary[2:])


def of_twin(command: Command[Any], twin: Event) -> Command[Any]:
    """The same, asked of the twin by the twin of who asks."""
    changed: dict[str, Any] = {}
    for each in fields(command):
        match getattr(command, each.name):
            case ObjectId() as one:
                changed[each.name] = other(one)
            case Caller() as caller:
                changed[each.name] = replace(caller, user_id=other(caller.user_id))
            case value if each.name in ("key_id", "reference"):
                changed[each.name] = value[::-1]
    return replace(command, **changed | {"event_id": twin.id})


def told(answer: Any, *, by_twin: bool) -> Any:
    """What there is to compare of it."""
    match answer:
        case Exception():
            return type(answer), str(answer)
        case Stored():
            raw = answer.to_bson().items()
            return {name: told(value, by_twin=by_twin) for name, value in raw if name not in ITS_OWN}
        case ObjectId():
            return other(answer) if by_twin else answer
        case _ if hasattr(answer, "__dataclass_fields__"):
            return type(answer), [told(getattr(answer, each.name), by_twin=by_twin) for each in fields(answer)]
    return answer


@dataclass
class Customers:
    """What they ask for, at random; they know what they were answered."""

    chance: random.Random
    event: Event
    people: list[Caller] = field(default_factory=lambda: [somebody() for _ in range(4)])
    locks: list[SeatLock] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    allocations: list[Allocation] = field(default_factory=list)
    asked: list[Command[Any]] = field(default_factory=list)

    def ask(self) -> list[Command[Any]]:
        """Some commands for one batch."""
        if self.chance.random() < 0.1:
            self.people.append(somebody())
        now = [replace(each, event_id=self.event.id) for each in self._some(self.chance.choice([1, 1, 2, 3, 6, 9]))]
        self.asked += now
        return now

    def hear(self, answers: Sequence[Any]) -> None:
        for answer in answers:
            if isinstance(answer, Locked) and not answer.replayed:
                self.locks.append(answer.lock)
            if isinstance(answer, PaymentStarted) and not answer.replayed:
                self.payments.append(answer.payment)
            if isinstance(answer, AllocationMade) and not answer.replayed:
                self.allocations.append(answer.allocation)

    def keep_back(self, now: datetime) -> Command[Any]:
        """An ADMIN keeps seats back, or gives them up."""
        choose = self.chance.choice
        if self.allocations and self.chance.random() < 0.3:
            return replace(asking.giving_up(choose(self.allocations[-3:]).id), event_id=self.event.id)
        kept = asking.allotting(
            *choose([[], self.chance.sample(SEATS, 2)]),
            quantity=4,
            section="FLOOR",
            code=choose([None, "friends", "fans"]),
            opens_at=choose([None, now + timedelta(minutes=1)]),
            releases_at=choose([None, now + timedelta(minutes=2), now + timedelta(minutes=12)]),
            most=choose([None, 1]),
        )
        return replace(kept, event_id=self.event.id)

    def _some(self, count: int) -> Iterator[Command[Any]]:
        choose = self.chance.choice
        for _ in range(count):
            deed = choose(
                ["lock", "confirm", "start", "settle"] * 6 + ["again", "cancel", "release", "extend", "change"]
            )
            key = choose([None, None, "one key", "another"])
            recent, paid = self.locks[-6:], self.payments[-6:]
            if deed == "settle" and paid:
                yield asking.settling(choose(paid), choose(STATUSES), money_taken=choose([False, False, True]))
            elif deed == "again" and self.asked:
                yield choose(self.asked[-9:])
            elif deed == "lock" or not recent:
                kept = choose([None, None, *self.allocations[-2:]])
                out_of = kept.id if kept is not None else None
                if choose([True, False]):
                    seats = self.chance.sample(SEATS, choose([1, 2]))
                    yield asking.locking(choose(self.people), *seats, key=key, out_of=out_of)
                else:
                    section = choose(["FLOOR", "STALLS"])
                    count = choose([1, 2])
                    yield asking.locking(choose(self.people), quantity=count, section=section, key=key, out_of=out_of)
            else:
                yield self._with(choose(recent), deed, key)

    def _with(self, lock: SeatLock, deed: str, key: str | None) -> Command[Any]:
        owner = replace(self.people[0], user_id=lock.user_id)
        match deed:
            case "start":
                amount = self.chance.choice([None, None, None, Money(1, "INR")])
                return asking.starting(owner, lock.id, amount=amount, key=key)
            case "cancel":
                return asking.cancelling(owner, lock.id)
            case "release":
                return asking.releasing(owner, lock.id)
            case "extend":
                return asking.extending(owner, lock.id)
            case "change":
                return asking.changing(owner, lock.id, add=[Counted(1, "FLOOR")])
        return asking.confirming(owner, lock.id)


async def new_event(shop: Shop) -> Event:
    return await create_event(
        shop.here,
        somebody(Role.ADMIN),
        name="Concert",
        description=None,
        starts_at=shop.time.now + timedelta(hours=3),
        price=Money(501, "INR"),
        total_seats=None,
        sections=[
            NewSection("FLOOR", None, 300, None),
            NewSection("STALLS", Money(2_000, "INR"), None, [NewRow("A", 6), NewRow("B", 5)]),
        ],
    )


async def state_of(event: Event) -> Any:
    found = await Event.get(event.id)
    assert found is not None
    counters = [(section.available, section.held, section.booked) for section in found.sections]
    return counters, found.version, found.audit_sequence


@pytest.mark.parametrize("seed", range(many(2, 40)))
async def test_twins_get_the_same_answers(shop: Shop, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance, began = random.Random(seed), Counter[str]()
    event, twin, take = await new_event(shop), await new_event(shop), Memory.take

    def take_of_one(memory: Memory, of: PydanticObjectId, *what: Any) -> Left | None:
        return None if of == twin.id else take(memory, of, *what)

    monkeypatch.setattr(Memory, "take", take_of_one)
    monkeypatch.setattr(committer, "batch_began", lambda how: began.update([how]))
    customers = Customers(chance, event)
    hands = chance.choice([0.0, 0.3])
    for _ in range(100):
        if chance.random() < 0.1:
            shop.time.now += chance.choice(STEPS)
        if chance.random() < hands and customers.locks:
            kind, by, change = chance.choice(BY_HAND)
            lock_id = chance.choice(customers.locks[-6:]).id
            ids = {"$in": [lock_id, other(lock_id)]}
            await kind.get_pymongo_collection().update_many({by: ids}, {"$set": change})
        server = chance.choice([shop.here] * 9 + [shop.there])
        commands = customers.ask()
        if chance.random() < 0.03:
            commands = [replace(asking.updating(max_seats_per_buyer=chance.choice([2, 4, None])), event_id=event.id)]
        elif chance.random() < 0.08:
            commands.insert(chance.randrange(len(commands) + 1), customers.keep_back(shop.time.now))
        answers, of_the_twin = [
            await asyncio.gather(*map(server.writer.execute, asked), return_exceptions=True)
            for asked in (commands, [of_twin(command, twin) for command in commands])
        ]
        customers.hear(answers)
        assert [told(one, by_twin=False) for one in answers] == [told(one, by_twin=True) for one in of_the_twin]
        assert await state_of(event) == await state_of(twin)
    assert began["nothing"]
