"""What a client is told of an error: what is its own doing or meant for it, and of anything else only an id."""

from __future__ import annotations

from collections.abc import Container

import structlog
from graphql import ExecutionResult, GraphQLError, GraphQLFormattedError, ValueNode
from pymongo.errors import ConnectionFailure, WaitQueueTimeoutError

from domain.errors import SeatlockError, Unavailable
from graph.execution.inputs import invalid_variable, shortened
from graph.schema.outcomes import top_level_extensions

DONE = "It was done, but the database did not answer in time to tell all of it. Ask by a query, or repeat the request."

_log = structlog.get_logger(__name__)


def format_errors(
    result: ExecutionResult, correlation_id: str, refused: Container[str | int] | None = None
) -> list[GraphQLFormattedError]:
    """The errors of an execution as they are answered. Bugs are logged here, with their stack trace.

    Of a mutation, `refused` are the root fields that changed nothing. Where another one has an answer of which a part
    can't be given, the error says that it was done.
    """
    return [_format(error, correlation_id, _is_done(error, refused)) for error in result.errors or ()]


def _is_done(error: GraphQLError, refused: Container[str | int] | None) -> bool:
    path = error.path or ()
    return refused is not None and len(path) > 1 and path[0] not in refused


def describe(error: SeatlockError) -> GraphQLFormattedError:
    """An error of the domain, as a top-level error."""
    return {"message": error.message, "extensions": top_level_extensions(error)}


def internal_error(correlation_id: str) -> GraphQLFormattedError:
    """All a client learns of a bug: by which id to ask for it."""
    return {"message": "Internal error", "extensions": {"code": "INTERNAL", "correlationId": correlation_id}}


def code_of(error: GraphQLFormattedError) -> str:
    """The code of an error as it is answered."""
    return str(error["extensions"]["code"])


def _format(error: GraphQLError, correlation_id: str, is_done: bool) -> GraphQLFormattedError:
    cause = cause_of(error)
    if isinstance(cause, ConnectionFailure | WaitQueueTimeoutError):
        _log.warning("MongoDB did not answer", error=str(cause)[:500])
        cause = Unavailable(DONE if is_done else "The database did not answer in time; try again.")
    if isinstance(cause, SeatlockError):
        told = describe(cause)
    elif _is_about_a_value(error, cause):
        told = {"message": shortened(error.message), "extensions": invalid_variable(error.message)}
    else:
        _log.error("a resolver failed", path=error.path, exc_info=cause)
        told = internal_error(correlation_id)
    if is_done:
        told["extensions"]["done"] = True
    return {**error.formatted, **told}


def cause_of(error: GraphQLError) -> Exception:
    """What went wrong, under whatever GraphQL has wrapped it in."""
    cause: Exception = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause


def _is_about_a_value(error: GraphQLError, cause: Exception) -> bool:
    """Whether graphql-core itself refused a variable (before anything ran: no path) or an argument (at its value)."""
    if error.path is None:
        return True
    return isinstance(cause, GraphQLError) and isinstance(next(iter(cause.nodes or ()), None), ValueNode)
