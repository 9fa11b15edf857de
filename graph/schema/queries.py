"""The root of all queries. What is not the caller's to see answers as if it did not exist: null."""

from __future__ import annotations

from contextlib import aclosing
from datetime import datetime
from typing import Annotated

import strawberry

from domain import jobs
from domain.integrity.drift import check_inventory
from domain.integrity.figures import check_figures
from domain.integrity.money import compare_books
from domain.outbox import deliveries, endpoints
from domain.people import users
from domain.process.budgets import Budget
from domain.sale import event_lists
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
from graph.schema.context import Info, require_admin, unauthenticated
from graph.schema.enums import DeliveryStatus, Job, JobStatus, Role
from graph.schema.ids import parse_id
from graph.schema.nodes import NodeQueries, find_booking, find_event, find_lock
from graph.schema.reports import Reports
from graph.schema.sales import SaleQueries
from graph.schema.types.booking import Booking
from graph.schema.types.delivery import Delivery
from graph.schema.types.event import Event
from graph.schema.types.inventory_drift import InventoryDrift
from graph.schema.types.job_execution import JobExecution
from graph.schema.types.money_difference import MoneyDifference
from graph.schema.types.seat_lock import SeatLock
from graph.schema.types.user import User
from graph.schema.types.webhook_endpoint import WebhookEndpoint

_SEARCHED = (
    "Only events whose name has all these words, or words that begin with them, in any case and order. Only the "
    f"first {LONGEST_NAME_WORD} characters of a word count."
)

MAX_DIFFERENCES = 1_000
"""More than anybody reads: whatever is wrong is wrong everywhere."""


@strawberry.type(
    description=(
        "What can be read. What the caller may not see answers as if it did not exist: null. A field that fails is "
        "null, too, and an error names it; those beside it are answered."
    )
)
class Query(NodeQueries, AuditQueries, Reports, SaleQueries):
    @strawberry.field(
        description=(
            "The signed-in user; null when nobody is signed in. UNAUTHENTICATED where the access token is bad or has "
            "expired: whoever sends it thinks that they are signed in."
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
        found = event_lists.list_events(
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
            "Adds up locks, bookings, seat rows and audit entries, and compares that with the events' inventories and "
            "with the figures of reports. Lists what differs: empty when every invariant holds. ADMIN only."
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
            drifts = [*await check_inventory(services, one), *await check_figures(services.mongo, one)]
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
