"""Which failures of the database pass."""

from __future__ import annotations

from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    DuplicateKeyError,
    ExecutionTimeout,
    OperationFailure,
    PyMongoError,
)

DUPLICATE_KEY = 11000

PASSING = {
    6,  # HostUnreachable: of a shard, as those that follow up to 133
    7,  # HostNotFound
    89,  # NetworkTimeout
    133,  # FailedToSatisfyReadPreference
    9001,  # SocketException
    24,  # LockTimeout
    43,  # CursorNotFound
    112,  # WriteConflict
    134,  # ReadConcernMajorityNotAvailableYet
    237,  # CursorKilled
    239,  # SnapshotTooOld
    246,  # SnapshotUnavailable: a collection or an index has just been made
    262,  # ExceededTimeLimit
    11601,  # Interrupted
}
"""What MongoDB answers without a label, to reads above all, and would not answer a moment later."""


def may_pass(error: PyMongoError) -> bool:
    """Whether trying again can help: a conflict, an election, a lost connection; not a fault of ours."""
    if error.has_error_label("TransientTransactionError") or error.has_error_label("UnknownTransactionCommitResult"):
        return True
    if isinstance(error, ConnectionFailure | ExecutionTimeout | DuplicateKeyError):
        # A duplicate key is a race lost to another event's batch, over an idempotency key: read again, see it.
        return True
    if isinstance(error, BulkWriteError):
        return all(fault.get("code") == DUPLICATE_KEY for fault in error.details.get("writeErrors", ()))
    if isinstance(error, OperationFailure) and error.code in PASSING:
        return True
    return error.has_error_label("RetryableWriteError") or error.has_error_label("RetryableError")
