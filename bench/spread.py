"""What several runs say together: a median and its spread, and whether a difference is more than noise.

A machine's cores change speed within minutes. So runs alternate, and two figures are compared within their round only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from statistics import median

SURE = 0.9
"""How often an interval must hold the true median at least, for it to count."""


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of several figures, the least and the greatest."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, figures: Sequence[float]) -> Spread:
        return cls(median(figures), min(figures), max(figures))

    def text(self, digits: int = 0) -> str:
        if self.low == self.high:
            return f"{self.median:,.{digits}f}"
        return f"{self.median:,.{digits}f} ({self.low:,.{digits}f}–{self.high:,.{digits}f})"


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times another figure one is: the median of the rounds' ratios, and where the true one lies.

    It lies from `low` to `high` in `sure` of all cases, whatever the figures' distribution is.
    """

    median: float
    low: float
    high: float
    sure: float

    @classmethod
    def of(cls, figures: Sequence[float], others: Sequence[float]) -> Ratio | None:
        """Of figures of the same rounds, in order; None where one of the others is 0."""
        if not all(others):
            return None
        ratios = sorted(figure / other for figure, other in zip(figures, others, strict=True))
        left_out = _left_out(len(ratios))
        return cls(median(ratios), ratios[left_out], ratios[-1 - left_out], _sureness(len(ratios), left_out))

    @property
    def verdict(self) -> str:
        """Whether the two differ, by more than noise."""
        if self.sure < SURE:
            return "too few rounds"
        if self.low > 1:
            return "more"
        return "less" if self.high < 1 else "noise"

    def text(self, against: str = "") -> str:
        times = f"{self.median:.2f} × {against}".rstrip()
        return f"{times} ({self.low:.2f}–{self.high:.2f}): {self.verdict}"


def _sureness(rounds: int, left_out: int) -> float:
    """How often the true median is between the two outermost of so many figures, so many at each end left out."""
    beyond = sum(comb(rounds, each) for each in range(left_out + 1)) * 2
    return max(0.0, 1 - beyond / float(2**rounds))


def _left_out(rounds: int) -> int:
    """How many figures at each end the narrowest interval leaves out that is sure enough; else none."""
    sure = [each for each in range((rounds - 1) // 2 + 1) if _sureness(rounds, each) >= SURE]
    return max(sure, default=0)
