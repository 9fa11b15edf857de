"""Signing in: however the address is spelled, and however many come at once."""

from __future__ import annotations

import asyncio

import pytest
from argon2 import extract_parameters

from domain.documents import User
from domain.errors import BadCredentials, InvalidInput, Overloaded
from domain.people import passwords
from domain.people.accounts import login, register
from domain.services import Services


@pytest.mark.parametrize(
    ("registered", "signed_in"),
    [
        ("Ann@Seatlock.test", "ann@seatlock.test"),
        ("re\u0301mi@seatlock.test", "r\u00e9mi@seatlock.test"),
        ("bo@xn--bcher-kva.example", "bo@b\u00fccher.example"),
        ("cy@\uff53eatlock.test", "cy@seatlock.test"),
    ],
)
async def test_an_address_is_the_same_however_it_is_spelled(
    services: Services, registered: str, signed_in: str
) -> None:
    user = await register(services, name="Somebody", email=registered, password="a password", correlation_id="-")
    for email in (registered, signed_in):
        assert (await login(services, email=email, password="a password")).id == user.id


@pytest.mark.parametrize(
    "email",
    ["a" * 900_000, "a@" + "e\u0301" * 100_000 + ".test", "", "no address", "=?utf-8?q?v=40evil.test=2C?=@x.test"],
)
async def test_an_absurd_address_is_refused_or_nobodys(services: Services, email: str) -> None:
    with pytest.raises(InvalidInput):
        await register(services, name="Somebody", email=email, password="a password", correlation_id="-")
    with pytest.raises(BadCredentials):
        await login(services, email=email, password="a password")
    assert await User.find_all().count() == 0


async def test_nobodys_password_takes_as_much_work_as_anybodys(real_hashes: None) -> None:
    """Else who is registered could be told by the clock."""
    somebodys = extract_parameters(await passwords.hash_password("correct horse"))
    assert extract_parameters(passwords._nobodys_hash()) == somebodys
    assert not await passwords.password_matches(None, ["", "-"])


@pytest.mark.usefixtures("real_hashes")
async def test_a_flood_of_sign_ins_is_turned_away_not_queued(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "LINE", 2)
    monkeypatch.setattr(passwords, "_lines", {})
    flood = (login(services, email=f"{n}@seatlock.test", password="-") for n in range(passwords.LINE + 4))
    answers = await asyncio.gather(*flood, return_exceptions=True)
    assert sorted({type(answer) for answer in answers}, key=str) == [BadCredentials, Overloaded]
    with pytest.raises(BadCredentials):
        await login(services, email="later@seatlock.test", password="-")
