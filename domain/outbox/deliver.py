"""Delivering messages: at least once, to each destination those of a booking one after the other.

A message is claimed before it is sent, and what came of it written down after: whoever dies in between leaves it to
be sent once more, with the same id.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine, Hashable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import httpx
import structlog
from beanie import PydanticObjectId
from pymongo.errors import PyMongoError

from domain.clock import pause_after
from domain.documents import EMAIL, Delivery, DeliveryStatus, OutboxMessage, WebhookEndpoint
from domain.outbox.account_letters import LETTERS, is_any_letter_due, send_account_letters
from domain.outbox.attempt import EndpointGone, Held, NotDelivered
from domain.outbox.endpoints import disable
from domain.outbox.hand_out import hand_out, is_anything_new
from domain.outbox.held import recipient_of
from domain.outbox.mail import send_mail
from domain.outbox.webhook import open_client, post
from domain.process.tasks import cancel

if TYPE_CHECKING:
    from domain.process.progress import Progress
    from domain.services import Services

log = structlog.get_logger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(hours=1)
"""How long after an attempt, at most, the next one is made; it doubles each time."""

SEND_SECONDS = 10.0
"""How long a receiver may take for one message."""

CLAIMED_FOR = timedelta(seconds=SEND_SECONDS + 5)
"""For so long nobody else sends what somebody has set out to send."""

AT_ONCE = 10
"""Bookings one destination is told of at a time."""

LOOK_SECONDS = 0.25
"""How often those under way are joined by what has become due meanwhile."""

PENDING = {"status": DeliveryStatus.PENDING.value}

KeyT = TypeVar("KeyT", bound=Hashable)


async def is_anything_to_deliver(services: Services) -> bool:
    """Whether there is a message to hand out, or a delivery or letter whose time has come."""
    due = PENDING | {"next_attempt_at": {"$lte": services.clock()}}
    if await is_anything_new() or await is_any_letter_due(services.clock()):
        return True
    return await Delivery.get_pymongo_collection().find_one(due, {"_id": 1}) is not None


async def deliver(services: Services, progress: Progress) -> None:
    """Deliver what is due, and what becomes due meanwhile: a destination that is slow holds up no other."""
    async with open_client(private=services.settings.webhook_private_targets) as client:
        round_ = _Round(services, progress, client)
        async with _Crew[str]() as destinations:
            while True:
                handed_out = await hand_out(services)
                for destination in await _destinations_due(services.clock()):
                    destinations.begin(destination, round_.serve)
                if await is_any_letter_due(services.clock()):
                    destinations.begin(LETTERS, round_.send_letters)
                if destinations.names:
                    await destinations.some_done()
                elif not handed_out:
                    return


class _Crew(Generic[KeyT]):
    """Tasks by name, one of each; leaving cancels them. A fault of one is raised where they are waited for."""

    def __init__(self) -> None:
        self._tasks: dict[KeyT, asyncio.Task[None]] = {}

    async def __aenter__(self) -> _Crew[KeyT]:
        return self

    async def __aexit__(self, *_: object) -> None:
        await cancel(*self._tasks.values())

    @property
    def names(self) -> list[KeyT]:
        return list(self._tasks)

    def begin(self, name: KeyT, work: Callable[[KeyT], Coroutine[Any, Any, None]]) -> None:
        """Have the work with this name done, unless it is under way."""
        if name not in self._tasks:
            self._tasks[name] = asyncio.create_task(work(name))

    async def some_done(self) -> None:
        """Wait until one of them is done, but not for long."""
        await asyncio.wait(self._tasks.values(), timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        for name in [name for name, task in self._tasks.items() if task.done()]:
            self._tasks.pop(name).result()


class _Round:
    """One run of the job."""

    def __init__(self, services: Services, progress: Progress, client: httpx.AsyncClient) -> None:
        self._services = services
        self._progress = progress
        self._client = client

    async def serve(self, destination: str) -> None:
        """Deliver to this destination until nothing is due there."""
        async with _Crew[PydanticObjectId]() as bookings:
            while True:
                busy = bookings.names
                if len(busy) < AT_ONCE:
                    for due in await _due(destination, self._services.clock(), AT_ONCE - len(busy), besides=busy):
                        bookings.begin(due.booking_id, partial(self._deliver_in_order, destination))
                if not bookings.names:
                    return
                await bookings.some_done()

    async def send_letters(self, _: str) -> None:
        """Send the letters about accounts that are due."""
        await send_account_letters(self._services, self._progress)

    async def _deliver_in_order(self, destination: str, booking_id: PydanticObjectId) -> None:
        """The booking's messages, oldest first, until one has to wait; the later ones then wait for it."""
        while (first := await _first(destination, booking_id)) is not None:
            now = self._services.clock()
            if first.next_attempt_at > now:
                await _put_off(first)
                return
            claimed = await _claim(first, now)
            if claimed is None:
                return
            self._progress.found += 1
            self._progress.overdue(now - first.next_attempt_at)
            await self._attempt(claimed)

    async def _attempt(self, delivery: Delivery) -> None:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self._send(delivery)
        except EndpointGone:
            await disable(PydanticObjectId(delivery.destination), self._services.clock())
        except Held:
            return
        except NotDelivered as error:
            await self._failed(delivery, str(error), final=error.final, expected=error.expected)
        except TimeoutError:
            await self._failed(delivery, "timed out", final=False)
        except PyMongoError:
            raise
        except Exception as fault:  # of ours, in this one: it must not keep the others from being delivered
            log.exception("a message could not be sent", delivery=str(delivery.id))
            await self._failed(delivery, type(fault).__name__, final=False)
        else:
            self._progress.done += 1
            await _record(
                delivery,
                status=DeliveryStatus.DELIVERED.value,
                delivered_at=self._services.clock(),
                last_error=None,
            )

    async def _send(self, delivery: Delivery) -> None:
        raw = await OutboxMessage.get_pymongo_collection().find_one({"_id": delivery.message_id})
        if raw is None:
            raise NotDelivered("the message is forgotten", final=True)
        message = OutboxMessage.from_bson(raw)
        if delivery.destination == EMAIL:
            await send_mail(self._services.settings, message, await recipient_of(self._services, delivery, message))
            return
        endpoint = await WebhookEndpoint.get_pymongo_collection().find_one(
            {"_id": PydanticObjectId(delivery.destination), "disabled_at": None}
        )
        if endpoint is None:
            raise NotDelivered("the endpoint is removed or disabled", final=True)
        await post(self._client, WebhookEndpoint.from_bson(endpoint), message, self._services.clock())

    async def _failed(self, delivery: Delivery, reason: str, *, final: bool, expected: bool = False) -> None:
        now = self._services.clock()
        if not final and now < delivery.give_up_at:
            await _record(delivery, next_attempt_at=now + _pause(delivery.attempts), last_error=reason)
            return
        await _record(delivery, status=DeliveryStatus.DEAD.value, last_error=reason)
        told = {"message": str(delivery.message_id), "type": delivery.type.value, "destination": delivery.destination}
        if expected:
            return
        log.error("a message was not delivered, and is given up", delivery=str(delivery.id), reason=reason, **told)


