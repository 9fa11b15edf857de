"""Sessions: a token is used once, by construction, and who uses it twice ends what it is of."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.documents import AuditEntry, Role, Session, Standing, User, new_id
from domain.errors import BadCredentials, InvalidInput, SeatlockError, Unauthenticated
from domain.ids import api_id
from domain.people import session_ends, sessions
from domain.people.accounts import issue_token, read_token, register, set_password
from domain.people.refresh_tokens import RefreshClaims, new_refresh_token, read_refresh_token
from domain.people.sessions import SignedIn, begin_session, logout, refresh_session
from domain.people.standing import role_now
from domain.services import Services
from tests.support.servers import another_server

SECRET = "a secret of more than 32 characters"


def test_only_what_we_made_is_a_refresh_token() -> None:
    session_id = new_id()
    token = new_refresh_token(SECRET, session_id, 7)
    assert read_refresh_token(SECRET, f" {token}\n") == RefreshClaims(session_id, 7)
    for text in (new_refresh_token("x" * 32, session_id, 7), token[:-1], token + "A", token[::-1], "ä"):
        with pytest.raises(BadCredentials):
            read_refresh_token(SECRET, text)
    for position in range(len(token)):
        changed = "A" if token[position] != "A" else "B"
        with pytest.raises(BadCredentials):
            read_refresh_token(SECRET, token[:position] + changed + token[position + 1 :])
    for text in ("", " ", "A" * 1_001):
        with pytest.raises(InvalidInput) as refused:
            read_refresh_token(SECRET, text)
        assert refused.value.field == "refreshToken"


def test_a_session_lasts_unless_it_or_all_have_ended() -> None:
    mine, other = new_id(), new_id()
    standing = Standing(Role.USER, 2, [other])
    lasts = [(2, mine), (2, None)]
    assert [
        each for each in [*lasts, (2, other), (1, mine), (1, None), (3, mine)] if standing.has_session(*each)
    ] == lasts


class Time:
    """A clock that stands."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def time(services: Services) -> Time:
    return Time(services.clock())


@pytest.fixture
def server(services: Services, time: Time) -> Services:
    return another_server(services, clock=time)


@pytest.fixture
def lenient(server: Services) -> Services:
    """A server that gives a lost answer again for 30 seconds."""
    return replace(server, settings=server.settings.model_copy(update={"session_repeat_seconds": 30}))


async def ada(services: Services) -> User:
    return await register(services, name="Ada", email="ada@x.test", password="analytical engine", correlation_id="test")


async def renew(services: Services, token: str) -> SignedIn:
    return await refresh_session(services, refresh_token=token, address="192.0.2.1", correlation_id="renewing")


async def is_over(services: Services, token: str) -> bool:
    try:
        await renew(services, token)
    except BadCredentials:
        return True
    return False


async def lasts(services: Services, signed_in: SignedIn) -> bool:
    """Whether its access token lets its user do something."""
    claims = read_token(services.settings, signed_in.access.token, services.clock())
    try:
        await role_now(services.standings, claims.user_id, claims.sessions_ended, claims.session_id)
    except Unauthenticated:
        return False
    return True


async def test_of_many_uses_at_once_one_renews_and_the_session_ends(services: Services, server: Services) -> None:
    begun = await begin_session(server, await ada(server), "test")
    servers = (server, another_server(services, clock=server.clock))
    uses = (renew(servers[n % 2], begun.refresh_token) for n in range(20))
    answers = await asyncio.gather(*uses, return_exceptions=True)
    (renewed,) = [each for each in answers if isinstance(each, SignedIn)]
    assert {type(each) for each in answers if each is not renewed} == {BadCredentials}
    assert await is_over(server, renewed.refresh_token) and not await lasts(server, renewed)
    assert await AuditEntry.find({"action": "SESSION_ENDED"}).count() == 1


async def test_a_second_use_ends_the_session_at_once(server: Services) -> None:
    begun = await begin_session(server, await ada(server), "test")
    renewed = await renew(server, begun.refresh_token)
    assert await is_over(server, begun.refresh_token)
    assert await is_over(server, renewed.refresh_token) and not await lasts(server, renewed)


