"""Anything by its global id: how each type is found, for whom, and the queries `node` and `nodes`."""

from __future__ import annotations

from asyncio import gather
from collections.abc import Awaitable, Callable
from typing import Annotated, Final, cast

import strawberry

from domain.errors import InvalidInput, SeatlockError, Unauthenticated
from graph.schema.context import Info, require_caller
from graph.schema.ids import parse_id, parse_routed_id, type_of_id
from graph.schema.loaders import existing
from graph.schema.types.allocation import Allocation
from graph.schema.types.audit_entry import AuditEntry
from graph.schema.types.booking import Booking
from graph.schema.types.delivery import Delivery
from graph.schema.types.event import Event
from graph.schema.types.job_execution import JobExecution
from graph.schema.types.node import Node
from graph.schema.types.payment import Payment, Refund
from graph.schema.types.seat_lock import SeatLock
from graph.schema.types.user import User
from graph.schema.types.webhook_endpoint import WebhookEndpoint

MAX_NODES = 100
"""How many ids `nodes` takes: a page."""


async def find_user(info: Info, id: str) -> User | None:
    caller = require_caller(info)
    user = await info.context.loaders.users.load(parse_id("id", id, "User"))
    return User.from_document(user) if user and caller.may_see(user.id) else None


async def find_event(info: Info, id: str) -> Event | None:
    event = await info.context.loaders.events.load(parse_id("id", id, "Event"))
    return Event.from_document(event) if event else None


async def find_lock(info: Info, id: str) -> SeatLock | None:
    caller = require_caller(info)
    lock_id, event_id = parse_routed_id("id", id, "SeatLock")
    lock = await info.context.loaders.locks.load(lock_id)
    if lock is None or lock.event_id != event_id or not caller.may_see(lock.user_id):
        return None
    return SeatLock.from_document(lock)


async def find_booking(info: Info, id: str, field: str = "id") -> Booking | None:
    caller = require_caller(info)
    booking_id, event_id = parse_routed_id(field, id, "Booking")
    booking = await info.context.loaders.bookings.load(booking_id)
    if booking is None or booking.event_id != event_id or not caller.may_see(booking.user_id):
        return None
    return Booking.from_document(booking)


async def find_payment(info: Info, id: str) -> Payment | None:
    caller = require_caller(info)
    payment = await info.context.loaders.payments.load(parse_id("id", id, "Payment"))
    return Payment.from_document(payment) if payment and caller.may_see(payment.user_id) else None


async def find_refund(info: Info, id: str) -> Refund | None:
    caller = require_caller(info)
    loaders = info.context.loaders
    refund = await loaders.refunds.load(parse_id("id", id, "Refund"))
    if refund is None:
        return None
    payment = await existing(loaders.payments, refund.payment_id)
    return Refund.from_document(refund) if caller.may_see(payment.user_id) else None


async def find_execution(info: Info, id: str) -> JobExecution | None:
    caller = require_caller(info)
    execution = await info.context.loaders.executions.load(parse_id("id", id, "JobExecution"))
    return JobExecution.from_document(execution) if execution and caller.is_admin else None


async def find_entry(info: Info, id: str) -> AuditEntry | None:
    caller = require_caller(info)
    entry = await info.context.loaders.entries.load(parse_id("id", id, "AuditEntry"))
    return AuditEntry.from_document(entry) if entry and caller.is_admin else None


async def find_endpoint(info: Info, id: str) -> WebhookEndpoint | None:
    caller = require_caller(info)
    endpoint = await info.context.loaders.endpoints.load(parse_id("id", id, "WebhookEndpoint"))
    return WebhookEndpoint.from_document(endpoint) if endpoint and caller.is_admin else None


async def find_delivery(info: Info, id: str) -> Delivery | None:
    caller = require_caller(info)
    delivery = await info.context.loaders.deliveries.load(parse_id("id", id, "Delivery"))
    return Delivery.from_document(delivery) if delivery and caller.is_admin else None


async def find_allocation(info: Info, id: str) -> Allocation | None:
    caller = require_caller(info)
    allocation = await info.context.loaders.allocations.load(parse_id("id", id, "Allocation"))
    return Allocation.from_now(allocation) if allocation and caller.is_admin else None


FINDERS: Final[dict[str, Callable[[Info, str], Awaitable[Node | None]]]] = {
    "User": find_user,
    "Event": find_event,
    "SeatLock": find_lock,
    "Booking": find_booking,
    "Payment": find_payment,
    "Refund": find_refund,
    "AuditEntry": find_entry,
    "JobExecution": find_execution,
    "WebhookEndpoint": find_endpoint,
    "Delivery": find_delivery,
    "Allocation": find_allocation,
}
"""By the type an id is of."""


@strawberry.type
class NodeQueries:
    @strawberry.field(
        description="Anything by its global id; null when there's no such thing, or none the caller may see."
    )
    async def node(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Its global id, of whatever type.")],
    ) -> Node | None:
        return await _find(info, id)

    @strawberry.field(
        description=(
            "Several things by their global ids, in the order of the ids: null where there is no such thing, or none "
            "the caller may see. Null, too, where an id is malformed; then an error names it."
        )
    )
    async def nodes(
        self,
        info: Info,
        ids: Annotated[
            list[strawberry.ID],
            strawberry.argument(description=f"Their global ids, of whatever types; at most {MAX_NODES}."),
        ],
    ) -> list[Node | None]:
        if len(ids) > MAX_NODES:
            raise InvalidInput("ids", f"Must be at most {MAX_NODES} ids.")
        found = await gather(*(_find_or_fail(info, each, f"ids.{at}") for at, each in enumerate(ids)))
        # graphql-core answers an exception in a list as it does one of a field: null, and an error with its path.
        return cast(list[Node | None], found)


async def _find_or_fail(info: Info, id: str, field: str) -> Node | SeatlockError | None:
    """What this names; None where there is none, or none that the caller may see. Or what keeps it from being told.

    That is an id that is none, or a bad token: whoever sent it would take what is theirs for gone.
    """
    try:
        return await _find(info, id)
    except Unauthenticated as error:
        info.context.left_out = True
        return None if info.context.bad_token is None else error
    except InvalidInput as error:
        return InvalidInput(field, error.message)


async def _find(info: Info, id: str) -> Node | None:
    """Raises InvalidInput, Unauthenticated."""
    find = FINDERS.get(type_of_id("id", id))
    if find is None:
        raise InvalidInput("id", "Not an id.")
    return await find(info, id)
