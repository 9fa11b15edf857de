"""A password that is being guessed: it takes ever longer, leaves traces, and its owner still comes in."""

from __future__ import annotations

import pytest

from domain.documents import AuditAction, AuditEntry, User
from domain.errors import BadCredentials, InvalidInput, OverBudget
from domain.people.accounts import create_admin, login, register, set_password
from domain.people.guesses import DELAYS, FREE
from domain.people.passwords import hash_password
from domain.services import Services
from tests.support.waiting import until

HOME, AWAY, THERE = "192.0.2.1", "192.0.2.2", "2001:db8::1"
EMAIL, PASSWORD = "Ann@seatlock.test", "correct horse"


async def ann(services: Services) -> User:
    return await register(services, name="Ann", email=EMAIL, password=PASSWORD, correlation_id="test", address=HOME)


async def guess(services: Services, times: int, address: str = THERE, email: str = EMAIL) -> None:
    for number in range(times):
        with pytest.raises(BadCredentials):
            await login(services, email=email, password=f"wrong {number}", address=address, correlation_id="guess")


async def refused(services: Services, address: str, email: str = EMAIL) -> OverBudget:
    with pytest.raises(OverBudget) as refusal:
        await login(services, email=email, password=PASSWORD, address=address)
    return refusal.value


async def entries(services: Services, action: AuditAction, count: int) -> list[AuditEntry]:
    async def read() -> list[AuditEntry]:
        return await AuditEntry.find({"action": action.value}).sort("sequence").to_list()

    await until(lambda: _as_many(read, count))
    return await read()


async def _as_many(read: object, count: int) -> bool:
    return len(await read()) >= count  # type: ignore[operator]


async def test_guesses_from_elsewhere_keep_the_owner_out_only_where_they_never_were(services: Services) -> None:
    user = await ann(services)
    await guess(services, FREE)
    for address in (THERE, AWAY):
        error = await refused(services, address)
        assert 1 <= error.retry_after_seconds <= 2
        assert error.message == (
            f"Signing in to this account failed too often; try again in {error.retry_after_seconds} s."
        )
    assert (await login(services, email=EMAIL, password=PASSWORD, address=HOME)).id == user.id
    # That they were at home says nothing of who guesses elsewhere.
    await refused(services, THERE)
    # Nor may the neighbour at home guess for ever.
    await guess(services, FREE, HOME)
    await refused(services, HOME)


async def test_nobodys_account_is_told_the_same(services: Services) -> None:
    await guess(services, FREE, email="nobody@seatlock.test")
    assert 1 <= (await refused(services, THERE, "nobody@seatlock.test")).retry_after_seconds <= 2


async def test_what_is_no_address_is_not_taken_for_one_account(services: Services) -> None:
    await guess(services, FREE, email="seatlock.test")
    await refused(services, THERE, "seatlock.test")
    await guess(services, 1, email="ann@seatlock")


async def test_the_right_password_ends_what_was_mistyped_and_makes_the_place_known(services: Services) -> None:
    await ann(services)
    await guess(services, FREE - 1, AWAY)
    await login(services, email=EMAIL, password=PASSWORD, address=AWAY)
    await guess(services, FREE)
    await refused(services, THERE)
    user = await login(services, email=EMAIL, password=PASSWORD, address=AWAY)
    fingerprint = services.fingerprints.of_address
    assert user.signed_in_from == [fingerprint(HOME), fingerprint(AWAY)]
    # With another password nobody is at home anywhere.
    await set_password(services, user, "another horse")
    await refused(services, AWAY)


def test_the_delay_grows_to_a_quarter_of_an_hour() -> None:
    assert [delay.seconds for delay in DELAYS] == [2, 4, 8, 16, 32, 64, 128, 256, 512, 900]


async def test_failures_have_entries_that_tell_who_and_where_only_by_fingerprint(services: Services) -> None:
    await guess(services, 8)
    await guess(services, 1, AWAY)
    services.journal.repeats.flush()
    found = await entries(services, AuditAction.SIGN_IN_FAILED, 5)
    account, address = services.fingerprints.of_account(EMAIL.casefold()), services.fingerprints.of_address
    there, away = {"account": account, "address": address(THERE)}, {"account": account, "address": address(AWAY)}
    assert [entry.metadata for entry in found] == [there, there, there, away, there | {"count": 5}]
    assert {entry.correlation_id for entry in found} == {"guess"}
    assert {entry.actor_id for entry in found} == {None}


async def test_an_administrators_sign_in_has_an_entry(services: Services) -> None:
    admin = await create_admin(services, name="Grace", email=EMAIL, password=PASSWORD)
    await login(services, email=EMAIL, password=PASSWORD, address=HOME, correlation_id="morning")
    (entry,) = await entries(services, AuditAction.ADMIN_SIGNED_IN, 1)
    assert (entry.actor_id, entry.correlation_id) == (admin.id, "morning")
    assert entry.metadata == {"address": services.fingerprints.of_address(HOME)}


@pytest.mark.parametrize(
    "password",
    ["12345678", "Password1", "QWERTYUIOP", "\0\0\0\0\0\0\0\0", "fine but\ttabbed", "correct\x7fhorse", "~~~~~~~~~~"],
)
async def test_what_is_tried_first_is_no_password(services: Services, password: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        await register(services, name="Ann", email=EMAIL, password=password, correlation_id="test")
    assert refusal.value.field == "password"
    # Who has it from before still signs in.
    admin = await create_admin(services, name="Ann", email=EMAIL, password=PASSWORD)
    old = {"$set": {"password_hash": await hash_password(password)}}
    await User.get_pymongo_collection().update_one({"_id": admin.id}, old)
    assert (await login(services, email=EMAIL, password=password)).id == admin.id
