"""Our client for Python, through a proxy that fails, with somebody else who buys."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urljoin

import httpx
import pytest
from pydantic import SecretStr
from seatlock_client import Refused, RequestFailed, Seatlock, SessionEnded, Tokens, api, new_key

from domain.process.settings import Settings
from domain.services import Services
from graph.app import assemble
from graph.transport import send_queue
from tests.clients.box_office import BoxOffice
from tests.clients.proxy import Proxy, proxied
from tests.graph.conftest import given, serving
from tests.graph.schema.test_refusals import MovableClock, clock, services

__all__ = ["clock", "services"]  # fixtures

EMAIL, PASSWORD = "grace@seatlock.test", "correct horse"
TOKEN_TTL = timedelta(hours=1)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    update = {"token_ttl_seconds": TOKEN_TTL.seconds, "admin_email": EMAIL, "admin_password": SecretStr(PASSWORD)}
    # Answers get lost here, also those of refreshSession.
    return settings.model_copy(update=update | {"session_repeat_seconds": 30})


@pytest.fixture
async def served(services: Services, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    monkeypatch.setattr(send_queue, "KEEP_ALIVE_SECONDS", 0.2)
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


@pytest.fixture
async def kept() -> list[Tokens | None]:
    """What the client was told to keep."""
    return []


@pytest.fixture
async def ada(proxy: Proxy, kept: list[Tokens | None]) -> AsyncIterator[Seatlock]:
    async with Seatlock(proxy.url, on_tokens=kept.append, silence=1) as seatlock:
        await seatlock.register("Ada", "ada@seatlock.test", PASSWORD)
        yield seatlock


async def test_a_whole_purchase_while_another_buys(ada: Seatlock, office: BoxOffice, proxy: Proxy) -> None:
    event, other = await office.event(), await office.buyer()
    before = await ada.event(event)
    assert before
    assert [row.statuses for section in before.sections for row in section.rows or ()] == ["A" * 10] * 2
    assert await ada.event(event, seat_map=False)
    assert [found.id for found in (await ada.events("concert")).nodes] == [event]

    async with aclosing(ada.watch_seats(event)) as watching:
        snapshot = await anext(watching)
        assert (snapshot.snapshot, snapshot.available_seats, snapshot.changed_rows) == (True, 20, [])
        await office.lock(other, event)
        assert (await anext(watching)).locked_seats == 1

        with pytest.raises(Refused) as none_left:
            await ada.lock_seats(event, 20)
        assert none_left.value.outcome == api.NotEnoughSeats(available_seats=19)
        locked = await ada.lock_seats(event, ["STALLS-B-1", "STALLS-B-2"])
        changed = await ada.change_lock(locked.lock.id, add="STALLS-B-3", remove="STALLS-B-1")
        assert (changed.lock.id, changed.lock.seats) == (locked.lock.id, ["STALLS-B-2", "STALLS-B-3"])
        assert (await ada.extend_lock(locked.lock.id)).expires_at > locked.lock.expires_at
        rows: dict[tuple[str, str], str] = {}
        while rows.get(("STALLS", "B")) != "AHHAAAAAAA":
            rows |= {(row.section, row.name): row.statuses for row in (await anext(watching)).changed_rows or ()}

    assert [lock.id for lock in (await ada.my_locks(event, api.SeatLockStatus.ACTIVE)).nodes] == [locked.lock.id]
    booking = await ada.confirm(locked.lock.id)
    assert (booking.total.amount, booking.status) == (Decimal("1000.00"), api.BookingStatus.PAYMENT_PENDING)
    async with aclosing(ada.watch_booking(booking.id)) as waiting:
        assert (await anext(waiting)).status == "PAYMENT_PENDING"
        with pytest.raises(Refused) as declined:
            await ada.pay(booking.id, "sim_declined")
        assert isinstance(declined.value.outcome, api.PaymentFailed)
        assert declined.value.outcome.attempts_left == 4
        key = new_key()
        asks = await ada.pay(booking.id, "sim_challenge", key=key)
        assert isinstance(asks, api.BankAsks)
        assert asks.redirect_url
        async with httpx.AsyncClient() as bank:
            await bank.post(urljoin(proxy.url, asks.redirect_url), data={"answer": "approve"})
        # As the client's README has it.
        async for _ in waiting:
            if isinstance(await ada.pay(booking.id, "sim_challenge", key=key), api.Paid):
                break
    assert [mine.reference for mine in (await ada.my_bookings()).nodes] == [booking.reference]

    cancelled = await ada.cancel(booking.id, "ill")
    assert cancelled.refund
    assert (cancelled.booking.status, cancelled.refund.amount.amount) == ("CANCELLED", Decimal("500.00"))
    released = await ada.lock_seats(event, 2)
    assert (await ada.release_lock(released.lock.id)).status == "RELEASED"


async def test_lost_answers_do_nothing_twice(proxy: Proxy, office: BoxOffice) -> None:
    """They are cut off; what a proxy says instead is no answer, either."""
    event = await office.event()
    busy = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 0\r\nContent-Length: 4\r\n\r\nbusy"
    async with Seatlock(proxy.url) as seatlock:
        proxy.lose("register")
        await seatlock.register("Ada", "ada@seatlock.test", PASSWORD)
        proxy.lose("lockSeats", busy)
        locked = await seatlock.lock_seats(event, 2)
        proxy.lose("changeLock")
        changed = await seatlock.change_lock(locked.lock.id, remove=1)
        proxy.lose("confirmBooking")
        booking = await seatlock.confirm(locked.lock.id)
        proxy.lose("payBooking")
        paid = await seatlock.pay(booking.id, "sim_success")
        assert isinstance(paid, api.Paid)
        assert (locked.replayed, changed.replayed, paid.replayed) == (True, True, True)
        proxy.lose("cancelBooking")
        assert (await seatlock.cancel(booking.id)).replayed
    done = [action for action, is_retry in await office.history(event) if not is_retry]
    for action in ("SEATS_LOCKED", "LOCK_CHANGED", "BOOKING_CREATED", "PAYMENT_SUCCEEDED", "BOOKING_CANCELLED"):
        assert done.count(action) == 1
    assert (proxy.asked["register"], proxy.asked["login"], proxy.asked["lockSeats"]) == (2, 1, 2)


async def test_an_access_token_that_expires_in_the_middle_is_renewed_once(
    ada: Seatlock, office: BoxOffice, proxy: Proxy, clock: MovableClock, kept: list[Tokens | None]
) -> None:
    event = await office.event()

    async def expire() -> None:
        clock.ahead = TOKEN_TTL

    proxy.meanwhile("lockSeats", expire)
    proxy.lose("refreshSession")  # what was lost is given again
    await asyncio.gather(*(ada.lock_seats(event, 1) for _ in range(4)))
    assert proxy.asked["refreshSession"] == 2
    assert kept[-1] == ada.tokens
    assert len(kept) == 2

    async with aclosing(ada.watch_booking((await ada.confirm((await ada.my_locks()).nodes[0].id)).id)) as waiting:
        await anext(waiting)
        clock.ahead *= 2
        proxy.cut()
        assert (await anext(waiting)).id
    assert len(kept) == 3


async def test_a_session_goes_on_where_it_was_kept_and_ends_with_logout(
    ada: Seatlock, proxy: Proxy, kept: list[Tokens | None]
) -> None:
    async with Seatlock(proxy.url, tokens=kept[-1]) as later:
        assert (await later.my_locks()).nodes == []
        assert await later.logout() == 1
        with pytest.raises(RequestFailed, match="UNAUTHENTICATED"):
            await later.lock_seats("any", 1)
    with pytest.raises(SessionEnded):
        await ada.my_locks()
    assert kept[-1] is None
    assert (await ada.events()).nodes == []  # what is public is there for nobody, too


async def test_a_dead_line_and_an_absent_server_are_come_back_from(
    ada: Seatlock, office: BoxOffice, proxy: Proxy
) -> None:
    event, other = await office.event(), await office.buyer()
    async with aclosing(ada.watch_seats(event)) as watching:
        await anext(watching)
        proxy.die()
        await office.lock(other, event)
        seats = await anext(watching)
        assert (seats.snapshot, seats.locked_seats) == (True, 1)
        proxy.stop()
        again = asyncio.ensure_future(anext(watching))
        await office.lock(other, event)
        await proxy.start()
        seats = await again
        assert (seats.snapshot, seats.locked_seats) == (True, 2)
