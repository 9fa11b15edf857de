"""Events: making them, and reading them with their inventory true at this moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from beanie import PydanticObjectId
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.cursor import AsyncCursor
from pymongo.errors import DuplicateKeyError

from domain.audit.chain import chain_entries
from domain.contradiction import required
from domain.documents import (
    BY_NAME,
    AuditAction,
    AuditEntry,
    CancellationPolicy,
    Event,
    IdempotencyKey,
    Listing,
    Order,
    Seating,
    SeatRow,
    SeatStatus,
    Section,
    Window,
    entry_id,
    key_id,
    new_id,
    request_digest,
    row_id,
)
from domain.errors import InvalidInput
from domain.inventory.commands import RepeatCreation
from domain.inventory.limits import (
    VENUE_LONGEST,
    check_count,
    check_percentage,
    check_seats_per_buyer,
    check_window,
    check_worth,
)
from domain.money import Money
from domain.reports.ledger import begin_figures
from domain.sale.instant import Instant, Reading, read_at
from domain.sale.keys import outcome_of, remember
from domain.sale.lapsed import free_dead_seats, give_back_dead
from domain.sale.prices import check_price
from domain.text import checked_key, checked_text, checked_time_zone, name_prefixes, name_words, seen

if TYPE_CHECKING:
    from domain.caller import Caller
    from domain.services import Services

MAX_SECTIONS = 100
MAX_ROWS = 5_000
MAX_SEATS_PER_ROW = 1_000
GENERAL_SECTION = "GENERAL"
"""The name of a simple event's one section."""


@dataclass(frozen=True, slots=True)
class NewRow:
    name: str
    seat_count: int


@dataclass(frozen=True, slots=True)
class NewSection:
    """`capacity` for GENERAL, or `rows` for RESERVED; without a price the event's."""

    name: str
    price: Money | None
    capacity: int | None
    rows: list[NewRow] | None


# ---------------------------------------------------------------- making


async def create_event(
    services: Services,
    caller: Caller,
    *,
    name: str,
    description: str | None,
    starts_at: datetime,
    price: Money,
    total_seats: int | None,
    sections: list[NewSection] | None,
    cancellation: CancellationPolicy | None = None,
    venue: str | None = None,
    time_zone: str = "UTC",
    sales_start_at: datetime | None = None,
    sales_end_at: datetime | None = None,
    max_seats_per_buyer: int | None = None,
    forbid_orphans: bool = False,
    event_id: PydanticObjectId | None = None,
    idempotency_key: str | None = None,
) -> Event:
    """An event with all its seats available, and with the id `event_id` if it is given.

    With a key that made an event before: that event as it is now, whose id is another. Raises InvalidInput, naming the
    field of CreateEventInput, and IdempotencyKeyReused.
    """
    event_id = event_id or new_id()
    key = None
    if idempotency_key is not None:
        key = IdempotencyKey.model_construct(
            id=key_id(caller.user_id, "createEvent", checked_key(idempotency_key)),
            request=request_digest(
                name,
                description,
                starts_at,
                price,
                total_seats,
                sections,
                cancellation,
                venue,
                time_zone,
                sales_start_at,
                sales_end_at,
                max_seats_per_buyer,
                forbid_orphans,
            ),
            outcome_id=event_id,
            expires_at=services.clock() + timedelta(seconds=services.settings.idempotency_ttl_seconds),
        )
        # Before anything that the time decides: what was in the future then may not be any more.
        made = await outcome_of(services, key.id, key.request)
        if made is not None:
            return await _again(services, caller, made)
    name = checked_text("name", name, longest=200)
    if description is not None:
        description = checked_text("description", description, longest=5_000, multiline=True)
    if venue is not None:
        venue = checked_text("venue", venue, longest=VENUE_LONGEST)
    time_zone = checked_time_zone("timeZone", time_zone)
    now = services.clock()
    if starts_at <= now:
        raise InvalidInput("startsAt", "Must be in the future.")
    if sales_end_at is not None and sales_end_at <= now:
        raise InvalidInput("salesEndAt", "Must be in the future.")
    given = {"sales_start_at", "sales_end_at"}
    check_window(given, opens_at=sales_start_at, ends_at=sales_end_at, starts_at=starts_at)
    check_price(services.provider, "price", price)
    for index, section in enumerate(sections or ()):
        if section.price is not None:
            check_price(services.provider, f"sections.{index}.price", section.price)
    if cancellation is not None:
        _check_policy(cancellation, starts_at)
    if (total_seats is None) == (sections is None):
        raise InvalidInput("totalSeats", "Give either totalSeats or sections: exactly one of the two.")
    if sections is None:
        total_seats = required(total_seats, "one of the two is given")
        limit = services.settings.max_seats_per_event
        check_count("totalSeats", total_seats, limit)
        sections = [NewSection(GENERAL_SECTION, None, total_seats, None)]

    event = Event.model_construct(
        id=event_id,
        name=name,
        name_prefixes=name_prefixes(name),
        description=description,
        venue=venue,
        time_zone=time_zone,
        starts_at=starts_at,
        sales_start_at=sales_start_at,
        sales_end_at=sales_end_at,
        max_seats_per_buyer=max_seats_per_buyer,
        forbid_orphans=forbid_orphans,
        price_minor=price.minor,
        currency=price.currency,
        sections=[],
        cancellation=cancellation,
        audit_sequence=1,
        created_at=now,
        updated_at=now,
    )
    rows = _lay_out(event, price, sections, services.settings.max_seats_per_event)
    check_worth(event.sections)
    check_seats_per_buyer(max_seats_per_buyer, event.total)
    entry = AuditEntry.model_construct(
        id=entry_id(event.id, AuditAction.EVENT_CREATED),
        event_id=event.id,
        sequence=event.audit_sequence,
        action=AuditAction.EVENT_CREATED,
        actor_id=caller.user_id,
        effect={section.name: [section.total, 0, 0] for section in event.sections},
        correlation_id=caller.correlation_id,
        metadata={"name": name} | ({"max_seats_per_buyer": max_seats_per_buyer} if max_seats_per_buyer else {}),
        created_at=now,
    )

    chained, event.audit_hash = chain_entries(event.id, event.audit_hash, [entry])

    async def write(session: AsyncClientSession) -> None:
        if key is not None:
            await remember(key, now, session)
        if rows:
            await SeatRow.get_pymongo_collection().insert_many([row.to_bson() for row in rows], session=session)
        await AuditEntry.get_pymongo_collection().insert_many(chained, session=session)
        await begin_figures(event, session)
        await Event.get_pymongo_collection().insert_one(event.to_bson(), session=session)

    async with services.mongo.start_session() as session:
        try:
            await session.with_transaction(write)
        except DuplicateKeyError:
            if key is None:
                raise
            made = required(await outcome_of(services, key.id, key.request, session), "a key that is there")
            if made != event_id:
                return await _again(services, caller, made)
            # Our own: it was committed, and only the answer was lost.
    services.audit_file.write([entry], event.audit_hash)
    return event


