"""`seatlock report`, as a process."""

from __future__ import annotations

from domain.payments import pay_booking
from domain.sale.buying import confirm_booking, lock_seats
from domain.services import Services
from graph.schema.ids import encode_id
from tests.support.commands import assert_one_line, environment, seatlock
from tests.support.sale import new_event, somebody


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

    of_one = seatlock("report", "--event", encode_id("Event", event.id), "--days", "3", env=env)
    assert of_one.returncode == 0, of_one.stderr
    *_, before, last = [line for line in of_one.stdout.splitlines() if line.startswith("│ 20")]
    assert [cell.strip() for cell in before.split("│")[2:-1]] == ["0", "0", "0.00 INR", "0.00 INR", "0"]
    assert [cell.strip() for cell in last.split("│")[2:-1]] == ["1", "1", "1500.00 INR", "0.00 INR", "37"]


def test_an_event_there_is_not(services: Services) -> None:
    assert_one_line(seatlock("report", "--event", "nonsense", env=environment(services.settings)), 1, "nonsense")
