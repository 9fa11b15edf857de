"""`seatlock audit`: what happened, newest first, as a table, or as the lines of the audit log's file."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Mapping

from beanie import PydanticObjectId
from rich.markup import escape
from rich.table import Table

from domain.audit.chain import hashes_of
from domain.audit.lines import line_of
from domain.audit.search import EntryFilter, list_entries
from domain.documents import AuditEntry, User, Values, Window
from domain.services import Services
from graph.schema.ids import encode_routed_id
from graph.schema.scalars import format_instant
from graph.schema.types.user import DELETED
from ops.bookings import name_bookings
from ops.tables import print_table

PAGE = 500

COLUMNS = ("when", "what", "status", "who", "correlation id", "more", "booking or lock")


async def print_entries(services: Services, wanted: EntryFilter, limit: int, *, as_json: bool) -> None:
    """Print the newest `limit` entries like this. Raises InvalidInput when finding them takes too long."""
    if as_json:
        async for page in _pages(wanted, limit):
            hashes = await hashes_of(services.database, [entry.id for entry in page])
            for entry in page:
                sys.stdout.write(line_of(entry, hashes[entry.id]).decode())
        return
    table = Table(box=None, pad_edge=False)
    for column in COLUMNS:
        table.add_column(column)
    async for page in _pages(wanted, limit):
        users = await User.by_ids({entry.actor_id for entry in page if entry.actor_id})
        bookings = await name_bookings(services.database, {entry.lock_id for entry in page if entry.lock_id})
        for entry in page:
            table.add_row(*map(escape, _row(entry, users, bookings)))
    print_table(table)


def _row(
    entry: AuditEntry, users: Mapping[PydanticObjectId, User], bookings: Mapping[PydanticObjectId, str]
) -> list[str]:
    user = users.get(entry.actor_id) if entry.actor_id else None
    about = bookings.get(entry.lock_id, "") if entry.lock_id else ""
    if entry.lock_id and entry.event_id and not about:
        # A lock's id is shown as its booking's, by which both are found.
        about = encode_routed_id("Booking", entry.lock_id, entry.event_id)
    return [
        format_instant(entry.created_at),
        f"{entry.action.value}{' (retry)' if entry.is_retry else ''}",
        " → ".join(status for status in (entry.from_status, entry.to_status) if status),
        user.email if user else DELETED if entry.actor_id else "",
        entry.correlation_id,
        " ".join(f"{name}={value}" for name, value in entry.metadata.items()),
        about,
    ]


async def _pages(wanted: EntryFilter, limit: int) -> AsyncIterator[list[AuditEntry]]:
    entries = list_entries(wanted)
    after: Values | None = None
    while limit:
        page = await entries.read(Window(min(limit, PAGE), after=after))
        if page:
            yield page
        if len(page) < min(limit, PAGE):
            return
        last = page[-1]
        after, limit = (last.created_at, last.sequence or 0, last.id), limit - len(page)
