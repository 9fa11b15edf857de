"""Keeping the figures of an event true, in the transaction that changes what they are of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from beanie import PydanticObjectId
from pymongo import UpdateOne
from pymongo.asynchronous.client_session import AsyncClientSession

from domain.documents import Event, SalesFigures, Span, figures_id
from domain.reports.figures import AVAILABLE, Tally
from domain.writer.statements import Statement, Update, add_to

if TYPE_CHECKING:
    from domain.inventory.state import Inventory

Key: TypeAlias = tuple[Span, datetime | None]
Sums: TypeAlias = "Mapping[Key, Mapping[str, int]]"
"""By document of figures, and in it by path: `figures.gross`, `minutes.59.gross`."""


async def keep_figures(inventory: Inventory) -> Sequence[Statement]:
    """What a batch makes of the event's figures, to be added in its transaction."""
    event, tally = inventory.event, tally_of(inventory)
    changes = [add_to(matching, update) for matching, update in increments(event.id, event.currency, sums_of(tally))]
    return [Update(SalesFigures, changes)] if changes else []


async def begin_figures(event: Event, session: AsyncClientSession) -> None:
    """The figures of an event that is made in this transaction."""
    tally = Tally()
    tally.minutes[event.created_at.replace(second=0, microsecond=0)][AVAILABLE] = event.available
    await add_figures(increments(event.id, event.currency, sums_of(tally), built=True), session)


async def add_figures(changes: Iterable[tuple[dict[str, Any], dict[str, Any]]], session: AsyncClientSession) -> None:
    """Make these `increments` in a transaction that no batch makes."""
    updates = [UpdateOne(matching, update, upsert=True) for matching, update in changes]
    await SalesFigures.get_pymongo_collection().bulk_write(updates, ordered=False, session=session)


def tally_of(inventory: Inventory) -> Tally:
    """What a batch adds to the figures: what its documents count for now, without what they counted for before."""

    def booked_at(booking_id: PydanticObjectId) -> datetime | None:
        booking = inventory.bookings.get(booking_id)
        return booking and booking.created_at

    tally = Tally()
    for entry in inventory.entries:
        tally.add(entry)
    for shelf in (inventory.locks, inventory.bookings):
        for new in shelf.new():
            tally.add(new)
        for before, now in shelf.changed():
            if before.status is not now.status:
                tally.add(before, times=-1)
                tally.add(now)
    for money in (inventory.payments, inventory.refunds):
        for new in money.new():
            tally.add(new, booked_at(new.booking_id))
        for before, now in money.changed():
            if before.status is not now.status:
                tally.add(before, booked_at(before.booking_id), times=-1)
                tally.add(now, booked_at(now.booking_id))
    return tally


def sums_of(tally: Tally) -> Sums:
    """The figures of each span of time that has some of these minutes; none of them is 0."""
    sums: defaultdict[Key, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for minute, figures in tally.minutes.items():
        hour = minute.replace(minute=0)
        day = hour.replace(hour=0)
        for name, amount in figures.items():
            if amount:
                of_all = f"figures.{name}"
                sums[Span.ALL, None][of_all] += amount
                sums[Span.DAY, day][of_all] += amount
                sums[Span.HOUR, hour][of_all] += amount
                sums[Span.HOUR, hour][f"minutes.{minute.minute:02}.{name}"] += amount
    return {
        key: gains
        for key, paths in sums.items()
        if (gains := {path: amount for path, amount in paths.items() if amount})
    }


def increments(
    event_id: PydanticObjectId, currency: str, sums: Sums, *, built: bool = False
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """What adds these sums to an event's figures: filters, each with the update to make or to insert by.

    `built`: nothing is missing from them afterwards.
    """
    return [_increment(event_id, currency, key, gains, built=built) for key, gains in sums.items()]


def _increment(
    event_id: PydanticObjectId, currency: str, key: Key, gains: Mapping[str, int], *, built: bool
) -> tuple[dict[str, Any], dict[str, Any]]:
    span, start = key
    more = {"builds": 1} if built and span is Span.ALL else {}
    return (
        {"_id": figures_id(event_id, span, start)},
        {
            "$inc": {**gains, **more},
            "$set": {"currency": currency},
            "$setOnInsert": {"event_id": event_id, "span": span.value, "start": start},
        },
    )