async def test_where_it_is_allowed_all_who_renew_at_once_get_the_same(services: Services, lenient: Services) -> None:
    server = lenient
    begun = await begin_session(server, await ada(server), "test")
    other = replace(another_server(services, clock=server.clock), settings=server.settings)
    servers = (server, other)
    answers = await asyncio.gather(*(renew(servers[n % 2], begun.refresh_token) for n in range(20)))
    assert len({(each.refresh_token, each.access) for each in answers}) == 1
    (stored,) = await Session.find_all().to_list()
    assert (stored.renewals, await AuditEntry.find({"action": "SESSION_ENDED"}).count()) == (1, 0)
    newest = await renew(server, answers[0].refresh_token)
    assert newest.refresh_token not in (begun.refresh_token, answers[0].refresh_token)


async def test_where_it_is_allowed_a_lost_answer_is_given_again_for_a_while(lenient: Services, time: Time) -> None:
    server = lenient
    begun = await begin_session(server, await ada(server), "test")
    renewed = await renew(server, begun.refresh_token)
    time.passes(server.settings.session_repeat_seconds - 0.001)
    assert await renew(server, begun.refresh_token) == renewed
    time.passes(0.001)
    assert await is_over(server, begun.refresh_token)
    assert not await lasts(server, renewed)


async def test_a_token_used_twice_ends_the_session_and_no_other(server: Services) -> None:
    user = await ada(server)
    begun, other = await begin_session(server, user, "test"), await begin_session(server, user, "test")
    newest = await renew(server, (await renew(server, begun.refresh_token)).refresh_token)
    with pytest.raises(BadCredentials, match="was used before"):
        await renew(server, begun.refresh_token)
    assert [await is_over(server, token) for token in (begun.refresh_token, newest.refresh_token)] == [True, True]
    assert [await lasts(server, each) for each in (begun, newest, other)] == [False, False, True]
    (entry,) = await AuditEntry.find({"action": "SESSION_ENDED"}).to_list()
    address = server.fingerprints.of_address("192.0.2.1")
    assert entry.metadata == {"by": "reuse", "userId": api_id("User", user.id), "address": address}
    assert (entry.actor_id, entry.correlation_id) == (None, "renewing")


async def test_a_session_slides_and_runs_out(server: Services, time: Time) -> None:
    lifetime = server.settings.session_ttl_seconds
    begun = await begin_session(server, await ada(server), "test")
    time.passes(lifetime - 0.001)
    renewed = await renew(server, begun.refresh_token)
    time.passes(lifetime)
    assert await is_over(server, renewed.refresh_token)
    assert await logout(server, refresh_token=renewed.refresh_token, everywhere=True, correlation_id="test") == 0


async def test_ending_and_renewing_at_once_leaves_no_token_that_works(server: Services) -> None:
    user = await ada(server)
    for everywhere in (False, True):
        begun = await begin_session(server, (await User.get(user.id)) or user, "test")
        ended, renewed = await asyncio.gather(
            logout(server, refresh_token=begun.refresh_token, everywhere=everywhere, correlation_id="test"),
            renew(server, begun.refresh_token),
            return_exceptions=True,
        )
        assert (ended == 1 and not isinstance(renewed, BaseException)) or isinstance(renewed, SeatlockError)
        for each in (begun, *([renewed] if isinstance(renewed, SignedIn) else [])):
            assert await is_over(server, each.refresh_token) and not await lasts(server, each)


async def test_what_has_ended_is_named_until_its_tokens_run_out(server: Services, time: Time) -> None:
    user = await ada(server)
    from_before = {"$unset": {"sessions_ended": 1, "ended_sessions": 1}}
    await User.get_pymongo_collection().update_one({"_id": user.id}, from_before)

    async def begin_and_end() -> None:
        begun = await begin_session(server, user, "test")
        assert await logout(server, refresh_token=begun.refresh_token, everywhere=False, correlation_id="test") == 1

    await begin_and_end()
    await begin_and_end()
    assert len((await User.get(user.id) or user).ended_sessions) == 2
    time.passes(server.settings.token_ttl_seconds + 1)
    await begin_and_end()
    found = await User.get(user.id)
    assert found is not None and (len(found.ended_sessions), found.sessions_ended) == (1, 0)


