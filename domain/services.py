"""Everything a process opens once: clients, the writer, the payment provider, the live feed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar, cast

from beanie import init_beanie
from pymongo import AsyncMongoClient, WriteConcern
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.read_concern import ReadConcern
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from domain import documents
from domain.audit.file import AuditFile
from domain.audit.journal import Journal
from domain.clock import Clock, system_clock
from domain.inventory.commands import Terms
from domain.live.hub import Hub
from domain.live.publisher import Publisher
from domain.people.accounts import ensure_admin
from domain.process.settings import Settings, SettingsError
from domain.process.tasks import cancel
from domain.providers.port import PaymentProvider
from domain.providers.simulated import SimulatedProvider
from domain.writer.baton import Baton
from domain.writer.writer import InventoryWriter

if TYPE_CHECKING:
    from domain.process.tracing import Tracing

ResultT = TypeVar("ResultT")

CANCEL_AGAIN_SECONDS = 1.0


@dataclass(slots=True)
class Services:
    """What domain functions work with. Belongs to one event loop."""

    settings: Settings
    clock: Clock
    mongo: AsyncMongoClient[dict[str, Any]]
    database: AsyncDatabase[dict[str, Any]]
    redis: Redis
    writer: InventoryWriter
    provider: PaymentProvider
    hub: Hub
    journal: Journal
    audit_file: AuditFile
    tracing: Tracing | None = None
    long_reads: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    """What reads all there is, on an ADMIN's demand, waits for its turn: of several at once sales would notice."""
    _kept: set[asyncio.Task[Any]] = field(default_factory=set)
    _stoppable: set[asyncio.Task[Any]] = field(default_factory=set)

    def keep(self, work: Coroutine[Any, Any, ResultT]) -> asyncio.Task[ResultT]:
        """Carry on with this even if whoever awaits it goes away; closing waits for it."""
        task = asyncio.create_task(work)
        self._kept.add(task)
        task.add_done_callback(self._kept.discard)
        return task

    def keep_until_stopped(self, work: Coroutine[Any, Any, ResultT]) -> asyncio.Task[ResultT]:
        """The same, for long work that can be cut off: closing cancels it."""
        task = self.keep(work)
        self._stoppable.add(task)
        task.add_done_callback(self._stoppable.discard)
        return task

    async def finish(self) -> None:
        """Wait for everything that is under way."""
        await cancel(*self._stoppable, again_after=CANCEL_AGAIN_SECONDS)
        while self._kept:
            await asyncio.wait(self._kept)
        await self.writer.close()
        await self.journal.close()
        await self.audit_file.close()
        await self.hub.close()
        await self.provider.close()
        if self.tracing is not None:
            await self.tracing.close()


@asynccontextmanager
async def open_services(settings: Settings, clock: Clock = system_clock) -> AsyncIterator[Services]:
    """Connect, make sure of the indexes, and close again once the writer has answered everybody.

    Raises PyMongoError when MongoDB cannot be reached; Redis is not waited for.
    """
    mongo: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(
        settings.mongo_uri,
        tz_aware=True,
        appname="seatlock",
        maxPoolSize=settings.mongo_pool_size,
        # Cold bursts are slow otherwise: the driver opens two connections at a time.
        minPoolSize=min(8, settings.mongo_pool_size),
        serverSelectionTimeoutMS=5_000,
        connectTimeoutMS=5_000,
        waitQueueTimeoutMS=10_000,
    )
    redis: Redis = Redis.from_url(
        settings.redis_url,
        decode_responses=True,
        max_connections=1_000,
        socket_connect_timeout=0.5,
        # Longer than a turn of the baton lasts; short enough that a Redis that hangs is soon done without.
        socket_timeout=2.0,
        retry=Retry(NoBackoff(), 0),
    )
    # Majority both ways: what was read or acknowledged cannot be rolled back by the loss of the primary.
    database = mongo.get_database(
        settings.mongo_database,
        read_concern=ReadConcern("majority"),
        write_concern=WriteConcern("majority", j=True),
    )
    try:
        await init_beanie(database=database, document_models=list(documents.ALL))
        prefix = settings.mongo_database
        audit_file = AuditFile(settings.audit_log, database, clock)
        journal = Journal(mongo, audit_file, clock)
        publisher = Publisher(redis, prefix)
        writer = InventoryWriter(mongo, Baton(redis, prefix), publisher, audit_file, terms_of(settings), clock)
        hub = Hub(mongo, redis, prefix, clock)
        provider = provider_of(settings, clock)
        services = Services(settings, clock, mongo, database, redis, writer, provider, hub, journal, audit_file)
        if settings.tracing:
            _trace(services)
        audit_file.start()
        try:
            await ensure_admin(services)
            yield services
        finally:
            await services.finish()
    finally:
        await redis.aclose()
        await mongo.close()


def provider_of(settings: Settings, clock: Clock) -> PaymentProvider:
    """The payment provider that the settings name. Raises SettingsError when its library is not installed."""
    webhook_secret = settings.webhook_secret.get_secret_value() if settings.webhook_secret else None
    if settings.payment_provider == "simulated":
        return SimulatedProvider(clock, webhook_secret, settings.simulated_webhook_url)
    try:
        from domain.providers.stripe import StripeProvider
    except ModuleNotFoundError as error:
        raise SettingsError(f"SEATLOCK_PAYMENT_PROVIDER=stripe needs seatlock[stripe]: no {error.name} here") from None
    assert settings.stripe_secret_key is not None, "validated"
    return StripeProvider(
        clock,
        settings.stripe_secret_key.get_secret_value(),
        api_base=settings.stripe_api_base,
        timeout_seconds=settings.payment_timeout_seconds,
        webhook_secret=webhook_secret,
    )


def _trace(services: Services) -> None:
    """Have spans made of what these services do. Raises SettingsError when OpenTelemetry is not installed."""
    try:
        from domain.process.tracing import TracedProvider, TracedWriter, Tracing
    except ModuleNotFoundError as error:
        raise SettingsError(f"SEATLOCK_TRACING=true needs seatlock[otel]: no {error.name} here") from None
    services.tracing = tracing = Tracing()
    services.writer = TracedWriter(tracing, services.writer)
    services.provider = cast("PaymentProvider", TracedProvider(tracing, services.provider))


def terms_of(settings: Settings) -> Terms:
    """The settings the rules depend on."""
    return Terms(
        lock_ttl=timedelta(seconds=settings.lock_ttl_seconds),
        payment_ttl=timedelta(seconds=settings.payment_ttl_seconds),
        key_ttl=timedelta(seconds=settings.idempotency_ttl_seconds),
        cancellation_refund_percent=settings.cancellation_refund_percent,
        max_seats_per_event=settings.max_seats_per_event,
    )
