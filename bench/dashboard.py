"""`python -m bench metrics`: a minute of sales, scraped by a real Prometheus, as docs/operations/dashboard.png.

Needs Prometheus (Debian: `apt install prometheus`; else PROMETHEUS=/path/to/it) and `pip install '.[picture]'`.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import secrets
import shutil
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

from bench.expiry import running_worker
from bench.listeners import Crowd
from bench.live import watching
from bench.load import buy
from bench.server import Api, running_api
from ops.embedded import Servers
from ops.processes import free_port, start_child, stop_child

OPERATIONS = Path(__file__).parent.parent / "docs" / "operations"
SECONDS, RUSH_SECONDS = 60, 12
BUYERS, LISTENERS = 24, 40
LOCK_TTL_SECONDS = 5
RATE_INTERVAL = "5s"
COLUMNS = 3

LOCK = """mutation($input: LockSeatsInput!) { lockSeats(input: $input) {
  ... on LockSeatsSuccess { lock { id } } ... on Error { code } } }"""
CONFIRM = """mutation($input: ConfirmBookingInput!) { confirmBooking(input: $input) {
  ... on ConfirmBookingSuccess { booking { id } } ... on Error { code } } }"""
PAY = """mutation($input: PayBookingInput!) { payBooking(input: $input) {
  ... on PayBookingSuccess { booking { id } } ... on Error { code } } }"""
CANCEL = """mutation($input: CancelBookingInput!) { cancelBooking(input: $input) { __typename } }"""
WEBHOOK = """mutation($input: RegisterWebhookInput!) { registerWebhook(input: $input) { __typename } }"""
RUN_JOB = """mutation($input: RunJobInput!) { runJob(input: $input) { __typename } }"""

CONFIGURATION = """
global: {{ scrape_interval: 1s, evaluation_interval: 1s }}
rule_files: [{rules}]
scrape_configs:
  - job_name: seatlock
    static_configs: [{{ targets: ["{target}"] }}]
"""


def draw_dashboard(servers: Servers, scratch: Path) -> None:
    """Sell for a minute, and draw what the dashboard would show."""
    prometheus = os.environ.get("PROMETHEUS") or shutil.which("prometheus")
    if prometheus is None:
        sys.exit("This needs Prometheus: apt install prometheus, or PROMETHEUS=/path/to/prometheus.")
    try:
        import matplotlib as _matplotlib  # noqa: F401
    except ModuleNotFoundError:
        sys.exit("This needs matplotlib: pip install '.[picture]'.")
    shared = scratch / "shared"
    shared.mkdir()
    os.environ |= {"PROMETHEUS_MULTIPROC_DIR": str(shared), "SEATLOCK_LOCK_TTL_SECONDS": str(LOCK_TTL_SECONDS)}
    database = f"bench_{secrets.token_hex(4)}"
    with (
        running_api(servers, database, processes=2) as api,
        running_worker(servers, database),
        _running_prometheus(prometheus, httpx.URL(api.url).netloc.decode(), scratch) as query_url,
    ):
        began = time.time()
        asyncio.run(_sell(api))
        ended = time.time()
        panels = [_evaluated(panel, query_url, began, ended) for panel in _dashboard()["panels"]]
        firing = _query(query_url, "query", query='ALERTS{alertstate="firing"}')
    for alert in firing:
        print(f"alert: {alert['metric']['alertname']}")
    _draw(panels, began, OPERATIONS / "dashboard.png")


@contextmanager
def _running_prometheus(program: str, target: str, scratch: Path) -> Iterator[str]:
    """Scrapes the target every second; the address of its HTTP API."""
    configuration, port = scratch / "prometheus.yml", free_port()
    configuration.write_text(CONFIGURATION.format(rules=(OPERATIONS / "alerts.yml").absolute(), target=target))
    command = [
        str(Path(program).absolute()),
        f"--config.file={configuration}",
        f"--storage.tsdb.path={scratch / 'tsdb'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--log.level=warn",
    ]
    process = start_child(command)
    try:
        while not _is_ready(f"http://127.0.0.1:{port}/-/ready"):
            if process.poll() is not None:
                raise RuntimeError("Prometheus did not start")
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/api/v1/"
    finally:
        stop_child(process, 5)


def _is_ready(url: str) -> bool:
    with suppress(httpx.TransportError):
        return httpx.get(url).status_code == 200
    return False


# ---------------------------------------------------------------- a minute of sales


async def _sell(api: Api) -> None:
    """Steady buyers, and in the middle of it a rush for one event."""
    api.call(RUN_JOB, job="RECOVER")
    events = [api.create_event(totalSeats=100_000) for _ in range(4)]
    async with _receiving() as url:
        api.call(WEBHOOK, url=url)
        crowd = Crowd(api.url, watching(events[0]))
        await crowd.grow(LISTENERS)
        until = time.monotonic() + SECONDS
        buyers = [asyncio.create_task(_buy(api, events, until)) for _ in range(BUYERS)]
        await asyncio.sleep(SECONDS / 3)
        await asyncio.to_thread(buy, api, "lock", 64, RUSH_SECONDS, events[0])
        await asyncio.gather(*buyers)
        await crowd.leave()


async def _buy(api: Api, events: list[str], until: float) -> None:
    async with httpx.AsyncClient(timeout=30) as client:

        async def ask(query: str, **input_fields: Any) -> dict[str, Any]:
            await asyncio.sleep(random.uniform(0.02, 0.15))
            body, headers = {"query": query, "variables": {"input": input_fields}}, {"authorization": f"Bearer {token}"}
            answer = (await client.post(api.url, json=body, headers=headers)).json()
            (outcome,) = (answer.get("data") or {"": {}}).values()
            told: dict[str, Any] = outcome or {}
            return told

        while time.monotonic() < until:
            event, token = random.choice(events), random.choice(api.tokens)
            selection = {"quantity": {"count": random.randint(1, 4)}}
            locked = await ask(LOCK, eventId=event, selection=selection, idempotencyKey=secrets.token_hex(8))
            if "lock" not in locked or random.random() < 0.3:
                continue  # thought better of it: the lock expires
            confirmed = await ask(CONFIRM, lockId=locked["lock"]["id"])
            if "booking" not in confirmed:
                continue
            token = random.choices(("sim_success", "sim_declined", "sim_timeout"), (90, 8, 2))[0]
            booking = confirmed["booking"]["id"]
            paid = await ask(PAY, bookingId=booking, paymentToken=token, idempotencyKey=secrets.token_hex(8))
            if "booking" in paid and random.random() < 0.2:
                await ask(CANCEL, bookingId=booking)


@asynccontextmanager
async def _receiving() -> AsyncIterator[str]:
    """A receiver of webhooks that takes its time."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, OSError, asyncio.CancelledError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                await reader.readexactly(int(head.partition(b"content-length:")[2].split(b"\r\n")[0]))
                await asyncio.sleep(0.05)
                writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    finally:
        server.close()


