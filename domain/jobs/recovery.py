"""Coming back whole after whatever crashed: at every start of a worker, on demand, and nightly."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeAlias

import structlog

from domain.correlation import REPAIR
from domain.integrity.figures import build_figures, mend_all
from domain.integrity.findings import Drift
from domain.integrity.last_look import note_look
from domain.integrity.repair.everywhere import repair_all, repair_unsound
from domain.jobs.burial import bury_abandoned
from domain.payments.ask import ask_about_all
from domain.payments.refund import send_refunds
from domain.process.progress import Progress
from domain.sale.cancelled_events import end_cancelled_events
from domain.sale.expiry import expire_bookings, expire_locks

if TYPE_CHECKING:
    from domain.services import Services

log = structlog.get_logger(__name__)

Step: TypeAlias = "Callable[[Services, Progress], Awaitable[None]]"


async def recover(services: Services, progress: Progress) -> None:
    """Repair what does not add up, expire what is due, finish what a crash left half done.

    Of the inventories it looks at what has seats now. One step that fails does not keep the others from being done;
    the first failure is raised in the end.
    """
    failures = await _take(services, progress, _repair_unsound, *FINISH)
    if failures:
        raise failures[0]


async def recover_all(services: Services) -> list[Drift]:
    """The same with all history looked at, which takes longer; the drift that was repaired.

    A step that fails is only logged: what it leaves undone is for a check to find.
    """
    repaired: list[Drift] = []

    async def repair(services: Services, progress: Progress) -> None:
        async for outcome in repair_all(services, REPAIR):
            repaired.extend(outcome.repaired)

    async def mend(services: Services, progress: Progress) -> None:
        async for drift in mend_all(services.mongo):
            repaired.extend(drift)

    await _take(services, Progress(), repair, *FINISH, mend)
    return repaired


async def _take(services: Services, progress: Progress, *steps: Step) -> list[Exception]:
    failures: list[Exception] = []
    for step in steps:
        try:
            await step(services, progress)
        except Exception as failure:
            log.exception("a step of recovery failed", step=step.__name__.strip("_"))
            failures.append(failure)
    return failures


async def _close_executions(services: Services, progress: Progress) -> None:
    await bury_abandoned(services)


async def _settle_payments(services: Services, progress: Progress) -> None:
    progress.did(await ask_about_all(services))


async def _repair_unsound(services: Services, progress: Progress) -> None:
    drift = 0
    async for outcome in repair_unsound(services, REPAIR):
        progress.did(bool(outcome.repaired))
        drift += len(outcome.repaired) + len(outcome.left)
    await note_look(services.clock, "recover", drift)


async def _build_figures(services: Services, progress: Progress) -> None:
    progress.did(await build_figures(services.mongo))


FINISH: tuple[Step, ...] = (
    _close_executions,
    expire_locks,
    expire_bookings,
    _settle_payments,
    end_cancelled_events,
    send_refunds,
    _build_figures,
)
