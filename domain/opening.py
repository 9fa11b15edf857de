"""The composition root: the one place that knows every room, and hands each part what it needs."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import structlog
from beanie import init_beanie
from pymongo import AsyncMongoClient, WriteConcern
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import ConnectionFailure, PyMongoError
from pymongo.read_concern import ReadConcern
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from domain import documents
from domain.audit.file import AuditFile
from domain.audit.journal import Journal
from domain.audit.repeats import Repeats
from domain.clock import Clock, system_clock
from domain.contradiction import required
from domain.documents import Event
from domain.integrity.repair import InventoryRepairer
from domain.integrity.repair.guard import RepairingGuard
from domain.inventory.state import Inventory
from domain.inventory.terms import Terms
from domain.live.channels import Channels
from domain.live.hub import Hub
from domain.live.news import News
from domain.live.publisher import Publisher
from domain.money import MINOR_UNITS
from domain.outbox.messages import store_messages
from domain.people.accounts import ensure_admin
from domain.people.standing import read_standings
from domain.process.budgets import Budgets
from domain.process.counts import Counts
from domain.process.fingerprints import Fingerprints
from domain.process.joint_reads import Gathered
from domain.process.mongo_waits import make_waits_safe
from domain.process.newest import Newest
from domain.process.pace import Pace
from domain.process.redis_wire import RedisWire
from domain.process.replica_set import NO_REPLICA_SET, is_replica_set, what_is_missing
from domain.process.rush import Rush
from domain.process.settings import Settings, SettingsError
from domain.process.stored_texts import StoredTexts
from domain.process.tasks import Tasks
from domain.providers.port import PaymentProvider
from domain.providers.simulated import SimulatedProvider
from domain.reports.ledger import keep_figures
from domain.services import Services
from domain.upgrade import DataTooNew, upgrade_data
from domain.writer.baton import Baton
from domain.writer.committer import Committer
from domain.writer.observers import Recorder, Spans, tell_expired
from domain.writer.parcel import Seal
from domain.writer.relay import Relay
from domain.writer.writer import InventoryWriter

if TYPE_CHECKING:
    from domain.process.tracing import Tracing

SERVER_SELECTION_SECONDS = 5
"""How long an operation waits for a member of MongoDB that may do it."""

RECORDERS: Sequence[Recorder] = (store_messages, keep_figures)
"""What is stored with each batch: the messages it is told as, and the figures of reports."""

RETRY_SECONDS = 0.5

CONCERNS: dict[str, Any] = {"readConcernLevel": "majority", "w": "majority", "journal": True, "wTimeoutMS": 0}
"""Majority both ways: what was read or acknowledged cannot be rolled back by the loss of the primary. Said to the
client, too, since transactions take it from there: neither SEATLOCK_MONGO_URI nor MongoDB's defaults weaken it."""

log = structlog.get_logger(__name__)


class CannotOpen(Exception):
    """MongoDB does not answer or can't be used; the text is one line saying why, without the URI and its password."""


