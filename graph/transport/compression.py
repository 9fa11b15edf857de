"""Answers made smaller, for who accepts that: gzip, and brotli where its package is installed.

Answers to queries only. Tokens are in the answers of mutations, so that the length of no compressed answer depends on
one (BREACH); and pages of others can't ask for what is signed in to, since a token is sent by no browser by itself.
"""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable, Iterator
from functools import lru_cache

try:
    import brotli
except ImportError:  # gzip is enough for everybody
    brotli = None

LEAST = 1_000
"""Shorter answers are left as they are: they fit into a packet."""

LONG = 128 * 1024
"""Longer ones are made smaller beside the event loop, one at a time: a large seat map takes milliseconds."""

GZIP_LEVEL, BROTLI_QUALITY = 4, 3
"""20 µs for an answer of 2 kB, and a millisecond for 200 kB, of which a twelfth is left. More takes 5 times as long."""

Compress = Callable[[bytes], bytes]


def _gzip(body: bytes) -> bytes:
    # Without the time, the same answer is the same bytes.
    return gzip.compress(body, GZIP_LEVEL, mtime=0)


def _brotli(body: bytes) -> bytes:
    compressed: bytes = brotli.compress(body, quality=BROTLI_QUALITY)
    return compressed


CODINGS: dict[bytes, Compress] = {**({b"br": _brotli} if brotli is not None else {}), b"gzip": _gzip}
"""By their names in `Accept-Encoding`, the better one first."""


class Compression:
    """Of the answers of one process."""

    def __init__(self, *, is_on: bool) -> None:
        self.is_on = is_on
        self._turn = asyncio.Lock()

    async def smaller(self, body: bytes, accept_encoding: bytes) -> tuple[bytes, bytes | None]:
        """The body as it is sent, and by which coding; None if as it is."""
        if not self.is_on or len(body) < LEAST:
            return body, None
        coding = (_cached_coding if len(accept_encoding) <= MAX_CACHED else _best_coding)(accept_encoding)
        if coding is None:
            return body, None
        compress = CODINGS[coding]
        if len(body) < LONG:
            return compress(body), coding
        async with self._turn:
            return await asyncio.to_thread(compress, body), coding


MAX_CACHED = 200
"""Accept-Encoding headers longer than this are read anew each time: clients' own are shorter."""


def _best_coding(accept_encoding: bytes) -> bytes | None:
    """The coding that the client likes most, and of those the best."""
    qualities = dict(_qualities(accept_encoding))
    others = qualities.get(b"*", 0.0)
    best = max(CODINGS, key=lambda coding: qualities.get(coding, others))
    return best if qualities.get(best, others) > 0 else None


def _qualities(accept_encoding: bytes) -> Iterator[tuple[bytes, float]]:
    for part in accept_encoding.lower().split(b","):
        coding, *parameters = (word.strip() for word in part.split(b";"))
        quality = next((each[2:] for each in parameters if each.startswith(b"q=")), b"1")
        try:
            yield coding, float(quality)
        except ValueError:
            yield coding, 0.0


_cached_coding = lru_cache(maxsize=64)(_best_coding)
