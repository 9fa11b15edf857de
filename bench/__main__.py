"""`make bench`: one table. BENCH_SECONDS a line. `python -m bench live`, `memory`, `time`, `metrics`,
`insight`, `pick`, `snapshots` or `first-second`."""

from __future__ import annotations

import os
import random
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.dashboard import draw_dashboard
from bench.expiry import measure_time
from bench.first_second import measure_first_second
from bench.insight import measure_insight
from bench.live import measure_live, measure_live_briefly
from bench.load import Measured, buy, require_wrk
from bench.memory import measure_memory
from bench.pick import measure_pick
from bench.server import environment, running_api, running_stock_view
from bench.snapshots import measure_snapshots
from ops.embedded import Servers, embedded_servers

SECONDS = int(os.environ.get("BENCH_SECONDS", "10"))
ROWS, SEATS_A_ROW = 500, 100
CAPACITY = 1_000_000
LIMITED = {"maxSeatsPerBuyer": 100, "salesStartAt": "2020-01-01T00:00:00Z", "salesEndAt": "2098-01-01T00:00:00Z"}
"""An event that asks for more than others do: who has how many seats, and when it sells."""
KEPT_BACK = 1_000
"""Seats of it that an allocation keeps."""


def measure(servers: Servers, scratch: Path) -> list[tuple[str, Measured, Measured | None, float | None]]:
    """Every line of the table: its name, what it measured, the line it is held against, the ratio to reach."""
    database = f"bench_{secrets.token_hex(4)}"
    lines: list[tuple[str, Measured, Measured | None, float | None]] = []
    with running_api(servers, database) as api:
        buy(api, "lock", 64, 2, api.create_event(totalSeats=CAPACITY))  # warm
        ceiling = buy(api, "typename", 64, SECONDS)
        lines.append(("(a) { __typename } with a token, 64", ceiling, None, None))
        with running_stock_view(servers, database, api.token) as stock:
            buy(stock, "typename", 64, 1)  # warm
            usual = buy(stock, "typename", 64, SECONDS)
        lines.append(("    the same through Strawberry's own view", usual, ceiling, None))
        hot = ceiling
        for connections in (1, 16, 64, 256):
            measured = buy(api, "lock", connections, SECONDS, api.create_event(totalSeats=CAPACITY))
            at_64 = connections == 64
            lines.append(
                (f"(b) lockSeats, one GENERAL event, {connections}", measured, ceiling, 0.5 if at_64 else None)
            )
            hot = measured if at_64 else hot
        limited = api.create_event(totalSeats=CAPACITY, **LIMITED)
        api.keep_back(limited, KEPT_BACK)
        lines.append(
            ("(b) with limits, a window and an allocation, 64", buy(api, "lock", 64, SECONDS, limited), hot, 0.95)
        )
    for processes in (2, 4):
        with running_api(servers, database, processes) as api:
            buy(api, "lock", 64, 2, api.create_event(totalSeats=CAPACITY))  # warm
            measured = buy(api, "lock", 64, SECONDS, api.create_event(totalSeats=CAPACITY))
            lines.append((f"(c) the same, {processes} processes, 64", measured, hot, 0.9))
    with running_api(servers, database) as api:
        buy(api, "lock", 64, 2, api.create_event(totalSeats=CAPACITY))  # warm
        rows = [{"name": str(row), "seatCount": SEATS_A_ROW} for row in range(1, ROWS + 1)]
        hall = api.create_event(sections=[{"name": "HALL", "rows": rows}])
        labels = [f"HALL-{row}-{seat}" for row in range(1, ROWS + 1) for seat in range(1, SEATS_A_ROW + 1)]
        random.shuffle(labels)
        file = scratch / "seats"
        file.write_text("\n".join(labels))
        measured = buy(api, "seats", 64, min(SECONDS, 15), hall, file)
        lines.append(("(d) random seats of one event of 50,000, 64", measured, hot, 0.8))
        measured = buy(api, "purchase", 64, SECONDS, api.create_event(totalSeats=CAPACITY))
        lines.append(("(e) whole purchases: lock, confirm, pay, 64", measured, ceiling, 0.1))
    subprocess.run([sys.executable, "-m", "ops.cli", "check"], env=environment(servers, database), check=True)
    return lines


def show(lines: list[tuple[str, Measured, Measured | None, float | None]]) -> None:
    """The table. A ratio compares rates of the same run; whole purchases are counted as purchases."""
    table = Table("", "a second", "p50 ms", "p99 ms", "unexpected", "ratio", "to reach")
    for name, measured, against, target in lines:
        rate = measured.purchases_per_second or measured.requests_per_second
        table.add_row(
            name,
            f"{rate:,.0f}",
            f"{measured.p50:.1f}",
            f"{measured.p99:.1f}",
            str(measured.unexpected),
            f"{rate / against.requests_per_second:.2f} × {'(b)' if name[1] in 'cd' or 'limits' in name else '(a)'}"
            if against
            else "",
            f"≥ {target}" if target else "",
        )
    Console(width=120).print(table)


def main() -> None:
    if {"-h", "--help"} & set(sys.argv[1:]):
        print(__doc__)
        return
    if sys.argv[1:] == ["pick"]:
        measure_pick()
        return
    if sys.argv[1:] == ["snapshots"]:
        measure_snapshots()
        return
    require_wrk()
    if sys.argv[1:2] == ["insight"]:
        measure_insight(sys.argv[2:])
        return
    with tempfile.TemporaryDirectory() as scratch, embedded_servers(Path(scratch) / "servers") as servers:
        if sys.argv[1:] == ["memory"]:
            measure_memory(servers)
        elif sys.argv[1:2] == ["time"]:
            measure_time(servers, sys.argv[2:])
        elif sys.argv[1:2] == ["live"]:
            measure_live(servers, sys.argv[2:])
        elif sys.argv[1:] == ["first-second"]:
            measure_first_second(servers)
        elif sys.argv[1:] == ["metrics"]:
            draw_dashboard(servers, Path(scratch))
        else:
            show(measure(servers, Path(scratch)))
            measure_live_briefly(servers)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("bench: stopped")
