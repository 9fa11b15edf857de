"""Changing what an event is: never against those who hold or have booked its seats."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain.documents import WINDOW_FIELDS, AuditAction, CancellationPolicy, Event, Seating, Section
from domain.errors import EventCancelled, InvalidInput
from domain.faults import Faults
from domain.inventory.again import MoreDue
from domain.inventory.change import Change
from domain.inventory.entries import audit_event
from domain.inventory.event_commands import UNCHANGED, EventChanged, UpdateEvent
from domain.inventory.limits import check_seats_per_buyer, check_window, check_worth
from domain.inventory.state import Inventory
from domain.money import Money
from domain.text import name_prefixes

LASTING = {
    "starts_at": "startsAt",
    "sales_start_at": "salesStartAt",
    "sales_end_at": "salesEndAt",
    "price_minor": "price",
    "cancellation": "cancellation",
    "max_seats_per_buyer": "maxSeatsPerBuyer",
    "sections": "sections",
    "forbid_orphans": "forbidOrphans",
}
"""What does not change any more once the event has started or is cancelled, and its name in the input."""

STILL = "only its name, description, venue and time zone can change."


def update_event(inventory: Inventory, command: UpdateEvent, now: datetime) -> Change[EventChanged]:
    """The event as the command says. Locks and bookings keep their seats, their time, and the price they were made for.

    Sections that cost what the event costs follow its price, unless they are given one of their own.
    """
    event = inventory.event
    wanted: dict[str, Any] = {"sections": _sections(inventory, command)}
    if command.name is not None:
        wanted |= {"name": command.name, "name_prefixes": name_prefixes(command.name)}
    if command.description is not UNCHANGED:
        wanted["description"] = command.description
    if command.venue is not UNCHANGED:
        wanted["venue"] = command.venue
    if command.time_zone is not None:
        wanted["time_zone"] = command.time_zone
    if command.starts_at is not None:
        wanted["starts_at"] = command.starts_at
    if command.sales_start_at is not UNCHANGED:
        wanted["sales_start_at"] = command.sales_start_at
    if command.sales_end_at is not UNCHANGED:
        wanted["sales_end_at"] = command.sales_end_at
    if command.max_seats_per_buyer is not UNCHANGED:
        wanted["max_seats_per_buyer"] = command.max_seats_per_buyer
    if command.forbid_orphans is not None:
        wanted["forbid_orphans"] = command.forbid_orphans
    if command.price is not None:
        wanted["price_minor"] = _minor("price", command.price, event)
    if command.cancellation is not UNCHANGED:
        wanted["cancellation"] = command.cancellation
    changed = {name: value for name, value in wanted.items() if value != getattr(event, name)}
    if not changed:
        return Change(EventChanged(replayed=True))
    _check_not_over(event, changed, now)
    _check_times(event, changed, now)
    if changed.get("max_seats_per_buyer") is not None:
        check_seats_per_buyer(changed["max_seats_per_buyer"], sum(section.total for section in wanted["sections"]))
    effect = {
        after.name: [after.total - before.total, 0, 0]
        for before, after in zip(event.sections, wanted["sections"], strict=True)
        if after.total != before.total
    }
    entry = audit_event(
        command, now, AuditAction.EVENT_UPDATED, effect=effect or None, metadata=_differences(event, changed)
    )
    return Change(EventChanged(replayed=False), event=changed, entries=[entry])


def _check_not_over(event: Event, changed: dict[str, Any], now: datetime) -> None:
    late = [field for name, field in LASTING.items() if name in changed]
    if late and event.cancelled_at is not None:
        raise EventCancelled(f"The event is cancelled; {STILL}", event.cancelled_at)
    if event.starts_at <= now:
        faults = Faults()
        for field in late:
            faults.add(field, f"The event has started; {STILL}")
        faults.refuse()


def _check_times(event: Event, changed: dict[str, Any], now: datetime) -> None:
    starts_at: datetime = changed.get("starts_at", event.starts_at)
    policy: CancellationPolicy | None = changed.get("cancellation", event.cancellation)
    faults = Faults()
    if "starts_at" in changed and starts_at <= now:
        faults.add("startsAt", "Must be in the future.")
    if WINDOW_FIELDS & changed.keys():
        with faults:
            check_window(
                changed,
                opens_at=changed.get("sales_start_at", event.sales_start_at),
                ends_at=changed.get("sales_end_at", event.sales_end_at),
                starts_at=starts_at,
            )
    if policy is not None and policy.full_until is not None and policy.full_until > starts_at:
        if "cancellation" in changed:
            faults.add("cancellation.fullUntil", "Must not be after the start of the event.")
        else:
            faults.add("startsAt", "Must not be before `cancellation.fullUntil`; change both.")
    faults.refuse()


# ---------------------------------------------------------------- sections


def _sections(inventory: Inventory, command: UpdateEvent) -> list[Section]:
    """The sections as they are to be."""
    event = inventory.event
    sections = {section.name: section for section in event.sections}
    if command.price is not None:
        minor = _minor("price", command.price, event)
        for section in event.sections:
            if section.price_minor == event.price_minor:
                sections[section.name] = _evolve(section, price_minor=minor)
    if command.total_seats is not None:
        if len(event.sections) != 1:
            raise InvalidInput("totalSeats", "The event has several sections: give their capacities.")
        name = event.sections[0].name
        sections[name] = _resized(inventory, sections[name], command.total_seats, "totalSeats")
    faults = Faults()
    for change in command.sections:
        if change.name not in sections:
            faults.add(f"{change.field}.name", "The event has no section of this name.")
            continue
        if change.price is not None:
            with faults:
                minor = _minor(f"{change.field}.price", change.price, event)
                sections[change.name] = _evolve(sections[change.name], price_minor=minor)
        if change.capacity is not None:
            field = f"{change.field}.capacity"
            with faults:
                sections[change.name] = _resized(inventory, sections[change.name], change.capacity, field)
    faults.refuse()
    limit = inventory.terms.max_seats_per_event
    if sum(section.total for section in sections.values()) > max(limit, event.total):
        raise InvalidInput("sections", f"An event has at most {limit:,} seats.")
    check_worth(sections.values())
    return [*sections.values()]


def _resized(inventory: Inventory, section: Section, capacity: int, field: str) -> Section:
    if capacity == section.total:
        return section
    if section.seating is Seating.RESERVED:
        raise InvalidInput(field, "A section of numbered seats keeps its rows.")
    taken = section.held + section.booked
    if capacity < taken:
        if inventory.more_due:
            raise MoreDue
        raise InvalidInput(field, f"Must be at least {taken:,}: that many of its seats are held or booked.")
    return _evolve(section, total=capacity, available=capacity - taken)


def _evolve(section: Section, **changes: int) -> Section:
    return Section.model_construct(**{**section.__dict__, **changes})


def _minor(field: str, price: Money, event: Event) -> int:
    if price.currency != event.currency:
        raise InvalidInput(f"{field}.currencyCode", "An event keeps its currency.")
    return price.minor


# ---------------------------------------------------------------- history


def _differences(event: Event, changed: dict[str, Any]) -> dict[str, Any]:
    """What was and what is, by field, as an audit entry keeps it."""
    told: dict[str, Any] = {
        name: [_told(getattr(event, name)), _told(value)]
        for name, value in changed.items()
        if name not in ("name_prefixes", "sections")
    }
    if "sections" in changed:
        told["sections"] = {
            after.name: {
                name: [was, after.__dict__[name]]
                for name, was in before.__dict__.items()
                if name in ("total", "price_minor") and was != after.__dict__[name]
            }
            for before, after in zip(event.sections, changed["sections"], strict=True)
            if before != after
        }
    return told


def _told(value: Any) -> Any:
    match value:
        case datetime():
            return value.isoformat(timespec="milliseconds")
        case CancellationPolicy():
            return {name: _told(each) for name, each in value.__dict__.items()}
        case _:
            return value
