"""Budgets: how often one address, and one user, may ask for what costs.

To add one:
1. a member of `Budget`, whose docstring line says what it pays for;
2. a setting `budget_<value>` of type `RateText` in `domain/process/budget_settings.py`, and `make docs`;
3. where it costs, before the work: `await services.budgets.spend(Budget.…, user_id=…)` in a use case of `domain/`, or
   `await spend(info, Budget.…)` (graph/schema/budgets.py) in a resolver, which knows the address, too.

To count only what went wrong (a wrong code), `check` before the work and `spend` after it failed.

A refusal is OverBudget: RATE_LIMITED, with `Retry-After`, and HTTP 429 where nothing else ran. Never spend any of
what buying needs: lockSeats and payBooking are refused to nobody because of others behind the same address.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from enum import StrEnum
from math import ceil

from bson import ObjectId

from domain.errors import OverBudget
from domain.process.counts import Counts, Rate
from domain.process.fingerprints import Fingerprints
from domain.process.metrics import budget_used_up
from domain.process.settings import Settings

SHARED = 10
"""Behind one address there may be a school: all its signed-in users together have this many times one's budget."""

MOST_USED_UP = 10_000
"""So many that have nothing left are remembered by a process, the latest."""


class Budget(StrEnum):
    """What is paid for. The value is the name of its setting, `budget_<value>`."""

    SIGN_IN = "sign_in"
    """`login`: a password is hashed."""
    REFRESH = "refresh"
    """`refreshSession`: a session is written. Counted by session, in place of the user, who is not known yet."""
    REGISTER = "register"
    """`register`: another."""
    SEARCH = "search"
    """`search:` of events: names are looked through."""
    SEAT_MAPS = "seat_maps"
    """`Event.seats`: an object for each of perhaps 50,000 seats."""
    INTROSPECTION = "introspection"
    """`__schema` and `__type`: all that the schema says."""
    ACCESS_CODE = "access_code"
    """`lockSeats` with an access code that is wrong: somebody guesses. A right one costs nothing."""
    CANCEL = "cancel"
    """`cancelBooking`: who confirms and cancels in a circle keeps seats from others, and writes all the time."""
    LETTERS = "letters"
    """A letter about an account, counted by the address it goes to: whoever asks, that may be somebody else's."""
    ASK_LETTERS = "ask_letters"
    """To ask for such a letter."""


class Budgets:
    """All budgets, as the settings have them."""

    def __init__(self, counts: Counts, fingerprints: Fingerprints, settings: Settings) -> None:
        self._counts = counts
        self._fingerprints = fingerprints
        self._rates = {
            budget: Rate.of(getattr(settings, f"budget_{budget.value}")).times(settings.budgets_times)
            for budget in Budget
        }
        self._shared = {budget: rate.times(SHARED) for budget, rate in self._rates.items()}
        self._used_up: OrderedDict[tuple[Rate, tuple[str, ...]], float] = OrderedDict()

    async def spend(
        self,
        budget: Budget,
        *,
        user_id: ObjectId | None = None,
        address: str | None = None,
        mailbox: str | None = None,
    ) -> None:
        """Pay once. Raises OverBudget, which says when to try again.

        A signed-in user pays; with all others who are signed in at the same `address` they have SHARED times as much.
        Who is not signed in pays by the address. A `mailbox` is an e-mail address, by its key.
        """
        for rate, *names in self._payers(budget, user_id, address, mailbox):
            self._refuse_at_once(budget, rate, *names)
            if not await self._counts.take(rate, *names):
                raise await self._refusal(budget, rate, *names)

    async def check(self, budget: Budget, *, user_id: ObjectId | None = None, address: str | None = None) -> None:
        """Whether `spend` would succeed; nothing is paid. Raises OverBudget.

        A signed-in user who has paid nothing lately passes, whatever others at the same address have paid.
        """
        payers = self._payers(budget, user_id, address)
        if user_id is not None and not await self._counts.used(*payers[0]):
            return
        for rate, *names in payers:
            if not await self._counts.has_left(rate, *names):
                raise await self._refusal(budget, rate, *names)

    def _payers(
        self, budget: Budget, user_id: ObjectId | None, address: str | None, mailbox: str | None = None
    ) -> list[tuple[Rate, str, str, str]]:
        payers = []
        if user_id is not None:
            payers.append((self._rates[budget], budget.value, "user", str(user_id)))
        if address is not None:
            rates, kind = (self._rates, "address") if user_id is None else (self._shared, "users_of")
            payers.append((rates[budget], budget.value, kind, self._fingerprints.of_address(address)))
        if mailbox is not None:
            payers.append((self._rates[budget], budget.value, "mailbox", self._fingerprints.of_account(mailbox)))
        return payers

    async def _refusal(self, budget: Budget, rate: Rate, *names: str) -> OverBudget:
        budget_used_up(budget.value)
        seconds = await self._counts.seconds_to_wait(rate, *names)
        self._used_up[rate, names] = time.monotonic() + seconds
        if len(self._used_up) > MOST_USED_UP:
            self._used_up.popitem(last=False)
        return _over(seconds)

    def _refuse_at_once(self, budget: Budget, rate: Rate, *names: str) -> None:
        """Who was told to wait and does not costs no question to Redis. Raises OverBudget."""
        left = self._used_up.get((rate, names), 0.0) - time.monotonic()
        if left > 0:
            budget_used_up(budget.value)
            raise _over(ceil(left))
        self._used_up.pop((rate, names), None)


def _over(seconds: int) -> OverBudget:
    return OverBudget(f"Too many requests of this kind; try again in {seconds} s.", seconds)
