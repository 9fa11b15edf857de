"""Letters about bookings that wait until their buyer's address is verified, a day at most.

They wait rather than be left out: who buys at once, and opens the mailbox afterwards, gets the confirmation all the
same. Of whoever never verifies the address nothing is lost either: the bookings are in the shop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pymongo import WriteConcern
from pymongo.asynchronous.client_session import AsyncClientSession

from domain.documents import Delivery, DeliveryStatus, OutboxMessage, User
from domain.outbox.attempt import Held, NotDelivered

if TYPE_CHECKING:
    from domain.services import Services

WAITS = "waits for the address to be verified"
NEVER_VERIFIED = "the address was not verified"


async def recipient_of(services: Services, delivery: Delivery, message: OutboxMessage) -> User:
    """The buyer, whose address is verified. Raises NotDelivered, Held."""
    user = await User.get(message.user_id)
    if user is None:
        raise NotDelivered("its user is gone", final=True, expected=True)
    if not user.email_verified:
        if services.clock() >= delivery.give_up_at:
            raise NotDelivered(NEVER_VERIFIED, final=True, expected=True)
        await _hold(services, delivery, user)
        raise Held
    return user


async def _hold(services: Services, delivery: Delivery, user: User) -> None:
    """Have it wait until it is to be given up; at once due again if the address is verified at this moment."""

    async def hold(session: AsyncClientSession) -> None:
        # Whoever verifies the address writes the same document, and looks for what waits in that transaction: either
        # that sees this, or this that.
        unverified = {"_id": user.id, "email_verified": {"$ne": True}}
        count = {"$inc": {"letters_held": 1}}
        held = await User.get_pymongo_collection().update_one(unverified, count, session=session)
        change = (
            {"next_attempt_at": delivery.give_up_at, "last_error": WAITS}
            if held.matched_count
            else {"next_attempt_at": services.clock()}
        )
        ours = {"_id": delivery.id, "status": DeliveryStatus.PENDING.value, "attempts": delivery.attempts}
        await Delivery.get_pymongo_collection().update_one(ours, {"$set": change}, session=session)

    async with services.mongo.start_session() as session:
        await session.with_transaction(hold, write_concern=WriteConcern("majority", j=True))
