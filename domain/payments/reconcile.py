"""Once a minute: what came of payments without an answer, and of what providers told that could not be settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.payments.ask import ask_about_all, look_again
from domain.payments.notices import settle_notices

if TYPE_CHECKING:
    from domain.process.progress import Progress
    from domain.services import Services


async def reconcile(services: Services, progress: Progress) -> None:
    """Ask the provider about every payment that should have had its answer by now; only then settle what it told.

    What it told may be old: asked, it says how things are now. Failures are looked up again for the same reason.
    """
    progress.did(await ask_about_all(services))
    progress.did(await look_again(services))
    progress.did(await settle_notices(services))
