"""E-mail to buyers, to a real SMTP server on this machine."""

from __future__ import annotations

import asyncio
import email
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pydantic import SecretStr
from structlog.testing import capture_logs

from domain.caller import Caller
from domain.documents import AccountLetter, Delivery, DeliveryStatus, Event, OutboxMessage, Role, User, Window
from domain.outbox.deliver import deliver, is_anything_to_deliver
from domain.outbox.deliveries import list_deliveries, replay_delivery
from domain.outbox.endpoints import register_webhook
from domain.outbox.hand_out import hand_out
from domain.outbox.mail import _Folded, _verbatim, seats_of
from domain.people import accounts
from domain.process.progress import Progress
from domain.process.settings import Settings, SettingsError, load_settings
from domain.sale.cancelled_events import end_cancelled_events
from domain.sale.event_changes import cancel_event, update_event
from domain.sale.events import NewRow
from domain.services import Services
from tests.support.hunting import many
from tests.support.post_office import PASSWORD, PostOffice, open_office, with_mail
from tests.support.receiver import receiving
from tests.support.sale import Sale, new_event, open_sale, somebody
from tests.support.waiting import PATIENCE_SECONDS


@pytest.fixture
async def office() -> AsyncIterator[PostOffice]:
    async with open_office() as office:
        yield office


@pytest.fixture
async def sale(settings: Settings, office: PostOffice) -> AsyncIterator[Sale]:
    async with open_sale(with_mail(settings, office), 1) as opened:
        yield opened


async def buyer(services: Services) -> tuple[Caller, User]:
    user = await accounts.register(
        services, name="Ada", email="ada@seatlock.test", password="at least 8", correlation_id="test"
    )
    await User.get_pymongo_collection().update_one({"_id": user.id}, {"$set": {"email_verified": True}})
    await AccountLetter.get_pymongo_collection().delete_many({})
    return Caller(user.id, Role.USER, "test"), user


async def buy_and_cancel(sale: Sale) -> None:
    caller, _ = await buyer(sale.services)
    event = await new_event(sale.services, rows=[NewRow("A", 2)])
    locked = await sale.lock(event, caller, "STALLS-A-1", "STALLS-A-2")
    booking = (await sale.confirm(locked.lock, caller)).booking
    await sale.pay(booking, caller)
    await sale.cancel(booking, caller)


async def run(sale: Sale) -> int:
    progress = Progress()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await deliver(sale.services, progress)
    return progress.done


async def dead() -> list[Delivery]:
    return await list_deliveries(status=DeliveryStatus.DEAD).read(Window(10))


async def test_the_buyer_gets_a_letter_for_each_message_in_order(sale: Sale, office: PostOffice) -> None:
    await buy_and_cancel(sale)
    assert await run(sale) == 3
    assert [letter["Subject"] for letter in office.letters] == [
        "Your booking is confirmed: Concert",
        "Your booking is cancelled: Concert",
        "Your refund has been paid: Concert",
    ]
    confirmed, cancelled, refunded = (letter.get_content() for letter in office.letters)
    assert all(part in confirmed for part in ("1000.00 INR", "31 January 2030"))
    assert "Seats: STALLS-A-1, STALLS-A-2" in confirmed.splitlines()
    assert "500.00 INR of the 1000.00 INR" in cancelled
    assert "500.00 INR of the 1000.00 INR" in refunded
    assert office.recipients == [letter["To"] for letter in office.letters] == ["ada@seatlock.test"] * 3
    assert {letter["From"] for letter in office.letters} == {"Seatlock <tickets@seatlock.test>"}
    assert {letter.get_content_type() for letter in office.letters} == {"text/plain"}


