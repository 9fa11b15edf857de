"""What an event may be: checks that making one and changing one share. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from domain.documents import CancellationPolicy, Section
from domain.errors import InvalidInput
from domain.faults import Faults
from domain.money import MAX_WORTH

VENUE_LONGEST = 500


def check_percentage(policy: CancellationPolicy) -> None:
    """Raises InvalidInput."""
    if not 0 <= policy.percentage <= 100:
        raise InvalidInput("cancellation.percentage", "Must be between 0 and 100.")


def check_policy(policy: CancellationPolicy, starts_at: datetime) -> None:
    """Raises InvalidInput for a policy that an event which begins then cannot have."""
    faults = Faults()
    with faults:
        check_percentage(policy)
    if policy.full_until is not None and policy.full_until > starts_at:
        faults.add("cancellation.fullUntil", "Must not be after the start of the event.")
    faults.refuse()


def check_count(field: str, count: int, limit: int, of: str = "") -> None:
    """Raises InvalidInput naming the field."""
    if not 1 <= count <= limit:
        raise InvalidInput(field, f"Must be between 1 and {limit:,}{of}.")


def check_seats_per_buyer(limit: int | None, capacity: int) -> None:
    """Raises InvalidInput when so many seats a buyer are none, or more than there are."""
    if limit is not None:
        check_count("maxSeatsPerBuyer", limit, capacity, ", the seats of the event")


def check_window(
    given: Collection[str], *, opens_at: datetime | None, ends_at: datetime | None, starts_at: datetime
) -> None:
    """`given`: the fields of an event that are new, of which a wrong one is named.

    Raises InvalidInput when sales would end before they start, or go on after the event begins.
    """
    faults = Faults()
    if opens_at is not None and ends_at is not None and opens_at >= ends_at:
        if "sales_end_at" in given:
            faults.add("salesEndAt", "Must be after `salesStartAt`.")
        else:
            faults.add("salesStartAt", "Must be before `salesEndAt`.")
    if ends_at is not None and ends_at > starts_at:
        if "sales_end_at" in given:
            faults.add("salesEndAt", "Must not be after the start of the event.")
        else:
            faults.add("startsAt", "Must not be before `salesEndAt`; change both.")
    if opens_at is not None and opens_at >= starts_at:
        if "sales_start_at" in given:
            faults.add("salesStartAt", "Must be before the start of the event.")
        else:
            faults.add("startsAt", "Must be after `salesStartAt`; change both.")
    faults.refuse()


def check_worth(sections: Iterable[Section]) -> None:
    """Raises InvalidInput when all seats together cost more than can be added up."""
    if sum(section.price_minor * section.total for section in sections) > MAX_WORTH:
        raise InvalidInput("price.amount", "The price is too high: the sum for all seats would be too large a number.")
