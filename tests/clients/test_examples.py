"""The example clients of docs/examples, against a running API: what they do when it is away, or answers are lost."""

from __future__ import annotations

import asyncio
import json
import subprocess
from pathlib import Path

import httpx
import pytest

from ops.embedded import Server
from tests.clients.box_office import BoxOffice
from tests.clients.example import LANGUAGES, TYPESCRIPT, Run
from tests.clients.installing import HERE, NODE
from tests.clients.proxy import Proxy

BAD_GATEWAY = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 14\r\n\r\n<h1>Sorry</h1>"
UNAVAILABLE = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n"
    b'{"data": null, "errors": [{"message": "Too late", "extensions": {"code": "UNAVAILABLE"}}]}'
)
_TOLD = b'{"data": {"lockSeats": {"code": "SALES_CLOSED", "message": "Not yet", "reason": "NOT_STARTED"}}}'
EARLY = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(_TOLD), _TOLD)


def test_the_typescript_is_typed(typescript: Path) -> None:
    tsc = typescript / "node_modules" / "typescript" / "bin" / "tsc"
    checked = subprocess.run([NODE, tsc, "--project", typescript], capture_output=True, text=True, check=False)
    assert (checked.stdout, checked.returncode) == ("", 0)


def test_the_packages_are_those_that_are_tested() -> None:
    """The example's own package.json asks for what it is tested with."""
    manifest = json.loads((TYPESCRIPT / "package.json").read_text())
    tested = json.loads((HERE / "package.json").read_text())["dependencies"]
    assert {**manifest["dependencies"], **manifest["devDependencies"]}.items() <= tested.items()


@LANGUAGES
async def test_it_buys_from_one_section_of_several(run: Run, office: BoxOffice) -> None:
    example = await run(await office.standing(), wanted="3:FLOOR")
    await example.says("paid: booking")
    assert await example.ends() == 0


@LANGUAGES
async def test_who_does_not_say_how_many_is_told_how(run: Run, office: BoxOffice) -> None:
    example = await run(await office.event(), wanted="two")
    await example.says("EVENT_ID COUNT[:SECTION]")
    assert await example.ends() == 1


@LANGUAGES
@pytest.mark.parametrize(("wanted", "total"), [("500", 20), ("11:FLOOR", 10), ("1:BALCONY", 0)])
async def test_who_wants_more_than_there_are_is_told(
    run: Run, proxy: Proxy, office: BoxOffice, wanted: str, total: int
) -> None:
    example = await run(await office.standing(), wanted=wanted)
    await example.says(f"NOT_ENOUGH_SEATS: There are {total} such seats in all.")
    assert await example.ends() == 1
    assert proxy.asked == {"login": 1}


@LANGUAGES
async def test_a_lost_answer_is_asked_for_again(run: Run, proxy: Proxy, office: BoxOffice) -> None:
    event = await office.event()
    proxy.lose("lockSeats")
    proxy.lose("confirmBooking", instead=BAD_GATEWAY)
    proxy.lose("payBooking", instead=UNAVAILABLE)
    example = await run(event)
    for _ in range(3):
        await example.says("again in")
        await example.says("an earlier attempt had done it")
    await example.says("paid: booking")
    assert await example.ends() == 0

    assert proxy.asked == {"login": 1, "lockSeats": 2, "confirmBooking": 2, "payBooking": 2}
    once = ["SEATS_LOCKED", "BOOKING_CREATED", "PAYMENT_INITIATED", "PAYMENT_SUCCEEDED", "BOOKING_CONFIRMED"]
    history = await office.history(event)
    assert sorted(action for action, is_retry in history if not is_retry) == sorted(["EVENT_CREATED", *once])
    assert sum(is_retry for _, is_retry in history) == 3


