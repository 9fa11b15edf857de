"""What came of it: counted, and said in one line."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Tally:
    """What the whole crowd did so far."""

    locks: int = 0
    bookings: int = 0
    """Paid."""
    seats: int = 0
    """Of these bookings."""
    cancelled: int = 0
    """Of these bookings."""
    released: int = 0
    left: int = 0
    """Holds that their buyers left to lapse."""
    declined: int = 0
    """Cards."""
    beaten: int = 0
    """Tries to hold seats that somebody else took first."""
    refused: int = 0
    """Whatever else was refused."""
    failed: int = 0
    """Requests that failed as a whole, after all attempts at them."""

    def progress(self, seats_left: str) -> str:
        """How it goes."""
        return f"{_many(self.locks, 'lock')}, {_many(self.bookings, 'booking')}, {seats_left}"

    def summary(self, buyers: int, seconds: float, seats_left: str) -> str:
        """What it all came to. What did not happen is not mentioned."""
        sold = f"{_many(self.bookings, 'booking')} of {_many(self.seats, 'seat')}"
        others = (
            (self.cancelled, f"{self.cancelled:,} cancelled"),
            (self.released, f"{self.released:,} released"),
            (self.left, f"{self.left:,} left to lapse"),
            (self.declined, f"{_many(self.declined, 'card')} declined"),
            (self.beaten, f"{self.beaten:,} beaten to their seats"),
            (self.refused, f"{self.refused:,} refused"),
            (self.failed, f"{_many(self.failed, 'request')} failed"),
        )
        more = [text for count, text in others if count]
        parts = [_many(self.locks, "lock"), sold, *more, seats_left]
        return f"stopped: {_many(buyers, 'buyer')}, {seconds:.0f} s: {', '.join(parts)}"


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
