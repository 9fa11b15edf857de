"""`make bench`: one table of medians, its lines measured in alternation. ARGS="…" takes what stands below.

compare --with PATH holds this checkout against another one, failover kills the primary of a replica set of three.
The others are measurements of their own: live, memory, time, metrics, insight, pick, snapshots, first-second,
shops, lighthouse and costs.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from bench.checkout import checkout_at
from bench.costs import measure_costs
from bench.dashboard import draw_dashboard
from bench.expiry import measure_time
from bench.failover import measure_failover
from bench.first_second import measure_first_second
from bench.insight import measure_insight
from bench.lighthouse import measure_pages
from bench.live import measure_live, measure_live_briefly
from bench.load import require_wrk
from bench.memory import measure_memory
from bench.pick import measure_pick
from bench.points import BOTH, POINTS, chosen
from bench.rounds import measure_rounds, show, show_both
from bench.shops import measure_shops
from bench.snapshots import measure_snapshots
from bench.stage import Stage
from ops.embedded import Servers, embedded_servers

OTHERS = (
    "live",
    "memory",
    "time",
    "metrics",
    "insight",
    "pick",
    "snapshots",
    "first-second",
    "shops",
    "lighthouse",
    "costs",
)


def parser() -> argparse.ArgumentParser:
    """What the command line takes."""
    parsing = argparse.ArgumentParser(
        "python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parsing.add_argument("what", nargs="?", choices=("table", "compare", "failover", *OTHERS), default="table")
    parsing.add_argument("names", nargs="*", help="of live, shops, time and insight: which of their measurements")
    parsing.add_argument("--rounds", type=_whole, default=5, help="how often each line is measured; 5 if not given")
    parsing.add_argument("--seconds", type=_whole, default=3, help="how long each time; 3 if not given")
    parsing.add_argument("--only", default="", help="lines, by key or letter: b64,c (of table and compare)")
    parsing.add_argument("--members", type=_whole, default=1, help="of MongoDB's replica set; 1 if not given")
    parsing.add_argument("--with", dest="other", help="of compare: the path of the other checkout")
    return parsing


def _whole(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def measure_table(servers: Servers, scratch: Path, asked: argparse.Namespace) -> None:
    """The table of `make bench`."""
    points = chosen(asked.only.split(",")) if asked.only else POINTS
    with ExitStack() as running:
        stage = Stage(servers, scratch, running)
        (runs,) = measure_rounds(points, [stage], asked.rounds, asked.seconds)
    stage.check()
    show(points, runs)
    if not asked.only:
        measure_live_briefly(servers)


def measure_both(servers: Servers, scratch: Path, asked: argparse.Namespace) -> None:
    """The table of two checkouts: this one's lines beside the other one's."""
    other = checkout_at(asked.other)
    points = chosen(asked.only.split(",") if asked.only else BOTH)
    with ExitStack() as running:
        stages = [Stage(servers, scratch, running), Stage(servers, scratch, running, other)]
        ours, theirs = measure_rounds(points, stages, asked.rounds, asked.seconds)
    for stage in stages:
        stage.check()
    show_both(points, ours, theirs)


def main() -> None:
    parsing = parser()
    asked, others = parsing.parse_known_intermixed_args()
    if others and asked.what != "insight":
        parsing.error(f"unrecognized arguments: {' '.join(others)}")
    if (asked.what == "compare") != (asked.other is not None):
        parsing.error("compare takes --with PATH, and nothing else does")
    try:
        chosen(filter(None, asked.only.split(",")))
    except ValueError as error:
        parsing.error(str(error))
    if asked.what == "pick":
        measure_pick()
        return
    if asked.what == "snapshots":
        measure_snapshots()
        return
    if asked.other is not None:
        checkout_at(asked.other)
    if asked.what == "insight":
        measure_insight([*asked.names, *others])
        return
    require_wrk()
    members = 3 if asked.what == "failover" else asked.members
    with (
        tempfile.TemporaryDirectory() as folder,
        embedded_servers(Path(folder) / "servers", members=members) as servers,
    ):
        match asked.what:
            case "compare":
                measure_both(servers, Path(folder), asked)
            case "failover":
                measure_failover(servers, asked.rounds)
            case "costs":
                measure_costs(servers, Path(folder), asked.rounds, asked.seconds)
            case "memory":
                measure_memory(servers)
            case "time":
                measure_time(servers, asked.names)
            case "live":
                measure_live(servers, asked.names)
            case "first-second":
                measure_first_second(servers)
            case "shops":
                measure_shops(servers, asked.names, asked.rounds, asked.seconds)
            case "lighthouse":
                measure_pages(servers)
            case "metrics":
                draw_dashboard(servers, Path(folder))
            case _:
                measure_table(servers, Path(folder), asked)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("bench: stopped")
