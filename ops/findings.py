"""What `seatlock check` found, in lines. Their ids are the API's, so that what is found can be asked for there."""

from __future__ import annotations

import re

from beanie import PydanticObjectId

from domain.documents import Event
from domain.integrity.audit_chains import ChainFault
from domain.integrity.findings import Drift
from domain.integrity.money_differences import Difference
from domain.services import Services
from graph.schema.ids import encode_id, encode_routed_id
from ops.bookings import name_bookings

TYPES = {
    "locks": "SeatLock",
    "bookings": "Booking",
    "payments": "Payment",
    "refunds": "Refund",
    "allocations": "Allocation",
}
OF_QUEUES = ("SeatLock", "Booking")
"""Whose ids carry their event's."""

_document = re.compile(rf"\b({'|'.join(TYPES)})\.([0-9a-f]{{24}})\b")


def whose(drift: Drift) -> str:
    """The event and its field that differ."""

    def with_id(found: re.Match[str]) -> str:
        type_name, document_id = TYPES[found[1]], PydanticObjectId(found[2])
        if type_name in OF_QUEUES:
            return f"{found[1]}.{encode_routed_id(type_name, document_id, drift.event.id)}"
        return f"{found[1]}.{encode_id(type_name, document_id)}"

    return f"{encode_id('Event', drift.event.id)} {drift.event.name}: {_document.sub(with_id, drift.field)}"


async def say_fault(services: Services, fault: ChainFault) -> str:
    """The fault of an audit chain. A chain that is no event's has no id in the API, but that of the file's lines."""
    event = await services.database[Event.Settings.name].find_one({"_id": fault.chain_id}, {"_id": 1})
    return fault.said(f"the chain of event {encode_id('Event', event['_id'])}") if event else str(fault)


async def say_difference(services: Services, difference: Difference) -> str:
    """The difference about money."""
    booking_id, payment_id, refund_id = difference.booking_id, difference.payment_id, difference.refund_id
    names = await name_bookings(services.database, [booking_id] if booking_id else [])
    about = (
        ("booking", names.get(booking_id, booking_id) if booking_id else None),
        ("payment", encode_id("Payment", payment_id) if payment_id else None),
        ("refund", encode_id("Refund", refund_id) if refund_id else None),
        ("reference", difference.reference),
    )
    what = ", ".join(f"{name} {value}" for name, value in about if value is not None)
    ours, theirs = difference.ours or "nothing", difference.theirs or "nothing"
    return f"{difference.kind} {what}: ours {ours}, theirs {theirs}"
