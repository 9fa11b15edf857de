"""Telling others: nothing lost, nothing out of order, nothing told that did not happen."""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook
from structlog.testing import capture_logs

from domain.caller import Caller
from domain.contradiction import Contradiction, required
from domain.documents import (
    AuditEntry,
    Booking,
    Delivery,
    DeliveryStatus,
    Event,
    OutboxMessage,
    PaymentFailureReason,
    PaymentStatus,
    RefundStatus,
    Role,
    User,
    WebhookEndpoint,
    Window,
    new_id,
)
from domain.errors import InvalidInput
from domain.ids import api_id
from domain.jobs.clean_up import clean_up
from domain.outbox import deliver as delivering
from domain.outbox import hand_out as handing_out
from domain.outbox.deliver import deliver, is_anything_to_deliver
from domain.outbox.deliveries import list_deliveries, replay_delivery
from domain.outbox.endpoints import MOST, list_endpoints, register_webhook, remove_webhook, renew_secret
from domain.outbox.payload import instant
from domain.people import accounts
from domain.process.progress import Progress
from domain.process.settings import Settings
from domain.services import Services
from domain.writer.save import statements_of
from domain.writer.statements import Insert, Statement, Update, exactly
from ops.processes import free_port
from tests.support.asking import ANN, cancelling, refunding, settling
from tests.support.halls import Hall
from tests.support.hunting import hunt
from tests.support.receiver import Answer, Received, Receiver, receiving
from tests.support.sale import Sale, open_sale, race, somebody
from tests.support.sweeping import sweep_due
from tests.support.waiting import PATIENCE_SECONDS

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def sale(settings: Settings) -> AsyncIterator[Sale]:
    async with open_sale(settings, 1) as opened:
        yield opened


async def run(services: Services) -> int:
    """Do the job once; how many were delivered."""
    progress = Progress()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await deliver(services, progress)
    return progress.done


