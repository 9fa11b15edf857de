"""Adding figures up over any time, to the millisecond, in one snapshot.

A time is whole days, hours and minutes, of which there are figures; what its two ends have beside these, or lack, is
half a minute of bookings at most, found by index. Unlike the figures, a reader goes by the time it is: what is dead
counts as EXPIRED.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, TypeAlias

from beanie import PydanticObjectId
from pymongo.asynchronous.client_session import AsyncClientSession

from domain.documents import (
    ArchivedBooking,
    Booking,
    BookingStatus,
    Payment,
    Refund,
    SalesFigures,
    SeatLock,
    SeatLockStatus,
    Span,
    figures_id,
)
from domain.reports.cover import DAY, EVER, HOUR, INSTANT, MINUTE, NEVER, Stretch, cover, floor
from domain.reports.figures import BOOKINGS, GROSS, LOCKS, REFUNDED, SEATS, Counted, figures_of

Figures: TypeAlias = "defaultdict[Any, Counter[str]]"
"""By currency, the event's own, or by the event's id; and in it by name."""

By: TypeAlias = Literal["currency", "event_id"]
"""What figures are told apart by: a field that locks, bookings and figures have."""

OF_BOOKINGS = (*BOOKINGS.values(), SEATS, GROSS, REFUNDED)

CHUNK = 1_000
"""Documents counted without letting others run: a few milliseconds."""

SPANS = {DAY: Span.DAY, HOUR: Span.HOUR}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about: one event, those `among` these or all, and what was made in [start, end).

    None is without a limit.
    """

    event_id: PydanticObjectId | None = None
    start: datetime | None = None
    end: datetime | None = None
    among: tuple[PydanticObjectId, ...] | None = None

    @property
    def is_limited(self) -> bool:
        return self.start is not None or self.end is not None

    @property
    def stretches(self) -> list[Stretch]:
        return list(cover(min(self.start or EVER, NEVER), min(self.end or NEVER, NEVER)))

    @property
    def made(self) -> dict[str, Any]:
        """What documents that were made then have."""
        limits = {"$gte": self.start, "$lt": self.end}
        return {"created_at": {name: limit for name, limit in limits.items() if limit is not None}}

    @property
    def theirs(self) -> dict[str, Any]:
        if self.among is not None:
            return {"event_id": {"$in": list(self.among)}}
        return {} if self.event_id is None else {"event_id": self.event_id}

    def spans(self, span: Span, start: datetime | None = None, end: datetime | None = None) -> dict[str, Any]:
        """Figures of these spans of time, as `spans` says."""
        if self.among is not None:
            return {"$or": [spans(event_id, span, start, end) for event_id in self.among]}
        return spans(self.event_id, span, start, end)


async def add_up_bookings(
    question: Question, now: datetime, session: AsyncClientSession, by: By = "currency"
) -> Figures:
    """Figures of the bookings made then, as they are now."""
    figures = await add_up(question, OF_BOOKINGS, session, by)
    for stretch in question.stretches if question.is_limited else ():
        if stretch.unit == INSTANT:
            made_then = replace(question, start=stretch.start, end=stretch.end)
            await _count(made_then, stretch.sign, figures, session, by)
    for key, dead in (await _dead_bookings(question, now, session, by)).items():
        figures[key][BOOKINGS[BookingStatus.PAYMENT_PENDING]] -= dead
        figures[key][BOOKINGS[BookingStatus.EXPIRED]] += dead
    return figures


async def add_up_locks(question: Question, now: datetime, names: Sequence[str], session: AsyncClientSession) -> Figures:
    """Figures of locks, as they are now, and others, of whole minutes."""
    figures = await add_up(question, names, session)
    dead = question.theirs | question.made | _dead(now)
    locks = await SeatLock.get_pymongo_collection().aggregate(
        [{"$match": dead}, {"$group": {"_id": "$currency", "dead": {"$sum": 1}}}], session=session
    )
    async for group in locks:
        figures[group["_id"]][LOCKS[SeatLockStatus.ACTIVE]] -= group["dead"]
        figures[group["_id"]][LOCKS[SeatLockStatus.EXPIRED]] += group["dead"]
    return figures


async def add_up(question: Question, names: Sequence[str], session: AsyncClientSession, by: By = "currency") -> Figures:
    """The figures of these names over all whole minutes of a time."""
    figures: Figures = defaultdict(Counter)
    pipelines = [*_pipelines(question, names, by)]
    if not pipelines:
        return figures
    collection = SalesFigures.get_pymongo_collection()
    first, *others = pipelines
    pipeline = first + [{"$unionWith": {"coll": collection.name, "pipeline": other}} for other in others]
    async for sums in await collection.aggregate(pipeline, session=session):
        sign = sums.pop("sign")
        figures[sums.pop("_id")].update({name: amount * sign for name, amount in sums.items()})
    return figures


