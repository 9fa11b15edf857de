"""While somebody buys reports rest, and every report is made."""

from __future__ import annotations

import asyncio

import pytest

from domain.errors import Overloaded
from graph.execution import rests
from graph.execution.rests import LONGEST_REST_SECONDS, Rests


class Office:
    """A clock that moves when told, or when a report rests; and whether anybody buys."""

    def __init__(self, times: float = 2, *, rush: bool = True) -> None:
        self.now = 100.0
        self.rush = rush
        self.rested: list[float] = []
        self.told: list[str] = []
        self.rests = Rests(times, timer=lambda: self.now, sleep=self.sleep)

    async def is_rush(self) -> bool:
        return self.rush

    async def sleep(self, seconds: float) -> None:
        if seconds:
            self.rested.append(round(seconds, 6))
            self.now += seconds
        await asyncio.sleep(0)

    async def report(self, seconds: float, name: str = "Ann") -> None:
        async with self.rests.turn(name, self.is_rush):
            self.now += seconds
            await asyncio.sleep(0)
            self.told.append(name)


async def test_during_a_rush_each_report_is_followed_by_a_rest() -> None:
    office = Office()
    for took in (0.02, 0.01, 9.0, 0.01):
        await office.report(took)
    # The first waits for nothing, and what comes after the last is nobody's wait.
    assert office.rested == [0.04, 0.02, LONGEST_REST_SECONDS]
    office.now += 0.015
    await office.report(0.01)
    assert office.rested[3:] == [0.005]


@pytest.mark.parametrize("office", [Office(rush=False), Office(times=0)], ids=["nobody buys", "set so"])
async def test_without_a_reason_nobody_waits(office: Office) -> None:
    await asyncio.gather(*(office.report(0.02) for _ in range(3)))
    assert office.rested == []


async def test_of_many_who_ask_each_has_a_turn() -> None:
    office = Office()
    await asyncio.gather(*(office.report(0.01, name) for name in ["Ann"] * 4 + ["Bob"]))
    assert office.told == ["Ann", "Ann", "Bob", "Ann", "Ann"]
    assert office.rested == [0.02] * 4


async def test_who_asks_for_too_many_is_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rests, "LINE", 1)
    office = Office()
    told = await asyncio.gather(*(office.report(0.01) for _ in range(3)), return_exceptions=True)
    assert [type(one) for one in told] == [type(None), type(None), Overloaded]
    await office.report(0.01)
    assert len(office.told) == 3
