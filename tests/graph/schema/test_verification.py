"""Verifying an e-mail address through the API: who may, who sees it, and what comes of what is no code."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from domain.documents import AccountLetter, LetterKind
from domain.process.settings import Settings
from domain.proof import new_code
from domain.services import Services
from graph.schema.ids import encode_id
from tests.graph.conftest import Client
from tests.support.scenes import admin, token_of, user

SEND = """
mutation {
  sendVerification { ... on SendVerificationSuccess { user { email emailVerified } } ... on Error { code message } }
}
"""
VERIFY = """
mutation ($token: String!) {
  verifyEmail(input: {token: $token}) {
    ... on VerifyEmailSuccess { email }
    ... on InvalidInput { code field }
  }
}
"""
FORGOTTEN = """
mutation ($email: String!) {
  requestPasswordReset(input: {email: $email}) {
    ... on RequestPasswordResetSuccess { email }
    ... on Error { code message }
  }
}
"""
RESET = """
mutation ($token: String!) {
  resetPassword(input: {token: $token, password: "another passphrase"}) {
    ... on ResetPasswordSuccess { email }
    ... on InvalidInput { code field }
  }
}
"""
VIEWER = "{ viewer { emailVerified } }"
USER = "query ($id: ID!) { node(id: $id) { ... on User { emailVerified } } }"


async def refusal(client: Client, query: str, token: str | None = None) -> str:
    (error,) = (await client.execute(query, token=token))["errors"]
    return str(error["extensions"]["code"])


async def test_without_a_mail_server_it_is_said(services: Services, client: Client) -> None:
    token = token_of(services, await user(services))
    said = {"code": "MAIL_DISABLED", "message": "This server sends no e-mail."}
    assert await client.execute(SEND, token=token) == {"data": {"sendVerification": said}}
    assert await refusal(client, SEND) == "UNAUTHENTICATED"


async def test_a_code_verifies_who_is_not_signed_in_and_ones_own_field_says_so(
    services: Services, client: Client
) -> None:
    ada = await user(services)
    token, admins = token_of(services, ada), token_of(services, await admin(services))
    code = new_code(services.settings.secret_key.get_secret_value(), LetterKind.VERIFICATION, ada, services.clock())
    ids = {"id": encode_id("User", ada.id)}
    assert await client.execute(VIEWER, token=token) == {"data": {"viewer": {"emailVerified": False}}}
    assert await client.execute(VIEWER, token=admins) == {"data": {"viewer": {"emailVerified": True}}}
    for _ in range(2):
        assert await client.execute(VERIFY, {"token": code}) == {"data": {"verifyEmail": {"email": ada.email}}}
        assert await client.execute(VIEWER, token=token) == {"data": {"viewer": {"emailVerified": True}}}
    assert await client.execute(USER, ids, admins) == {"data": {"node": {"emailVerified": True}}}
    others = token_of(services, await user(services))
    assert await client.execute(USER, ids, others) == {"data": {"node": None}}


@pytest.mark.parametrize("code", ["", "x", "A" * 48, "é" * 48, "A" * 30_000, "\0" * 48])
async def test_what_is_no_code_names_the_field(client: Client, code: str) -> None:
    refused = {"code": "INVALID_INPUT", "field": "token"}
    assert await client.execute(VERIFY, {"token": code}) == {"data": {"verifyEmail": refused}}


class TestWithMail:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        """A mail server, which no worker uses here; and two letters an hour."""
        mail: dict[str, Any] = {"smtp_url": SecretStr("smtp://127.0.0.1:1"), "smtp_from": "tickets@seatlock.test"}
        return settings.model_copy(update=mail | {"budget_letters": "2/hour", "budgets_times": 1})

    async def test_who_asks_for_a_reset_learns_nothing_of_who_is_registered(
        self, services: Services, client: Client
    ) -> None:
        ada, grace = await user(services), await admin(services)
        for email in (ada.email, grace.email, "nobody@seatlock.test"):
            answer = {"data": {"requestPasswordReset": {"email": email}}}
            for _ in range(4):  # past what one address gets
                assert await client.execute(FORGOTTEN, {"email": email}) == answer
        await services.tasks.all_done()
        letters = await AccountLetter.find({"kind": "PASSWORD_RESET"}).to_list()
        assert [letter.user_id for letter in letters] == [grace.id]
        code = new_code(
            services.settings.secret_key.get_secret_value(), LetterKind.PASSWORD_RESET, grace, services.clock()
        )
        token = token_of(services, grace)
        assert await client.execute(RESET, {"token": code}) == {"data": {"resetPassword": {"email": grace.email}}}
        refused = {"code": "INVALID_INPUT", "field": "token"}
        assert await client.execute(RESET, {"token": code}) == {"data": {"resetPassword": refused}}
        assert await refusal(client, VIEWER, token) == "UNAUTHENTICATED"

    async def test_it_is_sent_so_often_and_then_refused(self, services: Services, client: Client) -> None:
        ada = await user(services)  # that was one
        token = token_of(services, ada)
        sent = {"user": {"email": ada.email, "emailVerified": False}}
        assert await client.execute(SEND, token=token) == {"data": {"sendVerification": sent}}
        refused = await client.http.post("/graphql", json={"query": SEND}, headers={"Authorization": f"Bearer {token}"})
        assert refused.status_code == 429
        assert refused.json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
        assert [letter.kind for letter in await AccountLetter.find_all().to_list()] == ["VERIFICATION"]