@LANGUAGES
async def test_it_waits_for_the_opening_and_bears_a_clock_that_is_behind(
    run: Run, proxy: Proxy, office: BoxOffice
) -> None:
    event = await office.event(opens="2099-12-01T10:00:00Z")
    example = await run(event)
    await example.says("20 available, closed")
    assert proxy.asked["lockSeats"] == 0
    proxy.lose("lockSeats", instead=EARLY)
    await office.open_sales(event)
    await example.says("20 available, open")
    await example.says("again in")
    await example.says("paid: booking")
    assert await example.ends() == 0
    assert proxy.asked["lockSeats"] == 2


@LANGUAGES
async def test_somebody_is_quicker(run: Run, proxy: Proxy, office: BoxOffice) -> None:
    event, other = await office.event(), await office.buyer()
    locks: list[str] = []

    async def lock() -> None:
        locks.append(await office.lock(other, event))

    proxy.meanwhile("lockSeats", lock)
    example = await run(event)
    await example.says("20 available")
    await example.says("19 available")
    await office.release(other, *locks)
    await example.says("20 available")
    await example.says("paid: booking")
    assert await example.ends() == 0
    assert proxy.asked["lockSeats"] == 2
    assert example.times("again in") == 0


@LANGUAGES
async def test_a_refusal_is_final(run: Run, proxy: Proxy, office: BoxOffice) -> None:
    example = await run(await office.event(), "sim_declined")
    await example.says("PAYMENT_FAILED")
    assert await example.ends() == 1
    assert proxy.asked["payBooking"] == 1
    assert example.times("again in") == 0


@LANGUAGES
async def test_after_a_card_that_failed_the_next_one_pays(run: Run, proxy: Proxy, office: BoxOffice) -> None:
    event = await office.event()
    example = await run(event, "sim_declined", "sim_expired_card", "sim_success", "sim_declined")
    for reason in ("Your card was declined.", "Your card has expired."):
        await example.says(reason)
    await example.says("paid: booking")
    assert await example.ends() == 0
    assert proxy.asked == {"login": 1, "lockSeats": 1, "confirmBooking": 1, "payBooking": 3}


@LANGUAGES
async def test_what_has_ended_is_paid_by_no_other_card(run: Run, proxy: Proxy, office: BoxOffice) -> None:
    example = await run(await office.event(), "sim_failure", "sim_success")
    await example.says("The booking has ended")
    assert await example.ends() == 1
    assert proxy.asked["payBooking"] == 1


@LANGUAGES
@pytest.mark.parametrize(("answer", "says", "code"), [("approve", "paid: booking", 0), ("refuse", "PAYMENT_FAILED", 1)])
async def test_the_bank_asks_the_buyer(run: Run, office: BoxOffice, answer: str, says: str, code: int) -> None:
    example = await run(await office.event(), "sim_challenge")
    page = (await example.says("Your bank asks you")).split()[-1]
    await example.says("waiting for the buyer")
    async with httpx.AsyncClient() as http:
        (await http.post(page, data={"answer": answer})).raise_for_status()
    await example.says(says)
    assert await example.ends() == code
    assert example.times("Your bank asks you") == 1


@LANGUAGES
async def test_who_cannot_sign_in_is_told_once(run: Run, proxy: Proxy, office: BoxOffice) -> None:
    example = await run(await office.event(), password="wrong horse")
    await example.says("BAD_CREDENTIALS")
    assert await example.ends() == 1
    assert proxy.asked == {"login": 1}


@LANGUAGES
async def test_it_comes_back_to_a_server_that_restarts(run: Run, office: BoxOffice, api: Server) -> None:
    event, other = await office.event(), await office.buyer()
    first, second = await office.lock(other, event), await office.lock(other, event)
    example = await run(event)
    _, seats = (await example.says("18 available")).split("18 available")
    assert seats.count("STALLS-") == 2

    await asyncio.to_thread(api.stop)
    await example.says("closed with 1012")
    await asyncio.to_thread(api.start)
    await example.says(f"18 available{seats}")
    await office.release(other, second)
    await example.says("19 available")
    await office.release(other, first)
    await example.says("paid: booking")
    assert await example.ends() == 0
    assert example.times("signed in") == 1
