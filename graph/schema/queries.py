"""The root of all queries. What is not the caller's to see answers as if it did not exist: null."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from datetime import datetime
from typing import Annotated, Final

import strawberry

from domain import jobs
from domain.errors import InvalidInput
from domain.integrity.drift import check_inventory
from domain.integrity.figures import check_figures
from domain.integrity.money import compare_books
from domain.outbox import deliveries, endpoints
from domain.people import users
from domain.process.budgets import Budget
from domain.sale import events
from domain.text import LONGEST_NAME_WORD
from graph.schema.auditing import AuditQueries
from graph.schema.budgets import spend
from graph.schema.connections import (
    DEFAULT_PAGE,
    DELIVERIES,
    EVENTS,
    EXECUTIONS,
    USERS,
    After,
    Before,
    Connection,
    First,
    Last,
    Paging,
)
from graph.schema.context import Info, require_admin, require_caller, unauthenticated
from graph.schema.enums import DeliveryStatus, Job, JobStatus, Role
from graph.schema.ids import parse_id, parse_routed_id, type_of_id
from graph.schema.loaders import existing
from graph.schema.reports import Reports
from graph.schema.sales import SaleQueries
from graph.schema.types.allocation import Allocation
from graph.schema.types.audit_entry import AuditEntry
from graph.schema.types.booking import Booking
from graph.schema.types.delivery import Delivery
from graph.schema.types.event import Event
from graph.schema.types.inventory_drift import InventoryDrift
from graph.schema.types.job_execution import JobExecution
from graph.schema.types.money_difference import MoneyDifference
from graph.schema.types.node import Node
from graph.schema.types.payment import Payment, Refund
from graph.schema.types.seat_lock import SeatLock
from graph.schema.types.user import User
from graph.schema.types.webhook_endpoint import WebhookEndpoint


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


_SEARCHED = (
    "Only events whose name has all these words, or words that begin so, in any case and order. Of a word the first "
    f"{LONGEST_NAME_WORD} characters count."
)

MAX_DIFFERENCES = 1_000
"""More than anybody reads: whatever is wrong is wrong everywhere."""


@strawberry.type(
    description=(
        "What can be read. What the caller may not see answers as if it did not exist: null. A field that fails is "
        "null, too, and an error names it; those beside it are answered."
    )
)
class Query(AuditQueries, Reports, SaleQueries):
    @strawberry.field(
        description="Anything by its global id; null when there's no such thing, or none the caller may see."
    )
    async def node(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Its global id, of whatever type.")],
    ) -> Node | None:
        find = FINDERS.get(type_of_id("id", id))
        if find is None:
            raise InvalidInput("id", "Not an id.")
        return await find(info, id)

    @strawberry.field(
        description=(
            "The signed-in user; null when nobody is signed in. UNAUTHENTICATED where the access token is bad or has "
            "expired: whoever sends it believes to be signed in."
        )
    )
    async def viewer(self, info: Info) -> User | None:
        caller = info.context.caller
        if info.context.bad_token is not None:
            raise unauthenticated(info.context)
        user = await info.context.loaders.users.load(caller.user_id) if caller else None
        return User.from_document(user) if user else None

    @strawberry.field(description="Events, the soonest first. Public.")
    async def events(
        self,
        info: Info,
        starts_after: Annotated[
            datetime | None, strawberry.argument(description="Only events that begin then or later.")
        ] = None,
        starts_before: Annotated[
            datetime | None, strawberry.argument(description="Only events that begin before then.")
        ] = None,
        search: Annotated[str | None, strawberry.argument(description=_SEARCHED)] = None,
        first: First = DEFAULT_PAGE,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Event]:
        if search is not None:
            await spend(info.context, Budget.SEARCH)
        found = events.list_events(
            info.context.services,
            starts_after=starts_after,
            starts_before=starts_before,
            search=search,
            instant=info.context.loaders.instant,
        )
        return await EVENTS.page(found, Paging(first, after, last, before), Event.from_document)

    @strawberry.field(description="An event. Public; null when there is none with this id.")
    async def event(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The event's id.")]
    ) -> Event | None:
        return await find_event(info, id)

    @strawberry.field(
        description="A seat lock, for its owner or an ADMIN; null for others, UNAUTHENTICATED when not signed in."
    )
    async def seat_lock(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The lock's id.")]
    ) -> SeatLock | None:
        return await find_lock(info, id)

    @strawberry.field(
        description="A booking, for its owner or an ADMIN; null for others, UNAUTHENTICATED when not signed in."
    )
    async def booking(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The booking's id.")]
    ) -> Booking | None:
        return await find_booking(info, id)

    @strawberry.field(description="Everybody who is registered, newest first. ADMIN only.")
    async def users(
        self,
        info: Info,
        search: Annotated[
            str | None,
            strawberry.argument(description="Only users with this in their name or e-mail address, in any case."),
        ] = None,
        role: Annotated[Role | None, strawberry.argument(description="Only users of this role.")] = None,
        first: First = DEFAULT_PAGE,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[User]:
        require_admin(info)
        found = users.list_users(search=search, role=role)
        return await USERS.page(found, Paging(first, after, last, before), User.from_document)

    @strawberry.field(
        description=(
            "Runs of jobs, newest first, kept for 24 hours; sweeps of the clock that find nothing to do are left out. "
            "ADMIN only."
        )
    )
    async def job_executions(
        self,
        info: Info,
        job: Annotated[Job | None, strawberry.argument(description="Only runs of this job.")] = None,
        status: Annotated[JobStatus | None, strawberry.argument(description="Only runs with this status.")] = None,
        first: First = DEFAULT_PAGE,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[JobExecution]:
        require_admin(info)
        found = jobs.list_executions(job=job, status=status)
        return await EXECUTIONS.page(found, Paging(first, after, last, before), JobExecution.from_document)

    @strawberry.field(description="Where messages are sent as webhooks, oldest first. ADMIN only.")
    async def webhook_endpoints(self, info: Info) -> list[WebhookEndpoint]:
        require_admin(info)
        return [WebhookEndpoint.from_document(endpoint) for endpoint in await endpoints.list_endpoints()]

    @strawberry.field(
        description=(
            "Messages on their way, one for each destination, newest first, kept for 30 days; the dead letters are "
            "those that are DEAD. ADMIN only."
        )
    )
    async def deliveries(
        self,
        info: Info,
        status: Annotated[
            DeliveryStatus | None, strawberry.argument(description="Only deliveries with this status.")
        ] = None,
        first: First = DEFAULT_PAGE,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Delivery]:
        require_admin(info)
        found = deliveries.list_deliveries(status=status)
        return await DELIVERIES.page(found, Paging(first, after, last, before), Delivery.from_document)

    @strawberry.field(
        description=(
            "Adds up locks, bookings, seat rows and audit entries, and reports what the events' inventories, and the "
            "figures that reports are made of, say otherwise: empty when every invariant holds. ADMIN only."
        )
    )
    async def inventory_check(
        self,
        info: Info,
        event_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only this event; all of them when null.")
        ] = None,
    ) -> list[InventoryDrift]:
        require_admin(info)
        services, one = info.context.services, None if event_id is None else parse_id("eventId", event_id, "Event")
        async with services.long_reads:
            drifts = [*await check_inventory(services, one), *await check_figures(services, one)]
        return [InventoryDrift.from_drift(drift) for drift in drifts]

    @strawberry.field(
        description=(
            "Compares payments and refunds with the payment provider's book and with the bookings, and reports what "
            "doesn't fit: empty when every booking is paid once or refunded and both books agree. At most the first "
            "1,000; `seatlock check` prints all. ADMIN only."
        )
    )
    async def money_check(
        self,
        info: Info,
        since: Annotated[
            datetime | None,
            strawberry.argument(description="Only what was made, or last changed, since then; everything when null."),
        ] = None,
    ) -> list[MoneyDifference]:
        require_admin(info)
        found: list[MoneyDifference] = []
        services = info.context.services
        async with services.long_reads, aclosing(compare_books(services, since)) as differences:
            async for difference in differences:
                found.append(MoneyDifference.from_difference(difference))
                if len(found) == MAX_DIFFERENCES:
                    break
        return found
