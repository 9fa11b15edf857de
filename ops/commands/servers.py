"""What runs until it is told to stop: everything on this machine, the API, the worker."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ops.commands.ends import fail, require_provider_said, settings_checked, settings_of_command

if TYPE_CHECKING:
    from domain.process.settings import Settings


def dev(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where the API listens; 0 for any free port.")] = 8000,
    data: Annotated[Path, typer.Option(help="Where data and logs are kept.")] = Path(".seatlock"),
    ephemeral: Annotated[bool, typer.Option("--ephemeral", help="Keep nothing.")] = False,
    api_workers: Annotated[int, typer.Option(min=1, help="API processes.")] = 1,
    worker: Annotated[bool, typer.Option(help="Run the background worker.")] = True,
    demo: Annotated[bool, typer.Option(help="Make demo events.")] = True,
) -> None:
    """Everything on this machine: MongoDB, Redis, API, worker, demo events. Stops on Ctrl-C."""
    from ops.binaries import ServerError
    from ops.dev import DevError, Plan, run

    with settings_checked():
        try:
            run(Plan(port, None if ephemeral else data, api_workers, worker, demo))
        except (DevError, ServerError) as error:
            fail(str(error))


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Processes that answer requests.")] = 1,
) -> None:
    """The API, against SEATLOCK_MONGO_URI and SEATLOCK_REDIS_URL."""
    settings = settings_of_command()
    require_provider_said(settings)

    from ops.processes import counting_together

    with settings_checked(), counting_together() if workers > 1 else nullcontext():
        from ops.serving import CannotListen
        from ops.serving import serve as serve_api

        try:
            code = serve_api(settings, host, port, workers)
        except CannotListen as error:
            fail(str(error))
    raise typer.Exit(code)


def worker(
    check: Annotated[
        bool, typer.Option("--check", help="Only see whether a worker is running; exit 1 if not.")
    ] = False,
) -> None:
    """The background worker: expiry, recovery, clean-up."""
    settings = settings_of_command()
    if check:
        if not asyncio.run(_is_worker_alive(settings)):
            fail("no worker is at work")
        return
    require_provider_said(settings)

    from domain.opening import CannotOpen
    from workers.main import run

    with settings_checked():
        try:
            run(settings)
        except CannotOpen as error:
            fail(str(error))


async def _is_worker_alive(settings: Settings) -> bool:
    """Whether a worker has reported to Redis within its interval."""
    from redis.asyncio import Redis
    from redis.exceptions import RedisError

    from domain.reports.gauges import worker_pulse_key

    async with Redis.from_url(settings.redis_url, socket_connect_timeout=2, socket_timeout=2) as redis:
        try:
            return bool(await redis.exists(worker_pulse_key(settings)))
        except (RedisError, OSError):
            return False
