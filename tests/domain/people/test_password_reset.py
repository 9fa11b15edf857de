"""A forgotten password: a code that works once, sent to nobody who has not verified the address."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from domain.documents import AccountLetter, AuditEntry, Session, User
from domain.errors import BadCredentials, InvalidInput, MailDisabled, Unauthenticated
from domain.ids import api_id
from domain.outbox.deliver import deliver
from domain.people.accounts import login, register, set_password
from domain.people.password_reset import request_password_reset, reset_password
from domain.people.sessions import begin_session, refresh_session
from domain.people.standing import role_now
from domain.people.verification import verify_email
from domain.process.progress import Progress
from domain.process.settings import Settings
from domain.services import Services
from tests.support.post_office import PostOffice, code_in, open_office, with_mail
from tests.support.sale import Sale, open_sale

ADA, OLD, NEW = "ada@seatlock.test", "the old passphrase", "another passphrase"


@pytest.fixture
async def office() -> AsyncIterator[PostOffice]:
    async with open_office() as office:
        yield office


@pytest.fixture
async def sale(settings: Settings, office: PostOffice) -> AsyncIterator[Sale]:
    async with open_sale(with_mail(settings, office), 1) as opened:
        yield opened


async def registered(services: Services, email: str = ADA, *, verified: bool = True) -> User:
    user = await register(services, name="Ada", email=email, password=OLD, correlation_id="test")
    await User.get_pymongo_collection().update_one({"_id": user.id}, {"$set": {"email_verified": verified}})
    await AccountLetter.get_pymongo_collection().delete_many({})
    return user


async def ask(sale: Sale, email: str = ADA) -> None:
    request_password_reset(sale.services, email=email, correlation_id="test")
    await sale.services.tasks.all_done()
    await deliver(sale.services, Progress())


async def reset(sale: Sale, code: str, password: str = NEW) -> User:
    return await reset_password(
        sale.services, code=code, password=password, address="192.0.2.1", correlation_id="forgotten"
    )


async def signs_in(services: Services, password: str) -> bool:
    try:
        await login(services, email=ADA, password=password)
    except BadCredentials:
        return False
    return True


async def test_a_code_sets_another_password_once_and_ends_all_sessions(sale: Sale, office: PostOffice) -> None:
    services, user = sale.services, await registered(sale.services)
    await ask(sale, "Ada@Seatlock.test")
    (letter,) = office.letters
    code = code_in(letter)
    assert letter["Subject"] == "Set another password"
    assert letter.get_content().splitlines() == [
        "Hello,",
        "",
        "Somebody has forgotten the password of this account. If it was you, set another one within an hour. The code:",
        "",
        code,
        "",
        "If it was not you, do nothing: the password stays as it is.",
    ]
    await role_now(services.standings, user.id, user.sessions_ended)
    begun = await begin_session(services, user, "test")
    assert (await reset(sale, code)).id == user.id
    assert [await signs_in(services, password) for password in (OLD, NEW)] == [False, True]
    with pytest.raises(Unauthenticated):
        await role_now(services.standings, user.id, user.sessions_ended)
    with pytest.raises(BadCredentials):
        await refresh_session(services, refresh_token=begun.refresh_token, address=None, correlation_id="test")
    assert await Session.count() == 0
    (entry,) = await AuditEntry.find({"action": "PASSWORD_CHANGED"}).to_list()
    assert (entry.actor_id, entry.correlation_id) == (user.id, "forgotten")
    assert entry.metadata == {"userId": api_id("User", user.id), "by": "letter"}
    with pytest.raises(InvalidInput):
        await reset(sale, code, "a third passphrase")
    assert await signs_in(services, NEW)


async def test_of_two_uses_at_once_one_sets_its_password(sale: Sale, office: PostOffice) -> None:
    await registered(sale.services)
    await ask(sale)
    code = code_in(office.letters[0])
    passwords = [f"the passphrase of {number}" for number in range(4)]
    answers = await asyncio.gather(*(reset(sale, code, each) for each in passwords), return_exceptions=True)
    refused = [isinstance(answer, InvalidInput) for answer in answers]
    assert sorted(refused) == [False, True, True, True]
    assert [await signs_in(sale.services, each) for each in passwords] == [not each for each in refused]


@pytest.mark.parametrize("end", ["an hour", "another password", "deleted"])
async def test_a_code_ends(sale: Sale, office: PostOffice, end: str) -> None:
    user = await registered(sale.services)
    await ask(sale)
    code = code_in(office.letters[0])
    match end:
        case "an hour":
            sale.time.now += timedelta(hours=1)
        case "another password":
            await set_password(sale.services, user, "of the operator")
        case "deleted":
            await User.get_pymongo_collection().delete_many({})
    with pytest.raises(InvalidInput) as error:
        await reset(sale, code)
    assert error.value.field == "token"


async def test_a_password_that_is_refused_at_registering_is_refused_here_and_the_code_stays_good(
    sale: Sale, office: PostOffice
) -> None:
    await registered(sale.services)
    await ask(sale)
    code = code_in(office.letters[0])
    for password in ("short", "password123", "12345678"):
        with pytest.raises(InvalidInput) as error:
            await reset(sale, code, password)
        assert error.value.field == "password"
    await reset(sale, code)


async def test_who_never_verified_the_address_does_so_first(sale: Sale, office: PostOffice) -> None:
    """Who forgot that, too, and who owns an address that somebody else registered with, a year ago."""
    user = await registered(sale.services, verified=False)
    sale.time.now += timedelta(days=365)
    await ask(sale)
    (letter,) = office.letters
    assert letter["Subject"] == "Verify your e-mail address"
    with pytest.raises(InvalidInput):
        await reset(sale, code_in(letter))
    await verify_email(sale.services, code_in(letter), "forgotten")
    await ask(sale)
    assert (await reset(sale, code_in(office.letters[1]))).id == user.id
    assert [await signs_in(sale.services, password) for password in (OLD, NEW)] == [False, True]


async def test_nobody_else_is_written_to_and_the_answer_says_nothing(sale: Sale, office: PostOffice) -> None:
    await ask(sale, "nobody@seatlock.test")
    assert office.letters == []
    # What a letter was asked for, and is not true any more when it is sent.
    await registered(sale.services)
    request_password_reset(sale.services, email=ADA, correlation_id="test")
    await sale.services.tasks.all_done()
    await User.get_pymongo_collection().delete_many({})
    await deliver(sale.services, Progress())
    assert (office.letters, await AccountLetter.count()) == ([], 0)


async def test_without_a_mail_server_it_says_so(services: Services) -> None:
    with pytest.raises(MailDisabled):
        request_password_reset(services, email=ADA, correlation_id="test")
