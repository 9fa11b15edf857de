"""Commands that are sent to MongoDB together: one round trip for all of them (docs/decisions/0019-one-round-trip.md).

MongoDB serves what comes on one connection one after the other, and each round trip costs as much as several writes.
PyMongo has no public way to send a second command before the first is answered. So this uses its private parts, and
pyproject.toml pins its minor version. Nothing else here does.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from time import perf_counter
from typing import Any

from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo import AsyncMongoClient
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.pool import AsyncConnection
from pymongo.client_session_shared import _TxnState
from pymongo.helpers_shared import _check_command_response
from pymongo.message import _op_msg, _OpMsg
from pymongo.read_preferences import ReadPreference
from pymongo.server_selectors import writable_server_selector
from pymongo.server_type import SERVER_TYPE

from domain.documents import Event

MONGO_SECONDS = 5.0
"""How long MongoDB may take to read for a batch, to write it, or to commit it; it takes milliseconds. On a connection
that broke without a word nothing else ends the wait. What came of a commit is unknown then: the next attempt finds out.
"""

Command = dict[str, Any]
Answer = dict[str, Any]


class Exchange:
    """A connection to the primary, for one session."""

    def __init__(
        self,
        mongo: AsyncMongoClient[Any],
        session: AsyncClientSession,
        connection: AsyncConnection,
        options: CodecOptions[Any],
        database: str,
        *,
        is_sharded: bool,
    ) -> None:
        self.is_sharded = is_sharded
        self._mongo = mongo
        self._session = session
        self._connection = connection
        self._options = options
        self._as_bson = options.with_options(document_class=RawBSONDocument)
        self._database = database

    async def send(self, *commands: Command, as_bson: Collection[int] = ()) -> list[Answer]:
        """The answers to these commands, as they are: each may be an error. Raises ConnectionFailure.

        Those to commands `as_bson`, by number, are RawBSONDocuments; never that to the last.
        """
        messages, request_ids = [], []
        for command in commands:
            request_id, message = self._encoded(command)
            messages.append(message)
            request_ids.append(request_id)
        watched = _Watched(self._connection, commands, request_ids)
        connection = self._connection
        try:
            async with asyncio.timeout(MONGO_SECONDS):
                socket = connection.conn.get_conn
                await socket.write(b"".join(messages))
                received = [await socket.read(request_id, connection.max_message_size) for request_id in request_ids]
        except BaseException as error:
            watched.broke(error)
            # It closes the connection: what answers are still to come must not be taken for those to somebody else.
            await connection._raise_connection_failure(error)
        answers = [
            _OpMsg.unpack(data).unpack_response(codec_options=self._as_bson if number in as_bson else self._options)[0]
            for number, (data, _) in enumerate(received)
        ]
        # The last one tells the time of all.
        await self._mongo._process_response(answers[-1], self._session)
        watched.ended(answers)
        return answers

    def check(self, answer: Answer) -> None:
        """Raise the PyMongoError that this answer tells of, if any."""
        _check_command_response(answer, self._connection.max_wire_version, parse_write_concern_error=True)

    def committed(self) -> None:
        """The session's transaction has been committed by one of the commands."""
        self._session._transaction.state = _TxnState.COMMITTED

    def _encoded(self, command: Command) -> tuple[int, bytes]:
        connection, session = self._connection, self._session
        if "getMore" not in command:
            # MongoDB refuses it there: what the cursor's first command was given holds for all of it.
            command["maxTimeMS"] = int(MONGO_SECONDS * 1_000)
        connection.add_server_api(command)
        session._apply_to(command, is_retryable=False, read_preference=ReadPreference.PRIMARY, conn=connection)
        connection.send_cluster_time(command, session, self._mongo)
        if session._starting_transaction:
            session._transaction.set_in_progress()
        database = "admin" if "commitTransaction" in command else self._database
        request_id, message, *_ = _op_msg(
            0, command, database, ReadPreference.PRIMARY, self._options, ctx=connection.compression_context
        )
        return request_id, message


@asynccontextmanager
async def exchange(session: AsyncClientSession) -> AsyncIterator[Exchange]:
    """A connection to the primary for this session, as long as the context lasts."""
    mongo = session.client
    collection = Event.get_pymongo_collection()
    server = await mongo._select_server(writable_server_selector, session, "writer")
    async with mongo._checkout(server, session) as connection:
        connection.validate_session(mongo, session)
        yield Exchange(
            mongo,
            session,
            connection,
            collection.codec_options,
            collection.database.name,
            is_sharded=server.description.server_type is not SERVER_TYPE.RSPrimary,
        )


class _Watched:
    """Tells those who watch the driver's commands of these, too."""

    def __init__(
        self, connection: AsyncConnection, commands: Sequence[dict[str, Any]], request_ids: Sequence[int]
    ) -> None:
        listeners = connection.listeners
        self._listeners = listeners if listeners is not None and listeners.enabled_for_commands else None
        self._at = connection.address, connection.server_connection_id
        self._sent = list(zip(commands, request_ids, strict=True))
        self._began = perf_counter()
        if self._listeners is not None:
            for command, request_id in self._sent:
                self._listeners.publish_command_start(command, command["$db"], request_id, *self._at)

    def broke(self, error: BaseException) -> None:
        """Nobody knows what has been answered."""
        self.ended([{"ok": 0.0, "errmsg": str(error), "errtype": type(error).__name__}] * len(self._sent))

    def ended(self, answers: Sequence[dict[str, Any]]) -> None:
        if self._listeners is None:
            return
        took = timedelta(seconds=perf_counter() - self._began)
        for (command, request_id), answer in zip(self._sent, answers, strict=True):
            tell = self._listeners.publish_command_success if answer["ok"] else self._listeners.publish_command_failure
            tell(took, answer, next(iter(command)), request_id, *self._at, database_name=command["$db"])