@pytest.mark.parametrize(
    ("seats", "sections", "said"),
    [
        ([], {"FLOOR": 2}, "FLOOR: 2"),
        ([], {"GENERAL": 2}, "2"),
        ([], {"GENERAL": 2, "VIP": 1}, "GENERAL: 2; VIP: 1"),
        (["H-A-4", "H-A-5"], {"H": 2, "F": 1}, "H-A-4, H-A-5; F: 1"),
        (["H-A-4"], {"F": 1, "H": 1, "G": 2}, "H-A-4; F: 1; G: 2"),
        (["A-B-C-1"], {"A": 3, "A-B": 1}, "A-B-C-1; A: 3"),
    ],
)
def test_a_letter_names_the_section_of_seats_without_numbers(
    seats: list[str], sections: dict[str, int], said: str
) -> None:
    told = [{"name": name, "quantity": quantity} for name, quantity in sections.items()]
    assert seats_of({"quantity": sum(sections.values()), "seats": seats, "sections": told}) == said


async def test_a_letter_that_is_sent_again_has_the_same_id(sale: Sale, office: PostOffice) -> None:
    await buy_and_cancel(sale)
    await run(sale)
    (*_, first) = await list_deliveries(status=DeliveryStatus.DELIVERED).read(Window(10))
    await replay_delivery(sale.services, somebody(), first.id)
    assert await run(sale) == 1
    ids = [letter["Message-ID"] for letter in office.letters]
    assert len(set(ids)) == 3
    assert ids[3] in ids[:3]
    assert ids[0].endswith("@seatlock.test>")


async def test_who_loses_a_booking_with_its_event_is_told_why(sale: Sale, office: PostOffice) -> None:
    (caller, _), event = await buyer(sale.services), await sale.event(seats=1)
    await sale.pay(await sale.book(event, caller), caller)
    await cancel_event(sale.services, somebody(Role.ADMIN), event_id=event.id, reason="Rain")
    await end_cancelled_events(sale.services, Progress())
    await run(sale)
    letter = office.letters[-1]
    assert letter["Subject"] == "Your booking is cancelled: Concert"
    assert letter.get_content().splitlines()[:6] == [
        "Hello,",
        "",
        "The event is cancelled: Rain",
        "",
        "The booking is cancelled, and its seats are no longer yours.",
        "We give back all of the 500.00 INR you paid.",
    ]


async def test_a_letter_says_when_and_where_it_begins_there_and_how_the_booking_is_called(
    sale: Sale, office: PostOffice
) -> None:
    (caller, _), admin = await buyer(sale.services), somebody(Role.ADMIN)
    event = await sale.event(seats=1)
    said: dict[str, Any] = {"event_id": event.id, "venue": "Théâtre du Châtelet, Paris", "time_zone": "Europe/Paris"}
    for starts_at in (datetime(2030, 10, 26, 23, 30, tzinfo=UTC), datetime(2030, 10, 27, 1, 30, tzinfo=UTC)):
        # At half past two, and, after the clocks were put back, at half past two.
        await update_event(sale.services, admin, starts_at=starts_at + timedelta(hours=1), **said)
        booking = await sale.book(event, caller)
        await sale.pay(booking, caller)
        await sale.cancel(booking, caller)
        await update_event(sale.services, admin, event_id=event.id, venue=None, time_zone="UTC")
        await run(sale)
        for letter in office.letters[-3:]:
            lines = letter.get_content().splitlines()
            assert lines[lines.index("Concert") + 2] == "Théâtre du Châtelet, Paris"
            assert lines[-1] == f"Booking {booking.reference}"
    starts = [letter.get_content().splitlines() for letter in office.letters]
    assert [lines[lines.index("Concert") + 1] for lines in starts] == [
        *["27 October 2030, 02:30 (Europe/Paris, UTC+02:00)"] * 3,
        *["27 October 2030, 03:30 (Europe/Paris, UTC+01:00)"] * 3,
    ]


@pytest.mark.parametrize("told", [{}, {"timeZone": "Mars/Olympus_Mons"}], ids=["before", "unknown"])
async def test_a_letter_without_a_zone_says_it_in_utc(sale: Sale, office: PostOffice, told: dict[str, str]) -> None:
    """A message of an earlier version, or of a server that knows more zones."""
    await buy_and_cancel(sale)
    gone = ("data.event.timeZone", "data.event.venue", "data.reference", "data.buyer")
    messages = OutboxMessage.get_pymongo_collection()
    await messages.update_many({}, {"$unset": dict.fromkeys(gone, "")})
    if told:
        await messages.update_many({}, {"$set": {"data.event.timeZone": told["timeZone"]}})
    assert await run(sale) == 3
    for letter in office.letters:
        lines = letter.get_content().splitlines()
        assert lines[0] == "Hello,"
        assert "31 January 2030, 00:00 UTC" in lines
        assert lines[-1].startswith("Booking Qm9va2luZz")


