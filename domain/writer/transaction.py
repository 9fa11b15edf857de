"""A transaction whose statements are sent together, and the commit with them where that is safe."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pymongo
from pymongo import AsyncMongoClient, WriteConcern
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.errors import BulkWriteError, OperationFailure

from domain.contradiction import Contradiction
from domain.writer.exchange import MONGO_SECONDS, Answer, Command, Exchange, exchange
from domain.writer.statements import Statement

ABORT_SECONDS = 1.0
"""How long MongoDB may take to undo a batch. If it does not, transactionLifetimeLimitSeconds does."""

DURABLE = WriteConcern("majority", j=True)

IMMUTABLE_FIELD = 66
"""How MongoDB refuses to insert what `exactly` did not find."""

ENDS_WHAT_IT_REFUSES = 25
"""The wire version of MongoDB 8.0. Later ones may turn a statement away before they look at its transaction, when they
are busy. That does not end the transaction, and its commit might be let in again."""


class Conflict(Exception):
    """Somebody else changed this event since it was read: read again, decide again."""


async def carry_out(mongo: AsyncMongoClient[Any], statements: Sequence[Statement]) -> None:
    """Write all of it, durable when this returns, or nothing.

    Raises Conflict when a document is not as a statement says; BulkWriteError or another PyMongoError; what came of it
    may be unknown then. Raises Contradiction when MongoDB has committed it in part.
    """
    async with mongo.start_session() as session:
        await session.start_transaction(write_concern=DURABLE)
        try:
            is_committed = await _send(session, statements)
        except BaseException:
            # Also when only part of it may have arrived: what is half sent must never be committed.
            with pymongo.timeout(ABORT_SECONDS):
                await session.abort_transaction()
            raise
        if not is_committed:
            # Retried by the driver, and by the writer as a whole: deciding again finds what this commit made, if any.
            with pymongo.timeout(MONGO_SECONDS):
                await session.commit_transaction()


async def _send(session: AsyncClientSession, statements: Sequence[Statement]) -> bool:
    """Send the statements, and check all their answers; whether the transaction is committed, too."""
    expected = [command for statement in statements for command in statement.commands()]
    commands = [command for command, _ in expected]
    commit = {"commitTransaction": 1, "writeConcern": DURABLE.document}
    async with exchange(session) as connection:
        if connection.is_sharded:
            # Between shards the commit needs what the answers tell.
            _check_all(connection, expected, await connection.send(*commands))
            return False
        is_certain = all(statement.is_certain for statement in statements)
        if is_certain and connection.wire_version <= ENDS_WHAT_IT_REFUSES:
            *answers, last = await connection.send(*commands, commit)
            try:
                _check_all(connection, expected, answers)
            except Exception as error:
                if last["ok"]:
                    # Whoever looks after the event's documents makes them agree.
                    raise Contradiction("MongoDB has committed a transaction without one of its statements") from error
                raise
        else:
            _check_all(connection, expected, await connection.send(*commands))
            (last,) = await connection.send(commit)
        try:
            connection.check(last)
        except OperationFailure:
            # All of it is written. Whether it is committed the driver finds out, as for any commit.
            return False
        connection.committed()
        return True


def _check_all(connection: Exchange, expected: Sequence[tuple[Command, int | None]], answers: Sequence[Answer]) -> None:
    """Raise what the first answer means that does not say that all was written."""
    for (_, documents), answer in zip(expected, answers, strict=True):
        connection.check(answer)
        if faults := answer.get("writeErrors"):
            if all(fault.get("code") == IMMUTABLE_FIELD for fault in faults):
                raise Conflict
            raise BulkWriteError({"writeErrors": faults, "writeConcernErrors": []})
        if documents is not None and answer["n"] != documents:
            raise Conflict