async def _again(services: Services, caller: Caller, event_id: PydanticObjectId) -> Event:
    """The event that a repeated request made, as it is now; that it was repeated is in its history."""
    await services.writer.execute(
        RepeatCreation(event_id=event_id, caller=caller, correlation_id=caller.correlation_id)
    )
    return (await events_by_ids(services, [event_id]))[event_id]


def _check_policy(policy: CancellationPolicy, starts_at: datetime) -> None:
    check_percentage(policy)
    if policy.full_until is not None and policy.full_until > starts_at:
        raise InvalidInput("cancellation.fullUntil", "Must not be after the start of the event.")


def _lay_out(event: Event, price: Money, sections: list[NewSection], max_seats: int) -> list[SeatRow]:
    """Give the event its sections; the rows of the numbered ones."""
    check_count("sections", len(sections), MAX_SECTIONS, " sections")
    rows: list[SeatRow] = []
    names: set[str] = set()
    labels: set[str] = set()
    for index, new in enumerate(sections):
        field = f"sections.{index}"
        name = checked_text(f"{field}.name", new.name, longest=50)
        if seen(name) in names:
            raise InvalidInput(f"{field}.name", "Another section has this name.")
        names.add(seen(name))
        if new.price is not None and new.price.currency != event.currency:
            raise InvalidInput(f"{field}.price.currencyCode", "All prices of an event are in one currency.")
        if (new.capacity is None) == (new.rows is None):
            raise InvalidInput(f"{field}.capacity", "Give either capacity or rows: exactly one of the two.")
        if new.capacity is not None:
            check_count(f"{field}.capacity", new.capacity, max_seats)
            seating, total = Seating.GENERAL, new.capacity
        else:
            laid = _lay_out_rows(event.id, field, name, new.rows or [], labels)
            rows += laid
            seating, total = Seating.RESERVED, sum(len(row.statuses) for row in laid)
        event.sections.append(
            Section.model_construct(
                name=name,
                seating=seating,
                price_minor=(new.price or price).minor,
                total=total,
                available=total,
                held=0,
                booked=0,
            )
        )
        if event.total > max_seats:
            raise InvalidInput("sections", f"An event has at most {max_seats:,} seats.")
        if len(rows) > MAX_ROWS:
            raise InvalidInput("sections", f"An event has at most {MAX_ROWS:,} rows.")
    return rows


