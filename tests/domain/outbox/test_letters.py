"""Letters about accounts, and letters about bookings of whoever has not verified the address yet."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from domain.caller import Caller
from domain.documents import (
    AccountLetter,
    AuditEntry,
    Delivery,
    DeliveryStatus,
    LetterKind,
    OutboxMessage,
    PaymentStatus,
    Role,
    User,
)
from domain.errors import EmailTaken, InvalidInput, MailDisabled, OverBudget
from domain.jobs.clean_up import clean_up
from domain.outbox.attempt import Held
from domain.outbox.deliver import deliver, is_anything_to_deliver
from domain.outbox.hand_out import hand_out
from domain.outbox.held import _hold, recipient_of
from domain.people.accounts import create_admin, register
from domain.people.users import make_admin
from domain.people.verification import send_verification, verify_email
from domain.process.budgets import Budgets
from domain.process.counts import Counts
from domain.process.fingerprints import Fingerprints
from domain.process.progress import Progress
from domain.process.settings import Settings
from domain.proof import new_code
from domain.reports.gauges import _ask_outbox
from tests.attacks.mail_bomb import TEXT, bombed
from tests.support.asking import ANN, cancelling, refunding, settling
from tests.support.halls import Hall
from tests.support.post_office import PASSWORD, PostOffice, code_in, open_office, with_mail
from tests.support.sale import Sale, open_sale
from tests.support.waiting import PATIENCE_SECONDS

DAY = timedelta(days=1)


@pytest.fixture
async def office() -> AsyncIterator[PostOffice]:
    async with open_office() as office:
        yield office


@pytest.fixture
async def sale(settings: Settings, office: PostOffice) -> AsyncIterator[Sale]:
    async with open_sale(with_mail(settings, office), 1) as opened:
        yield opened


async def run(sale: Sale) -> int:
    progress = Progress()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await deliver(sale.services, progress)
    return progress.done


async def somebody_new(sale: Sale, email: str = "ada@seatlock.test") -> Caller:
    user = await register(sale.services, name=TEXT, email=email, password="at least 8", correlation_id="test")
    return Caller(user.id, Role.USER, "test")


async def buy(sale: Sale, caller: Caller) -> None:
    booking = await sale.book(await sale.event(1), caller)
    await sale.pay(booking, caller)


def subjects(office: PostOffice) -> list[str]:
    return [letter["Subject"].partition(":")[0] for letter in office.letters]


# ---------------------------------------------------------------- verifying


async def test_who_registers_gets_a_code_and_nothing_else_until_it_is_used(sale: Sale, office: PostOffice) -> None:
    caller = await somebody_new(sale)
    booking = await sale.book(await sale.event(1), caller)
    await sale.pay(booking, caller)
    await sale.cancel(booking, caller)
    assert await run(sale) == 1
    (letter,) = office.letters
    assert office.recipients == [letter["To"]] == ["ada@seatlock.test"]
    code = code_in(office.letters[-1])
    assert letter["Subject"] == "Verify your e-mail address"
    assert letter.get_content().splitlines() == [
        "Hello,",
        "",
        "Somebody has registered with this e-mail address. If it was you, verify it within 24 hours. The code:",
        "",
        code,
        "",
        "If it was not you, do nothing: no letters about bookings will come.",
    ]
    sale.time.now += timedelta(hours=20)
    assert await run(sale) == 0
    assert not await is_anything_to_deliver(sale.services)

    for _ in range(2):
        assert (await verify_email(sale.services, code, "test")).email_verified
        assert await run(sale) in (3, 0)
    assert subjects(office)[1:] == [
        "Your booking is confirmed",
        "Your booking is cancelled",
        "Your refund has been paid",
    ]
    assert not any(TEXT in str(letter) for letter in office.letters)
    assert await AuditEntry.find({"action": "EMAIL_VERIFIED", "actor_id": caller.user_id}).count() == 1


async def test_a_letter_links_to_the_page_of_the_shop(sale: Sale, office: PostOffice) -> None:
    linked = sale.services.settings.model_copy(update={"verify_url": "https://shop.test/verify?lang=en"})
    shop = replace(sale, servers=[replace(sale.services, settings=linked)])
    await somebody_new(shop)
    assert await run(shop) == 1
    (letter,) = office.letters
    assert f"https://shop.test/verify?lang=en&token={code_in(letter)}" in letter.get_content().splitlines()


async def test_what_nobody_verified_in_a_day_is_given_up_and_wakes_nobody(sale: Sale, office: PostOffice) -> None:
    await buy(sale, await somebody_new(sale))
    assert await run(sale) == 1
    assert [delivery.status for delivery in await Delivery.find_all().to_list()] == ["HELD"]
    sale.time.now += timedelta(hours=23)
    assert [sample.value for sample in await _ask_outbox(sale.services)] == [0, 0]
    sale.time.now += timedelta(hours=1)
    with capture_logs() as logs:
        await clean_up(sale.services, Progress())
        assert await run(sale) == 0
    assert [line for line in logs if line["log_level"] in ("error", "warning")] == []
    (delivery,) = await Delivery.find_all().to_list()
    assert (delivery.status, delivery.last_error) == ("DEAD", "the address was not verified")
    assert len(office.letters) == 1


async def test_verified_after_a_day_it_stays_unsent_also_before_anybody_tidied(sale: Sale, office: PostOffice) -> None:
    caller = await somebody_new(sale)
    await buy(sale, caller)
    await run(sale)
    sale.time.now += timedelta(hours=1)
    await buy(sale, caller)
    await send_verification(sale.services, caller)
    await run(sale)
    sale.time.now += timedelta(hours=23)
    await verify_email(sale.services, code_in(office.letters[-1]), "test")
    assert await run(sale) == 1
    assert sorted(delivery.status for delivery in await Delivery.find_all().to_list()) == ["DELIVERED", "HELD"]


async def test_one_chosen_before_an_earlier_one_was_let_go_waits_for_it(sale: Sale, office: PostOffice) -> None:
    caller = await somebody_new(sale)
    booking = await sale.book(await sale.event(1), caller)
    await sale.pay(booking, caller)
    await run(sale)
    await sale.cancel(booking, caller)
    await hand_out(sale.services)
    second = await Delivery.find_one({"type": "booking.cancelled"})
    assert second is not None
    message = await OutboxMessage.get(second.message_id)
    assert message is not None
    await verify_email(sale.services, code_in(office.letters[-1]), "test")
    with pytest.raises(Held):
        await recipient_of(sale.services, second, message)
    assert await run(sale) == 3
    assert subjects(office)[1:] == [
        "Your booking is confirmed",
        "Your booking is cancelled",
        "Your refund has been paid",
    ]


async def test_held_at_the_moment_of_verifying_it_goes_out_all_the_same(sale: Sale, office: PostOffice) -> None:
    """Whoever sends has read that the address is not verified; it is verified; only then the letter is put aside."""
    caller = await somebody_new(sale)
    before = await User.get(caller.user_id)
    assert before is not None
    await run(sale)
    await buy(sale, caller)
    await run(sale)
    held = (await Delivery.find_all().to_list())[0].evolve(status=DeliveryStatus.PENDING)
    await verify_email(sale.services, code_in(office.letters[-1]), "test")
    await _hold(sale.services, held, before)
    assert await run(sale) == 1
    assert subjects(office)[1:] == ["Your booking is confirmed"]


async def test_verifying_at_once_writes_one_entry(sale: Sale, office: PostOffice) -> None:
    await somebody_new(sale)
    await run(sale)
    code = code_in(office.letters[-1])
    users = await asyncio.gather(*(verify_email(sale.services, code, "test") for _ in range(5)))
    assert all(user.email_verified for user in users)
    assert await AuditEntry.find({"action": "EMAIL_VERIFIED"}).count() == 1


async def test_a_code_is_void_when_the_address_is_another_or_a_day_is_over(sale: Sale, office: PostOffice) -> None:
    caller = await somebody_new(sale)
    await run(sale)
    code = code_in(office.letters[-1])
    users = User.get_pymongo_collection()
    await users.update_one({"_id": caller.user_id}, {"$set": {"email_key": "eve@seatlock.test"}})
    with pytest.raises(InvalidInput):
        await verify_email(sale.services, code, "test")
    await users.update_one({"_id": caller.user_id}, {"$set": {"email_key": "ada@seatlock.test"}})
    sale.time.now += DAY
    with pytest.raises(InvalidInput, match="any more"):
        await verify_email(sale.services, code, "test")
    assert await User.find({"email_verified": True}).count() == 0


async def test_admins_of_the_command_line_need_no_code(sale: Sale, office: PostOffice) -> None:
    admin = await create_admin(sale.services, name="Grace", email="grace@seatlock.test", password="at least 8")
    assert admin.email_verified
    caller = await somebody_new(sale)
    await buy(sale, caller)
    await run(sale)
    user = await User.get(caller.user_id)
    assert user is not None
    assert (await make_admin(sale.services, user)).email_verified
    assert await run(sale) == 1
    assert subjects(office) == ["Verify your e-mail address", "Your booking is confirmed"]


# ---------------------------------------------------------------- how many


async def test_a_mail_bomb_is_one_letter_without_a_text(settings: Settings) -> None:
    (letter,) = await bombed(settings, 5)
    assert letter["Subject"] == "Verify your e-mail address"
    assert TEXT not in str(letter)


async def test_one_address_gets_so_many_codes_whoever_registers_with_it(sale: Sale, office: PostOffice) -> None:
    capped = sale.services.settings.model_copy(update={"budget_letters": "2/hour", "budgets_times": 1})
    counts = Counts(sale.services.redis, capped.mongo_database, capped.redis_patience_seconds)
    budgets = Budgets(counts, Fingerprints(capped.secret_key.get_secret_value()), capped)
    shop = replace(sale, servers=[replace(sale.services, settings=capped, budgets=budgets)])
    for _ in range(4):
        caller = await somebody_new(shop, "victim@seatlock.test")
        with pytest.raises(EmailTaken):  # of which none is counted
            await somebody_new(shop, "victim@seatlock.test")
        await run(shop)
        await User.get_pymongo_collection().delete_many({})
    assert len(office.letters) == 2
    caller = await somebody_new(shop, "VICTIM@seatlock.test")
    with pytest.raises(OverBudget):
        await send_verification(shop.services, caller)
    await send_verification(shop.services, await somebody_new(shop, "another@seatlock.test"))
    await run(shop)
    assert office.recipients == ["victim@seatlock.test"] * 2 + ["another@seatlock.test"]


async def test_who_asks_again_before_it_is_sent_gets_one(sale: Sale, office: PostOffice) -> None:
    caller = await somebody_new(sale)
    for _ in range(3):
        await send_verification(sale.services, caller)
    assert await run(sale) == 1
    await send_verification(sale.services, caller)
    assert await run(sale) == 1
    assert office.letters[0]["Message-ID"] != office.letters[1]["Message-ID"]
    await verify_email(sale.services, code_in(office.letters[-1]), "test")
    assert (await send_verification(sale.services, caller)).email_verified
    assert await run(sale) == 0


async def test_a_letter_that_could_not_be_sent_is_tried_again_for_an_hour(sale: Sale, office: PostOffice) -> None:
    vars(office).update(data="451 Later")
    await somebody_new(sale)
    assert await run(sale) == 0
    vars(office).update(data="250 OK")
    sale.time.now += timedelta(seconds=5)
    assert await run(sale) == 1
    vars(office).update(password="another")
    caller = await somebody_new(sale, "bob@seatlock.test")
    await run(sale)
    sale.time.now += timedelta(hours=1)
    with capture_logs() as logs:
        await run(sale)
    assert [line["event"] for line in logs if line["log_level"] == "error"] == [
        "a letter was not delivered, and is given up"
    ]
    vars(office).update(password=PASSWORD)
    await send_verification(sale.services, caller)
    assert await run(sale) == 1
    assert await AccountLetter.count() == 0


async def test_without_a_mail_server_it_says_so(settings: Settings) -> None:
    async with open_sale(settings, 1) as sale:
        caller = await somebody_new(sale)
        with pytest.raises(MailDisabled):
            await send_verification(sale.services, caller)
        assert await AccountLetter.count() == 0
        user = await User.get(caller.user_id)
        assert user is not None
        code = new_code(
            sale.services.settings.secret_key.get_secret_value(), LetterKind.VERIFICATION, user, sale.time.now
        )
        assert (await verify_email(sale.services, code, "test")).email_verified


# ---------------------------------------------------------------- of what


def test_letters_are_of_what_was_paid() -> None:
    """Of the others only webhooks are told."""
    hall = Hall()
    hall.fail(hall.start(ANN, quantity=1, section="FLOOR"))
    hall.do(cancelling(ANN, hall.book(ANN, "STALLS-A-1").id))
    hall.book(ANN, "STALLS-A-2")
    hall.now += timedelta(hours=1)
    hall.decide()
    assert [message.type for message in hall.all(OutboxMessage) if message.to_buyer] == []
    assert len(hall.all(OutboxMessage)) == 4

    hall = Hall()
    refund = hall.do(cancelling(ANN, hall.pay(ANN, "STALLS-A-1").booking_id)).refund
    assert refund is not None
    hall.do(refunding(refund))
    kept = hall.start(ANN, "STALLS-A-2")
    hall.do(settling(kept, PaymentStatus.FAILED, money_taken=True))
    told = sorted(hall.all(OutboxMessage), key=lambda message: message.sequence)
    assert [message.type.value for message in told if message.to_buyer] == [
        "booking.confirmed",
        "booking.cancelled",
        "refund.processed",
        "booking.failed",
    ]
