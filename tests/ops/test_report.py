"""`seatlock report`: its tables, and as a process."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
from datetime import UTC, datetime

import pytest

from domain.documents import BookingStatus
from domain.payments import pay_booking
from domain.reports.allotments import Allotted
from domain.reports.summary import BookingSummary
from domain.sale.buying import confirm_booking, lock_seats
from domain.services import Services
from graph.schema.ids import encode_id
from ops.audit import COLUMNS
from ops.report import summary_table
from tests.support.api import SEATLOCK
from tests.support.commands import environment, seatlock
from tests.support.sale import new_event, somebody


@pytest.mark.parametrize(
    ("allotted", "shown"),
    [
        (Allotted(), [("seats booked", "3 of 40, 7.50 %")]),
        (Allotted(12, 8), [("seats booked", "3 of 40, 7.50 %"), ("held by the house", "8 of 12 in allocations")]),
    ],
)
def test_what_the_house_keeps_is_beside_what_is_sold(allotted: Allotted, shown: list[tuple[str, str]]) -> None:
    summary = BookingSummary(dict.fromkeys(BookingStatus, 1), 3, 40, [], allotted)
    table = summary_table(datetime(2030, 1, 1, tzinfo=UTC), summary)
    names, values = [[str(cell) for cell in column.cells] for column in table.columns]
    rows = list(zip(names, values, strict=True))
    assert rows[len(BookingStatus) + 1 :] == shown


async def test_how_sales_are(services: Services) -> None:
    event, buyer = await new_event(services, seats=40), somebody()
    locked = await lock_seats(
        services, buyer, event_id=event.id, quantity=3, section=None, seats=None, idempotency_key="k"
    )
    await confirm_booking(services, buyer, event_id=event.id, lock_id=locked.lock.id)
    await pay_booking(
        services,
        buyer,
        event_id=event.id,
        booking_id=locked.lock.id,
        token="sim_success",
        amount=None,
        idempotency_key="k",
    )
    env = environment(services.settings)
    of_all = seatlock("report", env=env)
    assert of_all.returncode == 0, of_all.stderr
    lines = [[cell.strip() for cell in line.split("│")[1:-1]] for line in of_all.stdout.splitlines()]
    for line in (
        ["CONFIRMED", "1"],
        ["all", "1"],
        ["seats booked", "3 of 40, 7.50 %"],
        ["net", "1500.00 INR"],
        ["locks CONSUMED", "1", ""],
        ["payments SUCCEEDED", "1", "100.00%"],
    ):
        assert line in lines

    bookings, locks = [line.strip() for line in of_all.stdout.splitlines() if "since" in line]
    assert re.fullmatch(r"Bookings since 20\d\d-\d\d-\d\d, UTC", bookings)
    assert locks == bookings.replace("Bookings", "Locks and payments"), "of the same days"

    of_one = seatlock("report", "--event", encode_id("Event", event.id), "--days", "3", env=env)
    assert of_one.returncode == 0, of_one.stderr
    *_, before, last = [line for line in of_one.stdout.splitlines() if line.startswith("│ 20")]
    assert [cell.strip() for cell in before.split("│")[2:-1]] == ["0", "0", "0.00 INR", "0.00 INR", ""], (
        "it was not there yet"
    )
    assert [cell.strip() for cell in last.split("│")[2:-1]] == ["1", "1", "1500.00 INR", "0.00 INR", "37"]


async def test_no_column_vanishes_on_a_narrow_terminal(services: Services) -> None:
    event = await new_event(services, seats=40)
    env = {**os.environ, **environment(services.settings), "COLUMNS": "60", "TERM": "xterm"}
    report = await asyncio.to_thread(on_a_terminal, env, "report", "--event", encode_id("Event", event.id))
    for column in ("locks", "bookings", "taken", "given back", "seats left"):
        assert column in report
    audit = await asyncio.to_thread(on_a_terminal, env, "audit")
    for column in (*COLUMNS, "EVENT_CREATED", "name=Concert"):
        assert column in audit


def on_a_terminal(env: dict[str, str], *arguments: str) -> str:
    """What the command prints when it is not a pipe."""
    ours, theirs = os.openpty()
    with subprocess.Popen([SEATLOCK, *arguments], env=env, stdout=theirs) as shown:
        os.close(theirs)
        text = "".join(iter(lambda: read(ours), ""))
    os.close(ours)
    assert shown.returncode == 0
    return text


def read(terminal: int) -> str:
    """What was written on it; nothing once nobody has it any more."""
    try:
        return os.read(terminal, 65_536).decode()
    except OSError:
        return ""
