"""The processor and the database for free: what anybody may ask for, again and again, while somebody buys.

`python -m tests.attacks.starving [--tree PATH] [--seconds S] [NAME …]` has four attackers ask, each on four
connections, and prints what a buyer's lock took at rest and meanwhile. The server has the budgets of production.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from bson import ObjectId
from pymongo import MongoClient

from domain.text import folded, name_prefixes
from ops.embedded import embedded_servers
from tests.attacks.asking import QUESTIONS
from tests.attacks.target import CREATE_EVENT, Buyer, Target, buying, served

if TYPE_CHECKING:
    from tests.conftest import Servers

ATTACKERS = 4
EVENTS = 20_000
ROWS, SEATS_A_ROW = 100, 500
TREE = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a buyer and of the attackers."""

    name: str
    rest: Buyer
    meanwhile: Buyer
    answers: Counter[str]

    def line(self) -> str:
        answers = ", ".join(f"{count} × {code}" for code, count in self.answers.most_common(4))
        return (
            f"{self.name:14} p50 {p50(self.rest):6.1f} → {p50(self.meanwhile):7.1f} ms  p99 {self.rest.p99():6.1f} → "
            f"{self.meanwhile.p99():7.1f} ms  {len(self.meanwhile.took)} locks, {self.meanwhile.failed} failed "
            f"{self.meanwhile.why[:100]}  got {answers}"
        )


def p50(buyer: Buyer) -> float:
    """Of how long the buyer's locks took, in ms."""
    return 1000 * sorted(buyer.took)[len(buyer.took) // 2]


def starved(
    target: Target, hall: str, name: str, seconds: float, rest: float = 1.0, attackers: int = ATTACKERS
) -> Told:
    """Have them ask this for so long."""
    with buying(target) as before:
        time.sleep(rest)
    command = [sys.executable, "-m", "tests.attacks.asking", name, str(target.port), str(seconds), target.event, hall]
    asking = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=TREE) for _ in range(attackers)
    ]
    answers: Counter[str] = Counter()
    try:
        for each in asking:
            assert each.stdout is not None and each.stdout.readline() == b"ready\n"
        for each in asking:
            assert each.stdin is not None
            each.stdin.write(b"go\n")
            each.stdin.flush()
        with buying(target) as meanwhile:
            for each in asking:
                said, _ = each.communicate(timeout=60 + seconds)
                answers.update(json.loads(said))
    finally:
        for each in asking:
            each.kill()
            each.communicate()
    return Told(name, before, meanwhile, answers)


def build_hall(target: Target) -> str:
    """The id of an event with 50,000 numbered seats."""
    rows = [{"name": str(number), "seatCount": SEATS_A_ROW} for number in range(ROWS)]
    hall: dict[str, Any] = {
        "name": "Hall",
        "startsAt": "2099-01-01T00:00:00Z",
        "price": {"amount": "25.00", "currencyCode": "EUR"},
        "sections": [{"name": "STALLS", "rows": rows}],
    }
    asked = {"query": CREATE_EVENT, "variables": {"input": hall}}
    headers = {"Authorization": f"Bearer {target.token}"}
    answer = httpx.post(f"{target.url}/graphql", json=asked, headers=headers, timeout=30, verify=False).json()
    return str(answer["data"]["createEvent"]["event"]["id"])


def add_events(servers: Servers, target: Target, count: int) -> None:
    """So many events that nobody sells, as this and earlier versions store them."""
    with MongoClient[dict[str, Any]](servers.mongo_uri) as mongo:
        events = mongo[f"attacked_{target.port}"]["events"]
        one = events.find_one({"name": "Attacked"}) or {}
        for first in range(0, count, 1_000):
            names = [f"Evening {number} of music" for number in range(first, min(first + 1_000, count))]
            events.insert_many(
                {**one, "_id": ObjectId(), "name": name, "name_key": folded(name), "name_prefixes": name_prefixes(name)}
                for name in names
            )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.attacks.starving", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*QUESTIONS, []], help="which; all unless said")
    parser.add_argument("--tree", type=Path, default=TREE, help="the checkout to measure")
    parser.add_argument("--seconds", type=float, default=4.0, help="how long each lasts")
    parser.add_argument("--wide", action="store_true", help="without budgets: what the rest does")
    asked = parser.parse_args()
    os.environ.pop("SEATLOCK_BUDGETS_TIMES", None)
    settings = {"SEATLOCK_BUDGETS_TIMES": "1000"} if asked.wide else {}
    with tempfile.TemporaryDirectory() as folder, embedded_servers(Path(folder) / "data", keep_data=False) as servers:
        for name in asked.names or QUESTIONS:
            with served(servers, Path(folder), asked.tree, files=4096, **settings) as target:
                hall = build_hall(target)
                add_events(servers, target, EVENTS)
                print(starved(target, hall, name, asked.seconds).line(), flush=True)


if __name__ == "__main__":
    main()