def _pipelines(question: Question, names: Sequence[str], by: By) -> Iterable[list[dict[str, Any]]]:
    if not question.is_limited:
        yield [{"$match": question.spans(Span.ALL)}, _sum("figures", names, 1, by)]
        return
    for stretch in question.stretches:
        if span := SPANS.get(stretch.unit):
            matching = question.spans(span, stretch.start, stretch.end)
            yield [{"$match": matching}, _sum("figures", names, stretch.sign, by)]
        elif stretch.unit == MINUTE:
            hour = floor(stretch.start, HOUR)
            first, last = ((instant - hour) // MINUTE for instant in (stretch.start, stretch.end))
            yield [
                {"$match": question.spans(Span.HOUR, hour, hour + HOUR)},
                {"$project": {by: 1, "minute": {"$objectToArray": "$minutes"}}},
                {"$unwind": "$minute"},
                {"$match": {"minute.k": {"$gte": f"{first:02}", "$lte": f"{last - 1:02}"}}},
                _sum("minute.v", names, stretch.sign, by),
            ]


def spans(
    event_id: PydanticObjectId | None, span: Span, start: datetime | None = None, end: datetime | None = None
) -> dict[str, Any]:
    """Figures of these spans of time that begin in [start, end), or of ALL; by index."""
    if start is None or end is None:
        return {"span": span.value} if event_id is None else {"_id": figures_id(event_id, span)}
    if event_id is None:
        return {"span": span.value, "start": {"$gte": start, "$lt": end}}
    return {"_id": {"$gte": figures_id(event_id, span, start), "$lt": figures_id(event_id, span, end)}}


def _sum(path: str, names: Iterable[str], sign: int, by: By) -> dict[str, Any]:
    sums = {name: {"$sum": f"${path}.{name}"} for name in names}
    return {"$group": {"_id": f"${by}", "sign": {"$max": sign}, **sums}}


async def _count(question: Question, sign: int, figures: Figures, session: AsyncClientSession, by: By) -> None:
    """Add, or take away, what the bookings made then count for, one by one."""
    bookings: dict[PydanticObjectId, Booking] = {}
    for where in (Booking, ArchivedBooking):
        for booking in await _find(where, question.made | question.theirs, session):
            bookings[booking.id] = booking
    if not bookings:
        return
    documents: list[tuple[Counted, Booking]] = [(booking, booking) for booking in bookings.values()]
    for kind in (Payment, Refund):
        for money in await _find(kind, {"booking_id": {"$in": list(bookings)}}, session):
            documents.append((money, bookings[money.booking_id]))
    for number, (document, booking) in enumerate(documents, start=1):
        if number % CHUNK == 0:
            await asyncio.sleep(0)
        for _, name, amount in figures_of(document, booking.created_at):
            if name in OF_BOOKINGS:
                figures[getattr(booking, by)][name] += amount * sign


async def _find(kind: type[Any], query: dict[str, Any], session: AsyncClientSession) -> list[Any]:
    collection = kind.get_pymongo_collection()
    return [kind.from_bson(raw) for raw in await collection.find(query, session=session).to_list()]


async def _dead_bookings(question: Question, now: datetime, session: AsyncClientSession, by: By) -> dict[Any, int]:
    """How many bookings made then are dead, and not swept yet.

    Of all times their locks tell, by an index of what is due; of some time the bookings made then that are not paid.
    """
    where, dead = SeatLock.get_pymongo_collection(), _dead(now, booked=True)
    if question.is_limited:
        where = Booking.get_pymongo_collection()
        dead = question.made | {"status": BookingStatus.PAYMENT_PENDING.value, "payment_expires_at": {"$lte": now}}
    pipeline = [{"$match": question.theirs | dead}, {"$group": {"_id": f"${by}", "dead": {"$sum": 1}}}]
    groups = await where.aggregate(pipeline, session=session)
    return {group["_id"]: group["dead"] async for group in groups}


def _dead(now: datetime, *, booked: bool | None = None) -> dict[str, Any]:
    """By one of the indexes of ACTIVE locks."""
    kinds = [False, True] if booked is None else [booked]
    return {"status": SeatLockStatus.ACTIVE.value, "booked": {"$in": kinds}, "expires_at": {"$lte": now}}
