"""The queries that read and verify the audit log: Query's own, in a room of their own."""

from __future__ import annotations

from contextlib import aclosing
from datetime import datetime
from typing import Annotated

import strawberry

from domain.audit.search import EntryFilter, list_entries, search_words
from domain.integrity.audit_chains import check_chains
from graph.schema.connections import ENTRIES, After, Before, Connection, First, Last, Paging, Usual
from graph.schema.context import Info, require_admin
from graph.schema.enums import AuditAction
from graph.schema.ids import parse_id, parse_routed_id
from graph.schema.types.audit_entry import AuditEntry, AuditFault

AUDIT_PAGE = Usual(50)

MAX_FAULTS = 1_000
"""More than anybody reads: whatever is wrong is wrong everywhere."""


@strawberry.type
class AuditQueries:
    @strawberry.field(
        description=(
            "What happened, newest first: all entries that meet every condition given. Of one transaction the entries "
            "have the same time, and come in the order of their `sequence`. ADMIN only."
        )
    )
    async def audit_log(
        self,
        info: Info,
        correlation_id: Annotated[
            str | None, strawberry.argument(description="Only what the request with this `X-Correlation-ID` caused.")
        ] = None,
        booking_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Only what happened to this booking, its lock, payments and refunds."),
        ] = None,
        event_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only what is about this event.")
        ] = None,
        user_id: Annotated[strawberry.ID | None, strawberry.argument(description="Only what this user did.")] = None,
        action: Annotated[AuditAction | None, strawberry.argument(description="Only this.")] = None,
        search: Annotated[
            str | None,
            strawberry.argument(
                description=(
                    "Only entries with these words, each whole or its beginning, in any case: in the name of an event, "
                    "a reason, a note, a reference or an idempotency key. At most 10 words."
                )
            ),
        ] = None,
        since: Annotated[datetime | None, strawberry.argument(description="Only what happened then or later.")] = None,
        until: Annotated[datetime | None, strawberry.argument(description="Only what happened before then.")] = None,
        first: First = AUDIT_PAGE,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[AuditEntry]:
        require_admin(info)
        wanted = EntryFilter(
            correlation_id=correlation_id,
            booking_id=None if booking_id is None else parse_routed_id("bookingId", booking_id, "Booking")[0],
            event_id=None if event_id is None else parse_id("eventId", event_id, "Event"),
            actor_id=None if user_id is None else parse_id("userId", user_id, "User"),
            action=action,
            words=() if search is None else search_words(search),
            since=since,
            until=until,
        )
        paging = Paging(AUDIT_PAGE if first is None else first, after, last, before)
        return await ENTRIES.page(list_entries(wanted), paging, AuditEntry.from_document)

    @strawberry.field(
        description=(
            "Follows the chains of hashes that audit entries form, and names every entry that was altered, removed or "
            "inserted: empty when all are as they were written. At most the first 1,000; `seatlock check` prints all. "
            "Reads every entry: seconds for each 100,000. ADMIN only."
        )
    )
    async def audit_check(
        self,
        info: Info,
        event_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only this event's; all of them when null.")
        ] = None,
    ) -> list[AuditFault]:
        require_admin(info)
        chain = None if event_id is None else parse_id("eventId", event_id, "Event")
        found: list[AuditFault] = []
        services = info.context.services
        async with services.long_reads, aclosing(check_chains(services, chain)) as faults:
            async for fault in faults:
                found.append(AuditFault.from_fault(fault))
                if len(found) == MAX_FAULTS:
                    break
        return found
