"""`seatlock watch`: an event's seats as they change, drawn in a terminal, or a line a message for what reads lines.

A program over our own client: it speaks with an API somewhere, and needs no settings.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import ExitStack, aclosing
from urllib.parse import urlsplit

import httpx
from rich.console import Console
from seatlock_client import ConnectionEnded, RequestFailed, Seatlock

from ops.viewers import Lines, Screen, Viewer


class WatchError(Exception):
    """There is nothing to watch; the text is one line saying why."""


def watch(event_id: str, url: str) -> None:
    """Show the event's seats until Ctrl-C. Raises WatchError when it is not there, or nobody answers at first."""
    with ExitStack() as stack:
        console = Console()
        # Not `is_terminal`, which FORCE_COLOR makes true of pipes.
        drawn = sys.stdout.isatty() and not console.is_dumb_terminal
        viewer: Viewer = stack.enter_context(Screen(console)) if drawn else Lines()
        try:
            asyncio.run(_Watching(event_id, _http_url(url), viewer).run())
        except KeyboardInterrupt:
            return


def _http_url(url: str) -> str:
    """The address as one of HTTP. Raises WatchError."""
    try:
        parts = urlsplit(url)
        scheme = {"ws": "http", "wss": "https"}.get(parts.scheme, parts.scheme)
        http_url = httpx.URL(parts._replace(scheme=scheme).geturl())
        if http_url.scheme not in ("http", "https") or not http_url.host:
            raise ValueError
    except (ValueError, httpx.InvalidURL):
        raise WatchError(f"{url} is no address of an API") from None
    return str(http_url)


class _Watching:
    """Tells the viewer what is heard."""

    def __init__(self, event_id: str, url: str, viewer: Viewer) -> None:
        self._event_id = event_id
        self._url = url
        self._viewer = viewer
        self._has_heard = False

    async def run(self) -> None:
        """Listen until it is interrupted. Raises WatchError."""
        # Nobody who has just typed the command waits for a server that is not there.
        async with Seatlock(self._url, patience=0, on_lost=self._lose) as seatlock:
            for numbered in (True, False):
                try:
                    await self._listen(seatlock, numbered)
                except RequestFailed as failure:
                    # More numbered seats are taken than a message may list: they are only counted then.
                    if not numbered or failure.code != "QUERY_TOO_COMPLEX":
                        raise WatchError(self._why(failure)) from None
                except ConnectionEnded as ended:
                    raise WatchError(str(ended)) from None

    async def _listen(self, seatlock: Seatlock, numbered: bool) -> None:
        event = await seatlock.event(self._event_id, seat_map=numbered)
        if event is None:
            raise WatchError(f"there is no event {self._event_id}")
        self._viewer.begin(event)
        async with aclosing(seatlock.watch_seats(self._event_id, rows=False, labels=numbered)) as told:
            async for seats in told:
                self._has_heard = True
                self._viewer.tell(seats)

    def _lose(self, reason: str, pause: float) -> None:
        if not self._has_heard:
            raise WatchError(reason)
        self._viewer.lose(reason, round(pause, 1))

    def _why(self, failure: RequestFailed) -> str:
        match failure.code:
            case "UNAVAILABLE":
                return f"no API answers at {self._url}"
            case "INVALID_INPUT":
                return f"{self._event_id!r} is not the id of an event"
            case code if code.startswith("HTTP_"):
                return f"{self._url}: {failure.message}"
            case _:
                return failure.message