def _pause(attempts: int) -> timedelta:
    # Up to a quarter less, so that what failed together does not come back together.
    return pause_after(attempts, FIRST_PAUSE, LONGEST_PAUSE) * random.uniform(0.75, 1.0)  # noqa: S311


async def _destinations_due(now: datetime) -> list[str]:
    """Where something is due; looking takes two reads for each destination, however much is waiting."""
    found: list[str] = []
    last = ""
    while True:
        query = PENDING | {"destination": {"$gt": last}}
        next_ = await Delivery.get_pymongo_collection().find_one(query, sort=[("destination", 1)])
        if next_ is None:
            return found
        last = next_["destination"]
        if await _due(last, now, 1):
            found.append(last)


async def _due(
    destination: str, now: datetime, limit: int, *, besides: list[PydanticObjectId] | None = None
) -> list[Delivery]:
    query = PENDING | {"destination": destination, "next_attempt_at": {"$lte": now}}
    if besides:
        query |= {"booking_id": {"$nin": besides}}
    # The index is named where MongoDB might try another, and read what waits for somebody else.
    found = Delivery.get_pymongo_collection().find(
        query, sort=[("next_attempt_at", 1)], limit=limit, hint="due_by_destination"
    )
    return [Delivery.from_bson(raw) for raw in await found.to_list()]


async def _first(destination: str, booking_id: PydanticObjectId) -> Delivery | None:
    raw = await Delivery.get_pymongo_collection().find_one(
        PENDING | {"destination": destination, "booking_id": booking_id}, sort=[("sequence", 1)], hint="in_order"
    )
    return Delivery.from_bson(raw) if raw else None


async def _put_off(first: Delivery) -> None:
    """Have those after it wait as long as it does: they are not due before, and need not be looked at."""
    others = {"destination": first.destination, "booking_id": first.booking_id, "_id": {"$ne": first.id}}
    # One with the same number is after it too.
    after = others | {"sequence": {"$gte": first.sequence}}
    await Delivery.get_pymongo_collection().update_many(
        PENDING | after, {"$max": {"next_attempt_at": first.next_attempt_at}}, hint="in_order"
    )


async def _claim(delivery: Delivery, now: datetime) -> Delivery | None:
    """The delivery, ours to send now; None when somebody else was faster."""
    claimed = delivery.evolve(attempts=delivery.attempts + 1, next_attempt_at=now + CLAIMED_FOR)
    as_read = {"_id": delivery.id, "attempts": delivery.attempts, "next_attempt_at": delivery.next_attempt_at}
    change = {"attempts": claimed.attempts, "next_attempt_at": claimed.next_attempt_at}
    written = await Delivery.get_pymongo_collection().update_one(PENDING | as_read, {"$set": change})
    return claimed if written.modified_count else None


async def _record(delivery: Delivery, **change: object) -> None:
    ours = PENDING | {"_id": delivery.id, "attempts": delivery.attempts}
    await Delivery.get_pymongo_collection().update_one(ours, {"$set": change})
