"""`seatlock report`: bookingSummary, healthMetrics and salesTimeline of the same days, as tables in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from beanie import PydanticObjectId
from rich.table import Table

from domain.documents import BookingStatus, PaymentStatus, SeatLockStatus
from domain.reports.cover import DAY, floor
from domain.reports.health import HealthMetrics, health_since
from domain.reports.summary import BookingSummary, booking_summary
from domain.reports.timeline import Point, TimelineBucket, sales_timeline
from domain.services import Services
from ops.tables import print_table


async def report(services: Services, event_id: PydanticObjectId | None, days: int) -> list[Table]:
    """Of one event or all: what was made in the last so many days of UTC, today included.

    Day by day of one event only. Raises NotFound.
    """
    now = services.clock()
    start = floor(now, DAY) - DAY * (days - 1)
    tables = [
        summary_table(start, await booking_summary(services, event_id, start, None)),
        health_table(await health_since(services, event_id, start, now)),
    ]
    if event_id is not None:
        tables.append(timeline_table(await sales_timeline(services, event_id, start, start + days * DAY, _DAILY)))
    return tables


_DAILY = TimelineBucket.DAY


def summary_table(start: datetime, summary: BookingSummary) -> Table:
    """Bookings by status, seats, and a line for each currency."""
    table = _table(f"Bookings since {start:%Y-%m-%d}, UTC", "", "")
    for status in BookingStatus:
        table.add_row(status.value, f"{summary.bookings[status]:,}")
    table.add_row("all", f"{sum(summary.bookings.values()):,}", end_section=True)
    sold = f"{summary.booked_seats:,} of {summary.capacity:,}, {summary.utilization_percentage:.2f} %"
    table.add_row("seats booked", sold, end_section=not summary.allotted.seats)
    if summary.allotted.seats:
        kept = f"{summary.allotted.kept:,} of {summary.allotted.seats:,} in allocations"
        table.add_row("held by the house", kept, end_section=True)
    for revenue in summary.revenue:
        table.add_row("gross", str(revenue.gross))
        table.add_row("refunded", str(revenue.refunded))
        table.add_row("net", str(revenue.net), end_section=True)
    return table


def health_table(health: HealthMetrics) -> Table:
    """Locks and attempts to pay by status, with the rates that matter."""
    table = _table(f"Locks and payments since {health.since:%Y-%m-%d}, UTC", "", "", "")
    rates = {
        SeatLockStatus.EXPIRED: health.expiry_rate,
        PaymentStatus.SUCCEEDED: health.success_rate,
        PaymentStatus.FAILED: health.failure_rate,
    }
    for of, counts in (("locks", health.locks), ("payments", health.payments)):
        for status, count in counts.items():
            table.add_row(f"{of} {status.value}", f"{count:,}", f"{rates[status]:.2%}" if status in rates else "")
        table.add_row(f"all {of}", f"{sum(counts.values()):,}", "", end_section=True)
    return table


def timeline_table(points: Sequence[Point]) -> Table:
    """A line for each day."""
    table = _table("Day by day, UTC", "day", "locks", "bookings", "taken", "given back", "seats left")
    for point in points:
        left = "" if point.available_seats is None else f"{point.available_seats:,}"
        taken, given_back = str(point.revenue.gross), str(point.revenue.refunded)
        table.add_row(f"{point.start:%Y-%m-%d}", f"{point.locks:,}", f"{point.bookings:,}", taken, given_back, left)
    return table


def _table(title: str, first: str, *others: str) -> Table:
    table = Table(first, title=title, title_justify="left", show_header=bool(first))
    for name in others:
        table.add_column(name, justify="right")
    return table


def show(tables: Sequence[Table]) -> None:
    """Print them."""
    for table in tables:
        print_table(table)
