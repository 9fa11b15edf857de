"""Time, as the worker keeps it."""

from __future__ import annotations

from domain.process.progress import Progress
from domain.sale.expiry import expire_bookings, expire_locks
from domain.services import Services


async def sweep_due(services: Services) -> int:
    """Expire everything that is dead now; how many locks and bookings that were, and payments answered."""
    progress = Progress()
    await expire_bookings(services, progress)
    await expire_locks(services, progress)
    return progress.done
