"""`seatlock demo --crowd N`: how its buyers choose, how often they ask, what they buy, and how it ends."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import httpx
import pytest
from seatlock_client.api import ReadEventEventSections

from domain.documents import Booking, BookingStatus, User
from domain.sale.events import NewRow
from domain.services import Services
from graph.app import assemble
from ops.check import check_everything
from ops.crowd.arrivals import Crowd, CrowdError, gather_crowd
from ops.crowd.choice import choose, party
from ops.crowd.pace import Pace
from ops.processes import free_port
from tests.graph.conftest import given, serving
from tests.support.commands import assert_one_line, seatlock
from tests.support.forking import SEATLOCK, fork
from tests.support.sale import new_event
from tests.support.waiting import PATIENCE_SECONDS, until

PAID = {"status": BookingStatus.CONFIRMED}
REQUEST = httpx.Request("POST", "http://seatlock.test/graphql")


@pytest.fixture
async def url(services: Services) -> AsyncIterator[str]:
    async with serving(assemble(services.settings, given(services)), services.settings) as client:
        yield str(client.base_url.join("/graphql"))


def hall(*rows: str, capacity: int = 0) -> list[ReadEventEventSections]:
    """These rows in STALLS, and a FLOOR."""
    stalls = {
        "id": "1",
        "name": "STALLS",
        "seating": "RESERVED",
        "price": {"amount": "1.00", "currencyCode": "EUR"},
        "totalSeats": 100,
        "availableSeats": sum(row.count("A") for row in rows),
        "rows": [{"name": name, "statuses": row} for name, row in zip("ABC", rows, strict=False)],
    }
    floor = {**stalls, "name": "FLOOR", "seating": "GENERAL", "availableSeats": capacity, "rows": []}
    return [ReadEventEventSections.model_validate(section) for section in (stalls, floor)]


def test_who_chooses_by_hand_takes_free_neighbours_of_one_row() -> None:
    rows = {"A": "BBAHAAB", "B": "AAAAAAA", "C": "BBBBBBA"}
    for seed in range(50):
        chosen = choose(hall(*rows.values()), 2, Random(seed), by_hand=True)
        assert chosen and chosen.seats
        (_, row, first), (_, other_row, second) = (label.split("-") for label in chosen.seats)
        assert (row, int(second)) == (other_row, int(first) + 1)
        assert rows[row][int(first) - 1 : int(second)] == "AA"


def test_where_no_two_are_together_or_there_are_no_rows_the_server_picks() -> None:
    for there in (hall("ABABA"), hall(capacity=9)):
        chosen = choose(there, 2, Random(1), by_hand=True)
        assert chosen and chosen.seats is None
        assert chosen.quantity and chosen.quantity.count == 2
    assert choose(hall("ABBBB"), 2, Random(1), by_hand=True) is None


def test_nobody_wants_more_than_they_may_have() -> None:
    mind = Random(1)
    assert {party(mind, 2) for _ in range(100)} == {1, 2}


async def test_so_many_requests_a_second_go_and_the_others_wait_their_turn() -> None:
    pace, loop = Pace(100), asyncio.get_running_loop()
    began = loop.time()
    await asyncio.gather(*(pace.turn(REQUEST) for _ in range(11)))
    assert 0.09 <= loop.time() - began < 1


async def test_a_crowd_of_five_sells_and_the_books_are_right(services: Services, url: str) -> None:
    general = await new_event(services, seats=40)
    general.max_seats_per_buyer = 1
    await general.save()
    await new_event(services, rows=[NewRow(name, 12) for name in "AB"])
    stop, lines = asyncio.Event(), list[str]()
    buying = asyncio.create_task(gather_crowd(Crowd(5, url, pace=300, haste=0.005), stop, lines.append, 0.05))

    async def has_sold() -> bool:
        assert not buying.done(), await buying
        # Who may have no more seats somewhere makes room for somebody new.
        return len(await Booking.distinct("event_id", PAID)) == 2 and await User.count() > 5

    await until(has_sold)
    stop.set()
    said = await buying
    assert re.match(
        r"stopped: 5 buyers, \d+ s: \d+ locks?, \d+ bookings? of \d+ seats?, .*\d+ seats left in \d events? ", said
    )
    assert re.fullmatch(r"\d+ locks?, \d+ bookings?, \d+ seats left in \d events? on sale", lines[-1])
    assert await check_everything(services, repair=False)


async def test_its_time_ends_it_and_so_does_ctrl_c(services: Services, url: str, tmp_path: Path) -> None:
    await new_event(services, seats=40)
    timed = await asyncio.to_thread(seatlock, "demo", "--crowd", "1", "--seconds", "1", "--url", url, env={})
    assert (timed.returncode, timed.stderr) == (0, "")
    assert timed.stdout.splitlines()[-1].startswith("stopped: 1 buyer, 1 s: ")

    out, err = tmp_path / "stdout", tmp_path / "stderr"
    crowd = fork(
        SEATLOCK, "demo", "--crowd", "5", "--url", url, env={**os.environ}, stdout=out, stderr=err, cwd=tmp_path
    )

    async def has_begun() -> bool:
        assert crowd.poll() is None, err.read_text()
        return out.exists() and "40 seats left in 1 event on sale" in out.read_text()

    await until(has_begun)
    crowd.send_signal(signal.SIGINT)
    assert await asyncio.to_thread(crowd.wait, PATIENCE_SECONDS) == 0
    assert re.match(r"stopped: 5 buyers, \d+ s: ", out.read_text().splitlines()[-1])
    assert err.read_text() == ""


async def test_nobody_buys_play_seats_for_real_money(services: Services) -> None:
    await new_event(services, seats=40)
    real = services.settings.model_copy(update={"payment_provider": "stripe"})
    async with serving(assemble(real, given(services)), real) as client:
        with pytest.raises(CrowdError, match="does not take play money"):
            await gather(str(client.base_url.join("/graphql")))
    assert await User.count() == 0


async def test_where_nothing_is_for_sale_is_one_line(url: str) -> None:
    with pytest.raises(CrowdError, match=r"nothing is for sale at .*: `seatlock demo` makes events"):
        await gather(url)


def test_where_no_api_is_and_what_makes_no_sense_is_one_line() -> None:
    url = f"http://127.0.0.1:{free_port()}/graphql"
    alone = seatlock("demo", "--crowd", "2", "--url", url, env={})
    assert_one_line(alone, 1, f"no API answers at {url}; --url says where it is")
    told = seatlock("demo", "--crowd", "2", env={"SEATLOCK_URL": url})
    assert_one_line(told, 1, f"no API answers at {url}; --url says where it is")
    assert_one_line(seatlock("demo", "--seconds", "2", env={}), 2, "--seconds: only with --crowd")


async def gather(url: str) -> str:
    return await gather_crowd(Crowd(2, url, pace=100), asyncio.Event(), lambda line: None, 1)
