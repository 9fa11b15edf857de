"""One connection to Redis that all share who ask it something short: commands leave at once, and are answered in order.

redis-py lends a connection for each command and first looks whether it is sound, which takes several turns of the event
loop. In a busy process each turn takes milliseconds, and the next writer of a popular event waits for them.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any, TypeAlias

from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.commands.core import AsyncScript
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import NoScriptError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

Word: TypeAlias = str | bytes | memoryview | int
Command: TypeAlias = Sequence[Word]


class RedisWire:
    """A connection to that Redis, made when it is first needed and again when it is lost. Belongs to one event loop.

    Not for commands that wait at Redis: those behind them would wait, too. `is_binary`: texts come as bytes.
    """

    def __init__(self, redis: Redis, *, is_binary: bool = False) -> None:
        self.redis = redis
        self._is_binary = is_binary
        self._connection: AbstractConnection | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._reading: asyncio.Task[None] | None = None
        self._waiting: deque[asyncio.Future[Any]] = deque()

    async def send(self, *commands: Command, seconds: float) -> list[Any]:
        """The answers to these commands, within that time. Raises RedisError, the first if there are several.

        If none comes in time the connection is given up, with all that waits for an answer on it.
        """
        connection = None
        try:
            async with asyncio.timeout(seconds):
                while (connection := self._sound()) is None:
                    # It may be lost again before we come to use it.
                    await self._connected()
                loop = asyncio.get_running_loop()
                answers = [loop.create_future() for _ in commands]
                # Nobody else comes between the two: it is written before this gives way to others.
                self._waiting.extend(answers)
                await connection.send_packed_command(connection.pack_commands(commands), check_health=False)
                told = [await answer for answer in answers]
        except TimeoutError:
            error = RedisTimeoutError(f"Redis did not answer within {seconds} s")
            if connection is not None:
                self._lose(connection, error)
            raise error from None
        for each in told:
            if isinstance(each, Exception):
                raise each
        return told

    async def run(
        self, script: AsyncScript, keys: Sequence[str], args: Command, *, seconds: float, after: Sequence[Command] = ()
    ) -> Any:
        """What the script returns, which is run `after` these commands. Raises RedisError."""
        given = (len(keys), *keys, *args)
        try:
            *_, answer = await self.send(*after, ("EVALSHA", script.sha, *given), seconds=seconds)
        except NoScriptError:
            (answer,) = await self.send(("EVAL", script.script, *given), seconds=seconds)
        return answer

    async def close(self) -> None:
        """End the connection; what still waits fails."""
        if self._connecting is not None:
            self._connecting.cancel()
        if self._connection is not None:
            self._lose(self._connection, RedisConnectionError("The server is stopping."))
        if self._reading is not None:
            await asyncio.wait({self._reading})

    def _sound(self) -> AbstractConnection | None:
        connection = self._connection
        return connection if connection is not None and connection.is_connected else None

    async def _connected(self) -> None:
        """Wait for the connection that is being made, by whoever asked first."""
        if self._connecting is None:
            self._connecting = asyncio.create_task(self._connect())
        await asyncio.shield(self._connecting)

    async def _connect(self) -> None:
        try:
            if self._connection is not None:
                self._lose(self._connection, RedisConnectionError("The connection was lost."))
            pool = self.redis.connection_pool
            connection: AbstractConnection = pool.make_connection()  # type: ignore[no-untyped-call]
            await connection.connect()  # type: ignore[no-untyped-call]
            connection.socket_timeout = None  # an answer is waited for as long as there is a connection
            self._connection = connection
            self._reading = asyncio.create_task(self._read(connection))
        finally:
            self._connecting = None

    async def _read(self, connection: AbstractConnection) -> None:
        try:
            while True:
                try:
                    told = await connection.read_response(disable_decoding=self._is_binary)
                except ResponseError as error:
                    told = error
                answer = self._waiting.popleft()
                if not answer.done():  # else who asked has gone away
                    answer.set_result(told)
        except Exception as error:
            self._lose(connection, error)

    def _lose(self, connection: AbstractConnection, error: Exception) -> None:
        if self._connection is not connection:
            return  # it was lost before
        self._connection = None
        waiting, self._waiting = self._waiting, deque()
        for answer in waiting:
            if not answer.done():
                answer.set_result(error)
        if self._reading is not None and self._reading is not asyncio.current_task():
            self._reading.cancel()
