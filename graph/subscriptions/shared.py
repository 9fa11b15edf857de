"""One execution of a subscription for every listener of this process that asked for the same.

Each state is executed and encoded once for all who were last told of the same state; only frames are a listener's own.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, NamedTuple, Protocol, TypeAlias

import orjson
import structlog

from domain.errors import Forbidden, SeatlockError, Unauthenticated
from domain.process.metrics import listeners_told
from domain.process.tasks import cancel
from graph.execution.errors import internal_error
from graph.execution.operation import RequestError
from graph.execution.subscription import Subscribed

REST, REST_SECONDS_AT_MOST = 4.0, 1.0
"""Telling everybody takes a while, in which the process does nothing else; it rests this many times as long.

Only time the processor worked counts: a process that was stopped half way has nothing to rest from.
"""

AT_A_TIME = 100
"""Listeners told before other requests get their turn."""

Turn: TypeAlias = Callable[[], AbstractAsyncContextManager[None]]
"""The right to make an answer, once it is the turn of who began the subscription."""

_log = structlog.get_logger(__name__)


class Listener(Protocol):
    """Somebody who takes what is new when they can."""

    @property
    def transport(self) -> str:
        """How they are told."""

    def wake(self) -> None:
        """There is something new."""


class Told:
    """An answer on its way: the state it tells of, and its text once that is made."""

    __slots__ = ("_text", "before", "made_at", "state", "took")

    def __init__(self, before: Any, state: Any) -> None:
        # Kept, so that no other state can get its identity.
        self.before = before
        self.state = state
        self.made_at = self.took = 0.0
        self._text: asyncio.Task[str] | str | None = None

    async def text(self, subscribed: Subscribed, correlation_id: str, turn: Turn) -> str:
        """The answer as JSON, made once, when it is its turn."""
        if self._text is None:
            self._text = asyncio.create_task(self._in_turn(subscribed, correlation_id, turn))
        if isinstance(self._text, str):
            return self._text
        return await asyncio.shield(self._text)

    async def _in_turn(self, subscribed: Subscribed, correlation_id: str, turn: Turn) -> str:
        async with turn():
            return await self._make(subscribed, correlation_id)

    async def _make(self, subscribed: Subscribed, correlation_id: str) -> str:
        started = time.perf_counter()
        answer: dict[str, object]
        # Of the subscription's context, whoever of its listeners was the first to want this.
        structlog.contextvars.bind_contextvars(correlation_id=correlation_id)
        try:
            answer = await subscribed.answer(self.before, self.state)
        except RequestError as rejected:
            answer = {"errors": rejected.errors}
        except Exception:
            _log.exception("a subscription failed")
            answer = {"data": None, "errors": [internal_error(correlation_id)]}
        self.made_at = time.perf_counter()
        self.took = self.made_at - started
        self._text = orjson.dumps(answer).decode()
        return self._text


class Lines(NamedTuple):
    """Who waits for a turn in which line: what lists the seats of a hall one by one waits apart from the rest."""

    usual: Turn
    dear: Turn
    is_dear: bool
    """Whether each answer lists seats."""
    begins_dear: bool
    """Whether the first one does."""

    def of(self, before: Any) -> Turn:
        """For the answer to who was last told of `before`; of nothing, if None."""
        return self.dear if self.is_dear or (self.begins_dear and before is None) else self.usual


class Shared:
    """A subscription that runs as long as it has listeners, or until they may hear no more: `ended` says why."""

    def __init__(self, subscribed: Subscribed, correlation_id: str, turns: Lines, *, is_personal: bool = False) -> None:
        self._subscribed = subscribed
        self._turns = turns
        self._is_personal = is_personal
        self._correlation_id = correlation_id
        self._listeners: dict[Listener, None] = {}
        self._told: dict[int, Told] = {}
        self._snapshot: Told | None = None
        self.state: Any = subscribed.source.state
        self._announced = self.state
        self._round: asyncio.Task[None] | None = None
        self._next_round: asyncio.Task[None] | None = None
        self.ended: SeatlockError | None = None
        self._task = asyncio.create_task(self._run())

    @property
    def is_public(self) -> bool:
        """Whether anybody may listen, signed in or not, and is told the same."""
        return self._subscribed.source.is_public and not self._is_personal

    async def arrive(self) -> None:
        """For who has just come: what they are told first is of this moment, or later. Raises SeatlockError.

        Those who come while others are seen to are seen to together: with one read, and one snapshot.
        """
        if self._next_round is None:
            self._next_round = asyncio.create_task(self._receive(self._round))
        await asyncio.shield(self._next_round)

    async def _receive(self, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        source, snapshot = self._subscribed.source, self._snapshot
        if snapshot is not None and snapshot.state is not source.state:
            await snapshot.text(self._subscribed, self._correlation_id, self._turns.of(None))
            await asyncio.sleep(max(0.0, snapshot.made_at + _rest(snapshot.took) - time.perf_counter()))
        # Who comes from here on is of the next round.
        self._round, self._next_round = self._next_round, None
        await source.catch_up()
        if self.state is not source.state:
            self.state, self._told = source.state, {}
        if self._snapshot is not None and self._snapshot.state is not self.state:
            self._snapshot = self._told[id(None)] = Told(None, self.state)

    def add(self, listener: Listener) -> None:
        """Wake this one from now on."""
        self._listeners[listener] = None

    def remove(self, listener: Listener) -> None:
        self._listeners.pop(listener, None)

    async def close(self) -> None:
        await cancel(*(task for task in (self._task, self._round, self._next_round) if task is not None))
        await self._subscribed.source.close()

    async def since(self, before: Any) -> tuple[Any, str]:
        """The newest state, and the answer for who was last told of `before`; of nothing, if None.

        A snapshot that was costly to make (thousands of seats) serves for a while: its listener is told at once what
        changed since then.
        """
        told = self._recent_snapshot() if before is None else self._told.get(id(before))
        if told is None:
            told = self._told[id(before)] = Told(before, self.state)
            if before is None:
                self._snapshot = told
        return told.state, await told.text(self._subscribed, self._correlation_id, self._turns.of(before))

    def _recent_snapshot(self) -> Told | None:
        snapshot = self._snapshot
        if snapshot is None or snapshot.state is self.state or not snapshot.made_at:
            return snapshot
        return snapshot if time.perf_counter() - snapshot.made_at < _rest(snapshot.took) else None

    async def _run(self) -> None:
        while self.ended is None:
            try:
                await self._tell_next()
            except (Forbidden, Unauthenticated) as error:
                self.ended = error
                for listener in list(self._listeners):
                    listener.wake()
            except Exception:  # a bug must not leave the listeners waiting for ever
                _log.exception("a subscription failed")
                await asyncio.sleep(1)

    async def _tell_next(self) -> None:
        before = self._announced
        state = await self._subscribed.source.next(before)
        started = time.thread_time()
        if self.state is not state:
            self.state, self._told = state, {}
        self._announced = state
        await self.since(before)
        for number, listener in enumerate(list(self._listeners), start=1):
            listener.wake()
            if number % AT_A_TIME == 0:
                await asyncio.sleep(0)
        if (committed_at := self._subscribed.source.committed_at(state)) is not None:
            listeners_told(committed_at)
        await asyncio.sleep(_rest(time.thread_time() - started))


def _rest(seconds: float) -> float:
    """How long to rest after so much work."""
    return min(REST * seconds, REST_SECONDS_AT_MOST)
