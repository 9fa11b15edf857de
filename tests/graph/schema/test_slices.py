"""Who lists the seats of a hall gives way to others."""

from __future__ import annotations

import asyncio
import time

from graph.schema.slices import SEATS_AT_A_TIME, Slices

WORK, STEP = 0.004, 0.001
"""Seconds: what a slice takes, and what each step of somebody else does."""


def work(seconds: float) -> None:
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        pass


async def test_others_do_more_than_one_step_between_two_slices() -> None:
    """A sale takes dozens of steps: with one for each slice, it would wait for dozens of slices."""
    steps = 0

    async def somebody_else() -> None:
        nonlocal steps
        while True:
            work(STEP)
            steps += 1
            await asyncio.sleep(0)

    other = asyncio.create_task(somebody_else())
    slices = Slices()
    for seat in range(5 * SEATS_AT_A_TIME):
        await slices.one_more()
        if seat % SEATS_AT_A_TIME == 0:
            work(WORK)
    other.cancel()
    assert steps >= 15