@asynccontextmanager
async def open_services(
    settings: Settings, clock: Clock = system_clock, patience_seconds: float = 0
) -> AsyncIterator[Services]:
    """Connect, make sure of the indexes, and close again once the writer has answered everybody.

    A primary of MongoDB is waited for as long as `patience_seconds` and for SERVER_SELECTION_SECONDS; Redis is not.
    Raises CannotOpen.
    """
    make_waits_safe()
    mongo: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(
        settings.mongo_uri,
        tz_aware=True,
        appname="seatlock",
        maxPoolSize=settings.mongo_pool_size,
        # Cold bursts are slow otherwise: the driver opens two connections at a time.
        minPoolSize=min(8, settings.mongo_pool_size),
        serverSelectionTimeoutMS=SERVER_SELECTION_SECONDS * 1_000,
        # A member that says nothing for as long as both together hangs: what waits for it fails, and is tried again.
        # A time-out of all sockets would end long reports, too.
        connectTimeoutMS=2_000,
        heartbeatFrequencyMS=1_000,
        waitQueueTimeoutMS=10_000,
        **CONCERNS,
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
    database = mongo.get_database(
        settings.mongo_database,
        read_concern=ReadConcern("majority"),
        write_concern=WriteConcern("majority", j=True),
    )
    prefix = settings.mongo_database
    # Closed in the opposite order.
    async with AsyncExitStack() as open_parts:
        open_parts.push_async_callback(mongo.close)
        open_parts.push_async_callback(redis.aclose)
        await _prepare(mongo, database, patience_seconds)
        tracing = _tracing(settings)
        if tracing is not None:
            open_parts.push_async_callback(tracing.close)
        provider = provider_of(settings, clock)
        open_parts.push_async_callback(provider.close)
        newest = Newest()
        channels = Channels(prefix, settings.secret_key.get_secret_value())
        hub = Hub(mongo, redis, channels, clock, newest)
        open_parts.push_async_callback(hub.close)
        audit_file = AuditFile(settings.audit_log, database, clock)
        open_parts.push_async_callback(audit_file.close)
        journal = Journal(mongo, audit_file, clock)
        open_parts.push_async_callback(journal.close)
        wire = RedisWire(redis)
        open_parts.push_async_callback(wire.close)
        publisher = Publisher(wire, channels)
        open_parts.push_async_callback(publisher.close)
        rush = Rush(redis, prefix)
        open_parts.push_async_callback(rush.close)
        baton = Baton(wire, prefix)
        terms, spans = terms_of(settings, provider), _writer_spans(tracing)
        relay = relay_of(wire, baton, prefix, settings.secret_key.get_secret_value(), terms, clock, newest)
        writer = writer_of(
            mongo, baton, relay, publisher, audit_file, newest, rush, terms, clock, journal.repeats, spans
        )
        open_parts.push_async_callback(writer.close)
        tasks = Tasks()
        counts = Counts(redis, prefix, settings.redis_patience_seconds)
        fingerprints = Fingerprints(settings.secret_key.get_secret_value())
        services = Services(
            settings=settings,
            clock=clock,
            mongo=mongo,
            database=database,
            redis=redis,
            wire=wire,
            baton=baton,
            writer=writer,
            provider=_traced(provider, tracing),
            hub=hub,
            journal=journal,
            audit_file=audit_file,
            newest=newest,
            standings=Gathered(read_standings, tasks),
            budgets=Budgets(counts, fingerprints, settings),
            counts=counts,
            fingerprints=fingerprints,
            texts=StoredTexts(
                redis,
                prefix,
                seconds=settings.persisted_queries_seconds,
                most_bytes=settings.persisted_queries_bytes,
                patience_seconds=settings.redis_patience_seconds,
            ),
            tasks=tasks,
            rush=rush,
            pace=Pace(rush.is_on),
            tracing=tracing,
        )
        open_parts.push_async_callback(services.tasks.finish)
        audit_file.start()
        await ensure_admin(services)
        yield services


async def _prepare(
    mongo: AsyncMongoClient[dict[str, Any]], database: AsyncDatabase[dict[str, Any]], patience_seconds: float
) -> None:
    """Upgrade the data and make sure of the indexes, on a primary, as soon as there is one. Raises CannotOpen."""
    loop = asyncio.get_running_loop()
    give_up_at, waits = loop.time() + patience_seconds, False
    while True:
        try:
            hello = await mongo.admin.command("hello")
            if not is_replica_set(hello):
                raise CannotOpen(NO_REPLICA_SET)
            await upgrade_data(database)
            await init_beanie(database=database, document_models=list(documents.ALL))
        except ConnectionFailure as error:  # which no primary, and no longer one, are, too
            if loop.time() >= give_up_at:
                raise CannotOpen(_why_not(mongo, error)) from None
            if not waits:
                waits = True
                reason = _why_not(mongo, error)
                log.warning("waiting for MongoDB", for_at_most_seconds=patience_seconds, reason=reason)
            await asyncio.sleep(RETRY_SECONDS)
        except DataTooNew as error:
            raise CannotOpen(str(error)) from None
        except PyMongoError as error:
            raise CannotOpen(f"MongoDB (SEATLOCK_MONGO_URI) can't be used: {_first_line(error)}") from None
        else:
            return


def _why_not(mongo: AsyncMongoClient[dict[str, Any]], error: PyMongoError) -> str:
    return what_is_missing(mongo) or f"cannot reach MongoDB (SEATLOCK_MONGO_URI): {_first_line(error)}"


def _first_line(error: PyMongoError) -> str:
    """What went wrong, without what the driver says of itself afterwards."""
    said = re.sub(r" \(configured timeouts: [^)]*\)", "", str(error).splitlines()[0])
    return re.split(", Timeout: |, full error: ", said)[0][:200]


def relay_of(
    wire: RedisWire, baton: Baton, prefix: str, secret_key: str, terms: Terms, clock: Clock, newest: Newest
) -> Relay:
    """What hands commands over between the processes of a shop that have the same code, terms and secret."""

    def learn(event: Event, is_whole: bool) -> None:
        newest.committed(event, is_whole=is_whole)

    inbox, seal = RedisWire(wire.redis, is_binary=True), Seal(secret_key)
    return Relay(wire, inbox, baton, prefix, seal, seal.build_of(terms), clock, learn)


def writer_of(
    mongo: AsyncMongoClient[dict[str, Any]],
    baton: Baton,
    relay: Relay,
    publisher: Publisher,
    audit_file: AuditFile,
    newest: Newest,
    rush: Rush,
    terms: Terms,
    clock: Clock,
    repeats: Repeats,
    spans: Spans | None = None,
) -> InventoryWriter:
    """A writer that stores figures and messages with each batch.

    It tells the live feed and the audit file of it, and what knows the newest state of each event, or of the rush.
    """

    def keep(inventory: Inventory, _since: int) -> None:
        newest.committed(inventory.event, is_whole=not inventory.more_due)

    def publish(inventory: Inventory, since: int) -> None:
        publisher.publish(inventory.event.id, News.of(inventory, since))

    def put_down(inventory: Inventory, _since: int) -> None:
        audit_file.write(inventory.entries, inventory.event.audit_hash)

    def note_rush(inventory: Inventory, _since: int) -> None:
        if any(entry.actor_id is not None for entry in inventory.entries):
            rush.goes_on()

    guard = RepairingGuard(InventoryRepairer(mongo, baton, audit_file, clock))
    committer = Committer(
        mongo,
        relay,
        terms,
        clock,
        guard,
        repeats=repeats,
        recorders=RECORDERS,
        observers=(keep, publish, put_down, tell_expired, note_rush),
        spans=spans,
    )
    return InventoryWriter(baton, relay, guard, committer, spans)


def warn_of_play_money(settings: Settings) -> None:
    """A line of the log, of whatever sells, where nobody pays."""
    if settings.payment_provider == "simulated":
        log.warning("payments are simulated: no money moves, and seats are given away")


def provider_of(settings: Settings, clock: Clock) -> PaymentProvider:
    """The payment provider that the settings name. Raises SettingsError when its library is not installed."""
    webhook_secret = settings.webhook_secret.get_secret_value() if settings.webhook_secret else None
    if settings.payment_provider != "stripe":
        return SimulatedProvider(clock, webhook_secret, settings.simulated_webhook_url, settings.public_url or "")
    try:
        from domain.providers.stripe import StripeProvider
    except ModuleNotFoundError as error:
        raise SettingsError(f"SEATLOCK_PAYMENT_PROVIDER=stripe needs the extra stripe: no {error.name} here") from None
    return StripeProvider(
        clock,
        required(settings.stripe_secret_key, "checked with the settings").get_secret_value(),
        api_base=settings.stripe_api_base,
        timeout_seconds=settings.payment_timeout_seconds,
        webhook_secret=webhook_secret,
        return_url=settings.payment_return_url,
    )


def _tracing(settings: Settings) -> Tracing | None:
    """What makes spans. Raises SettingsError when OpenTelemetry is not installed."""
    if not settings.tracing:
        return None
    try:
        from domain.process.tracing import Tracing
    except ModuleNotFoundError as error:
        raise SettingsError(f"SEATLOCK_TRACING=true needs the extra otel: no {error.name} here") from None
    return Tracing()


def _writer_spans(tracing: Tracing | None) -> Spans | None:
    if tracing is None:
        return None
    from domain.writer.spans import WriterSpans

    return WriterSpans(tracing)


def _traced(provider: PaymentProvider, tracing: Tracing | None) -> PaymentProvider:
    if tracing is None:
        return provider
    from domain.providers.tracing import TracedProvider

    return cast("PaymentProvider", TracedProvider(tracing, provider))


def terms_of(settings: Settings, provider: PaymentProvider) -> Terms:
    """The settings the rules depend on."""
    amounts = {currency: provider.amounts(currency) for currency in MINOR_UNITS}
    return Terms(
        lock_ttl=timedelta(seconds=settings.lock_ttl_seconds),
        payment_ttl=timedelta(seconds=settings.payment_ttl_seconds),
        key_ttl=timedelta(seconds=settings.idempotency_ttl_seconds),
        cancellation_refund_percent=settings.cancellation_refund_percent,
        max_seats_per_event=settings.max_seats_per_event,
        max_held_seats_per_buyer=settings.max_held_seats_per_buyer,
        max_lapses_per_buyer=settings.max_lapses_per_buyer,
        steps={currency: each.step for currency, each in amounts.items() if each is not None and each.step != 1},
        payment_attempts=settings.payment_attempts,
        lock_max=settings.lock_longest,
        max_seats_per_lock=settings.max_seats_per_lock,
    )
