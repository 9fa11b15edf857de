"""Changing events that are on sale: what they are, whether they sell, and cancelling them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from beanie import PydanticObjectId

from domain.documents import CancellationPolicy
from domain.faults import Faults
from domain.inventory.event_commands import (
    UNCHANGED,
    CancelEvent,
    CloseSales,
    EventChanged,
    OpenSales,
    SectionChange,
    Unchanged,
    UpdateEvent,
)
from domain.inventory.limits import VENUE_LONGEST, check_count, check_percentage
from domain.money import Money
from domain.sale.prices import check_price
from domain.text import checked_text, checked_time_zone, normal

if TYPE_CHECKING:
    from domain.caller import Caller
    from domain.services import Services


async def update_event(
    services: Services,
    caller: Caller,
    *,
    event_id: PydanticObjectId,
    name: str | None = None,
    description: str | Unchanged | None = UNCHANGED,
    starts_at: datetime | None = None,
    price: Money | None = None,
    total_seats: int | None = None,
    sections: Sequence[SectionChange] = (),
    cancellation: CancellationPolicy | Unchanged | None = UNCHANGED,
    venue: str | Unchanged | None = UNCHANGED,
    time_zone: str | None = None,
    sales_start_at: datetime | Unchanged | None = UNCHANGED,
    sales_end_at: datetime | Unchanged | None = UNCHANGED,
    max_seats_per_buyer: int | Unchanged | None = UNCHANGED,
    forbid_orphans: bool | None = None,
    faults: Faults | None = None,
) -> EventChanged:
    """Change what is given; None, or UNCHANGED, stays. Raises InvalidInput, NotFound, EventCancelled.

    `faults` are those that the input was found to have already.
    """
    faults = Faults() if faults is None else faults
    if name is not None:
        with faults:
            name = checked_text("name", name, longest=200)
    if isinstance(description, str):
        with faults:
            description = checked_text("description", description, longest=5_000, multiline=True)
    if isinstance(venue, str):
        with faults:
            venue = checked_text("venue", venue, longest=VENUE_LONGEST)
    if time_zone is not None:
        with faults:
            time_zone = checked_time_zone("timeZone", time_zone)
    if isinstance(cancellation, CancellationPolicy):
        with faults:
            check_percentage(cancellation)
    if price is not None:
        with faults:
            check_price(services.provider, "price", price)
    sections = [replace(section, name=normal(section.name)) for section in sections]
    _check_counts(services, total_seats, sections, faults)
    faults.refuse()
    return await services.writer.execute(
        UpdateEvent(
            event_id=event_id,
            caller=caller,
            correlation_id=caller.correlation_id,
            name=name,
            description=description,
            starts_at=starts_at,
            sales_start_at=sales_start_at,
            sales_end_at=sales_end_at,
            max_seats_per_buyer=max_seats_per_buyer,
            price=price,
            total_seats=total_seats,
            sections=tuple(sections),
            cancellation=cancellation,
            venue=venue,
            time_zone=time_zone,
            forbid_orphans=forbid_orphans,
        )
    )


def _check_counts(
    services: Services, total_seats: int | None, sections: Sequence[SectionChange], faults: Faults
) -> None:
    """Find what is wrong with how many seats there are to be, and what they are to cost."""
    limit = services.settings.max_seats_per_event
    if total_seats is not None:
        with faults:
            check_count("totalSeats", total_seats, limit)
        if any(section.capacity is not None for section in sections):
            faults.add("totalSeats", "Give either totalSeats or capacities, not both.")
    named: set[str] = set()
    for section in sections:
        if section.name in named:
            faults.add(f"{section.field}.name", "This section is named twice.")
        named.add(section.name)
        if section.price is not None:
            with faults:
                check_price(services.provider, f"{section.field}.price", section.price)
        if section.capacity is not None:
            with faults:
                check_count(f"{section.field}.capacity", section.capacity, limit)


async def close_sales(services: Services, caller: Caller, *, event_id: PydanticObjectId) -> EventChanged:
    """Lock no more of the event's seats. Raises NotFound."""
    command = CloseSales(event_id=event_id, caller=caller, correlation_id=caller.correlation_id)
    return await services.writer.execute(command)


async def open_sales(services: Services, caller: Caller, *, event_id: PydanticObjectId) -> EventChanged:
    """Sell the event's seats again. Raises NotFound, SalesClosed, EventCancelled."""
    command = OpenSales(event_id=event_id, caller=caller, correlation_id=caller.correlation_id)
    return await services.writer.execute(command)


async def cancel_event(
    services: Services, caller: Caller, *, event_id: PydanticObjectId, reason: str, faults: Faults | None = None
) -> EventChanged:
    """Cancel the event; the job CANCEL_EVENTS ends what it has sold. Raises InvalidInput, NotFound.

    `faults` are those that the input was found to have already.
    """
    faults = Faults() if faults is None else faults
    with faults:
        reason = checked_text("reason", reason, longest=500, multiline=True)
    faults.refuse()
    return await services.writer.execute(
        CancelEvent(event_id=event_id, caller=caller, correlation_id=caller.correlation_id, reason=reason)
    )
