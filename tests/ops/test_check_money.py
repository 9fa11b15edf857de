"""`seatlock check`, as a process, when the books of money differ."""

from __future__ import annotations

from domain.documents import SimulatedCharge
from domain.services import Services
from graph.schema.ids import encode_id, encode_routed_id
from tests.support.commands import environment, seatlock
from tests.support.sale import Sale, Time, somebody


async def test_what_differs_is_printed(services: Services) -> None:
    sale, buyer = Sale([services], Time()), somebody()
    booking = await sale.book(await sale.event(seats=1), buyer)
    payment = (await sale.pay(booking, buyer)).payment
    env = environment(services.settings)
    clean = seatlock("check", env=env)
    assert (clean.returncode, clean.stdout[:7]) == (0, "clean: "), clean.stderr

    await SimulatedCharge.delete_all()
    wrong = seatlock("check", env=env)
    assert (wrong.returncode, wrong.stderr) == (1, "")
    assert wrong.stdout == (
        f"CHARGE_MISSING booking {encode_routed_id('Booking', booking.id, booking.event_id)} ({booking.reference}), "
        f"payment {encode_id('Payment', payment.id)}, reference sim_charge_{payment.id}: "
        "ours 500.00 INR, theirs nothing\n"
    )
