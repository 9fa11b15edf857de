"""Tables in a terminal, of which no column vanishes: where one is too narrow, its lines are wrapped, not cut."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table

ANY = 10_000
"""Wider than any table."""


def print_table(table: Table) -> None:
    """Print it as wide as it has to be for every column to be whole."""
    natural = natural_width(table)
    # Not `is_terminal`, which FORCE_COLOR makes true of pipes.
    console = Console()
    Console(width=max(natural, console.width) if sys.stdout.isatty() else natural, soft_wrap=True).print(table)


def natural_width(table: Table) -> int:
    """How wide it is with nothing wrapped or cut."""
    console = Console(width=ANY)
    return Measurement.get(console, console.options, table).maximum
