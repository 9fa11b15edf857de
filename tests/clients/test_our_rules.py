"""What our client for Python decides by itself, without a server."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from seatlock_client import Refused, SessionEnded, Tokens, api
from seatlock_client.answers import data_of, failure_of, retry_after
from seatlock_client.client import REFUSALS
from seatlock_client.pauses import LONGEST, Pauses
from seatlock_client.selection import chosen, selected
from seatlock_client.session import Session

pytestmark = pytest.mark.fast


def tokens(number: int, lives: timedelta = timedelta(hours=1)) -> Tokens:
    return Tokens(f"access {number}", datetime.now(UTC) + lives, f"refresh {number}")


class Server:
    """Gives the next tokens when it is told to."""

    def __init__(self, lives: timedelta = timedelta(hours=1)) -> None:
        self.asked: list[str] = []
        self.answers = asyncio.Event()
        self.ended = False
        self._lives = lives

    async def refresh(self, refresh_token: str) -> Tokens:
        self.asked.append(refresh_token)
        await self.answers.wait()
        if self.ended:
            raise Refused("BAD_CREDENTIALS", "The session has ended.")
        return tokens(len(self.asked), self._lives)


async def test_whoever_waits_for_the_next_tokens_waits_for_one_request() -> None:
    server, kept = Server(), list[Tokens | None]()
    session = Session(server.refresh, kept.append, tokens(0))
    waiting = [asyncio.create_task(session.token("access 0")) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()  # what is given once is not lost with who asked first
    server.answers.set()
    assert await asyncio.gather(*waiting[1:]) == ["access 1"] * 2
    assert server.asked == ["refresh 0"]
    assert [each and each.refresh_token for each in kept] == ["refresh 1"]
    assert await session.token("access 0") == "access 1"  # refused before it was renewed


async def test_a_token_is_renewed_before_it_expires_unless_our_clock_is_wrong() -> None:
    server = Server(lives=-timedelta(hours=1))
    server.answers.set()
    session = Session(server.refresh, None, tokens(0, timedelta(seconds=-1)))
    assert await session.token() == "access 1"
    assert await session.token() == "access 1"
    assert server.asked == ["refresh 0"]


async def test_a_session_that_has_ended_is_nobodys_from_then_on() -> None:
    server, kept = Server(), list[Tokens | None]()
    server.answers.set()
    server.ended = True
    session = Session(server.refresh, kept.append, tokens(0))
    with pytest.raises(SessionEnded):
        await session.token("access 0")
    assert (await session.token(), kept) == ("", [None])


async def test_who_signs_in_while_a_session_is_renewed_stays_signed_in() -> None:
    server = Server()
    session = Session(server.refresh, None, tokens(0))
    waiting = asyncio.create_task(session.token("access 0"))
    await asyncio.sleep(0)
    session.begin(tokens(7))
    server.answers.set()
    assert await waiting == "access 7"


def test_what_a_newer_server_says_is_understood() -> None:
    told = {"id": "1", "status": "WAITING_LIST", "attemptsLeft": 1}
    booking = api.fragments.SeatLockBooking.model_validate(told)
    assert (booking.status.value, booking.status == "WAITING_LIST") == ("WAITING_LIST", True)
    assert booking.status not in list(api.BookingStatus)
    outcome = {"__typename": "TooLoud", "code": "TOO_LOUD", "message": "Hush."}
    with pytest.raises(Refused, match="TOO_LOUD: Hush") as refused:
        data_of({"data": {"lockSeats": outcome}}, REFUSALS)
    assert refused.value.outcome is None


def test_a_failure_has_its_code_and_what_it_tells() -> None:
    failure = failure_of(
        {"errors": [{"message": "Wait.", "extensions": {"code": "RATE_LIMITED", "retryAfterSeconds": 7}}]}
    )
    assert failure
    assert (failure.code, failure.extensions["retryAfterSeconds"]) == ("RATE_LIMITED", 7)
    assert failure_of({"data": {}}) is None
    assert [retry_after({"Retry-After": said}) for said in ("3", "Fri, 01 Jan 2100 00:00:00 GMT")] == [3, 0]


def test_pauses_grow_to_a_bound_and_differ() -> None:
    pauses, others = Pauses(), Pauses()
    waited = [pauses.next() for _ in range(20)]
    assert waited != [others.next() for _ in range(20)]
    assert waited[0] <= 0.3
    assert LONGEST / 2 <= waited[-1] <= LONGEST
    assert Pauses().next(at_least=9) > 9


def test_seats_are_said_by_number_by_label_or_as_the_api_has_it() -> None:
    labels = api.SeatSelectionInput(seats=["A-1"])
    assert selected("A-1") == selected(["A-1"]) == selected(labels) == labels
    assert selected(2) == api.SeatSelectionInput(quantity=api.QuantityInput(count=2))
    part = api.SelectionItemInput(quantity=api.QuantityInput(count=1, section="BALCONY"))
    assert selected(part) == api.SeatSelectionInput(items=[part])
    assert chosen(1) == [api.SelectionItemInput(quantity=api.QuantityInput(count=1))]
    assert (chosen("A-1"), chosen(part)) == ([api.SelectionItemInput(seats=["A-1"])], [part])
