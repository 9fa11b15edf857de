"""Reading deliveries, and sending one again."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from beanie import PydanticObjectId
from pymongo.asynchronous.client_session import AsyncClientSession

from domain.audit.administration import administration_entry
from domain.documents import AuditAction, Delivery, DeliveryStatus, Listing
from domain.errors import NotFound
from domain.ids import api_id

if TYPE_CHECKING:
    from domain.caller import Caller
    from domain.services import Services

GIVEN_UP_AFTER = timedelta(days=1)
"""What is not delivered by then, since it was to be, is DEAD."""

KEPT = timedelta(days=30)
"""How long messages are kept, and what came of them."""


async def replay_delivery(services: Services, caller: Caller, delivery_id: PydanticObjectId) -> Delivery:
    """Send a DEAD or DELIVERED one once more, for as long as a new one; PENDING it is left alone. Raises NotFound."""
    now = services.clock()
    again = {
        "status": DeliveryStatus.PENDING.value,
        "attempts": 0,
        "next_attempt_at": now,
        "give_up_at": now + GIVEN_UP_AFTER,
        "delivered_at": None,
    }
    deliveries = Delivery.get_pymongo_collection()
    ended = {"_id": delivery_id, "status": {"$ne": DeliveryStatus.PENDING.value}}
    told = {"deliveryId": api_id("Delivery", delivery_id)}
    entry = administration_entry(now, caller, AuditAction.DELIVERY_REPLAYED, **told)

    async def send_again(session: AsyncClientSession) -> None:
        if not (await deliveries.update_one(ended, {"$set": again}, session=session)).matched_count:
            raise _NotEnded

    with suppress(_NotEnded):
        await services.journal.write(entry, send_again)
    found = await deliveries.find_one({"_id": delivery_id})
    if found is None:
        raise NotFound("No such delivery.")
    return Delivery.from_bson(found)


class _NotEnded(Exception):
    """It is PENDING, or there is none: nothing is to be done."""


def list_deliveries(*, status: DeliveryStatus | None) -> Listing[Delivery]:
    """Deliveries, newest first."""
    return Delivery.newest_first({} if status is None else {"status": status.value})
