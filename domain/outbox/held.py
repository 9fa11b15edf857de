"""Letters about bookings that wait until their buyer's address is verified, a day at most.

They wait rather than be left out: who buys at once, and opens the mailbox afterwards, gets the confirmation all the
same. Of whoever never verifies the address nothing is lost either: the bookings are in the shop.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from pymongo import WriteConcern
from pymongo.asynchronous.client_session import AsyncClientSession

from domain.documents import EMAIL, Delivery, DeliveryStatus, OutboxMessage, User
from domain.outbox.attempt import Held, NotDelivered

if TYPE_CHECKING:
    from domain.services import Services

NEVER_VERIFIED = "the address was not verified"
PENDING = {"status": DeliveryStatus.PENDING.value}


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
    # Of one booking an earlier one may have been held when this was chosen, and is to be sent first by now.
    earlier = {"destination": EMAIL, "booking_id": delivery.booking_id, "sequence": {"$lt": delivery.sequence}}
    if await Delivery.get_pymongo_collection().find_one(PENDING | earlier, {"_id": 1}, hint="in_order") is not None:
        await _change(delivery, next_attempt_at=services.clock())
        raise Held
    return user


async def _hold(services: Services, delivery: Delivery, user: User) -> None:
    """Have it wait; or be due at once if the address is verified at this moment."""

    async def hold(session: AsyncClientSession) -> None:
        # Whoever verifies the address writes the same document, and looks for what waits in that transaction: either
        # that sees this, or this that.
        unverified = {"_id": user.id, "email_verified": {"$ne": True}}
        count = {"$inc": {"letters_held": 1}}
        held = await User.get_pymongo_collection().update_one(unverified, count, session=session)
        if held.matched_count:
            await _change(delivery, session, status=DeliveryStatus.HELD.value)
        else:
            await _change(delivery, session, next_attempt_at=services.clock())

    async with services.mongo.start_session() as session:
        await session.with_transaction(hold, write_concern=WriteConcern("majority", j=True))


async def _change(delivery: Delivery, session: AsyncClientSession | None = None, **change: Any) -> None:
    ours = PENDING | {"_id": delivery.id, "attempts": delivery.attempts}
    await Delivery.get_pymongo_collection().update_one(ours, {"$set": change}, session=session)


async def give_up_held(now: datetime) -> int:
    """Make DEAD what waited for its day; how many. It counts for nothing since then, this only says so."""
    over = {"status": DeliveryStatus.HELD.value, "give_up_at": {"$lte": now}}
    change = {"$set": {"status": DeliveryStatus.DEAD.value, "last_error": NEVER_VERIFIED}}
    return (await Delivery.get_pymongo_collection().update_many(over, change)).modified_count
