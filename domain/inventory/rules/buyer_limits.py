"""How much of an event one buyer may have, ADMINs included: nobody keeps it from the others."""

from __future__ import annotations

from datetime import datetime

from domain.documents import PydanticObjectId
from domain.errors import LimitExceeded
from domain.inventory.again import NotRead
from domain.inventory.holdings import MEMORY
from domain.inventory.state import Inventory


def check_limits(
    inventory: Inventory, buyer: PydanticObjectId, added: int, now: datetime, *, field: str = "selection"
) -> None:
    """Whether the buyer may hold `added` more seats: of a change, as many as it adds more than it removes.

    `field` is the path of what asks for them. Raises LimitExceeded, and NotRead if what the buyer has was not read:
    `domain/writer/load.py` reads it for those who are in its `buyers`. Who asks for no more is never refused.
    """
    if added <= 0:
        return
    _require_read(inventory, buyer)
    terms, counted = inventory.terms, inventory.holdings.count(buyer, now)
    limit = inventory.event.max_seats_per_buyer
    if limit is not None and counted.held + counted.booked + added > limit:
        message = f"One buyer can have at most {_seats(limit)} of this event. {_has(counted.held, counted.booked)}"
        raise LimitExceeded(field, message, limit)
    limit = terms.max_held_seats_per_buyer
    if counted.held + added > limit:
        message = (
            f"One buyer can hold at most {_seats(limit)} of an event before paying. You hold {counted.held}: "
            "pay for them, or let some go."
        )
        raise LimitExceeded(field, message, limit)
    limit = terms.max_lapses_per_buyer
    if len(counted.lapses) >= limit:
        # Once that one is an hour old, fewer than the limit are left.
        retry_at = counted.lapses[limit - 1] + MEMORY
        message = (
            f"You let {limit} {'hold' if limit == 1 else 'holds'} of this event expire within an hour. "
            "Please wait before you hold seats again."
        )
        raise LimitExceeded(field, message, limit, retry_at)


def may_buy_late(inventory: Inventory, buyer: PydanticObjectId, quantity: int, now: datetime) -> bool:
    """Whether so many seats, paid late, are within what one buyer may have, with what they have got since.

    Only the event's own limit asks that: what is paid for keeps nobody waiting. Raises NotRead.
    """
    limit = inventory.event.max_seats_per_buyer
    if limit is None:
        return True
    _require_read(inventory, buyer)
    counted = inventory.holdings.count(buyer, now)
    return counted.held + counted.booked + quantity <= limit


def _require_read(inventory: Inventory, buyer: PydanticObjectId) -> None:
    if not inventory.holdings.is_loaded(buyer):
        raise NotRead


def _has(held: int, booked: int) -> str:
    match held, booked:
        case 0, 0:
            return "You have none yet."
        case _, 0:
            return f"You hold {held}."
        case 0, _:
            return f"You have booked {booked}."
        case _:
            return f"You hold {held} and have booked {booked}."


def _seats(count: int) -> str:
    return "1 seat" if count == 1 else f"{count:,} seats"