# ---------------------------------------------------------------- what the dashboard shows


def _dashboard() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((OPERATIONS / "dashboard.json").read_text())
    return read


def _query(url: str, kind: str, **parameters: str) -> list[dict[str, Any]]:
    answer = httpx.get(url + kind, params=parameters, timeout=30).json()
    if answer["status"] != "success":
        raise RuntimeError(answer)
    found: list[dict[str, Any]] = answer["data"]["result"]
    return found


def _evaluated(panel: dict[str, Any], url: str, began: float, ended: float) -> dict[str, Any]:
    """The panel, with the lines that Prometheus makes of its expressions: a name and points each."""
    lines = []
    for target in panel["targets"]:
        expression = target["expr"].replace("$__rate_interval", RATE_INTERVAL)
        span = {"start": f"{began:.3f}", "end": f"{ended:.3f}", "step": "1"}
        for series in _query(url, "query_range", query=expression, **span):
            name = target["legendFormat"]
            for label, value in series["metric"].items():
                name = name.replace(f"{{{{{label}}}}}", value)
            points = [(at, float(value)) for at, value in series["values"] if value != "NaN"]
            if points:
                lines.append((name, points))
    return panel | {"lines": lines}


def _draw(panels: list[dict[str, Any]], began: float, file: Path) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    rows = -(-len(panels) // COLUMNS)
    figure, axes = pyplot.subplots(rows, COLUMNS, figsize=(6 * COLUMNS, 2.9 * rows), layout="constrained")
    for axis, panel in zip(axes.flat, panels, strict=False):
        for name, points in panel["lines"]:
            axis.plot([at - began for at, _ in points], [value for _, value in points], label=name, linewidth=1.2)
        unit = panel["fieldConfig"]["defaults"]["unit"]
        axis.set_title(panel["title"] + {"s": ", seconds", "reqps": ", a second", "ops": ", a second"}.get(unit, ""))
        axis.set_xlim(0, SECONDS)
        axis.set_ylim(bottom=0)
        axis.grid(alpha=0.3)
        if panel["lines"]:
            axis.legend(fontsize=6, ncols=2, loc="upper left", framealpha=0.6)
    for axis in axes.flat[len(panels) :]:
        axis.set_visible(False)
    figure.savefig(file, dpi=60)
    size = file.stat().st_size
    print(f"{file.name}: {len(panels)} panels, {size // 1024} kB")
