"""What is measured, running side by side: servers of one, two and four processes, and others to hold them against.

Each is started when it is first asked for, and warmed. Those that nobody asks anything do next to nothing meanwhile.
"""

from __future__ import annotations

import random
import secrets
import subprocess
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path

from bench.checkout import HERE, Checkout
from bench.load import Measured, buy
from bench.server import Api, Naive, environment, running_api, running_naive, running_stock_view
from ops.embedded import Servers

CAPACITY = 1_000_000
ROWS, SEATS_A_ROW = 500, 100
LONGEST_SECONDS = 15
"""So long the seats of one hall last, however quick the server is."""


class Stage:
    """Servers of one checkout, on one database, until the stack is left."""

    def __init__(self, servers: Servers, scratch: Path, running: ExitStack, checkout: Checkout = HERE) -> None:
        self._servers = servers
        self._scratch = scratch
        self._running = running
        self._checkout = checkout
        self.database = f"bench_{secrets.token_hex(4)}"
        self._apis: dict[int, Api] = {}

    def api(self, processes: int = 1) -> Api:
        """Ours, of so many processes."""
        if processes not in self._apis:
            starting = running_api(self._servers, self.database, processes, checkout=self._checkout)
            api = self._running.enter_context(starting)
            buy(api, "lock", 64, 2, api.create_event(totalSeats=CAPACITY))  # warm
            self._apis[processes] = api
        return self._apis[processes]

    @cached_property
    def stock(self) -> Api:
        """Our schema behind Strawberry's own view."""
        starting = running_stock_view(self._servers, self.database, self.api().token)
        stock = self._running.enter_context(starting)
        buy(stock, "typename", 64, 1)  # warm
        return stock

    @cached_property
    def naive(self) -> Naive:
        """The naive ways to lock, on a database of their own."""
        naive = self._running.enter_context(running_naive(self._servers, f"{self.database}_naive"))
        for api, scenario in ((naive.plain, "plain"), (naive.graphql, "lock")):
            buy(api, scenario, 64, 2, naive.create_event(CAPACITY))  # warm: every connection is open then
        naive.settle()
        return naive

    def buy_naively(self, api: Api, scenario: str, connections: int, seconds: int) -> Measured:
        """A hot event at the naive server, which has come to rest afterwards."""
        measured = buy(api, scenario, connections, seconds, self.naive.create_event(CAPACITY))
        self.naive.settle()
        return measured

    def buy_numbered(self, seconds: int) -> Measured:
        """Seats of a new hall of 50,000, chosen at random, at 64 connections."""
        api = self.api()
        rows = [{"name": str(row), "seatCount": SEATS_A_ROW} for row in range(1, ROWS + 1)]
        hall = api.create_event(sections=[{"name": "HALL", "rows": rows}])
        labels = [f"HALL-{row}-{seat}" for row in range(1, ROWS + 1) for seat in range(1, SEATS_A_ROW + 1)]
        random.shuffle(labels)
        file = self._scratch / "seats"
        file.write_text("\n".join(labels))
        return buy(api, "seats", 64, min(seconds, LONGEST_SECONDS), hall, file)

    def check(self) -> None:
        """Compare all that was written with all else. Raises CalledProcessError where it does not agree."""
        subprocess.run(
            [self._checkout.python, "-m", "ops.cli", "check"],
            env=environment(self._servers, self.database, self._checkout),
            cwd=self._checkout.root,
            check=True,
        )
