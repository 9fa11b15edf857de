"""Expiry, tidied up: what is dead already is written down as EXPIRED. Correctness never waits for this."""

from __future__ import annotations

from typing import Any

import structlog

from domain.inventory.expiry import sweep_due
from domain.services import Services

log = structlog.get_logger(__name__)


async def sweep(ctx: dict[Any, Any]) -> None:
    """Expire everything that is due. Every second, in one worker at a time."""
    services: Services = ctx["services"]
    expired = await sweep_due(services)
    if expired:
        log.info("expired", locks=expired)
