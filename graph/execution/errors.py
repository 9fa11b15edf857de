"""What a client is told of an error: what is its own doing or meant for it, and of anything else only an id."""

from __future__ import annotations

import structlog
from graphql import ExecutionResult, GraphQLError, GraphQLFormattedError, ValueNode
from pymongo.errors import ConnectionFailure, WaitQueueTimeoutError

from domain.errors import SeatlockError, Unavailable
from graph.execution.inputs import invalid_variable
from graph.schema.outcomes import top_level_extensions

_log = structlog.get_logger(__name__)


def format_errors(result: ExecutionResult, correlation_id: str) -> list[GraphQLFormattedError]:
    """The errors of an execution as they are answered. Bugs are logged here, with their stack trace."""
    return [_format(error, correlation_id) for error in result.errors or ()]


def describe(error: SeatlockError) -> GraphQLFormattedError:
    """An error of the domain, as a top-level error."""
    return {"message": error.message, "extensions": top_level_extensions(error)}


def internal_error(correlation_id: str) -> GraphQLFormattedError:
    """All a client learns of a bug: by which id to ask for it."""
    return {"message": "Internal error", "extensions": {"code": "INTERNAL", "correlationId": correlation_id}}


def code_of(error: GraphQLFormattedError) -> str:
    """The code of an error as it is answered."""
    return str(error["extensions"]["code"])


def _format(error: GraphQLError, correlation_id: str) -> GraphQLFormattedError:
    cause = cause_of(error)
    if isinstance(cause, ConnectionFailure | WaitQueueTimeoutError):
        _log.warning("MongoDB did not answer", error=str(cause)[:500])
        cause = Unavailable("The database did not answer in time; try again.")
    if isinstance(cause, SeatlockError):
        told = describe(cause)
    elif _is_about_a_value(error, cause):
        told = {"message": error.message, "extensions": invalid_variable(error.message)}
    else:
        _log.error("a resolver failed", path=error.path, exc_info=cause)
        told = internal_error(correlation_id)
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