@asynccontextmanager
async def running(services: Services, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Meanwhile the job runs, and waits for who does not answer as long as it takes."""
    monkeypatch.setattr(delivering, "SEND_SECONDS", 3_600.0)
    job = asyncio.create_task(deliver(services, Progress()))
    try:
        yield
    finally:
        job.cancel()
        await asyncio.gather(job, return_exceptions=True)


async def pending() -> int:
    return await Delivery.find({"status": "PENDING"}).count()


async def run_until_done(sale: Sale) -> None:
    """Time passes, and the job runs, until everything has been delivered or given up."""
    while await is_anything_to_deliver(sale.services) or await pending():
        await run(sale.services)
        sale.time.now += timedelta(minutes=10)


async def sold(sale: Sale, buyer: Caller | None = None) -> Booking:
    buyer = buyer or somebody()
    booking = await sale.book(await sale.event(2), buyer)
    await sale.pay(booking, buyer)
    return booking


async def sold_and_cancelled(sale: Sale) -> Booking:
    """Three messages: confirmed, cancelled, refund processed."""
    buyer = somebody()
    booking = await sold(sale, buyer)
    await sale.cancel(booking, buyer)
    return booking


def failing(share: float, *ways: Answer) -> Any:
    """An answer that is one of these so often."""
    chance = random.Random(7)
    return lambda _: chance.choice(ways) if chance.random() < share else 200


# ---------------------------------------------------------------- what is told


def told(hall: Hall) -> list[tuple[str, str | None]]:
    """Types, in order, with the status of the booking."""
    messages = sorted(hall.all(OutboxMessage), key=lambda message: message.sequence)
    return [(message.type.value, message.data.get("status")) for message in messages]


def test_each_change_of_a_booking_that_matters_is_told() -> None:
    hall = Hall()
    hall.pay(ANN, quantity=1, section="FLOOR")
    hall.fail(hall.start(ANN, quantity=1, section="FLOOR"))
    hall.book(ANN, "STALLS-A-1")
    hall.now += HOUR
    hall.decide()
    assert told(hall) == [
        ("booking.confirmed", "CONFIRMED"),
        ("payment.failed", "FAILED"),
        ("booking.failed", "FAILED"),
        ("booking.expired", "EXPIRED"),
    ]


def test_an_attempt_that_fails_is_told_with_how_many_are_left() -> None:
    hall = Hall()
    payment = hall.start(ANN, "STALLS-A-1")
    hall.do(settling(payment, PaymentStatus.FAILED, reason=PaymentFailureReason.EXPIRED_CARD))
    (message,) = hall.all(OutboxMessage)
    assert (message.type.value, message.data["status"]) == ("payment.failed", "PAYMENT_PENDING")
    assert message.data["payment"] == {
        "id": api_id("Payment", payment.id),
        "status": "FAILED",
        "failureReason": "EXPIRED_CARD",
        "amount": {"amount": "20.00", "currencyCode": "INR"},
        "attemptsLeft": 4,
    }


def test_locks_unpaid_bookings_and_repeats_are_not() -> None:
    hall = Hall()
    hall.lock(ANN, "STALLS-A-1")
    booking = hall.book(ANN, "STALLS-A-2")
    assert told(hall) == []
    hall.do(cancelling(ANN, booking.id))
    hall.do(cancelling(ANN, booking.id))
    assert told(hall) == [("booking.cancelled", "CANCELLED")]


def test_a_message_says_what_was_so_at_its_moment() -> None:
    """One batch: expired, and confirmed after all."""
    hall = Hall()
    payment = hall.start(ANN, quantity=1, section="FLOOR")
    hall.now += HOUR
    hall.decide(settling(payment, PaymentStatus.SUCCEEDED))
    assert told(hall) == [("booking.expired", "EXPIRED"), ("booking.confirmed", "CONFIRMED")]


def test_what_a_receiver_is_told_of_a_refund() -> None:
    hall = Hall()
    payment = hall.pay(ANN, "STALLS-A-1", "STALLS-A-2")
    cancelled = hall.do(cancelling(ANN, payment.booking_id))
    assert cancelled.refund is not None
    hall.do(refunding(cancelled.refund, RefundStatus.PROCESSED))
    _, cancelling_, processed = sorted(hall.all(OutboxMessage), key=lambda message: message.sequence)
    refund = {
        "id": processed.data["refund"]["id"],
        "reason": "CANCELLATION",
        "percentage": 50,
        "original": {"amount": "40.00", "currencyCode": "INR"},
        "amount": {"amount": "20.00", "currencyCode": "INR"},
    }
    event = {
        "name": "Concert",
        "startsAt": instant(hall.event.starts_at),
        "timeZone": "UTC",
        "venue": None,
        "cancellationReason": None,
    }
    (booking,) = hall.all(Booking)
    reference = {"reference": booking.reference}
    assert processed.data == {**reference, "event": event, "refund": {**refund, "status": "PROCESSED"}}
    assert cancelling_.data == {
        **reference,
        "status": "CANCELLED",
        "quantity": 2,
        "sections": [{"name": "STALLS", "quantity": 2}],
        "seats": ["STALLS-A-1", "STALLS-A-2"],
        "total": {"amount": "40.00", "currencyCode": "INR"},
        "event": event,
        "refund": {**refund, "status": "INITIATED"},
    }
    assert {message.user_id for message in (cancelling_, processed)} == {ANN.user_id}


async def test_who_bought_is_told_as_they_were_when_it_was_handed_out(sale: Sale) -> None:
    user = await accounts.register(
        sale.services, name="Ada", email="ada@seatlock.test", password="at least 8", correlation_id="test"
    )
    async with receiving() as receiver:
        await register_webhook(sale.services, somebody(), receiver.url)
        for buyer in (Caller(user.id, Role.USER, "test"), somebody()):
            booking = await sale.book(await sale.event(1), buyer)
            await sale.pay(booking, buyer)
            await sale.cancel(booking, buyer)
        await handing_out.hand_out(sale.services)
        await User.get_pymongo_collection().delete_many({})
        await run_until_done(sale)
    told = [request.message["data"] for request in receiver.taken]
    by_user: dict[str, list[Any]] = defaultdict(list)
    for data in told:
        by_user[data["userId"]].append(data["buyer"])
    known, unknown = api_id("User", user.id), (set(by_user) - {api_id("User", user.id)}).pop()
    assert by_user == {known: [{"name": "Ada", "email": "ada@seatlock.test"}] * 3, unknown: [None] * 3}


async def test_nothing_is_told_of_what_did_not_happen(sale: Sale, monkeypatch: pytest.MonkeyPatch) -> None:
    """The transaction has written the message, and MongoDB refuses what comes after it."""
    buyer = somebody()
    booking = await sale.book(await sale.event(1), buyer)
    written = 0

    async def and_fail(inventory: Any, recorders: Any) -> list[Statement]:
        nonlocal written
        statements = await statements_of(inventory, recorders)
        written = sum(isinstance(one, Insert) and one.kind is OutboxMessage for one in statements)
        return [*statements, Update(Event, [exactly({"_id": booking.event_id}, {"$set": {"$no": 1}})])]

    with monkeypatch.context() as for_once:
        for_once.setattr("domain.writer.save.statements_of", and_fail)
        with pytest.raises(Contradiction):
            await sale.cancel(booking, buyer)
    assert written
    assert await OutboxMessage.count() == 0
    await sale.cancel(booking, buyer)
    assert await OutboxMessage.count() == 1


async def test_one_message_for_each_entry_whatever_races(settings: Settings) -> None:
    async with open_sale(settings, 3) as sale:
        buyer = somebody()
        event = await sale.event(10)
        bookings = [await sale.book(event, buyer) for _ in range(10)]
        await race(*(sale.pay(booking, buyer) for booking in bookings for _ in range(3)))
        await race(*(sale.cancel(booking, buyer) for booking in bookings for _ in range(3)))
        kinds = Counter(message.type.value for message in await OutboxMessage.find_all().to_list())
        assert kinds == {"booking.confirmed": 10, "booking.cancelled": 10, "refund.processed": 10}
        entries = {entry.id: entry.sequence for entry in await AuditEntry.find_all().to_list()}
        assert all(entries[message.id] == message.sequence for message in await OutboxMessage.find_all().to_list())


async def test_a_sweep_of_hundreds_tells_of_each(sale: Sale) -> None:
    event = await sale.event(600)
    await asyncio.gather(*(sale.book(event, somebody()) for _ in range(600)))
    sale.time.now += HOUR
    await sweep_due(sale.services)
    assert await OutboxMessage.find({"type": "booking.expired"}).count() == 600


# ---------------------------------------------------------------- signed


async def test_what_is_sent_and_how_it_is_signed(sale: Sale) -> None:
    sale.time.now = datetime.now(UTC).replace(microsecond=0)  # the library compares with its own clock
    async with receiving() as receiver:
        secret = required((await register_webhook(sale.services, somebody(), receiver.url)).secret, "it is new")
        await sold(sale)
        assert await run(sale.services) == 1
        (request,) = receiver.received
        assert request.line == "POST /hook HTTP/1.1"
        assert request.headers["content-type"] == "application/json"
        message = Webhook(secret).verify(request.body, request.headers)
        (stored,) = await OutboxMessage.find_all().to_list()
        assert message["id"] == request.id == f"msg_{stored.id}"
        assert (message["type"], message["data"]["status"]) == ("booking.confirmed", "CONFIRMED")
        assert await run(sale.services) == 0


async def test_the_verification_in_the_documentation(sale: Sale) -> None:
    text = (Path(__file__).parents[3] / "docs" / "how-to" / "integrate.md").read_text()
    documented: dict[str, Any] = {}
    (snippet,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    exec(snippet, documented)
    sale.time.now = datetime.now(UTC).replace(microsecond=0)
    async with receiving() as receiver:
        secret = required((await register_webhook(sale.services, somebody(), receiver.url)).secret, "it is new")
        await sold(sale)
        await run(sale.services)
        (request,) = receiver.received
    documented["verify"](secret, request.headers, request.body)
    with pytest.raises(ValueError, match="not from Seatlock"):
        documented["verify"](secret, request.headers, request.body.replace(b"CONFIRMED", b"CANCELLED"))
    with pytest.raises(ValueError, match="not from Seatlock"):
        documented["verify"](secret, {**request.headers, "webhook-id": "msg_other"}, request.body)


# ---------------------------------------------------------------- at least once, in order


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=hunt)])
async def test_a_receiver_that_fails_half_the_time_gets_everything_in_order(
    sale: Sale, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(delivering, "SEND_SECONDS", 0.2)
    random.seed(seed)
    async with receiving(failing(0.5, 500, 503, 302, "reset", "hang", b"nonsense\r\n\r\n")) as receiver:
        secret = required((await register_webhook(sale.services, somebody(), receiver.url)).secret, "it is new")
        for _ in range(12):
            await sold_and_cancelled(sale)
        await run_until_done(sale)

    ids = {f"msg_{message.id}" for message in await OutboxMessage.find_all().to_list()}
    assert len(ids) == 36
    assert {request.id for request in receiver.taken} == ids, "none lost"
    assert_in_order(receiver, 12)
    assert len(receiver.received) > 36, "it did fail"
    bodies: dict[str, set[bytes]] = defaultdict(set)
    for request in receiver.received:
        bodies[request.id].add(request.body)
        assert request.headers["webhook-signature"] == signature(secret, request)
    assert all(len(same) == 1 for same in bodies.values()), "a repeat is the same"


def assert_in_order(receiver: Receiver, bookings: int) -> None:
    """For each booking its three messages; one that was taken, and not known to be, directly again."""
    by_booking: dict[str, list[str]] = defaultdict(list)
    for request in receiver.taken:
        by_booking[request.message["data"]["bookingId"]].append(request.message["type"])
    told = [[kind for kind, _ in groupby(kinds)] for kinds in by_booking.values()]
    assert told == [["booking.confirmed", "booking.cancelled", "refund.processed"]] * bookings


def signature(secret: str, request: Received) -> str:
    at = datetime.fromtimestamp(int(request.headers["webhook-timestamp"]), UTC)
    return Webhook(secret).sign(request.id, at, request.body.decode())


async def test_a_later_message_waits_for_the_one_before(sale: Sale) -> None:
    refuse = True
    async with receiving(lambda _: 500 if refuse else 200) as receiver:
        await register_webhook(sale.services, somebody(), receiver.url)
        await sold_and_cancelled(sale)
        for _ in range(3):
            await run(sale.services)
        assert [request.message["type"] for request in receiver.received] == ["booking.confirmed"]
        sale.time.now += timedelta(seconds=5)
        await run(sale.services)
        assert [request.message["type"] for request in receiver.received] == ["booking.confirmed"] * 2
        await sold(sale)  # another booking waits for nobody
        refuse = False
        await run(sale.services)
        assert receiver.types == ["booking.confirmed"]
        sale.time.now += timedelta(seconds=10)
        await run(sale.services)
        assert receiver.types[1:] == ["booking.confirmed", "booking.cancelled", "refund.processed"]


async def test_pauses_double_up_to_an_hour(sale: Sale) -> None:
    async with receiving(lambda _: 500) as receiver:
        await register_webhook(sale.services, somebody(), receiver.url)
        await sold(sale)
        began, pauses = sale.time.now, []
        while sale.time.now - began < timedelta(hours=6):
            await run(sale.services)
            (delivery,) = await Delivery.find_all().to_list()
            pauses.append((delivery.next_attempt_at - sale.time.now) / timedelta(seconds=1))
            sale.time.now = delivery.next_attempt_at
    doubled = [min(5 * 2**n, 3600) for n in range(len(pauses))]
    assert all(0.75 * longest - 0.01 <= pause <= longest for pause, longest in zip(pauses, doubled, strict=True))
    assert len(set(pauses[-3:])) == 3, "not all at the same moment"


async def test_a_slow_endpoint_holds_up_no_other(sale: Sale, monkeypatch: pytest.MonkeyPatch) -> None:
    async with receiving(lambda _: "hang") as slow, receiving() as quick:
        for receiver in (slow, quick):
            await register_webhook(sale.services, somebody(), receiver.url)
        for _ in range(delivering.AT_ONCE + 2):
            await sold(sale)
        async with running(sale.services, monkeypatch):
            await when(lambda: len(quick.taken) == delivering.AT_ONCE + 2)
            await sold(sale)  # while the slow one is still being waited for
            await when(lambda: len(quick.taken) == delivering.AT_ONCE + 3)
            assert len(slow.received) == slow.most_at_once == delivering.AT_ONCE


async def test_however_many_hang_there_is_a_connection_for_the_next(
    sale: Sale, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with receiving(lambda _: "hang") as slow, receiving() as quick:
        for number in range(MOST - 1):
            await register_webhook(sale.services, somebody(), f"{slow.url}?{number}")
        await register_webhook(sale.services, somebody(), quick.url)
        for _ in range(delivering.AT_ONCE):
            await sold(sale)
        async with running(sale.services, monkeypatch):
            await when(lambda: slow.under_way == (MOST - 1) * delivering.AT_ONCE)
            await sold(sale)
            await when(lambda: len(quick.taken) == delivering.AT_ONCE + 1)


async def test_two_with_the_same_number_wait_together(sale: Sale) -> None:
    """Somebody has put one there by hand."""
    async with receiving(lambda _: 500) as receiver:
        await register_webhook(sale.services, somebody(), receiver.url)
        await sold(sale)
        await handing_out.hand_out(sale.services)
        deliveries = Delivery.get_pymongo_collection()
        (one,) = await deliveries.find().to_list()
        await deliveries.insert_one({**one, "_id": new_id()})
        assert await run(sale.services) == 0, "and it comes to an end"
        assert len(receiver.received) == 1
        assert not await is_anything_to_deliver(sale.services)


async def when(condition: Any) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110  # the receiver's state is plain
            await asyncio.sleep(0.01)


async def test_what_was_sent_and_not_written_down_is_sent_again(sale: Sale, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process dies right after the receiver has taken it."""

    async def dies(*_: object, **__: object) -> None:
        raise asyncio.CancelledError

    async with receiving() as receiver:
        await register_webhook(sale.services, somebody(), receiver.url)
        await sold_and_cancelled(sale)
        with monkeypatch.context() as for_once:
            for_once.setattr(delivering, "_record", dies)
            with pytest.raises(asyncio.CancelledError):
                await run(sale.services)
        assert receiver.types == ["booking.confirmed"]
        assert await run(sale.services) == 0, "for a while it may still be under way"
        sale.time.now += delivering.CLAIMED_FOR
        assert await run(sale.services) == 3
        assert receiver.types == ["booking.confirmed", "booking.confirmed", "booking.cancelled", "refund.processed"]
        assert receiver.taken[0].id == receiver.taken[1].id
        assert receiver.taken[0].body == receiver.taken[1].body


async def test_several_workers_send_each_once(sale: Sale) -> None:
    """Even without the job's lease, which has but one of them run."""
    async with receiving() as receiver:
        await register_webhook(sale.services, somebody(), receiver.url)
        for _ in range(20):
            await sold_and_cancelled(sale)
        workers = [replace(sale.services) for _ in range(3)]
        await asyncio.gather(*(run(worker) for worker in workers))
        await run_until_done(sale)
    assert Counter(request.id for request in receiver.received).most_common(1)[0][1] == 1
    assert len(receiver.taken) == 60
    assert_in_order(receiver, 20)


async def test_more_messages_than_are_handed_out_at_once(sale: Sale, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handing_out, "AT_ONCE", 2)
    async with receiving() as receiver:
        await register_webhook(sale.services, somebody(), receiver.url)
        for _ in range(3):
            await sold_and_cancelled(sale)
        assert await run(sale.services) == 9
        assert len(receiver.taken) == 9


# ---------------------------------------------------------------- dead letters


async def given_up(sale: Sale, receiver: Receiver) -> Delivery:
    """A delivery of a confirmed booking's message that the receiver would not take for a day."""
    await register_webhook(sale.services, somebody(), receiver.url)
    await sold(sale)
    while await pending() or await is_anything_to_deliver(sale.services):
        await run(sale.services)
        sale.time.now += HOUR
    (dead,) = await list_deliveries(status=DeliveryStatus.DEAD).read(Window(10))
    return dead


async def test_after_a_day_it_is_given_up_and_said_once(sale: Sale) -> None:
    began = sale.time.now
    async with receiving(lambda _: 503) as receiver:
        with capture_logs() as logs:
            dead = await given_up(sale, receiver)
        assert DAY <= sale.time.now - began <= DAY + 2 * HOUR
        assert (dead.attempts, dead.last_error) == (len(receiver.received), "status 503")
        assert dead.attempts >= 24
        (line,) = [line for line in logs if line["log_level"] == "error"]
        assert (line["delivery"], line["reason"]) == (str(dead.id), "status 503")
        sale.time.now += DAY
        assert not await is_anything_to_deliver(sale.services)


async def test_a_dead_letter_is_replayed(sale: Sale) -> None:
    refuse = True
    async with receiving(lambda _: 500 if refuse else 200) as receiver:
        dead = await given_up(sale, receiver)
        refuse = False
        replayed = await replay_delivery(sale.services, somebody(), dead.id)
        assert (replayed.status, replayed.attempts) == (DeliveryStatus.PENDING, 0)
        assert await replay_delivery(sale.services, somebody(), dead.id) == replayed
        assert await run(sale.services) == 1
        assert receiver.taken[0].id == receiver.received[0].id
        assert await list_deliveries(status=DeliveryStatus.DEAD).read(Window(10)) == []


async def test_one_that_is_on_its_way_is_not_replayed(sale: Sale) -> None:
    """It may be being sent this moment."""
    async with receiving(lambda _: 500) as receiver:
        await register_webhook(sale.services, somebody(), receiver.url)
        await sold(sale)
        await run(sale.services)
        (waiting,) = await list_deliveries(status=DeliveryStatus.PENDING).read(Window(10))
        assert await replay_delivery(sale.services, somebody(), waiting.id) == waiting
        assert not await is_anything_to_deliver(sale.services)


async def test_a_dead_one_lets_the_next_go_on(sale: Sale) -> None:
    async with receiving(lambda request: 500 if request.message["type"] == "booking.confirmed" else 200) as receiver:
        await register_webhook(sale.services, somebody(), receiver.url)
        await sold_and_cancelled(sale)
        await run_until_done(sale)
        assert receiver.types == ["booking.cancelled", "refund.processed"]


# ---------------------------------------------------------------- endpoints


async def test_an_endpoint_that_is_gone_is_disabled(sale: Sale) -> None:
    async with receiving(lambda _: 410) as gone, receiving() as other:
        (_, endpoint) = [await register_webhook(sale.services, somebody(), receiver.url) for receiver in (other, gone)]
        await sold_and_cancelled(sale)
        await run(sale.services)
        await sold(sale)
        await run(sale.services)
        assert (len(gone.received), len(other.taken)) == (1, 4)
        stored = await WebhookEndpoint.get(endpoint.endpoint.id)
        assert stored is not None and stored.disabled_at == sale.time.now
        dead = await list_deliveries(status=DeliveryStatus.DEAD).read(Window(10))
        assert {delivery.last_error for delivery in dead} == {"the endpoint is disabled"}
        assert await pending() == 0


async def test_one_that_was_gone_and_is_registered_again_gets_what_it_missed(sale: Sale) -> None:
    gone = True
    async with receiving(lambda _: 410 if gone else 200) as receiver:
        before = await register_webhook(sale.services, somebody(), receiver.url)
        await sold(sale)
        await run(sale.services)
        (dead,) = await list_deliveries(status=DeliveryStatus.DEAD).read(Window(10))
        gone = False
        again = await register_webhook(sale.services, somebody(), receiver.url)
        assert (again.endpoint.id, again.endpoint.disabled_at) == (before.endpoint.id, None)
        assert again.secret != before.secret
        await replay_delivery(sale.services, somebody(), dead.id)
        await sold(sale)
        assert await run(sale.services) == 2
        assert {request.headers["webhook-signature"] for request in receiver.taken} == {
            signature(required(again.secret, "it is new"), request) for request in receiver.taken
        }


async def test_an_endpoint_with_a_renewed_secret_can_verify_with_either_for_a_day(sale: Sale) -> None:
    sale.time.now = datetime.now(UTC).replace(microsecond=0)  # the library compares with its own clock
    async with receiving() as receiver:
        registered = await register_webhook(sale.services, somebody(), receiver.url)
        first = required(registered.secret, "it is new")
        second = (await renew_secret(sale.services, somebody(), registered.endpoint.id)).secret
        third = (await renew_secret(sale.services, somebody(), registered.endpoint.id)).secret
        await sold(sale)
        await run(sale.services)
        (request,) = receiver.taken
        for secret in (first, second, third):
            assert Webhook(secret).verify(request.body, request.headers)["type"] == "booking.confirmed"
        sale.time.now += timedelta(days=1)
        await sold(sale)
        await run(sale.services)
        _, request = receiver.taken
        assert request.headers["webhook-signature"] == signature(third, request)


async def test_at_most_five_secrets_at_a_time(sale: Sale) -> None:
    endpoint = (await register_webhook(sale.services, somebody(), "https://receiver.test/hook")).endpoint
    for _ in range(4):
        await renew_secret(sale.services, somebody(), endpoint.id)
    with pytest.raises(InvalidInput) as refusal:
        await renew_secret(sale.services, somebody(), endpoint.id)
    assert refusal.value.field == "endpointId"
    sale.time.now += timedelta(days=1)
    await renew_secret(sale.services, somebody(), endpoint.id)


async def test_a_secret_renewed_by_several_at_once_loses_none(sale: Sale) -> None:
    endpoint = (await register_webhook(sale.services, somebody(), "https://receiver.test/hook")).endpoint
    renewals = await asyncio.gather(*(renew_secret(sale.services, somebody(), endpoint.id) for _ in range(4)))
    (stored,) = await list_endpoints()
    secrets = {stored.secret, *(former.secret for former in stored.former_secrets)}
    assert secrets == {endpoint.secret, *(renewal.secret for renewal in renewals)}


async def test_a_removed_endpoint_gets_nothing_more(sale: Sale) -> None:
    async with receiving(lambda _: 500) as receiver:
        registered = await register_webhook(sale.services, somebody(), receiver.url)
        await sold_and_cancelled(sale)
        await run(sale.services)
        with capture_logs() as logs:
            await remove_webhook(sale.services, somebody(), registered.endpoint.id)
            assert await pending() == 0
            await sold(sale)
            sale.time.now += HOUR
            await run(sale.services)
        assert len(receiver.received) == 1
        assert await Delivery.find({"status": "DEAD"}).count() == 3
        assert logs == [], "whoever removes one knows"


async def test_a_fault_in_one_holds_up_no_other(sale: Sale) -> None:
    """Somebody has made nonsense of a message by hand."""
    async with receiving() as receiver:
        await register_webhook(sale.services, somebody(), receiver.url)
        await sold(sale)
        await handing_out.hand_out(sale.services)
        await OutboxMessage.get_pymongo_collection().update_many({}, {"$set": {"type": "nonsense"}})
        await sold(sale)
        with capture_logs() as logs:
            assert await run(sale.services) == 1
        assert [line["event"] for line in logs] == ["a message could not be sent"]


async def test_deliveries_to_an_endpoint_removed_meanwhile_end(sale: Sale) -> None:
    async with receiving() as receiver:
        registered = await register_webhook(sale.services, somebody(), receiver.url)
        await sold_and_cancelled(sale)
        await handing_out.hand_out(sale.services)
        await WebhookEndpoint.get_pymongo_collection().delete_one({"_id": registered.endpoint.id})
        await run(sale.services)
        assert (receiver.received, await pending()) == ([], 0)


async def test_no_redirect_is_followed(sale: Sale) -> None:
    async with receiving() as elsewhere:
        to = f"HTTP/1.1 307 Elsewhere\r\nlocation: {elsewhere.url}\r\ncontent-length: 0\r\n\r\n".encode()
        async with receiving(lambda _: to) as receiver:
            await register_webhook(sale.services, somebody(), receiver.url)
            await sold(sale)
            assert await run(sale.services) == 0
            assert (len(receiver.received), elsewhere.received) == (1, [])


async def test_nothing_private_is_connected_to_and_nothing_is_told_of_it(sale: Sale) -> None:
    """Such an endpoint was registered when that was allowed; or its name means another address by now."""
    async with receiving() as receiver:
        await register_webhook(sale.services, somebody(), receiver.url)
        await sold(sale)
        forbidden = sale.services.settings.model_copy(update={"webhook_private_targets": False})
        await run(replace(sale.services, settings=forbidden))
        assert receiver.received == []
        (delivery,) = await Delivery.find().to_list()
        assert delivery.last_error == "the address is not public"
        sale.time.now += HOUR
        assert await run(sale.services) == 1


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://127.0.0.1:{closed}/", "could not connect"),
        ("https://127.0.0.1:{plain}/", "TLS failed"),
        ("https://no-such-host.invalid/", "the host name is not known"),
    ],
)
async def test_why_there_was_no_answer_is_told_in_our_own_words(sale: Sale, url: str, reason: str) -> None:
    async def speak(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ready\r\n")
        writer.close()

    async with await asyncio.start_server(speak, "127.0.0.1", 0) as server:
        ports = {"closed": free_port(), "plain": server.sockets[0].getsockname()[1]}
        await register_webhook(sale.services, somebody(), url.format(**ports))
        await sold(sale)
        await run(sale.services)
        (delivery,) = await Delivery.find().to_list()
        assert delivery.last_error == reason


async def test_a_receiver_that_breaks_off_gave_no_answer(sale: Sale) -> None:
    async with receiving(lambda _: "reset") as receiver:
        await register_webhook(sale.services, somebody(), receiver.url)
        await sold(sale)
        await run(sale.services)
        (delivery,) = await Delivery.find().to_list()
        assert delivery.last_error == "no answer"


@pytest.mark.parametrize(("size", "seconds"), [(100_000, 60.0), (10, 0.1)], ids=["much", "slow"])
async def test_an_answer_without_end_is_a_receipt_all_the_same(
    sale: Sale, monkeypatch: pytest.MonkeyPatch, size: int, seconds: float
) -> None:
    monkeypatch.setattr("domain.outbox.webhook.ANSWER_SECONDS", seconds)
    endless = b"HTTP/1.1 200 OK\r\ncontent-length: 1000000000000\r\n\r\n" + b"x" * size
    async with receiving(lambda _: endless) as receiver:
        await register_webhook(sale.services, somebody(), receiver.url)
        await sold(sale)
        assert await run(sale.services) == 1


# ---------------------------------------------------------------- keeping house


async def test_what_is_told_is_forgotten_after_thirty_days(sale: Sale) -> None:
    async with receiving() as receiver:
        await register_webhook(sale.services, somebody(), receiver.url)
        await sold(sale)
        await run(sale.services)
        sale.time.now += timedelta(days=30) - timedelta(milliseconds=1)
        await sold(sale)
        await clean_up(sale.services, Progress())
        assert (await OutboxMessage.count(), await Delivery.count()) == (2, 1)
        sale.time.now += timedelta(milliseconds=1)
        await clean_up(sale.services, Progress())
        assert (await OutboxMessage.count(), await Delivery.count()) == (1, 0), "what nobody was told of stays"


async def test_a_message_is_kept_while_it_is_sent_again(sale: Sale) -> None:
    refuse = False
    async with receiving(lambda _: 500 if refuse else 200) as receiver:
        await register_webhook(sale.services, somebody(), receiver.url)
        await sold(sale)
        await run(sale.services)
        sale.time.now += timedelta(days=30)
        (delivered,) = await list_deliveries(status=None).read(Window(10))
        await replay_delivery(sale.services, somebody(), delivered.id)
        refuse = True
        await run(sale.services)
        await clean_up(sale.services, Progress())
        refuse = False
        sale.time.now += timedelta(seconds=5)
        assert await run(sale.services) == 1
        await clean_up(sale.services, Progress())
        assert (await OutboxMessage.count(), await Delivery.count()) == (0, 0)


async def test_without_anybody_to_tell_nothing_piles_up(sale: Sale, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handing_out, "AT_ONCE", 1)
    await sold_and_cancelled(sale)
    assert await is_anything_to_deliver(sale.services)
    await run(sale.services)
    assert not await is_anything_to_deliver(sale.services)
    assert await Delivery.count() == 0


async def test_what_it_reads_does_not_grow_with_what_there_is(sale: Sale) -> None:
    """Delivered, dead, waiting for another day, or for another receiver."""
    database = sale.services.database
    async with receiving() as receiver, receiving(lambda _: 500) as other:
        await register_webhook(sale.services, somebody(), other.url)
        await sold_and_cancelled(sale)
        await run(sale.services)
        (example, *_) = await database["deliveries"].find().to_list()
        more = [
            {**example, "_id": new_id(), "booking_id": new_id(), **status}
            for _ in range(200)
            for status in ({"status": "DELIVERED"}, {"status": "DEAD"}, {"next_attempt_at": sale.time.now + HOUR})
        ]
        await database["deliveries"].insert_many(more)
        message = await database["outbox_messages"].find_one()
        assert message is not None
        told_of = {"handed_out_at": sale.time.now}
        await database["outbox_messages"].insert_many([{**message, "_id": new_id(), **told_of} for _ in range(200)])
        await register_webhook(sale.services, somebody(), receiver.url)

        await database.command("profile", 2)
        assert not await is_anything_to_deliver(sale.services)
        await sold_and_cancelled(sale)
        await run(sale.services)
        await database.command("profile", 0)
    assert len(receiver.taken) == 3
    ours = {"ns": {"$regex": "outbox_messages|deliveries"}, "docsExamined": {"$exists": True}}
    read = [each["docsExamined"] async for each in database["system.profile"].find(ours)]
    assert len(read) > 20
    assert max(read) <= 10
