"""The API under uvicorn: one process, or several with a supervisor.

uvicorn is pinned to a minor version because of what is used here and is not promised by it: `Server.capture_signals`
is replaced, here and in workers/metrics.py, and ops/http_protocol.py, ops/http_input.py and
ops/websocket_protocol.py build on its protocols.
"""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

import structlog
import uvicorn
import uvloop
from redis import Redis
from redis.exceptions import RedisError

from domain.opening import CannotOpen, open_services, warn_of_play_money
from domain.process.logs import configure_logging
from domain.process.settings import SettingsError, load_settings
from domain.process.tasks import cancel, unless
from graph.app import assemble
from graph.execution.operations import Operations
from graph.schema.build import schema
from ops.connections import raise_file_limit
from ops.copies import STOP_SIGNALS, start_copy
from ops.http_protocol import HttpProtocol
from ops.processes import GRACEFUL_SECONDS, STOP_SECONDS
from ops.supervisor import BEAT_SECONDS, Heart, Supervisor
from ops.websocket_protocol import WebSocketProtocol

if TYPE_CHECKING:
    from starlette.routing import Router
    from starlette.types import ASGIApp

    from domain.process.settings import Settings
    from domain.services import Services


log = structlog.get_logger(__name__)


class CannotListen(Exception):
    """The address is taken, or not of this machine; the text is one line saying so."""


def serve(settings: Settings, host: str, port: int, workers: int) -> int:
    """Serve until SIGINT or SIGTERM; the exit code. Raises CannotListen, SettingsError for bad trusted documents.

    0 says that it was told to stop, and nothing else does. MongoDB is waited for at the start, as the settings say.
    Whoever asks for several workers has them count together first (`counting_together`).
    """
    if settings.trusted_documents is not None or settings.shop or settings.console:
        Operations(schema, settings)  # here first: of several processes each would end, again and again
    with _socket_on(host, port) as listening:
        _tell_if_redis_is_away(settings)
        if workers == 1:
            return _run(settings, listening, None)
        # What was imported is the same for all, whenever they start: theirs is a copy that nobody looks through.
        gc.collect()
        gc.freeze()
        return Supervisor(lambda heart: start_copy(_child, listening, heart), workers, STOP_SECONDS).run()


def _tell_if_redis_is_away(settings: Settings) -> None:
    """One line, however many processes there will be: they sell without it, and nobody would notice for long."""
    with Redis.from_url(settings.redis_url, socket_connect_timeout=0.5, socket_timeout=1.0) as redis:
        try:
            redis.ping()
        except (RedisError, OSError) as error:
            log.warning("Redis does not answer", setting="SEATLOCK_REDIS_URL", reason=type(error).__name__)


def _socket_on(host: str, port: int) -> socket.socket:
    """Bound, and not yet listening: nobody is accepted before somebody can answer."""
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise CannotListen(f"cannot listen on {host}, port {port}: {error.strerror}") from None
    return bound


def _child(listening: socket.socket, heart: Heart) -> None:
    """One of several processes."""
    settings = load_settings()
    configure_logging(settings)
    sys.exit(_run(settings, listening, heart))


def _run(settings: Settings, listening: socket.socket, heart: Heart | None) -> int:
    raise_file_limit()
    # This process serves and nothing else: what was imported stays, and walking it is a pause of 40 ms each time.
    gc.collect()
    gc.freeze()
    # A request makes thousands of brief objects: at the default of 700 collecting takes a quarter of the time.
    # All generations often, since what is left after freezing is little: garbage that lasts must not pile up.
    gc.set_threshold(10_000, 5, 5)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        try:
            runner.run(_serve_until_told(settings, listening, heart))
        except (CannotOpen, SettingsError) as error:  # such as trusted documents that are not good any more
            sys.stderr.write(f"seatlock: {error}\n")
            return 1
    return 0


async def _serve_until_told(settings: Settings, listening: socket.socket, heart: Heart | None) -> None:
    """Raises CannotOpen, and whatever else ends it before it was told to."""
    told, server = asyncio.Event(), _Uvicorn()

    def stop() -> None:
        # Told twice, it does not wait for requests under way.
        server.should_exit, server.force_exit = True, told.is_set()
        told.set()

    for number in STOP_SIGNALS if heart is None else (signal.SIGTERM,):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    beating = asyncio.create_task(_beat(heart, server)) if heart else None
    async with AsyncExitStack() as parts:
        opening = open_services(settings, patience_seconds=settings.start_timeout_seconds)
        services = await unless(told, parts.enter_async_context(opening))
        if services is not None:
            warn_of_play_money(settings)
            server.config = _config(settings, services)
            await server.serve(sockets=[listening])
    if beating is not None:
        await cancel(beating)
    if not told.is_set():
        raise RuntimeError("the server ended, and nobody had told it to")


class _Uvicorn(uvicorn.Server):
    """Leaves signals to us: they count before it has started, too, and being told to stop ends with 0."""

    def __init__(self) -> None:
        super().__init__(uvicorn.Config("", log_config=None))  # its own comes with the services

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _config(settings: Settings, services: Services) -> uvicorn.Config:
    @asynccontextmanager
    async def lifespan(_app: Router) -> AsyncIterator[Mapping[str, Any]]:
        yield {"services": services}

    return configured(assemble(settings, lifespan), settings)


def configured(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    """How this application is served under these settings."""
    return uvicorn.Config(
        app,
        http=HttpProtocol,
        ws=WebSocketProtocol,
        ws_max_size=settings.max_body_bytes,
        # ours compresses what is worth it, see ops/message_deflate.py
        ws_per_message_deflate=False,
        access_log=False,
        log_config=None,  # domain/process/logs.py has seen to it
        server_header=False,
        lifespan="on",
        # Nobody's word is taken for where a request comes from, unless an operator says whose.
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
    )


async def _beat(heart: Heart, server: _Uvicorn) -> None:
    """Of the event loop, so that a process whose loop hangs is silent."""
    while True:
        heart.beat(serving=server.started)
        await asyncio.sleep(BEAT_SECONDS / 4)
