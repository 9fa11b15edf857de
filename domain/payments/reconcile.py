"""Once a minute: what came of payments without an answer, and of what providers told that could not be settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.payments.ask import ask_about_all
from domain.payments.notices import settle_notices

if TYPE_CHECKING:
    from domain.process.progress import Progress
    from domain.services import Services


async def reconcile(services: Services, progress: Progress) -> None:
    """Settle what the provider told; ask it about every payment that should have had its answer by now."""
    progress.did(await settle_notices(services))
    progress.did(await ask_about_all(services))
