"""Sessions as a client has them: renewed without the password, ended on one device or on all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from domain.documents import AuditEntry, Session
from domain.services import Services
from tests.graph.conftest import Client
from tests.support.scenes import Scene, admin, token_of

SIGNED_IN = """
__typename
... on SignedIn { user { email accessTokenExpiresAt } accessToken expiresAt refreshToken }
... on Error { message }
"""
REGISTER = f"mutation ($input: RegisterInput!) {{ register(input: $input) {{ {SIGNED_IN} }} }}"
LOGIN = f"mutation ($input: LoginInput!) {{ login(input: $input) {{ {SIGNED_IN} }} }}"
REFRESH = f"mutation ($input: RefreshSessionInput!) {{ refreshSession(input: $input) {{ {SIGNED_IN} }} }}"
CHANGE = f"""
mutation ($input: ChangePasswordInput!) {{
  changePassword(input: $input) {{ {SIGNED_IN} ... on InvalidInput {{ field }} }}
}}
"""
LOGOUT = """
mutation ($input: LogoutInput!) {
  logout(input: $input) { ... on LogoutSuccess { sessionsEnded } ... on InvalidInput { field message } }
}
"""
VIEWER = "{ viewer { email accessTokenExpiresAt } }"
LOCK = """
mutation ($input: LockSeatsInput!) {
  lockSeats(input: $input) { ... on LockSeatsSuccess { lock { quantity } } ... on Error { code } }
}
"""

EMAIL, PASSWORD, NEW = "ada@seatlock.test", "analytical engine", "difference engine"
OVER = {"__typename": "BadCredentials", "message": "This session has ended; sign in again."}
USED = {
    "__typename": "BadCredentials",
    "message": "This refresh token was used before, so the session has ended; sign in again.",
}
NO_TOKEN = {"__typename": "BadCredentials", "message": "This is not a valid refresh token; sign in again."}


@dataclass(frozen=True, slots=True)
class Device:
    """One that somebody is signed in on."""

    client: Client
    access: str
    refresh: str
    until: str

    @classmethod
    def of(cls, client: Client, answer: dict[str, Any]) -> Self:
        assert set(answer) == {"__typename", "user", "accessToken", "expiresAt", "refreshToken"}, answer
        # So a cache that keeps the user knows the new instant, and not that of the token before.
        assert answer["user"] == {"email": EMAIL, "accessTokenExpiresAt": answer["expiresAt"]}
        return cls(client, answer["accessToken"], answer["refreshToken"], answer["expiresAt"])

    @classmethod
    async def registered(cls, client: Client) -> Self:
        given = {"name": "Ada", "email": EMAIL, "password": PASSWORD}
        return cls.of(client, (await client.execute(REGISTER, {"input": given}))["data"]["register"])

    @classmethod
    async def signed_in(cls, client: Client, password: str = PASSWORD) -> Self:
        given = {"email": EMAIL, "password": password}
        return cls.of(client, (await client.execute(LOGIN, {"input": given}))["data"]["login"])

    async def renewed(self) -> Device:
        return Device.of(self.client, await refresh(self.client, self.refresh))

    async def logout(self, **given: Any) -> Any:
        answer = await self.client.execute(LOGOUT, {"input": {"refreshToken": self.refresh} | given})
        return answer["data"]["logout"]

    async def works(self) -> bool:
        """Whether the API takes the access token."""
        answer = await self.client.execute(VIEWER, token=self.access)
        if "errors" in answer:
            assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAUTHENTICATED"]
            return False
        assert answer["data"]["viewer"] == {"email": EMAIL, "accessTokenExpiresAt": self.until}
        return True


async def refresh(client: Client, token: str) -> Any:
    return (await client.execute(REFRESH, {"input": {"refreshToken": token}}))["data"]["refreshSession"]


async def change_password(device: Device, old: str, new: str) -> Any:
    given = {"password": old, "newPassword": new}
    answer = await device.client.execute(CHANGE, {"input": given}, token=device.access)
    return answer["data"]["changePassword"]


async def test_a_session_is_renewed_without_the_password(client: Client) -> None:
    first = await Device.registered(client)
    second = await first.renewed()
    third = await second.renewed()
    assert len({first.refresh, second.refresh, third.refresh}) == 3
    assert [await each.works() for each in (first, second, third)] == [True, True, True]


async def test_a_bad_access_token_does_not_stop_who_renews_or_signs_out(client: Client) -> None:
    device = await Device.registered(client)
    given = {"input": {"refreshToken": device.refresh}}
    renewed = Device.of(client, (await client.execute(REFRESH, given, token="bad"))["data"]["refreshSession"])
    given = {"input": {"refreshToken": renewed.refresh}}
    assert await client.execute(LOGOUT, given, token="bad") == {"data": {"logout": {"sessionsEnded": 1}}}


async def test_what_is_no_refresh_token_renews_nothing(client: Client) -> None:
    device = await Device.registered(client)
    other = "A" if device.refresh[-1] != "A" else "B"
    for token in (device.access, device.refresh[:-1], device.refresh[:-1] + other, f"{device.refresh}=", "é", "A" * 64):
        assert await refresh(client, token) == NO_TOKEN
        assert await device.logout(refreshToken=token) == {"sessionsEnded": 0}
    for token in ("", "  ", "A" * 10_000):
        assert (await refresh(client, token))["__typename"] == "InvalidInput"
        assert (await device.logout(refreshToken=token))["field"] == "refreshToken"
    assert await device.works()


async def test_signing_out_ends_one_session_at_once_and_no_other(services: Services, client: Client) -> None:
    phone, laptop = await Device.registered(client), await Device.signed_in(client)
    scene = Scene(services, client, token_of(services, await admin(services)), phone.access)
    wanted = {"selection": {"quantity": {"count": 1}}, "idempotencyKey": "k", "eventId": await scene.event()}
    renewed = await phone.renewed()
    # With an older token of the session, too: whoever has one wants it ended.
    assert await phone.logout(everywhere=None) == {"sessionsEnded": 1}
    assert await renewed.logout() == {"sessionsEnded": 0}
    assert [await each.works() for each in (phone, renewed, laptop)] == [False, False, True]
    assert await refresh(client, renewed.refresh) == OVER
    for given in (wanted, {**wanted, "accessCode": "a guess of mine"}):  # the sale asks by itself
        refused = await client.execute(LOCK, {"input": given}, token=renewed.access)
        assert [error["extensions"]["code"] for error in refused["errors"]] == ["UNAUTHENTICATED"]
    locked = await client.execute(LOCK, {"input": wanted}, token=laptop.access)
    assert locked == {"data": {"lockSeats": {"lock": {"quantity": 1}}}}


async def test_signing_out_everywhere(client: Client) -> None:
    devices = [await Device.registered(client), *[await Device.signed_in(client) for _ in range(3)]]
    await devices[3].logout()
    assert await devices[3].logout(everywhere=True) == {"sessionsEnded": 0}  # who is out has no say
    assert await devices[1].logout(everywhere=True) == {"sessionsEnded": 3}
    assert await devices[0].logout(everywhere=True) == {"sessionsEnded": 0}
    assert [await each.works() for each in devices] == [False] * 4
    assert [await refresh(client, each.refresh) for each in devices] == [OVER] * 4
    assert await (await Device.signed_in(client)).works()
    entries = await AuditEntry.find({"action": "SESSION_ENDED"}).to_list()
    assert [entry.metadata for entry in entries] == [{"by": "logout"}, {"by": "everywhere"}]
    assert None not in [entry.actor_id for entry in entries]


async def test_another_password_signs_out_everywhere_but_here(client: Client) -> None:
    here, there = await Device.registered(client), await Device.signed_in(client)
    assert await change_password(here, NEW, NEW) == {
        "__typename": "BadCredentials",
        "message": "This is not your password.",
    }
    assert await change_password(here, PASSWORD, "short") == {
        "__typename": "InvalidInput",
        "field": "newPassword",
        "message": "Must be 8 to 200 characters long.",
    }
    assert await here.works() and await there.works()
    changed = Device.of(client, await change_password(here, PASSWORD, NEW))
    assert [await each.works() for each in (here, there, changed)] == [False, False, True]
    assert [await refresh(client, each.refresh) for each in (here, there)] == [OVER, OVER]
    assert await (await changed.renewed()).works()
    assert await (await Device.signed_in(client, NEW)).works()
    assert await Session.count() == 2
    assert (await client.execute(CHANGE, {"input": {"password": NEW, "newPassword": NEW}}))["errors"]


async def test_a_deleted_account_has_no_sessions(client: Client) -> None:
    device = await Device.registered(client)
    delete = "mutation ($input: DeleteAccountInput!) { deleteAccount(input: $input) { __typename } }"
    await client.execute(delete, {"input": {"password": PASSWORD}}, token=device.access)
    assert (await refresh(client, device.refresh), await Session.count(), await device.works()) == (OVER, 0, False)


async def test_who_is_not_the_viewer_has_no_access_token(services: Services, client: Client) -> None:
    ada = await Device.registered(client)
    of_admin = token_of(services, await admin(services))
    users = '{ users(search: "ada@") { nodes { email accessTokenExpiresAt } } }'
    seen = (await client.execute(users, token=of_admin))["data"]["users"]["nodes"]
    assert seen == [{"email": EMAIL, "accessTokenExpiresAt": None}]
    assert await ada.works()
