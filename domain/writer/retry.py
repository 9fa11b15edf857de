"""Which failures of the database pass."""

from __future__ import annotations

from pymongo.errors import BulkWriteError, ConnectionFailure, DuplicateKeyError, ExecutionTimeout, PyMongoError

DUPLICATE_KEY = 11000


def may_pass(error: PyMongoError) -> bool:
    """Whether trying again can help: a conflict, an election, a lost connection; not a fault of ours."""
    if error.has_error_label("TransientTransactionError") or error.has_error_label("UnknownTransactionCommitResult"):
        return True
    if isinstance(error, ConnectionFailure | ExecutionTimeout | DuplicateKeyError):
        # A duplicate key is a race lost to another event's batch, over an idempotency key: read again, see it.
        return True
    if isinstance(error, BulkWriteError):
        return all(fault.get("code") == DUPLICATE_KEY for fault in error.details.get("writeErrors", ()))
    return error.has_error_label("RetryableWriteError")