async def test_a_letter_says_what_was_so_when_it_happened(sale: Sale, office: PostOffice) -> None:
    """Cancelled by the buyer while the mail server is away; only then the event is cancelled, and renamed."""
    await buy_and_cancel(sale)
    (event,) = await Event.find_all().to_list()
    await cancel_event(sale.services, somebody(Role.ADMIN), event_id=event.id, reason="Rain")
    await Event.get_pymongo_collection().update_one({}, {"$set": {"name": "Another name"}})
    assert await run(sale) == 3
    (cancelled,) = [each for each in office.letters if "cancelled" in each["Subject"]]
    assert cancelled["Subject"] == "Your booking is cancelled: Concert"
    assert "Rain" not in cancelled.get_content()
    assert "The event is cancelled" not in cancelled.get_content()
    assert "We give back 500.00 INR of the 1000.00 INR you paid." in cancelled.get_content()


WORDS = st.text(st.sampled_from("abc é å ß ñ Ж я 東 京 ع ש 🎫 ,.;:-&()'\"=?_"), min_size=1, max_size=120)


@hypothesis_settings(max_examples=many(200, 2_000), deadline=None)
@given(name=WORDS)
@example(name="Fête de la musique à Orléans")
@example(name="é é  é " * 20)
def test_any_subject_is_read_as_it_was_written(name: str) -> None:
    letter = EmailMessage()
    letter["Subject"] = subject = _verbatim(f"Your booking is confirmed: {name.strip() or 'x'}")
    told = letter.as_bytes(policy=_Folded())
    assert told.isascii()
    assert max(map(len, told.splitlines())) <= 78
    head = told.decode().partition("Subject: ")[2].replace("\r\n", "").strip()
    assert str(make_header(decode_header(head))) == subject, "as older mail programs read it"
    assert email.message_from_bytes(told, policy=policy.default)["Subject"] == subject


async def test_a_domain_of_other_letters_is_written_as_every_server_takes_it(sale: Sale, office: PostOffice) -> None:
    await buy_and_cancel(sale)
    await User.get_pymongo_collection().update_one({}, {"$set": {"email": "ann@müller-kva.example"}})
    assert await run(sale) == 3
    assert office.recipients == ["ann@xn--mller-kva-q9a.example"] * 3
    assert [letter["To"] for letter in office.letters] == office.recipients


async def test_what_others_have_named_is_said_as_it_is(sale: Sale, office: PostOffice) -> None:
    """An encoded word in it is not decoded: here it would be a header, and a text of somebody else's."""
    forged = "=?utf-8?q?x=0D=0ABcc=3A_evil=40example=2Ecom=0D=0A=0D=0AClick?="
    await buy_and_cancel(sale)
    await OutboxMessage.get_pymongo_collection().update_many({}, {"$set": {"data.event.name": forged}})
    assert await run(sale) == 3
    for letter in office.letters:
        assert letter["Subject"].endswith(": = " + forged[1:])
        assert letter["Bcc"] is None
        assert letter.get_content().startswith("Hello,")
    assert office.recipients == ["ada@seatlock.test"] * 3


async def test_a_letter_goes_to_the_address_and_to_no_other_read_from_it(sale: Sale, office: PostOffice) -> None:
    forged = "=?utf-8?q?v=40evil.test=2C?=@x.test"
    await buy_and_cancel(sale)
    await User.get_pymongo_collection().update_one({}, {"$set": {"email": forged}})
    assert await run(sale) == 3
    assert office.recipients == [forged] * 3
    assert all("evil" not in address.domain for letter in office.letters for address in letter["To"].addresses)


