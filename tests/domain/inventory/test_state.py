"""What a batch keeps its documents on."""

from __future__ import annotations

from domain.documents import Payment, PaymentStatus, PydanticObjectId, new_id
from domain.inventory.shelf import Shelf


class Watched(Shelf[Payment]):
    """Nobody may go through all of it."""

    __iter__ = None  # type: ignore[assignment]


def payment(booking_id: PydanticObjectId) -> Payment:
    return Payment.model_construct(id=new_id(), booking_id=booking_id, status=PaymentStatus.PENDING)


def test_a_booking_finds_its_payments_as_they_are_now_without_looking_at_those_of_others() -> None:
    ours, another, theirs = new_id(), new_id(), new_id()
    shelf = Watched(by="booking_id")
    first, second, third, other = payment(ours), payment(ours), payment(ours), payment(theirs)
    shelf.load([first, other, second])
    shelf.load([first.evolve(status=PaymentStatus.FAILED)])
    shelf.put(third)
    shelf.put(settled := second.evolve(status=PaymentStatus.SUCCEEDED))
    assert shelf.of(ours) == [first, settled, third]
    assert (shelf.of(theirs), shelf.of(another)) == ([other], [])
    assert (shelf.new(), shelf.changed()) == ([third], [(second, settled)])
