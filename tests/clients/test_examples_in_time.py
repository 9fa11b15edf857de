"""The example clients of docs/examples, when time passes: access tokens expire, and payments wait for their outcome."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from domain.clock import system_clock
from domain.documents import Session, User
from domain.opening import open_services
from domain.payments.ask import ask_about_all
from domain.people.refresh_tokens import new_refresh_token
from domain.people.sessions import logout
from domain.process.settings import Settings
from domain.services import Services
from graph.app import assemble
from tests.clients.box_office import BoxOffice
from tests.clients.client import open_client
from tests.clients.example import ONE_LANGUAGE, Run
from tests.clients.proxy import Proxy, proxied
from tests.graph.conftest import given, serving
from tests.graph.schema.test_refusals import MovableClock
from tests.support.hunting import hunt
from tests.support.waiting import until

TOKEN_TTL = timedelta(seconds=60)
VIEWER = "{ viewer { id } }"
EMAIL, PASSWORD = "grace@seatlock.test", "correct horse"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    update = {"token_ttl_seconds": TOKEN_TTL.seconds, "admin_email": EMAIL, "admin_password": SecretStr(PASSWORD)}
    # Answers get lost here, also those of refreshSession.
    return settings.model_copy(update=update | {"session_repeat_seconds": 30})


@pytest.fixture
def clock() -> MovableClock:
    """The API's clock. The examples have the machine's."""
    return MovableClock()


@pytest.fixture
async def services(settings: Settings, clock: MovableClock) -> AsyncIterator[Services]:
    async with open_services(settings, clock) as opened:
        yield opened


@pytest.fixture
async def served(services: Services) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(assemble(services.settings, given(services))) as client:
        yield client


@pytest.fixture
async def office(served: httpx.AsyncClient) -> BoxOffice:
    opened = BoxOffice(served)
    await opened.open(EMAIL, PASSWORD)
    return opened


@pytest.fixture
async def proxy(served: httpx.AsyncClient) -> AsyncIterator[Proxy]:
    assert served.base_url.port
    async with proxied(served.base_url.port) as opened:
        yield opened


@ONE_LANGUAGE
async def test_a_token_is_renewed_before_it_expires(
    run: Run, office: BoxOffice, proxy: Proxy, clock: MovableClock
) -> None:
    clock.ahead = timedelta(seconds=3) - TOKEN_TTL  # by the example's clock, it has three seconds left
    event, other = await office.event(), await office.buyer()
    lock = await office.lock(other, event)
    example = await run(event)
    expires_at = datetime.fromisoformat((await example.says("signed in until")).split()[-1])
    await example.says("19 available")

    async def has_expired() -> bool:
        return system_clock() > expires_at

    await until(has_expired)
    await office.release(other, lock)
    await example.says("signed in until")
    await example.says("paid: booking")
    assert await example.ends() == 0
    assert proxy.asked["lockSeats"] == 1  # and not refused first


@ONE_LANGUAGE
async def test_a_token_that_is_refused_is_renewed(
    run: Run, office: BoxOffice, proxy: Proxy, clock: MovableClock
) -> None:
    async def expire() -> None:
        clock.ahead = TOKEN_TTL

    proxy.meanwhile("confirmBooking", expire)
    proxy.lose("refreshSession")  # what was lost is given again
    example = await run(await office.event())
    await example.says("paid: booking")
    assert await example.ends() == 0
    assert proxy.asked == {"login": 1, "refreshSession": 2, "lockSeats": 1, "confirmBooking": 2, "payBooking": 1}


@ONE_LANGUAGE
async def test_who_reconnects_with_an_expired_token_renews_it(
    run: Run, office: BoxOffice, proxy: Proxy, clock: MovableClock, settings: Settings
) -> None:
    event = await office.event()
    await office.lock(await office.buyer(), event)
    example = await run(event)
    await example.says("19 available")

    clock.ahead = timedelta(seconds=settings.lock_ttl_seconds + 1)
    proxy.cut()
    await example.says("closed with 4403")
    await example.says("signed in until")
    await example.says("20 available")
    await example.says("paid: booking")
    assert await example.ends() == 0
    assert example.times("closed with 4403") == 1
    assert (proxy.asked["login"], proxy.asked["refreshSession"]) == (1, 1)


@ONE_LANGUAGE
async def test_whose_session_has_ended_begins_another(
    run: Run, office: BoxOffice, proxy: Proxy, services: Services
) -> None:
    event, other = await office.event(), await office.buyer()
    lock = await office.lock(other, event)
    example = await run(event)
    await example.says("19 available")
    (newest,) = await Session.find_all().sort("-created_at").limit(1).to_list()
    token = new_refresh_token(services.settings.secret_key.get_secret_value(), newest.id, newest.renewals)
    assert await logout(services, refresh_token=token, everywhere=False, correlation_id="test") == 1
    await example.says("closed with 4403")
    await example.says("signed in until")
    await example.says("19 available")
    await office.release(other, lock)
    await example.says("paid: booking")
    assert await example.ends() == 0
    assert (proxy.asked["login"], proxy.asked["refreshSession"]) == (2, 1)


@ONE_LANGUAGE
async def test_who_is_not_there_any_more_is_told_once(
    run: Run, office: BoxOffice, proxy: Proxy, services: Services
) -> None:
    event = await office.event()
    await office.lock(await office.buyer(), event)
    example = await run(event)
    await example.says("19 available")
    await User.get_pymongo_collection().delete_many({"role": "USER"})
    await example.says("closed with 4403")
    await example.says("BAD_CREDENTIALS")
    assert await example.ends() == 1
    assert proxy.asked == {"login": 2, "refreshSession": 1}


async def test_a_socket_whose_token_expires_asks_for_another(
    scripts: Path, served: httpx.AsyncClient, office: BoxOffice, clock: MovableClock
) -> None:
    first = await office.buyer()
    clock.ahead = TOKEN_TTL
    renewed = await office.buyer()
    clock.ahead = timedelta(0)
    url = str(served.base_url.join("/graphql"))
    async with open_client(scripts, "graphql-ws", url, first, renewed=renewed) as client:
        before = await client.ask(VIEWER)
        clock.ahead = TOKEN_TTL
        assert await client.ask(VIEWER) != before, "it is asked again, with the next token"
        assert await client.closed() == 4499
        assert client.opened == 2


@ONE_LANGUAGE
async def test_a_payment_in_doubt_is_asked_about_until_it_is_known(
    run: Run, office: BoxOffice, services: Services, clock: MovableClock
) -> None:
    event = await office.event()
    example = await run(event, "sim_late_success")
    for _ in range(2):
        await example.says("PAYMENT_TIMED_OUT")
    clock.ahead = timedelta(seconds=50)  # the provider is looked up when it has had its time
    assert await ask_about_all(services) == 1
    await example.says("paid: booking")
    assert await example.ends() == 0
    done = [action for action, is_retry in await office.history(event) if not is_retry]
    payments = [action for action in done if action.startswith("PAYMENT")]
    assert payments == ["PAYMENT_INITIATED", "PAYMENT_TIMED_OUT", "PAYMENT_SUCCEEDED"]


@hunt
@ONE_LANGUAGE
async def test_a_payment_is_not_asked_about_for_longer_than_the_booking_lives(
    run: Run, office: BoxOffice, clock: MovableClock, settings: Settings
) -> None:
    example = await run(await office.event(), "sim_timeout")
    await example.says("PAYMENT_TIMED_OUT")
    clock.ahead = timedelta(seconds=settings.payment_ttl_seconds)
    while "again in" in await example.says("PAYMENT_TIMED_OUT"):
        pass
    assert await example.ends() == 1
