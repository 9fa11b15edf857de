"""A database as it is after three months of sales: every sale decided by the rules themselves, in the order of time.

First each event's visitors come and go, event by event in several processes, and what they leave is put aside by the
day it was made. Then it is written day by day, as it would have come, and the indexes are built last.
"""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from pymongo import MongoClient

from bench.journal import keep_journal
from bench.pile import build_indexes, write_pile
from bench.plan import Plan
from bench.sale import sell


def make_history(plan: Plan, mongo_uri: str, database: str, say: Callable[[str], None]) -> None:
    """Fill an empty database: so many bookings, and so many entries, or as many as these take if that's more."""
    shutil.rmtree(plan.folder, ignore_errors=True)
    processes = os.cpu_count() or 1
    # No looking for garbage: there is none, among millions of objects.
    with ProcessPoolExecutor(processes, initializer=gc.disable) as pool:
        # The largest first, so that no process is left with one at the end.
        made = sum(pool.map(sell, *zip(*((plan, number) for number in range(plan.events)), strict=True)))
        say(f"{plan.events:,} events sold: {made:,} entries")
        journaled = max(0, plan.entries - made - plan.users)
        parts = [
            journaled * (number + 1) // plan.journals - journaled * number // plan.journals
            for number in range(plan.journals)
        ]
        for _ in pool.map(keep_journal, [plan] * len(parts), range(len(parts)), parts):
            pass
        say(f"{plan.users:,} users and {journaled:,} refused requests in {plan.journals} journals")
        piles = sorted(plan.folder.iterdir())
        for _ in pool.map(write_pile, [mongo_uri] * len(piles), [database] * len(piles), piles):
            pass
    shutil.rmtree(plan.folder)
    say("written; building the indexes")
    with MongoClient[dict[str, Any]](mongo_uri) as mongo:
        build_indexes(mongo, database)
