"""A transaction whose statements are sent together: one round trip, and the commit with it where that is safe.

MongoDB serves what comes on one connection one after the other, and each round trip costs as much as several writes
(docs/decisions/0019-one-round-trip.md). PyMongo has no public way to send more than one command before an answer, so
this uses its private parts, and pyproject.toml pins its minor version. Nothing else here does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from time import perf_counter
from typing import Any

import pymongo
from pymongo import AsyncMongoClient, WriteConcern
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.pool import AsyncConnection
from pymongo.client_session_shared import _TxnState
from pymongo.errors import BulkWriteError, OperationFailure
from pymongo.helpers_shared import _check_command_response
from pymongo.message import _op_msg, _OpMsg
from pymongo.read_preferences import ReadPreference
from pymongo.server_selectors import writable_server_selector
from pymongo.server_type import SERVER_TYPE

from domain.documents import Event
from domain.writer.statements import Statement

MONGO_SECONDS = 5.0
"""How long MongoDB may take to read for a batch, to write it, or to commit it; it takes milliseconds. On a connection
that broke without a word nothing else ends the wait. What came of a commit is unknown then: the next attempt finds out.
"""

ABORT_SECONDS = 1.0
"""How long MongoDB may take to undo a batch. If it does not, transactionLifetimeLimitSeconds does."""

DURABLE = WriteConcern("majority", j=True)

DUPLICATE_KEY, IMMUTABLE_FIELD = 11000, 66
"""How MongoDB refuses to insert what `exactly` did not find: the document is there, or it is gone."""


class Conflict(Exception):
    """Somebody else changed this event since it was read: read again, decide again."""


async def carry_out(mongo: AsyncMongoClient[Any], statements: Sequence[Statement]) -> None:
    """Write all of it, durable when this returns, or nothing.

    Raises Conflict when a document is not as a statement says; BulkWriteError or another PyMongoError; what came of it
    may be unknown then.
    """
    async with mongo.start_session() as session:
        await session.start_transaction(write_concern=DURABLE)
        try:
            is_committed = await _send(mongo, session, statements)
        except BaseException:
            # Also when only part of it may have arrived: what is half sent must never be committed.
            with pymongo.timeout(ABORT_SECONDS):
                await session.abort_transaction()
            raise
        if not is_committed:
            # Retried by the driver, and by the writer as a whole: deciding again finds what this commit made, if any.
            with pymongo.timeout(MONGO_SECONDS):
                await session.commit_transaction()


async def _send(mongo: AsyncMongoClient[Any], session: AsyncClientSession, statements: Sequence[Statement]) -> bool:
    """Send the statements, and read all their answers; whether the transaction is committed, too."""
    expected = [command for statement in statements for command in statement.commands()]
    server = await mongo._select_server(writable_server_selector, session, "insert")
    # Between shards the commit needs what the answers tell.
    with_commit = server.description.server_type is SERVER_TYPE.RSPrimary and all(one.is_certain for one in statements)
    async with mongo._checkout(server, session) as connection:
        commands = [command for command, _ in expected]
        if with_commit:
            commands.append({"commitTransaction": 1, "writeConcern": DURABLE.document})
        *answers, last = await _exchange(mongo, session, connection, commands)
        if not with_commit:
            answers.append(last)
        for (command, documents), answer in zip(expected, answers, strict=True):
            _check(command, answer, documents, connection)
        if with_commit:
            try:
                _check_command_response(last, connection.max_wire_version, parse_write_concern_error=True)
            except OperationFailure:
                # All of it is written, and whether it is committed the driver finds out, as for any commit.
                return False
            session._transaction.state = _TxnState.COMMITTED
    return with_commit


async def _exchange(
    mongo: AsyncMongoClient[Any],
    session: AsyncClientSession,
    connection: AsyncConnection,
    commands: Sequence[dict[str, Any]],
) -> list[dict[str, Any]]:
    """The answers to these commands, which leave in one write."""
    connection.validate_session(mongo, session)
    options, ours = mongo.codec_options, Event.get_pymongo_collection().database.name
    messages, request_ids = [], []
    for command in commands:
        database = "admin" if "commitTransaction" in command else ours
        command["maxTimeMS"] = int(MONGO_SECONDS * 1_000)
        connection.add_server_api(command)
        session._apply_to(command, is_retryable=False, read_preference=ReadPreference.PRIMARY, conn=connection)
        connection.send_cluster_time(command, session, mongo)
        if session._starting_transaction:
            session._transaction.set_in_progress()
        request_id, message, *_ = _op_msg(
            0, command, database, ReadPreference.PRIMARY, options, ctx=connection.compression_context
        )
        messages.append(message)
        request_ids.append(request_id)
    watched = _Watched(connection, commands, request_ids)
    socket = connection.conn.get_conn
    try:
        async with asyncio.timeout(MONGO_SECONDS):
            await socket.write(b"".join(messages))
            received = [await socket.read(request_id, connection.max_message_size) for request_id in request_ids]
    except BaseException as error:
        # It closes the connection: what answers are still to come must not be taken for those to somebody else.
        await connection._raise_connection_failure(error)
    answers = [_OpMsg.unpack(data).unpack_response(codec_options=options)[0] for data, _ in received]
    for answer in answers:
        await mongo._process_response(answer, session)
    watched.ended(answers)
    return answers


def _check(command: dict[str, Any], answer: dict[str, Any], documents: int | None, connection: AsyncConnection) -> None:
    """Raise what this answer means, if it is not that all was written."""
    _check_command_response(answer, connection.max_wire_version)
    if faults := answer.get("writeErrors"):
        codes = {fault.get("code") for fault in faults}
        if "update" in command and codes <= {DUPLICATE_KEY, IMMUTABLE_FIELD}:
            raise Conflict
        raise BulkWriteError({"writeErrors": faults, "writeConcernErrors": []})
    if documents is not None and answer["n"] != documents:
        raise Conflict


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

    def ended(self, answers: Sequence[dict[str, Any]]) -> None:
        if self._listeners is None:
            return
        took = timedelta(seconds=perf_counter() - self._began)
        for (command, request_id), answer in zip(self._sent, answers, strict=True):
            tell = self._listeners.publish_command_success if answer["ok"] else self._listeners.publish_command_failure
            tell(took, answer, next(iter(command)), request_id, *self._at, database_name=command["$db"])
