"""Whether an event sells; closing its sales, and opening them again. Who holds seats may still book and pay."""

from __future__ import annotations

from datetime import datetime

from domain.documents import Allotment, AuditAction, Event, PydanticObjectId, SalesClosedReason, entry_id
from domain.errors import EventCancelled, SalesClosed
from domain.inventory.allotments import lasting, window_of
from domain.inventory.change import Change
from domain.inventory.entries import audit_event
from domain.inventory.event_commands import CloseSales, EventChanged, OpenSales, RepeatCreation
from domain.inventory.state import Inventory

WHY_CLOSED = {
    SalesClosedReason.NOT_STARTED: "Sales have not started yet.",
    SalesClosedReason.ENDED: "Sales have ended.",
    SalesClosedReason.PAUSED: "Sales are closed.",
    SalesClosedReason.EVENT_STARTED: "The event has started; its seats are no longer sold.",
    SalesClosedReason.EVENT_CANCELLED: "The event is cancelled.",
}


def check_on_sale(event: Event, now: datetime) -> None:
    """Raises SalesClosed when no seat can be taken now."""
    reason = event.sales_window.closed_because(now)
    if reason is not None:
        opens_at = event.sales_start_at if reason is SalesClosedReason.NOT_STARTED else None
        raise SalesClosed(WHY_CLOSED[reason], reason, opens_at)


def check_allocation_sells(inventory: Inventory, allocation_id: PydanticObjectId, now: datetime) -> Allotment:
    """What the event knows of the allocation. Raises SalesClosed when no seat can be taken out of it now."""
    event = inventory.event
    allotment = lasting(inventory, allocation_id, now)
    window = window_of(event, allotment) if allotment else event.sales_window._replace(opens_at=None)
    reason = window.closed_because(now)
    if reason is not None:
        if reason is SalesClosedReason.NOT_STARTED:
            raise SalesClosed("This access code can't be used yet.", reason, window.opens_at)
        raise SalesClosed(WHY_CLOSED[reason], reason)
    if allotment is None:
        raise SalesClosed("No seats are kept for this access code any more.", SalesClosedReason.ENDED)
    return allotment


def repeat_creation(inventory: Inventory, command: RepeatCreation, now: datetime) -> Change[EventChanged]:
    """Nothing but an entry: the event was made before."""
    original = entry_id(inventory.event.id, AuditAction.EVENT_CREATED)
    entry = audit_event(command, now, AuditAction.EVENT_CREATED, repeats=original)
    return Change(EventChanged(replayed=True), entries=[entry])


def close_sales(inventory: Inventory, command: CloseSales, now: datetime) -> Change[EventChanged]:
    """On sale → closed."""
    return _set_closed(inventory, command, now, AuditAction.SALES_CLOSED, closed=True)


def open_sales(inventory: Inventory, command: OpenSales, now: datetime) -> Change[EventChanged]:
    """Closed → on sale, or what the event's window says; unless the event is cancelled, or its sales are over."""
    event = inventory.event
    if event.cancelled_at is not None:
        raise EventCancelled("The event is cancelled; its sales stay closed.", event.cancelled_at)
    reason = event.sales_window.closed_because(now)
    if reason in (SalesClosedReason.EVENT_STARTED, SalesClosedReason.ENDED):
        raise SalesClosed(WHY_CLOSED[reason], reason)
    return _set_closed(inventory, command, now, AuditAction.SALES_OPENED, closed=False)


def _set_closed(
    inventory: Inventory, command: CloseSales | OpenSales, now: datetime, action: AuditAction, *, closed: bool
) -> Change[EventChanged]:
    event = inventory.event
    if event.sales_closed is closed:
        # Making an event is what first put it on sale.
        original = event.sales_entry_id or entry_id(event.id, AuditAction.EVENT_CREATED)
        return Change(EventChanged(replayed=True), entries=[audit_event(command, now, action, repeats=original)])
    entry = audit_event(command, now, action)
    return Change(
        EventChanged(replayed=False), event={"sales_closed": closed, "sales_entry_id": entry.id}, entries=[entry]
    )
