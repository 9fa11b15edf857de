"""/metrics of a worker that runs alone."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

import httpx
import pytest

from domain.process.settings import Settings
from domain.services import Services
from ops.embedded import Server
from ops.processes import free_port
from tests.support.api import SEATLOCK, command
from tests.support.scraping import scrape
from tests.support.waiting import until

TOKEN = "the-metrics-token"


def alone(settings: Settings, port: int) -> Settings:
    given = settings.model_dump(exclude_unset=True)
    return Settings(**given | {"worker_metrics_port": port, "metrics_token": TOKEN})


async def test_it_serves_its_own(settings: Settings, services: Services, tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    worker = Server("worker", command(alone(settings, port), SEATLOCK, "worker"), port, tmp_path / "log")
    try:
        await asyncio.to_thread(worker.start)

        async def has_recovered() -> bool:
            told = await scrape(url, TOKEN)
            return told.sum("seatlock_job_duration_seconds_count", name="RECOVER", outcome="COMPLETED") == 1

        await until(has_recovered)

        async def says_it_is_at_work() -> bool:
            return (await scrape(url, TOKEN)).values("seatlock_up", part="worker") == [1]

        await until(says_it_is_at_work)
        async with httpx.AsyncClient(base_url=url, verify=False) as client:
            assert (await client.get("/metrics")).status_code == 401
            assert (await client.get("/")).status_code == 404
            assert (await client.post("/metrics")).status_code == 405
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"nonsense\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 400 ")
        writer.close()
        assert (await scrape(url, TOKEN)).values("seatlock_up", part="mongodb") == [1]
        await asyncio.to_thread(worker.stop)
    finally:
        worker.kill()


@pytest.mark.usefixtures("services")
async def test_a_taken_port_is_one_clear_line(settings: Settings) -> None:
    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        ended = await asyncio.to_thread(
            subprocess.run,
            command(alone(settings, port), SEATLOCK, "worker"),
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1].startswith("seatlock: SEATLOCK_WORKER_METRICS_PORT: cannot listen there:")
