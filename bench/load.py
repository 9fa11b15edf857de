"""wrk with our buyers, and what it measured."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench.checkout import HERE
from bench.server import Api

BUYERS = HERE.root / "bench/buyers.lua"


@dataclass(frozen=True, slots=True)
class Measured:
    """One run: rates a second, latencies in milliseconds, answers nobody wanted."""

    requests_per_second: float
    purchases_per_second: float
    p50: float
    p99: float
    unexpected: int

    @property
    def rate(self) -> float:
        """What is counted of it: whole purchases where such are made, else requests."""
        return self.purchases_per_second or self.requests_per_second


def require_wrk() -> None:
    """End with a clear line when wrk is absent."""
    if shutil.which("wrk") is None:
        sys.exit("The benchmark needs wrk: apt install wrk (Debian, Ubuntu) or brew install wrk (macOS).")


def buy(
    api: Api, scenario: str, connections: int, seconds: int, event: str = "", seats: Path | None = None
) -> Measured:
    """`connections` at once, each asking again as soon as it is answered: for one buyer after the other."""
    with tempfile.NamedTemporaryFile("w") as tokens:
        print(*api.tokens, sep="\n", file=tokens, flush=True)
        run = subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout=10s", "-s", str(BUYERS), api.url],
            env=os.environ | {"SCENARIO": scenario, "TOKENS": tokens.name, "EVENT": event, "SEATS": str(seats or "")},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    told = json.loads(run.stdout.splitlines()[-1])
    return Measured(
        requests_per_second=told["requests"] / told["seconds"],
        purchases_per_second=told["paid"] / told["seconds"],
        p50=told["p50_ms"],
        p99=told["p99_ms"],
        unexpected=told["unexpected"],
    )
