from __future__ import annotations

import asyncio
import json
import os
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from domain.documents import SeatLock, SeatLockStatus
from domain.integrity.drift import check_inventory
from domain.sale.buying import lock_seats
from domain.services import Services
from tests.domain.sale.test_time import ANN, event_of_ten, later
from tests.support.commands import environment
from tests.support.waiting import PATIENCE_SECONDS

pytestmark = pytest.mark.fresh_database


async def test_a_worker_sweeps_what_is_dead_and_tells_of_it(services: Services, tmp_path: Path) -> None:
    event = await event_of_ten(services)
    an_hour_ago = later(services, -timedelta(hours=1))
    locked = await lock_seats(
        an_hour_ago, ANN, event_id=event.id, quantity=2, section=None, seats=None, idempotency_key="a"
    )

    async def status() -> SeatLockStatus:
        lock = await SeatLock.get(locked.lock.id)
        assert lock is not None
        return lock.status

    assert await status() is SeatLockStatus.ACTIVE
    env = {**os.environ, **environment(services.settings), "SEATLOCK_LOG_LEVEL": "debug"}
    log = tmp_path / "log"
    with log.open("wb") as output:
        worker = await asyncio.create_subprocess_exec(sys.executable, "-m", "ops.cli", "worker", env=env, stderr=output)
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            # Another process expires it, and says so when its job ends.
            while "job done" not in log.read_text():  # noqa: ASYNC110  # it cannot set an event here
                await asyncio.sleep(0.05)
    finally:
        worker.terminate()
        await worker.wait()
    assert await status() is SeatLockStatus.EXPIRED
    assert await check_inventory(services) == []
    lines = {line["event"]: line for line in map(json.loads, log.read_text().splitlines())}
    expired, started, done = lines["lock expired"], lines["worker started"], lines["job done"]
    assert (expired["level"], expired["lock_id"], expired["event_id"]) == ("debug", str(locked.lock.id), str(event.id))
    assert (done["level"], done["done"]) == ("info", 1)
    assert started["every_night"] == ["RECOVER at 03:07 UTC", "CLEAN_UP at 03:37 UTC"]
    assert "EXPIRE_LOCKS" in started["every_second"]