def _lay_out_rows(
    event_id: PydanticObjectId, field: str, section: str, new_rows: list[NewRow], labels: set[str]
) -> list[SeatRow]:
    check_count(f"{field}.rows", len(new_rows), MAX_ROWS, " rows")
    rows = []
    for position, new in enumerate(new_rows):
        row_field = f"{field}.rows.{position}"
        row_name = checked_text(f"{row_field}.name", new.name, longest=50)
        check_count(f"{row_field}.seatCount", new.seat_count, MAX_SEATS_PER_ROW)
        label = f"{section}-{row_name}"
        if seen(label) in labels:
            # The same row name twice, or sections and rows that would give two seats one label.
            raise InvalidInput(f"{row_field}.name", "Another row gives its seats the same labels.")
        labels.add(seen(label))
        rows.append(
            SeatRow.model_construct(
                id=row_id(event_id, label),
                event_id=event_id,
                section=section,
                name=row_name,
                position=position,
                statuses=SeatStatus.AVAILABLE.letter * new.seat_count,
                holders=[None] * new.seat_count,
            )
        )
    return rows


# ---------------------------------------------------------------- reading


BY_START = Order(("starts_at", "_id"), descending=False)


def list_events(
    services: Services,
    *,
    starts_after: datetime | None,
    starts_before: datetime | None,
    search: str | None,
    instant: Instant | None = None,
) -> Listing[Event]:
    """Events by start and id.

    `starts_after` is inclusive, `starts_before` exclusive. Of `search` each word is one of the name, or begins one, in
    any case and order. Raises InvalidInput.
    """
    conditions: list[dict[str, Any]] = []
    if starts_after is not None:
        conditions.append({"starts_at": {"$gte": starts_after}})
    if starts_before is not None:
        conditions.append({"starts_at": {"$lt": starts_before}})
    if search is not None:
        text = checked_text("search", search, longest=200)
        # The longest first: usually the rarest.
        conditions.append({"name_prefixes": {"$all": sorted(name_words(text), key=len, reverse=True)}})
    wanted = {"$and": conditions} if conditions else {}
    # Without being told, MongoDB sometimes walks over all events in their order.
    hint = BY_NAME if search is not None else None

    async def read(window: Window) -> list[Event]:
        query = {"$and": [wanted, *BY_START.within(window)]}

        async def ask(reading: Reading) -> list[Event]:
            cursor = Event.get_pymongo_collection().find(query, session=reading.session, limit=window.limit, hint=hint)
            return await _as_of(reading, cursor.sort(BY_START.sort(window)))

        return window.in_order(await read_at(services, instant, ask))

    async def count() -> int:
        # At the same instant as the page, and so never several at once of one request.
        return await read_at(services, instant, lambda reading: Event.count_of(wanted, hint, reading.session))

    return Listing(read, count)


async def events_by_ids(
    services: Services, ids: Iterable[PydanticObjectId], instant: Instant | None = None
) -> dict[PydanticObjectId, Event]:
    """The events with these ids, counters true at that instant; unknown ids are left out."""
    wanted = list(ids)

    async def ask(reading: Reading) -> list[Event]:
        cursor = Event.get_pymongo_collection().find({"_id": {"$in": wanted}}, session=reading.session)
        return await _as_of(reading, cursor)

    return {event.id: event for event in await read_at(services, instant, ask)}


async def _as_of(reading: Reading, found: AsyncCursor[dict[str, Any]]) -> list[Event]:
    """What was found, with counters true then."""
    events = [Event.from_bson(raw) for raw in await found.to_list()]
    reading.require_newest(events)
    await give_back_dead(events, reading.now, reading.session)
    return events


async def seat_rows(
    services: Services, event_ids: Iterable[PydanticObjectId], instant: Instant | None = None
) -> dict[PydanticObjectId, list[SeatRow]]:
    """Event id → the rows of its RESERVED sections, in order; statuses true at that instant. Without holders."""
    by_event: dict[PydanticObjectId, list[SeatRow]] = {event_id: [] for event_id in event_ids}

    async def ask(reading: Reading) -> list[SeatRow]:
        query = {"event_id": {"$in": list(by_event)}}
        cursor = SeatRow.get_pymongo_collection().find(query, {"holders": 0}, session=reading.session)
        raws = await cursor.sort([("event_id", 1), ("section", 1), ("position", 1)]).to_list()
        rows = [SeatRow.from_bson(raw) for raw in raws]
        await free_dead_seats(rows, reading.now, reading.session)
        return rows

    for row in await read_at(services, instant, ask):
        by_event[row.event_id].append(row)
    return by_event
