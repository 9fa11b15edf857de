"""Whether all that an operation asked for was refused, and for one reason: then the whole request is."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import ExecutionResult, OperationType

from domain.errors import OverBudget, Overloaded, SeatlockError, Unauthenticated
from graph.execution.errors import cause_of

TOO_MUCH = (Overloaded, OverBudget)


def too_much_for_now(result: ExecutionResult, operation: OperationType) -> Overloaded | OverBudget | None:
    """Why no root field has an answer, if each was too much at the moment: of these, the one to wait for longest."""
    refusals = _refusals(result, operation)
    longest: Overloaded | OverBudget | None = None
    for refusal in refusals:
        if not isinstance(refusal, TOO_MUCH):
            return None
        if longest is None or refusal.retry_after_seconds > longest.retry_after_seconds:
            longest = refusal
    return longest


def needed_somebody(result: ExecutionResult, operation: OperationType) -> Unauthenticated | None:
    """Why no root field has an answer, if it is for each that nobody asks."""
    refusals = [each for each in _refusals(result, operation) if isinstance(each, Unauthenticated)]
    return refusals[0] if refusals and len(refusals) == len(result.data or ()) else None


def _refusals(result: ExecutionResult, operation: OperationType) -> list[SeatlockError]:
    """Why each root field is null; nothing at all if one of them has an answer, or is null for another reason."""
    if not result.errors or not result.data or any(value is not None for value in result.data.values()):
        return []
    found = dict(_refused_fields(result, operation))
    return list(found.values()) if found.keys() == result.data.keys() else []


def _refused_fields(result: ExecutionResult, operation: OperationType) -> Iterator[tuple[str | int, SeatlockError]]:
    for error in result.errors or ():
        cause, path = cause_of(error), error.path or ()
        # What a mutation did, it did, even if its answer can't be told.
        is_done = operation is OperationType.MUTATION and len(path) > 1
        if path and not is_done and isinstance(cause, SeatlockError):
            yield path[0], cause