@pytest.mark.parametrize("answers", [{"rcpt": "550 No such user"}, {"data": "554 Spam"}])
async def test_what_is_refused_for_good_is_dead_at_once(
    sale: Sale, office: PostOffice, answers: dict[str, str]
) -> None:
    vars(office).update(answers)
    await buy_and_cancel(sale)
    with capture_logs() as logs:
        assert await run(sale) == 0
    assert [delivery.attempts for delivery in await dead()] == [1, 1, 1]
    assert len([line for line in logs if line["log_level"] == "error"]) == 3


@pytest.mark.parametrize(
    "answers", [{"rcpt": "450 Later"}, {"data": "451 Later"}, {"password": "another"}], ids=lambda answers: str(answers)
)
async def test_what_may_pass_is_tried_again(sale: Sale, office: PostOffice, answers: dict[str, str]) -> None:
    """A password that is wrong is no fault of the letter's, whatever its code."""
    vars(office).update(answers)
    await buy_and_cancel(sale)
    assert await run(sale) == 0
    assert await dead() == []
    vars(office).update(rcpt="250 OK", data="250 OK", password=PASSWORD)
    sale.time.now += timedelta(seconds=5)
    assert await run(sale) == 3


async def test_a_server_that_is_away_holds_up_no_webhook(sale: Sale) -> None:
    async with receiving() as receiver:
        await register_webhook(sale.services, somebody(), receiver.url)
        away = {"smtp_url": SecretStr("smtp://127.0.0.1:1")}
        offline = replace(sale.services, settings=sale.services.settings.model_copy(update=away))
        await buy_and_cancel(sale)
        await run(replace(sale, servers=[offline]))
        assert len(receiver.taken) == 3
        assert await Delivery.find({"destination": "email", "status": "PENDING"}).count() == 3


async def test_nothing_is_mailed_unless_set(settings: Settings) -> None:
    async with open_sale(settings, 1) as sale:
        await buy_and_cancel(sale)
        await run(sale)
        assert await Delivery.count() == 0
        assert not await is_anything_to_deliver(sale.services)


async def test_a_process_without_a_server_leaves_it_to_one_that_has(sale: Sale, office: PostOffice) -> None:
    await buy_and_cancel(sale)
    await hand_out(sale.services)
    unset = sale.services.settings.model_copy(update={"smtp_url": None, "smtp_from": None})
    assert await run(replace(sale, servers=[replace(sale.services, settings=unset)])) == 0
    assert await dead() == []
    sale.time.now += timedelta(seconds=5)
    assert await run(sale) == len(office.letters) == 3


async def test_a_letter_to_nobody_is_dead(sale: Sale) -> None:
    await buy_and_cancel(sale)
    await User.get_pymongo_collection().delete_many({})
    await run(sale)
    assert {delivery.last_error for delivery in await dead()} == {"its user is gone"}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"smtp_url": "smtp://mail"}, "SEATLOCK_SMTP_URL needs SEATLOCK_SMTP_FROM"),
        ({"smtp_url": "http://u:hunter2@mail", "smtp_from": "a@b.test"}, "SEATLOCK_SMTP_URL must be smtp://"),
        ({"smtp_url": "smtp://u:hunter2@mail:port", "smtp_from": "a@b.test"}, "SEATLOCK_SMTP_URL must be smtp://"),
        ({"smtp_url": "smtp://", "smtp_from": "a@b.test"}, "SEATLOCK_SMTP_URL must be smtp://"),
        ({"smtp_from": "nobody"}, "SEATLOCK_SMTP_FROM must be an e-mail address"),
        ({"smtp_from": "a@b.test\r\nBcc: c@d.test"}, "SEATLOCK_SMTP_FROM must be an e-mail address"),
    ],
)
def test_bad_settings(settings: Settings, values: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError) as error:
        load_settings(**{name: getattr(settings, name) for name in ("mongo_uri", "redis_url", "secret_key")}, **values)
    assert said in str(error.value)
    assert "hunter2" not in str(error.value)
