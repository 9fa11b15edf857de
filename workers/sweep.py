"""Expiry, tidied up: what is dead already is written down as EXPIRED. Correctness never waits for this."""

from __future__ import annotations

import structlog

from domain.inventory.expiry import sweep_due
from domain.services import Services

log = structlog.get_logger(__name__)


async def expire_due(services: Services) -> None:
    """Expire everything that is due, event by event."""
    expired = await sweep_due(services)
    if expired:
        log.info("expired", locks=expired)
