"""Making events."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from beanie import PydanticObjectId
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.errors import DuplicateKeyError

from domain.audit.chain import chain_entries
from domain.contradiction import required
from domain.documents import (
    AuditAction,
    AuditEntry,
    CancellationPolicy,
    Event,
    IdempotencyKey,
    SeatRow,
    entry_id,
    key_id,
    new_id,
    request_digest,
)
from domain.errors import InvalidInput
from domain.faults import Faults
from domain.inventory.event_commands import RepeatCreation
from domain.inventory.limits import (
    VENUE_LONGEST,
    check_count,
    check_policy,
    check_seats_per_buyer,
    check_window,
    check_worth,
)
from domain.money import Money
from domain.reports.ledger import begin_figures
from domain.sale.event_lists import events_by_ids
from domain.sale.keys import outcome_of, remember
from domain.sale.layout import Layout, lay_out
from domain.sale.layout import NewRow as NewRow
from domain.sale.layout import NewSection as NewSection
from domain.sale.prices import check_price
from domain.text import checked_key, checked_text, checked_time_zone, name_prefixes

if TYPE_CHECKING:
    from domain.caller import Caller
    from domain.services import Services

GENERAL_SECTION = "GENERAL"
"""The name of a simple event's one section."""


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
    faults: Faults | None = None,
) -> Event:
    """An event with all its seats available, and with the id `event_id` if it is given.

    With a key that made an event before: that event as it is now, whose id is another. Raises InvalidInput, naming
    fields of CreateEventInput, and IdempotencyKeyReused. `faults` are those that the input was found to have already.
    """
    event_id = event_id or new_id()
    faults = Faults() if faults is None else faults
    key = None
    if idempotency_key is not None:
        with faults:
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
            made = await outcome_of(services.clock, key.id, key.request)
            if made is not None:
                return await _again(services, caller, made)
    with faults:
        name = checked_text("name", name, longest=200)
    if description is not None:
        with faults:
            description = checked_text("description", description, longest=5_000, multiline=True)
    if venue is not None:
        with faults:
            venue = checked_text("venue", venue, longest=VENUE_LONGEST)
    with faults:
        time_zone = checked_time_zone("timeZone", time_zone)
    now = services.clock()
    if starts_at <= now:
        faults.add("startsAt", "Must be in the future.")
    if sales_end_at is not None and sales_end_at <= now:
        faults.add("salesEndAt", "Must be in the future.")
    given = {"sales_start_at", "sales_end_at"}
    with faults:
        check_window(given, opens_at=sales_start_at, ends_at=sales_end_at, starts_at=starts_at)
    with faults:
        check_price(services.provider, "price", price)
    for index, section in enumerate(sections or ()):
        if section.price is not None:
            with faults:
                check_price(services.provider, f"sections.{index}.price", section.price)
    if cancellation is not None:
        with faults:
            check_policy(cancellation, starts_at)
    layout = Layout()
    with faults:
        layout = _layout(event_id, price, total_seats, sections, services.settings.max_seats_per_event)
        with faults:
            check_worth(layout.sections)
        check_seats_per_buyer(max_seats_per_buyer, layout.total)
    faults.refuse()

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
        sections=layout.sections,
        cancellation=cancellation,
        audit_sequence=1,
        created_at=now,
        updated_at=now,
    )
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
        if layout.rows:
            rows = [row.to_bson() for row in layout.rows]
            await SeatRow.get_pymongo_collection().insert_many(rows, session=session)
        await AuditEntry.get_pymongo_collection().insert_many(chained, session=session)
        await begin_figures(event, session)
        await Event.get_pymongo_collection().insert_one(event.to_bson(), session=session)

    async with services.mongo.start_session() as session:
        try:
            await session.with_transaction(write)
        except DuplicateKeyError:
            if key is None:
                raise
            made = required(await outcome_of(services.clock, key.id, key.request, session), "a key that is there")
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


def _layout(
    event_id: PydanticObjectId,
    price: Money,
    total_seats: int | None,
    sections: list[NewSection] | None,
    max_seats: int,
) -> Layout:
    """Raises InvalidInput with all that is wrong."""
    if (total_seats is None) == (sections is None):
        raise InvalidInput("totalSeats", "Give either totalSeats or sections: exactly one of the two.")
    if sections is None:
        total_seats = required(total_seats, "one of the two is given")
        check_count("totalSeats", total_seats, max_seats)
        sections = [NewSection(GENERAL_SECTION, None, total_seats, None)]
    return lay_out(event_id, price, sections, max_seats)
