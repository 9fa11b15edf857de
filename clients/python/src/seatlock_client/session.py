"""Who is signed in: tokens that are renewed in time, by one request at a time."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from .errors import Refused, SessionEnded

RENEWED_AFTER = 0.9
"""Which part of its life an access token is used for."""


@dataclass(frozen=True)
class Tokens:
    """A session as it can be stored: keep it in one place, and as safe as a password."""

    access_token: str
    expires_at: datetime
    refresh_token: str


class Session:
    """The tokens of whoever is signed in.

    `refresh` asks the API for the next tokens by a refresh token. `keep` is told of each change before the new tokens
    are used, and of None when the session has ended. A refresh token is good for one use: only the newest is worth
    keeping.
    """

    def __init__(
        self,
        refresh: Callable[[str], Awaitable[Tokens]],
        keep: Callable[[Tokens | None], object] | None,
        kept: Tokens | None,
    ) -> None:
        self._refresh = refresh
        self._keep = keep
        self._tokens = kept
        self._renew_at = _from_now(kept) if kept else math.inf
        self._renewing: asyncio.Task[None] | None = None

    @property
    def tokens(self) -> Tokens | None:
        """Those that are good now; None when nobody is signed in."""
        return self._tokens

    def begin(self, tokens: Tokens) -> None:
        """Somebody has signed in, or has the next tokens."""
        self._set(tokens)
        renew_at = _from_now(tokens)
        # Expired already, by our clock: so that is wrong, and the API will say when it is time.
        self._renew_at = renew_at if renew_at > time.monotonic() else math.inf

    def end(self) -> None:
        """Nobody is signed in any more."""
        self._set(None)

    async def token(self, refused: str = "") -> str:
        """A good access token, which is not the one that was `refused`; empty for nobody. Raises SessionEnded."""
        if self._tokens and self._is_old(self._tokens, refused):
            if self._renewing is None:
                self._renewing = asyncio.create_task(self._renew(self._tokens))
                self._renewing.add_done_callback(self._renewed)
            # Who loses interest must not interrupt it: the answer has tokens that are given once.
            await asyncio.shield(self._renewing)
        return self._tokens.access_token if self._tokens else ""

    def _is_old(self, tokens: Tokens, refused: str) -> bool:
        return tokens.access_token == refused or time.monotonic() >= self._renew_at

    async def _renew(self, tokens: Tokens) -> None:
        try:
            renewed = await self._refresh(tokens.refresh_token)
        except Refused as refused:
            if self._tokens is tokens:
                self.end()
            raise SessionEnded(refused.message) from None
        if self._tokens is tokens:  # else somebody has signed in or out meanwhile
            self.begin(renewed)

    def _renewed(self, renewing: asyncio.Task[None]) -> None:
        self._renewing = None
        if not renewing.cancelled():
            renewing.exception()  # whoever waits is told; nobody may

    def _set(self, tokens: Tokens | None) -> None:
        if self._keep:
            self._keep(tokens)
        self._tokens = tokens


def _from_now(tokens: Tokens) -> float:
    """When to renew it, by the monotonic clock."""
    return time.monotonic() + RENEWED_AFTER * (tokens.expires_at - datetime.now(UTC)).total_seconds()
