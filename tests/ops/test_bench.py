"""`make bench`: what it says of figures, in which order it measures, and the naive server it holds ours against."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import httpx
import pytest
from beanie import PydanticObjectId
from graphql import build_schema, parse, validate

from bench.__main__ import main
from bench.failover import longest_gap
from bench.live import LOCK
from bench.load import Measured
from bench.points import Point, chosen
from bench.rounds import measure_rounds, show, show_both
from bench.shops import ROOT, opening
from bench.spread import Ratio, Spread
from domain.clock import system_clock
from domain.documents import User
from domain.people.accounts import issue_token
from domain.process.settings import Settings
from tests.support.other_schemas import another_schema


@pytest.mark.parametrize(
    ("ours", "theirs", "verdict"),
    [
        ([110, 130, 90, 120, 108], [100, 120, 80, 105, 100], "more"),
        ([90, 100, 70, 95, 80], [100, 120, 80, 105, 100], "less"),
        ([110, 100, 70, 120, 100], [100, 120, 80, 105, 100], "noise"),
        ([110, 130, 90], [100, 120, 80], "too few rounds"),
        # Of ten rounds one may be an outlier on either side.
        ([110] * 9 + [50], [100] * 10, "more"),
        ([110] * 8 + [50] * 2, [100] * 10, "noise"),
    ],
)
def test_a_difference_counts_if_it_is_more_than_noise(ours: list[float], theirs: list[float], verdict: str) -> None:
    ratio = Ratio.of(ours, theirs)
    assert ratio is not None and ratio.verdict == verdict


def test_a_spread_is_the_median_with_the_least_and_the_greatest() -> None:
    assert Spread.of([3, 1, 2_000]).text() == "3 (1–2,000)"
    assert Spread.of([7.25]).text(1) == "7.2"
    assert Ratio.of([1, 2], [0, 1]) is None


def runs(*rates: float) -> list[Measured]:
    return [Measured(rate, 0, 1_000 / rate, 3_000 / rate, 1) for rate in rates]


def test_lines_are_measured_in_turn_there_and_back() -> None:
    order: list[tuple[str, Any, int]] = []

    def point(key: str) -> Point:
        def run(stage: Any, seconds: int) -> Measured:
            order.append((key, stage, seconds))
            return runs(len(order))[0]

        return Point(key, key, run)

    stages: list[Any] = ["ours", "theirs"]
    ours, theirs = measure_rounds([point("x"), point("y")], stages, 2, 3)
    started, measured = order[:4], order[4:]
    assert {seconds for *_, seconds in started} == {1}
    there = [("x", "ours", 3), ("x", "theirs", 3), ("y", "ours", 3), ("y", "theirs", 3)]
    assert measured == there + there[::-1]
    assert [run.rate for run in ours["x"]] == [5, 12]
    assert [run.rate for run in theirs["y"]] == [8, 9]


def test_the_table_says_what_is_more_than_noise(capsys: pytest.CaptureFixture[str]) -> None:
    points = chosen(["b64", "c2", "c4"])
    show(
        points,
        {"b64": runs(100, 200, 100, 150, 120), "c2": runs(150, 290, 140, 210, 180), "c4": runs(90, 210, 95, 160, 110)},
    )
    lines = capsys.readouterr().out.splitlines()
    (one,), (two,), (four,) = ([line for line in lines if name in line] for name in ("GENERAL", "2 proc", "4 proc"))
    assert "120 (100–200)" in one and "│ 5 " in one
    assert "1.45 × (b64) (1.40–1.50): more" in two and "≥ 1.3" in two
    assert ": noise" in four


def test_two_checkouts_are_compared_by_rate_and_by_wait(capsys: pytest.CaptureFixture[str]) -> None:
    show_both(chosen(["b1"]), {"b1": runs(200, 210, 190, 200, 200)}, {"b1": runs(100, 100, 100, 100, 100)})
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "ours  " in line]
    assert ": more" in line and ": less" in line


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--only", "z"], "no such line: z"),
        (["compare"], "compare takes --with PATH"),
        (["compare", "--with", "/"], "is no checkout of Seatlock"),
        (["--rounds", "0"], "invalid"),
        (["--keep"], "unrecognized arguments: --keep"),
        (["insight", "--bookings", "1", "--keep"], "--keep needs --data"),
    ],
)
def test_what_makes_no_sense_is_refused_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    monkeypatch.setattr("sys.argv", ["bench", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    assert said in capsys.readouterr().err + str(ended.value)


def test_shops_that_are_counted_listen_as_the_page_does() -> None:
    """The very text that is in the page, which the API takes."""
    document = opening("RXZlbnQ6MQ==")["query"]
    assert document in (ROOT / "graph" / "static" / "shop" / "shop.js").read_text()
    assert validate(build_schema((ROOT / "schema.graphql").read_text()), parse(document)) == []


def test_a_gap_is_the_longest_time_without_a_lock() -> None:
    assert longest_gap([1.0, 1.5, 4.0, 4.25]) == 2.5
    assert longest_gap([1.0]) == 0


async def test_the_naive_server_sells_each_seat_once(settings: Settings) -> None:
    with another_schema():
        app = import_module("bench.naive.app").app_of(settings)
    now = system_clock()
    user = User.model_construct(
        id=PydanticObjectId(),
        name="Ada",
        email="a@b.example",
        email_key="a@b.example",
        password_hash="",
        created_at=now,
    )
    headers = {"Authorization": f"Bearer {issue_token(settings, user, now).token}"}
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://naive", headers=headers) as client,
    ):
        event = (await client.post("/events", json={"seats": 2})).json()["id"]

        async def lock(key: str, count: int = 1) -> tuple[int, Any]:
            response = await client.post("/locks", json={"eventId": event, "count": count, "idempotencyKey": key})
            answer = response.json()
            return response.status_code, answer.get("lockId", answer.get("code"))

        async def lock_by_view(key: str) -> Any:
            fields = {"eventId": event, "selection": {"quantity": {"count": 1}}, "idempotencyKey": key}
            response = await client.post("/graphql", json={"query": LOCK, "variables": {"input": fields}})
            return response.json()["data"]["lockSeats"]

        status, first = await lock("one")
        assert (status, await lock("one")) == (201, (201, first))
        assert await lock("one", count=2) == (422, "IDEMPOTENCY_KEY_REUSED")
        assert (await lock_by_view("two"))["lock"]["id"] != first
        assert await lock("three") == (409, "NOT_ENOUGH_SEATS")
        assert (await lock_by_view("three"))["code"] == "NOT_ENOUGH_SEATS"
