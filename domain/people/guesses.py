"""Guessing of passwords: the more of an account's sign-ins failed, the longer until the next is looked at.

Whoever signed in before from an address is counted there apart: others' guesses don't keep the owner out.
"""

from __future__ import annotations

from domain.errors import OverBudget
from domain.process.counts import Counts, Rate

FREE = 10
"""Failures within a day after which one must wait: people mistype."""

LONGEST_SECONDS = 900
"""How long one waits at most. That is a hundred guesses a day."""

FAILURES = Rate.of("1000/day")
"""What failures are counted by; how many are allowed is decided here."""

DELAYS = tuple(Rate.of(f"1/{seconds} second") for seconds in (*(2**n for n in range(1, 10)), LONGEST_SECONDS))
"""One sign-in in 2 seconds, in 4, 8 …: the delay after FREE failures, after one more, and so on."""


class Guessing:
    """How often signing in to each account failed, as all processes count it.

    Accounts and addresses are fingerprints. `from_known` is the address if the owner signed in from there before.
    """

    def __init__(self, counts: Counts) -> None:
        self._counts = counts

    async def check(self, account: str, from_known: str | None) -> None:
        """Whether the account may be tried now. Raises OverBudget, which says when."""
        if (delay := await self._delay(account, from_known)) is not None:
            names = _names(account, from_known)
            if not await self._counts.has_left(delay, *names):
                raise await self._refusal(delay, *names)

    async def begin(self, account: str, from_known: str | None) -> None:
        """The account is tried now: nobody else may until the delay has passed. Raises OverBudget, which says when."""
        if (delay := await self._delay(account, from_known)) is not None:
            names = _names(account, from_known)
            if not await self._counts.take(delay, *names):
                raise await self._refusal(delay, *names)

    async def failed(self, account: str, from_known: str | None) -> None:
        """It was not the password: the next delay begins."""
        names = _names(account, from_known)
        await self._counts.take(FAILURES, *names)
        if (delay := await self._delay(account, from_known)) is not None:
            await self._counts.take(delay, *names)

    async def succeeded(self, account: str, from_known: str | None) -> None:
        """It was: what failed before, from such an address, was mistyped."""
        await self._counts.forget(FAILURES, *_names(account, from_known))

    async def _delay(self, account: str, from_known: str | None) -> Rate | None:
        failures = await self._counts.used(FAILURES, *_names(account, from_known))
        return None if failures < FREE else DELAYS[min(failures - FREE, len(DELAYS) - 1)]

    async def _refusal(self, delay: Rate, *names: str) -> OverBudget:
        seconds = await self._counts.seconds_to_wait(delay, *names)
        return OverBudget(f"Signing in to this account failed too often; try again in {seconds} s.", seconds)


def _names(account: str, from_known: str | None) -> tuple[str, ...]:
    return ("guessed", account) if from_known is None else ("guessed", account, from_known)
