"""`python -m bench pick`: how long the pick of seats takes in a section of 5,000 rows. No server takes part.

The time is that of the processor. Rows come as the database gives them: no string is one that was seen before.
"""

from __future__ import annotations

import random
import time
from statistics import median

from beanie import PydanticObjectId
from rich.console import Console
from rich.table import Table

from domain.documents import SeatRow
from domain.inventory.pick import pick_seats

ROWS = 5_000
COUNTS = (1, 2, 4, 10, 100)
TRIES = 20
TARGET_MS = 5.0
PIECES = ["H", "B", "AH", "AAH", "AAAH"]


def halls() -> dict[str, list[str]]:
    """What is free in each row."""
    maker = random.Random(13)
    return {
        "all free, 20 a row": ["A" * 20] * ROWS,
        "free at the back": ["B" * 20] * (ROWS - 50) + ["A" * 20] * 50,
        "single seats": ["HA" * 10] * ROWS,
        "runs of two": ["HAAHAABHAAHAAHAABHHH"] * ROWS,
        "runs of one to three, 20 a row": ["".join(maker.choices(PIECES, k=8)) for _ in range(ROWS)],
        "runs of one to three, 100 a row": ["".join(maker.choices(PIECES, k=40)) for _ in range(ROWS)],
    }


def measure_pick() -> None:
    """Print the median of some picks, in milliseconds."""
    table = Table(f"ms, the median of {TRIES}", *(f"{count} seats" for count in COUNTS), "to reach")
    for name, drawn in halls().items():
        cells = [f"{median(_milliseconds(drawn, count) for _ in range(TRIES)):.2f}" for count in COUNTS]
        table.add_row(name, *cells, f"< {TARGET_MS:.0f}")
    Console(width=120).print(table)


def _milliseconds(drawn: list[str], count: int) -> float:
    rows = _rows(drawn)
    started = time.thread_time()
    pick_seats(rows, count)
    return (time.thread_time() - started) * 1_000


def _rows(drawn: list[str]) -> list[SeatRow]:
    event_id = PydanticObjectId()
    return [
        SeatRow.model_construct(
            id=f"{event_id}/HALL-{position}",
            event_id=event_id,
            section="HALL",
            name=str(position),
            position=position,
            statuses=statuses[:1] + statuses[1:],
            holders=[],
        )
        for position, statuses in enumerate(drawn)
    ]
