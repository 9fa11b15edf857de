"""A transaction whose statements are sent together, and its commit when all of them are written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pymongo
from pymongo import AsyncMongoClient, WriteConcern
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.errors import BulkWriteError, OperationFailure

from domain.writer.exchange import MONGO_SECONDS, Answer, Exchange, exchange
from domain.writer.statements import Ask, Expected, Statement

ABORT_SECONDS = 1.0
"""How long MongoDB may take to undo a batch. If it does not, transactionLifetimeLimitSeconds does."""

DURABLE = WriteConcern("majority", j=True)


class Conflict(Exception):
    """Somebody else changed this event since it was read: read again, decide again."""


async def carry_out(mongo: AsyncMongoClient[Any], statements: Sequence[Statement]) -> None:
    """Write all of it, durable when this returns, or nothing. What it asks is answered as of before it writes.

    Raises Conflict when a document is not as a statement says; BulkWriteError or another PyMongoError; what came of it
    may be unknown then.
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
    """Send the statements, then the commit; whether it is committed, which the driver has to find out otherwise."""
    sent = [(statement, *command) for statement in statements for command in statement.commands()]
    as_bson = {number for number, (statement, *_) in enumerate(sent) if isinstance(statement, Ask)}
    async with exchange(session) as connection:
        answers = await connection.send(*(command for _, command, _ in sent), as_bson=as_bson)
        _check_all(connection, [wanted for *_, wanted in sent], answers)
        if connection.is_sharded:
            return False  # between shards the commit needs what the answers tell
        # Only now: MongoDB may turn a statement away without ending its transaction, and would commit the others.
        (answer,) = await connection.send({"commitTransaction": 1, "writeConcern": DURABLE.document})
        try:
            connection.check(answer)
        except OperationFailure:
            return False
        connection.committed()
        return True


def _check_all(connection: Exchange, expected: Sequence[Expected], answers: Sequence[Answer]) -> None:
    """Raise what the first answer means that does not say that all was written."""
    for wanted, answer in zip(expected, answers, strict=True):
        connection.check(answer)
        if faults := answer.get("writeErrors"):
            raise BulkWriteError({"writeErrors": faults, "writeConcernErrors": []})
        if not (answer["n"] == wanted if isinstance(wanted, int) else wanted(answer)):
            raise Conflict
