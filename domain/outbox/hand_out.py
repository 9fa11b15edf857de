"""Making a delivery of each new message for each destination there is, and saying in it who the buyer is."""

from __future__ import annotations

from collections.abc import Set
from typing import TYPE_CHECKING

from beanie import PydanticObjectId
from pymongo import UpdateOne, WriteConcern
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.read_concern import ReadConcern

from domain.documents import EMAIL, Delivery, OutboxMessage, User, WebhookEndpoint, new_id
from domain.outbox.deliveries import GIVEN_UP_AFTER
from domain.outbox.mail import SUBJECTS
from domain.process.settings import Settings

if TYPE_CHECKING:
    from domain.services import Services

AT_ONCE = 500
"""Messages handed out in one transaction."""

# The type, and always in this order, as the index `to_hand_out` has it.
NEW = {"handed_out_at": {"$type": "null"}}
ORDER = [("event_id", 1), ("sequence", 1)]


async def is_anything_new() -> bool:
    """Whether there are messages that have no deliveries yet."""
    return await OutboxMessage.get_pymongo_collection().find_one(NEW, {"_id": 1}, sort=ORDER) is not None


async def hand_out(services: Services) -> bool:
    """Make the deliveries of the messages that have none, as many as fit into a transaction; whether there were any."""
    if not await is_anything_new():
        return False

    async def work(session: AsyncClientSession) -> None:
        await _hand_out(services, session)

    async with services.mongo.start_session() as session:
        # As of one instant: whoever sees a message of a booking sees those before it.
        await session.with_transaction(
            work, read_concern=ReadConcern("snapshot"), write_concern=WriteConcern("majority", j=True)
        )
    return True


async def _hand_out(services: Services, session: AsyncClientSession) -> None:
    now = services.clock()
    messages = OutboxMessage.get_pymongo_collection()
    new = await messages.find(NEW, session=session, sort=ORDER, limit=AT_ONCE).to_list()
    destinations = await _destinations(services.settings, session)
    deliveries = [
        Delivery.model_construct(
            id=new_id(),
            message_id=message.id,
            type=message.type,
            destination=destination,
            booking_id=message.booking_id,
            sequence=message.sequence,
            user_id=message.user_id if destination == EMAIL else None,
            next_attempt_at=now,
            give_up_at=now + GIVEN_UP_AFTER,
            created_at=now,
        ).to_bson()
        for message in map(OutboxMessage.from_bson, new)
        for destination in destinations
        if destination != EMAIL or (message.to_buyer and message.type in SUBJECTS)
    ]
    if deliveries:
        await Delivery.get_pymongo_collection().insert_many(deliveries, session=session)
    if not new:
        return
    buyers = await _buyers({raw["user_id"] for raw in new}, session)
    handed_out = [
        UpdateOne({"_id": raw["_id"]}, {"$set": {"handed_out_at": now, "data.buyer": buyers.get(raw["user_id"])}})
        for raw in new
    ]
    # Somebody who hands out the same at this moment makes a conflict here, and one of the two has done nothing.
    await messages.bulk_write(handed_out, ordered=False, session=session)


async def _buyers(ids: Set[PydanticObjectId], session: AsyncClientSession) -> dict[PydanticObjectId, dict[str, str]]:
    """The name and address of those of these users that there still are."""
    found = User.get_pymongo_collection().find({"_id": {"$in": [*ids]}}, {"name": 1, "email": 1}, session=session)
    return {raw["_id"]: {"name": raw["name"], "email": raw["email"]} async for raw in found}


async def _destinations(settings: Settings, session: AsyncClientSession) -> list[str]:
    endpoints = WebhookEndpoint.get_pymongo_collection().find({"disabled_at": None}, {"_id": 1}, session=session)
    webhooks = [str(raw["_id"]) async for raw in endpoints]
    return [*webhooks, EMAIL] if settings.smtp_url else webhooks
