"""The seller's settings, as the rules know them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Terms:
    """The seller's settings that rules depend on.

    `steps` are of the payment provider: in these currencies it gives back only multiples of so many minor units.
    """

    lock_ttl: timedelta
    payment_ttl: timedelta
    key_ttl: timedelta
    cancellation_refund_percent: int
    max_seats_per_event: int
    max_held_seats_per_buyer: int
    max_lapses_per_buyer: int
    payment_attempts: int
    lock_max: timedelta
    max_seats_per_lock: int
    steps: Mapping[str, int] = field(default_factory=dict)
