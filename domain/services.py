"""What domain functions work with. A plain container: `opening.py` fills it, and closes what is in it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from beanie import PydanticObjectId
from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase
from redis.asyncio import Redis

from domain.audit.file import AuditFile
from domain.audit.journal import Journal
from domain.clock import Clock
from domain.documents import Standing
from domain.live.hub import Hub
from domain.process.budgets import Budgets
from domain.process.counts import Counts
from domain.process.fingerprints import Fingerprints
from domain.process.joint_reads import Gathered
from domain.process.newest import Newest
from domain.process.pace import Pace
from domain.process.redis_wire import RedisWire
from domain.process.rush import Rush
from domain.process.settings import Settings
from domain.process.stored_texts import StoredTexts
from domain.process.tasks import Tasks
from domain.providers.port import PaymentProvider
from domain.writer.baton import Baton
from domain.writer.writer import InventoryWriter

if TYPE_CHECKING:
    from domain.process.tracing import Tracing


@dataclass(slots=True)
class Services:
    """Everything a process opens once. Belongs to one event loop."""

    settings: Settings
    clock: Clock
    mongo: AsyncMongoClient[dict[str, Any]]
    database: AsyncDatabase[dict[str, Any]]
    redis: Redis
    wire: RedisWire
    baton: Baton
    writer: InventoryWriter
    provider: PaymentProvider
    hub: Hub
    journal: Journal
    audit_file: AuditFile
    newest: Newest
    standings: Gathered[PydanticObjectId, Standing]
    """What users may do now, by their ids."""
    budgets: Budgets
    counts: Counts
    fingerprints: Fingerprints
    texts: StoredTexts
    """Documents that clients name by their hash."""
    tasks: Tasks
    rush: Rush
    pace: Pace
    """Of what can wait while others buy."""
    tracing: Tracing | None = None
    long_reads: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    """What reads all there is, on an ADMIN's demand, waits for its turn: of several at once sales would notice."""
