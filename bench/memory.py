"""`python -m bench memory`: does an API process grow? An hour's requests at 64 connections, as fast as they go."""

from __future__ import annotations

import os
import secrets

from bench.load import buy
from bench.server import running_api
from ops.embedded import Servers

REQUESTS = int(os.environ.get("BENCH_REQUESTS", "360000"))
"""An hour of 100 requests a second."""

SLICE_SECONDS = 15


def measure_memory(servers: Servers) -> None:
    """Print resident memory idle, and after each slice of the load."""
    with running_api(servers, f"bench_{secrets.token_hex(4)}") as api:

        def resident() -> str:
            return f"{api.process.memory_info().rss / 2**20:.1f} MiB resident"

        print(f"{'idle':>12}: {resident()}")
        done = 0
        while done < REQUESTS:
            measured = buy(api, "purchase", 64, SLICE_SECONDS, api.create_event(totalSeats=1_000_000))
            done += round(measured.requests_per_second * SLICE_SECONDS)
            print(f"{done:>12,}: {resident()}, {measured.unexpected} unexpected", flush=True)
