"""What can come of an attempt to deliver that did not succeed."""

from __future__ import annotations


class NotDelivered(Exception):
    """It was not taken this time; the text says why, and nothing secret. `final`: nor will it ever be.

    `expected`: nothing is wrong with that, and nobody needs to look at it.
    """

    def __init__(self, reason: str, *, final: bool = False, expected: bool = False) -> None:
        super().__init__(reason)
        self.final = final
        self.expected = expected


class Held(Exception):
    """It waits, and what for is written down: there is nothing more to do."""


class EndpointGone(NotDelivered):
    """The receiver wants no more messages at all."""

    def __init__(self) -> None:
        super().__init__("status 410", final=True)
