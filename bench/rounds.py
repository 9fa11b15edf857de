"""Measuring in alternation, and the tables of what came of it."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from rich.console import Console
from rich.table import Table

from bench.load import Measured
from bench.points import Point
from bench.spread import SURE, Ratio, Spread
from bench.stage import Stage

WIDEST = 200
"""Characters that a table may take; a narrower one takes what it needs."""

Runs: TypeAlias = Mapping[str, Sequence[Measured]]
"""By point's key: what was measured, a figure a round."""


def measure_rounds(points: Sequence[Point], stages: Sequence[Stage], rounds: int, seconds: int) -> list[Runs]:
    """Every point in every round, one round forwards and the next backwards; the runs of each stage.

    Stages take turns at each point, so that what they are compared by is measured within seconds.
    """
    turns = [(point, number) for point in points for number in range(len(stages))]
    runs: list[dict[str, list[Measured]]] = [defaultdict(list) for _ in stages]
    for stage in stages:
        for point in points:
            point.run(stage, 1)  # starts what it needs
    for nth in range(rounds):
        for point, number in turns if nth % 2 == 0 else reversed(turns):
            runs[number][point.key].append(point.run(stages[number], seconds))
    return [*runs]


def show(points: Sequence[Point], runs: Runs) -> None:
    """A line a point: medians with the least and the greatest, and ratios to other lines of the same rounds."""
    table = Table("", "a second", "p50 ms", "p99 ms", "errors", "ratio, and where it lies", "to reach")
    for point in points:
        measured, others = runs[point.key], runs.get(point.against)
        ratio = Ratio.of(_rates(measured), _rates(others)) if others else None
        table.add_row(
            point.name,
            *_cells(measured),
            ratio.text(f"({point.against})") if ratio else "",
            point.target if ratio else "",
        )
    _print(table, len(next(iter(runs.values()), ())))


def show_both(points: Sequence[Point], ours: Runs, theirs: Runs) -> None:
    """Two lines a point, and how many times theirs ours is: in rate and in the median latency."""
    table = Table("", "", "a second", "p50 ms", "p99 ms", "errors", "ours to theirs, a second", "p50")
    for point in points:
        us, them = ours[point.key], theirs[point.key]
        rate = Ratio.of(_rates(us), _rates(them))
        wait = Ratio.of([each.p50 for each in us], [each.p50 for each in them])
        table.add_row(point.name, "ours", *_cells(us), rate.text() if rate else "", wait.text() if wait else "")
        table.add_row("", "theirs", *_cells(them), "", "")
    _print(table, len(next(iter(ours.values()), ())))


def _rates(runs: Sequence[Measured]) -> list[float]:
    return [run.rate for run in runs]


def _cells(runs: Sequence[Measured]) -> list[str]:
    return [
        Spread.of(_rates(runs)).text(),
        Spread.of([run.p50 for run in runs]).text(1),
        Spread.of([run.p99 for run in runs]).text(),
        f"{sum(run.unexpected for run in runs):,}",
    ]


def _print(table: Table, rounds: int) -> None:
    Console(width=WIDEST).print(table)
    console = Console(width=120)
    console.print(
        f"Medians of {rounds} rounds, which alternate; in brackets the least and the greatest. Of a ratio, in brackets "
        f"where the true one lies, in {SURE:.0%} of cases or more: more or less if 1 is outside, else noise. "
        "Latencies are of what was answered while a run lasted."
    )
    console.print(f"load of this machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
