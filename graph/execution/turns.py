"""Queries wait for their turn, each address and user behind themselves. Mutations don't: sales never wait for reads.

What hundreds of queries at once would do to a sale: each of its steps would wait until each of them has made another
part of its answer, and for one of the connections to MongoDB. So only a part of those is ever taken by queries.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, nullcontext

from domain.process.fair_line import FairLine
from domain.process.fingerprints import network_of
from domain.process.settings import Settings
from graph.execution.rests import Rests
from graph.schema.context import Context

DEAR = 500
"""What costs more than this is dear: its answer takes milliseconds to make, or a look at many documents."""

DEAR_AT_ONCE = 2

REPORT, CHECK = 100, 2_000
"""What an ADMIN asks for at this cost is a report or a page of a long list; from there on, a check that reads all there
is."""

SHARE = 3
"""Of the connections to MongoDB, one in so many may be taken by queries that are not dear."""

DEAR_LINE, LINE, LINES = 200, 1_000, 5_000
"""How many queries of one user, or of one address, may wait: dear ones, and others; and of all."""

TOO_MANY = "Too many of your queries wait already; try again in a moment."


class Turns:
    """The lines of one process: one for what is dear, one for the rest."""

    def __init__(self, settings: Settings) -> None:
        times = settings.budgets_times
        at_once = max(2, settings.mongo_pool_size // SHARE)
        self._dear = FairLine(DEAR_AT_ONCE, DEAR_LINE * times, LINES * times, TOO_MANY)
        self._usual = FairLine(at_once, LINE * times, LINES * times, TOO_MANY)
        # Two lines: a report does not wait for a check.
        self._reports, self._checks = (Rests(settings.reports_rest) for _ in range(2))

    def of(self, cost: int, context: Context) -> AbstractAsyncContextManager[None]:
        """A turn for a query that costs so much. Entering raises Overloaded.

        ADMINs run the shop. They wait for nothing but the rests of reports while somebody buys.
        """
        caller = context.caller
        if caller is not None and caller.is_admin:
            if cost < REPORT:
                return nullcontext()
            line = self._reports if cost < CHECK else self._checks
            return line.turn(str(caller.user_id), context.services.rush.is_on)
        name = str(caller.user_id) if caller is not None else network_of(context.address or "")
        return (self._dear if cost > DEAR else self._usual).turn(name)
