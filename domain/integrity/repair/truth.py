"""What is true of an event whose documents contradict each other. Pure.

- Money rules bookings: one that is paid for is CONFIRMED, unless it was cancelled; one that isn't is not CONFIRMED.
- A booking rules its lock. Either is enough to make the other again; the audit entry of the lock and a payment are
  enough to make both.
- A status that the rules could have led to from what the audit entries tell stands; for any other they tell it. Those
  of payments and refunds they always tell: it is the provider who is asked about money.
- Locks and bookings rule counters and seat rows. Of those that claim the same seats a booking wins over a lock, and a
  lock that the entries know over one they don't; a lock that loses, or claims what there is not, is EXPIRED.
- An ACTIVE allocation keeps what it was made of, but for what its buyers have. One that can't is RELEASED.

Two paid bookings of one seat, and audit entries, records of money and seat rows that are gone, are for a human.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import TypeAlias

from bson import ObjectId

from domain.documents import (
    AllocationStatus,
    Allotment,
    BookingStatus,
    PaymentStatus,
    RefundStatus,
    Seating,
    SeatLockStatus,
)
from domain.integrity.allocations import TERMS, Kept, kept_of
from domain.integrity.document_drift import LOCK_OF_BOOKING, refunded
from domain.integrity.findings import BOOKED, HELD
from domain.integrity.history import Claim, Raw
from domain.integrity.records import Records

Counts: TypeAlias = list[int]
"""Available, held, booked."""

ENDED_BOOKING = {BookingStatus.FAILED.value, BookingStatus.EXPIRED.value, BookingStatus.CANCELLED.value}
AHEAD: dict[str, dict[str, set[str]]] = {
    "payments": {
        PaymentStatus.PENDING: {status.value for status in PaymentStatus if status is not PaymentStatus.PENDING},
        PaymentStatus.TIMED_OUT: {PaymentStatus.ACTION_REQUIRED, PaymentStatus.SUCCEEDED, PaymentStatus.FAILED},
        PaymentStatus.ACTION_REQUIRED: {PaymentStatus.SUCCEEDED, PaymentStatus.FAILED},
        PaymentStatus.FAILED: {PaymentStatus.SUCCEEDED},
    },
    "refunds": {
        RefundStatus.INITIATED: {RefundStatus.PROCESSED, RefundStatus.FAILED},
        RefundStatus.PROCESSED: {RefundStatus.FAILED},
        RefundStatus.FAILED: {RefundStatus.PROCESSED, RefundStatus.INITIATED},
    },
}
"""Where a payment or refund may go from each status."""

ENDED_LOCK = {SeatLockStatus.EXPIRED.value, SeatLockStatus.RELEASED.value}


class Truth:
    """An event's documents, raw and by id, as they should be.

    `lengths` are the seats of each row, by its id; `owners` who has each numbered seat that is taken, by label;
    `totals` and `counts` are by section; `kept` are what ACTIVE allocations keep, and `allotments` how their event
    knows them.
    """

    def __init__(self, records: Records) -> None:
        self._records = records
        self._history = records.history
        # If entries are missing a document may be ahead of them.
        self._knows_all = self._history.is_whole and self._history.last >= records.event.audit_sequence
        self._reserved = {section.name for section in records.event.sections if section.seating == Seating.RESERVED}
        # Fields are replaced, never changed in place: the records stay as they were read.
        self.locks: dict[ObjectId, Raw] = {key: dict(raw) for key, raw in records.locks.items()}
        self.bookings: dict[ObjectId, Raw] = {key: dict(raw) for key, raw in records.bookings.items()}
        self.payments: dict[ObjectId, Raw] = {key: dict(raw) for key, raw in records.payments.items()}
        self.refunds: dict[ObjectId, Raw] = {key: dict(raw) for key, raw in records.refunds.items()}
        self.allocations: dict[ObjectId, Raw] = {key: dict(raw) for key, raw in records.allocations.items()}

        self._settle_money()
        self._restore()
        self._settle_bookings()
        self._settle_locks()
        self._settle_allocations()
        self.lengths = self._measure_rows()
        self.totals = self._count_seats()
        self._count_labels()
        self.owners = self._give_seats()
        self.kept = self._keep_the_rest()
        self.allotments = self._list_allotments()
        self.counts = self._count()

    def is_missed(self, booking_id: ObjectId) -> bool:
        """Whether there must be such a booking, though nothing says what it was of."""
        told = self._history.statuses["bookings"].get(booking_id)
        return told == BookingStatus.CONFIRMED or (told is not None and booking_id in self._with_payments)

    # ------------------------------------------------------------ money

    def _settle_money(self) -> None:
        self._believe("payments", self.payments)
        self._believe("refunds", self.refunds)
        self._paid: set[ObjectId] = set()
        self._partly_back: set[ObjectId] = set()
        self._all_back: set[ObjectId] = set()
        self._with_payments = {payment["booking_id"] for payment in self.payments.values()}
        may_hold_money: defaultdict[ObjectId, list[Raw]] = defaultdict(list)
        for payment_id, payment in self.payments.items():
            refund, booking_id = self.refunds.get(payment_id), payment["booking_id"]
            is_gone = refund is None and payment_id in self._history.statuses["refunds"]
            if is_gone or ("refunds", payment_id) in self._records.unusable:
                continue  # nobody can tell how much was given back
            all_back = refunded(self._records, payment_id)
            if payment["status"] == PaymentStatus.SUCCEEDED:
                (self._all_back if all_back else self._paid).add(booking_id)
                if refund is not None and not all_back:
                    self._partly_back.add(booking_id)
            payment["may_hold_money"] = payment["status"] != PaymentStatus.FAILED and not all_back
            if payment["may_hold_money"]:
                may_hold_money[booking_id].append(payment)
        for attempts in may_hold_money.values():
            if len(attempts) > 1:  # an index allows one at most
                for payment in attempts:
                    payment["may_hold_money"] = self._records.payments[payment["_id"]]["may_hold_money"]

    def _believe(self, kind: str, documents: dict[ObjectId, Raw]) -> None:
        """What the entries tell, unless some may be missing and the document is ahead of them."""
        for key, told in self._history.statuses[kind].items():
            if key in documents and (self._knows_all or documents[key]["status"] not in AHEAD[kind].get(told, ())):
                documents[key]["status"] = told

    # ------------------------------------------------------------ locks and bookings

    def _restore(self) -> None:
        told = self._history.statuses["bookings"]
        known: dict[ObjectId, Raw] = dict(self.locks)
        for lock_id, made in self._records.made.items():
            if lock_id not in self.locks and lock_id not in self.bookings:
                known[lock_id] = {**_seats_of(made), "expires_at": made["created_at"]}
        for lock_id, lock in known.items():
            if lock_id in told and lock_id not in self.bookings:
                seats = _seats_of(self._records.made.get(lock_id, lock))
                self.bookings[lock_id] = {**seats, "status": told[lock_id], "payment_expires_at": lock["expires_at"]}
        for booking_id, booking in self.bookings.items():
            if booking_id not in self.locks:
                seats = _seats_of(self._records.made.get(booking_id, booking))
                self.locks[booking_id] = {**seats, "expires_at": booking["payment_expires_at"]}

    def _settle_bookings(self) -> None:
        for booking_id, booking in self.bookings.items():
            booking["status"] = self._status_of_booking(booking_id, booking["status"])

    def _status_of_booking(self, booking_id: ObjectId, stored: str) -> str:
        told = self._history.statuses["bookings"].get(booking_id)
        pending, confirmed = BookingStatus.PAYMENT_PENDING.value, BookingStatus.CONFIRMED.value
        cancelled = BookingStatus.CANCELLED.value
        if booking_id in self._paid:
            was_cancelled = told == cancelled and (self._knows_all or stored == cancelled)
            is_cancelled = stored == cancelled and booking_id in self._partly_back
            return cancelled if was_cancelled or is_cancelled else confirmed
        if told == confirmed:
            # Without its payment it takes a human to say that it isn't.
            return stored if stored in ENDED_BOOKING and booking_id in self._all_back else confirmed
        if (stored in ENDED_BOOKING and told in (None, pending)) or (stored == pending and told is None):
            return stored
        return told or BookingStatus.EXPIRED.value

    def _settle_locks(self) -> None:
        for lock_id, lock in self.locks.items():
            booking, made = self.bookings.get(lock_id), self._records.made.get(lock_id)
            if booking is None:
                told = self._history.statuses["locks"].get(lock_id)
                if told in ENDED_LOCK:
                    lock["status"] = told
                elif lock["status"] not in (SeatLockStatus.ACTIVE, *ENDED_LOCK):
                    lock["status"] = SeatLockStatus.EXPIRED.value
                lock |= {"booked": False, **_seats_of(made or lock)}
                continue
            booking |= _seats_of(made or booking)
            lock |= {"status": LOCK_OF_BOOKING[booking["status"]].value, "booked": True, **_seats_of(booking)}
            if "allocation_id" in booking:
                lock["allocation_id"] = booking["allocation_id"]
            if booking["status"] == BookingStatus.PAYMENT_PENDING:
                lock["expires_at"] = booking["payment_expires_at"]

    def _settle_allocations(self) -> None:
        """As the entries tell; if some may be missing, what is RELEASED stays it. What is gone is made again."""
        for key, told in self._history.statuses["allocations"].items():
            made = self._records.made.get(key)
            if key not in self.allocations and made is not None:
                self.allocations[key] = {**_seats_of(made), "status": told, "created_at": made["created_at"]}
            elif key in self.allocations:
                allocation = self.allocations[key]
                allocation |= _seats_of(made or allocation)
                if self._knows_all or allocation["status"] != AllocationStatus.RELEASED:
                    allocation["status"] = told
        for allocation in self.allocations.values():
            if allocation["status"] not in AllocationStatus.__members__:
                allocation["status"] = AllocationStatus.RELEASED.value

    # ------------------------------------------------------------ seats

    def _measure_rows(self) -> dict[str, int]:
        """How many seats each row has: as many as letters or, if somebody has cut these off, as holders."""
        by_section: defaultdict[str, list[Raw]] = defaultdict(list)
        for row in self._records.rows:
            by_section[row["section"]].append(row)
        lengths: dict[str, int] = {}
        for section, rows in by_section.items():
            for choose in (min, max):
                measured = {row["_id"]: choose(len(row["statuses"]), len(row["holders"])) for row in rows}
                if sum(measured.values()) == self._history.totals.get(section):
                    break
            lengths |= measured
        return lengths

    def _count_seats(self) -> Counter[str]:
        """Seats of each section: of a RESERVED one its rows', of a GENERAL one what it was made with, or given since.

        Where an entry is missing, which may have given or taken some, those that are stored if they add up.
        """
        totals: Counter[str] = Counter()
        for row in self._records.rows:
            totals[row["section"]] += self.lengths[row["_id"]]
        for section in self._records.event.sections:
            if section.name not in self._reserved:
                adds_up = section.available + section.held + section.booked == section.total
                told = self._history.totals.get(section.name, section.total)
                totals[section.name] = section.total if adds_up and not self._knows_all else told
        return totals

    def _count_labels(self) -> None:
        """Of numbered seats a lock has as many as it names."""
        section_of = {f"{row['section']}-{row['name']}": row["section"] for row in self._records.rows}
        for lock_id, lock in self.locks.items():
            seats, quantities = list(dict.fromkeys(lock["seats"])), lock["quantities"]
            labelled = Counter(section_of.get(label.rpartition("-")[0]) for label in seats)
            if None not in labelled:  # else a row is gone, or a label is none: nobody knows better
                quantities = {name: n for name, n in quantities.items() if name not in self._reserved} | labelled
            if (quantities, len(seats)) != (lock["quantities"], len(lock["seats"])):
                for document in (lock, self.bookings.get(lock_id, {})):
                    document |= {"quantities": quantities, "seats": seats}

    def _give_seats(self) -> dict[str, Claim]:
        """Who has which seat. A lock that can't have those it claims is EXPIRED, and its booking."""
        owners: dict[str, Claim] = {}
        room = Counter({name: total for name, total in self.totals.items() if name not in self._reserved})
        lengths = {f"{row['section']}-{row['name']}": self.lengths[row["_id"]] for row in self._records.rows}

        def is_seat(label: str) -> bool:
            place = place_of(label)
            return place is not None and place[1] < lengths.get(place[0], 0)

        for status, holder_id in self._by_right():
            document = self.locks[holder_id] if status == HELD else self.bookings[holder_id]
            counted = {name: n for name, n in document["quantities"].items() if name not in self._reserved}
            if status == HELD and not (
                all(0 < n <= room[name] for name, n in counted.items())
                and all(label not in owners and is_seat(label) for label in document["seats"])
            ):
                document["status"] = SeatLockStatus.EXPIRED.value
                if holder_id in self.bookings:
                    self.bookings[holder_id]["status"] = BookingStatus.EXPIRED.value
                continue
            room.subtract(counted)
            for label in document["seats"]:
                owners.setdefault(label, (status, holder_id))
        return owners

    def _keep_the_rest(self) -> dict[ObjectId, Kept]:
        """What each ACTIVE allocation keeps, which joins the owners. One that can't is RELEASED."""
        holding = [*self._having_seats()]
        room = Counter(self.totals)
        for document in holding:
            room.subtract(document["quantities"])
        section_of = {f"{row['section']}-{row['name']}": row["section"] for row in self._records.rows}
        kept: dict[ObjectId, Kept] = {}
        for key, its in kept_of(self.allocations, holding).items():
            labelled = Counter(section_of.get(label.rpartition("-")[0]) for label in its.seats)
            numbered = Counter({name: count for name, count in its.quantities.items() if name in self._reserved})
            if (
                min(its.quantities.values(), default=0) < 0
                or any(count > room[name] for name, count in its.quantities.items())
                or labelled != numbered
                or any(label in self.owners for label in its.seats)
            ):
                self.allocations[key]["status"] = AllocationStatus.RELEASED.value
                continue
            kept[key] = its
            room.subtract(its.quantities)
            self.owners.update(dict.fromkeys(its.seats, (HELD, key)))
        return kept

    def _list_allotments(self) -> list[Raw]:
        """As they are stored, in the order they are there, or were made in."""
        told: dict[ObjectId, Allotment] = {allotment.id: allotment for allotment in self._records.event.allotments}
        made: list[Raw] = []
        for key in [*(key for key in told if key in self.kept), *sorted(self.kept.keys() - told.keys())]:
            allocation = self.allocations[key]
            # Of one that is made again nobody else knows its times.
            terms = {name: allocation.get(name, getattr(told.get(key), name, None)) for name in TERMS}
            quantity = sum(allocation["quantities"].values())
            made.append({"id": key, "quantity": quantity, **terms, "kept": dict(self.kept[key].quantities)})
        return made

    def _having_seats(self) -> Iterator[Raw]:
        yield from (lock for lock in self.locks.values() if lock["status"] == SeatLockStatus.ACTIVE)
        yield from (one for one in self.bookings.values() if one["status"] == BookingStatus.CONFIRMED)

    def _by_right(self) -> Iterator[Claim]:
        """All who have seats, those with the better right first."""
        confirmed = [key for key, one in self.bookings.items() if one["status"] == BookingStatus.CONFIRMED]
        for booking_id in sorted(confirmed, key=lambda key: (key not in self._paid, key)):
            yield BOOKED, booking_id
        told = self._history.statuses["locks"]
        active = [key for key, one in self.locks.items() if one["status"] == SeatLockStatus.ACTIVE]
        for lock_id in sorted(active, key=lambda key: (told.get(key) != SeatLockStatus.ACTIVE, key)):
            yield HELD, lock_id

    def _count(self) -> dict[str, Counts]:
        held: Counter[str] = Counter()
        booked: Counter[str] = Counter()
        for lock in self.locks.values():
            if lock["status"] == SeatLockStatus.ACTIVE:
                held.update(lock["quantities"])
        for booking in self.bookings.values():
            if booking["status"] == BookingStatus.CONFIRMED:
                booked.update(booking["quantities"])
        for its in self.kept.values():
            held.update(its.quantities)
        return {
            # More sold than there is, by hand: then nothing is available.
            name: [max(0, self.totals[name] - held[name] - booked[name]), held[name], booked[name]]
            for name in (section.name for section in self._records.event.sections)
        }


def _seats_of(document: Raw) -> Raw:
    return {"quantities": document["quantities"], "seats": document["seats"]}


def place_of(label: str) -> tuple[str, int] | None:
    """The row, by label, and position that a label names if it is one; nobody says that there is such a seat."""
    row_label, _, number = label.rpartition("-")
    # As in Inventory.seat_at: longer numbers cannot be seats, and int() would take its time over them.
    if not (number.isascii() and number.isdigit()) or number[0] == "0" or len(number) > 6:
        return None
    return row_label, int(number) - 1
