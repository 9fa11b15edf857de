"""Connections end with the session that they were opened in, and no others do."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from domain.caller import Caller
from domain.documents import Event, Role, User
from domain.people.accounts import read_token, register
from domain.people.sessions import SignedIn, begin_session, logout
from domain.services import Services
from graph.subscriptions import session_watch
from graph.subscriptions.session_watch import SessionWatch, Watched
from tests.graph.transport.test_event_stream import COMPLETE, SEATS, STATUS, seats_of, status_of, streaming
from tests.support.sale import Sale, Time, new_event
from tests.support.scenes import user
from tests.support.sockets import Closed, connected, listening
from tests.support.waiting import PATIENCE_SECONDS

CHANGE = """
mutation ($input: ChangePasswordInput!) {
  changePassword(input: $input) { ... on ChangePasswordSuccess { accessToken } ... on Error { code } }
}
"""
ENDED = "This session was ended; sign in again."


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_watch, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(session_watch, "HURRY_SECONDS", 0.01)


@pytest.fixture
async def ada(services: Services) -> User:
    return await user(services)


@pytest.fixture
async def event(services: Services) -> Event:
    return await new_event(services, seats=10)


async def sign_out(services: Services, session: SignedIn, *, everywhere: bool = False) -> None:
    token = session.refresh_token
    assert await logout(services, refresh_token=token, everywhere=everywhere, correlation_id="test")


async def test_a_socket_ends_with_its_session(
    services: Services, api: httpx.AsyncClient, ada: User, event: Event
) -> None:
    here, there = await begin_session(services, ada, "test"), await begin_session(services, ada, "test")
    async with (
        listening(api.base_url, here.access.token) as ends,
        listening(api.base_url, there.access.token) as stays,
        listening(api.base_url) as nobody,
    ):
        for socket in (ends, stays, nobody):
            await (await socket.subscribe(SEATS, seats_of(event))).data("seatAvailability")
        await sign_out(services, here)
        assert (await ends.closed(), ends.connection.close_reason) == (4403, ENDED)
        await stays.roundtrip()
        # Who comes with the same token is not acknowledged first: clients would count that as a connection.
        async with connected(api.base_url) as again:
            await again.send({"type": "connection_init", "payload": {"Authorization": f"Bearer {here.access.token}"}})
            with pytest.raises(Closed, match=f"4403 {ENDED}"):
                await again.receive()
        await sign_out(services, there, everywhere=True)
        assert await stays.closed() == 4403
        await nobody.roundtrip()


async def test_an_event_stream_too(services: Services, api: httpx.AsyncClient, ada: User, event: Event) -> None:
    here, there = await begin_session(services, ada, "test"), await begin_session(services, ada, "test")
    sale = Sale([services], Time())
    booking = await sale.book(event, Caller(ada.id, Role.USER, "test"))
    async with (
        streaming(api, STATUS, status_of(booking), token=here.access.token) as ends,
        streaming(api, SEATS, seats_of(event), token=here.access.token) as ends_too,
        streaming(api, STATUS, status_of(booking), token=there.access.token) as stays,
    ):
        for stream in (ends, ends_too, stays):
            assert "data" in await stream.next()
        await sign_out(services, here)
        for stream in (ends, ends_too):
            assert await stream.next() == {"errors": [{"message": ENDED, "extensions": {"code": "UNAUTHENTICATED"}}]}
            assert (await stream.block(), await stream.block()) == (COMPLETE, b"")
        await sale.pay(booking, Caller(ada.id, Role.USER, "test"))
        assert await stays.data("bookingStatus") == {"status": "CONFIRMED"}


async def test_what_is_under_way_is_answered_first(services: Services, api: httpx.AsyncClient) -> None:
    ada = await register(services, name="Ada", email="a@x.test", password="analytical engine", correlation_id="test")
    begun = await begin_session(services, ada, "test")
    async with listening(api.base_url, begun.access.token) as socket:
        given = {"password": "analytical engine", "newPassword": "difference engine"}
        answer = await socket.execute(CHANGE, {"input": given})
        assert answer["data"]["changePassword"]["accessToken"]
        assert await socket.closed() == 4403


async def test_of_many_all_get_their_turn(services: Services, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_watch, "AT_ONCE", 2)
    watch = SessionWatch()
    told: asyncio.Queue[tuple[int, str]] = asyncio.Queue()
    sessions = [await begin_session(services, ada, "test") for _ in range(5)]

    def watched(number: int) -> Watched:
        claims = read_token(services.settings, sessions[number].access.token, services.clock())
        return watch.watch(services, claims, lambda error: told.put_nowait((number, error.message)))

    every = [watched(number) for number in range(5)]
    every[3].cancel()
    await sign_out(services, sessions[0], everywhere=True)
    async with asyncio.timeout(PATIENCE_SECONDS):
        assert sorted([await told.get() for _ in range(4)]) == [(number, ENDED) for number in (0, 1, 2, 4)]
    assert told.empty()
