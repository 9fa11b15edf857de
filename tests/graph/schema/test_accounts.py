"""Registering, signing in, and who the viewer is."""

from __future__ import annotations

from datetime import timedelta

from domain.people.accounts import issue_token
from domain.services import Services
from tests.graph.conftest import Client
from tests.support.scenes import user

REGISTER = """
mutation ($input: RegisterInput!) {
  register(input: $input) {
    __typename
    ... on RegisterSuccess { user { name email role } accessToken expiresAt }
    ... on Error { code message }
  }
}
"""
LOGIN = """
mutation ($input: LoginInput!) {
  login(input: $input) {
    __typename
    ... on LoginSuccess { user { name email role } accessToken expiresAt }
    ... on Error { code message }
  }
}
"""
VIEWER = "{ viewer { name email role } }"

ADA = {"name": "Ada Lovelace", "email": "Ada@Seatlock.test", "password": "analytical engine"}
ADA_AS_SEEN = {"name": "Ada Lovelace", "email": "Ada@seatlock.test", "role": "USER"}
NOBODY = {
    "__typename": "BadCredentials",
    "code": "BAD_CREDENTIALS",
    "message": "No user has this e-mail address and password.",
}


async def test_register_signs_in(client: Client) -> None:
    registered = (await client.execute(REGISTER, {"input": ADA}))["data"]["register"]
    assert registered == {
        "__typename": "RegisterSuccess",
        "user": ADA_AS_SEEN,
        "accessToken": registered["accessToken"],
        "expiresAt": registered["expiresAt"],
    }
    assert await client.execute(VIEWER, token=registered["accessToken"]) == {"data": {"viewer": ADA_AS_SEEN}}


async def test_an_email_registers_once_regardless_of_case(client: Client) -> None:
    await client.execute(REGISTER, {"input": ADA})
    again = {**ADA, "email": "aDA@seatlock.TEST"}
    assert await client.execute(REGISTER, {"input": again}) == {
        "data": {
            "register": {
                "__typename": "EmailTaken",
                "code": "EMAIL_TAKEN",
                "message": "Somebody is registered with this e-mail address.",
            }
        }
    }


async def test_login_regardless_of_case(client: Client) -> None:
    await client.execute(REGISTER, {"input": ADA})
    credentials = {"email": "ADA@SEATLOCK.TEST", "password": ADA["password"]}
    signed_in = (await client.execute(LOGIN, {"input": credentials}))["data"]["login"]
    assert signed_in == {
        "__typename": "LoginSuccess",
        "user": ADA_AS_SEEN,
        "accessToken": signed_in["accessToken"],
        "expiresAt": signed_in["expiresAt"],
    }
    assert await client.execute(VIEWER, token=signed_in["accessToken"]) == {"data": {"viewer": ADA_AS_SEEN}}


async def test_login_does_not_tell_whether_there_is_such_a_user(client: Client) -> None:
    await client.execute(REGISTER, {"input": ADA})
    for credentials in (
        {"email": ADA["email"], "password": "difference engine"},
        {"email": "nobody@seatlock.test", "password": ADA["password"]},
        {"email": "not an address", "password": ""},
    ):
        assert await client.execute(LOGIN, {"input": credentials}) == {"data": {"login": NOBODY}}


async def test_viewer_is_null_when_nobody_is_signed_in(client: Client) -> None:
    assert await client.execute(VIEWER) == {"data": {"viewer": None}}


async def test_an_expired_token_is_told_apart_from_none(services: Services, client: Client) -> None:
    ada = await user(services)
    long_ago = services.clock() - timedelta(seconds=services.settings.token_ttl_seconds + 1)
    answer = await client.execute(VIEWER, token=issue_token(services.settings, ada, long_ago).token)
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAUTHENTICATED"]
    assert "data" not in answer
