"""`python -m tests.attacks [--tree PATH] [NAME …]`: each attack in full, on a server of its own; prints a table."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from ops.embedded import embedded_servers
from tests.attacks.attackers import ATTACKS
from tests.attacks.target import attacked, served

FULL = {
    "pipelined": 100,
    "headers": 96,
    "request_line": 64,
    "bodies": 500,
    "unread": 300,
    "subscriptions": 10,
    "silent": 1500,
}
FILES = {"silent": 256}
HOLD_SECONDS = {"silent": 35.0, "unread": 40.0, "bodies": 20.0}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.attacks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*ATTACKS, []], help="which; all unless said")
    parser.add_argument("--tree", type=Path, default=Path(__file__).parents[2], help="the checkout to measure")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, embedded_servers(Path(folder) / "data", keep_data=False) as servers:
        for name in asked.names or FULL:
            with served(servers, Path(folder), asked.tree, files=FILES.get(name, 4096)) as target:
                report = attacked(target, name, FULL[name], HOLD_SECONDS.get(name, 3.0))
                print(report.line(), flush=True)


if __name__ == "__main__":
    main()