async def test_a_session_has_ended_for_its_longest_token(server: Services, time: Time) -> None:
    """With a shorter TOKEN_TTL since, or where another server's clock is behind."""
    user = await ada(server)
    begun = await begin_session(server, user, "test")
    shorter = replace(server, settings=server.settings.model_copy(update={"token_ttl_seconds": 60}))
    renewed = await renew(shorter, begun.refresh_token)
    assert await logout(shorter, refresh_token=renewed.refresh_token, everywhere=False, correlation_id="test") == 1
    time.passes(61)
    other = await begin_session(shorter, user, "test")
    assert await logout(shorter, refresh_token=other.refresh_token, everywhere=False, correlation_id="test") == 1
    assert not await lasts(server, begun)


async def test_of_too_many_that_have_ended_all_end(server: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_ends, "MOST_NAMED", 1)
    user = await ada(server)
    begun = [await begin_session(server, user, "test") for _ in range(3)]
    for each in begun[:2]:
        assert await lasts(server, begun[2])
        await logout(server, refresh_token=each.refresh_token, everywhere=False, correlation_id="test")
    assert [await lasts(server, each) for each in begun] == [False] * 3
    assert await is_over(server, begun[2].refresh_token)
    found = await User.get(user.id)
    assert found is not None and (found.ended_sessions, found.sessions_ended) == ([], 1)


async def test_of_too_many_sessions_the_oldest_ends_with_its_access_token(
    server: Services, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "MOST_OF_USER", 2)
    user, begun = await ada(server), []
    for _ in range(3):
        begun.append(await begin_session(server, user, "third"))
        time.passes(1)
    assert [await lasts(server, each) for each in begun] == [False, True, True]
    assert [await is_over(server, each.refresh_token) for each in begun] == [True, False, False]
    (entry,) = await AuditEntry.find({"action": "SESSION_ENDED"}).to_list()
    assert (entry.metadata, entry.actor_id, entry.correlation_id) == ({"by": "tooMany"}, user.id, "third")


async def test_the_newest_lasts_even_where_too_many_have_ended_to_be_named(
    server: Services, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "MOST_OF_USER", 2)
    monkeypatch.setattr(session_ends, "MOST_NAMED", 2)
    user, begun = await ada(server), []
    for number in range(6):
        begun.append(await begin_session(server, await User.get(user.id) or user, "test"))
        assert await lasts(server, begun[-1]), number
        time.passes(1)
    assert [await lasts(server, each) for each in begun] == [False] * 4 + [True] * 2
    # Whoever was read before a password was changed begins nothing, here neither.
    before = await User.get(user.id)
    assert before is not None
    await set_password(server, before, "difference engine")
    late = [await begin_session(server, before, "test") for _ in range(6)]
    assert not any([await lasts(server, each) for each in late])


async def test_a_session_that_begins_while_all_end_has_ended(server: Services) -> None:
    user = await ada(server)  # as read before
    await set_password(server, user, "difference engine")
    begun = await begin_session(server, user, "test")
    assert await is_over(server, begun.refresh_token) and not await lasts(server, begun)
    assert await logout(server, refresh_token=begun.refresh_token, everywhere=True, correlation_id="test") == 0
    found = await User.get(user.id)
    assert found is not None and found.sessions_ended == 1


async def test_tokens_without_a_session_work_until_all_have_ended(server: Services) -> None:
    user = await ada(server)
    begun = await begin_session(server, user, "test")
    old = SignedIn(user, issue_token(server.settings, user, server.clock()), "")
    await logout(server, refresh_token=begun.refresh_token, everywhere=False, correlation_id="test")
    assert await lasts(server, old)
    begun = await begin_session(server, user, "test")
    await logout(server, refresh_token=begun.refresh_token, everywhere=True, correlation_id="test")
    assert not await lasts(server, old)


async def test_a_restored_backup_takes_newer_tokens(server: Services) -> None:
    begun = await begin_session(server, await ada(server), "test")
    newest = await renew(server, (await renew(server, begun.refresh_token)).refresh_token)
    await Session.get_pymongo_collection().update_one({}, {"$set": {"renewals": 0}})
    assert not await is_over(server, (await renew(server, newest.refresh_token)).refresh_token)
