"""What came of an execution, as it is answered."""

from __future__ import annotations

from graphql import ExecutionResult, FieldNode, OperationType

from domain.errors import Forbidden, SeatlockError, Unauthenticated
from graph.execution.answers import needed_somebody, too_much_for_now
from graph.execution.errors import cause_of, code_of, describe, format_errors
from graph.execution.operation import BAD_TOKEN, RequestError, too_many_requests
from graph.schema.context import Context
from graph.schema.outcomes import top_level_extensions
from graph.schema.rejections import note_refusal


def note_refused(result: ExecutionResult, operation: OperationType, context: Context) -> None:
    """Leave in the audit log which fields were refused without a result union to say so."""
    for error in result.errors or ():
        cause = cause_of(error)
        field = error.nodes[0] if error.nodes else None
        # Only those of the root: what they lead to is read, and a read that can't be done as it was put harms nobody.
        if not isinstance(cause, SeatlockError) or not isinstance(field, FieldNode) or len(error.path or ()) != 1:
            continue
        if operation is OperationType.MUTATION or isinstance(cause, Forbidden):
            note_refusal(context, field.name.value, cause, top_level_extensions(cause)["code"], {})


def check_some_ran(result: ExecutionResult, operation: OperationType, context: Context) -> None:
    """Raises RequestError where every root field was refused, for what the whole request is answered with a status."""
    if (refused := too_much_for_now(result, operation)) is not None:
        raise too_many_requests(refused)
    # Who sent a token believes to be somebody; those that look by themselves learn only then that they are not.
    sent_token = context.bad_token is not None or context.caller is not None
    if sent_token and (error := needed_somebody(result, operation)) is not None:
        raise RequestError(describe(error), headers=[BAD_TOKEN])


def note_bad_token(result: ExecutionResult, context: Context) -> None:
    """Have the answer say that the token is bad, where only those found out that look by themselves."""
    causes = (cause_of(error) for error in result.errors or ())
    found = next((cause for cause in causes if isinstance(cause, Unauthenticated)), None)
    if context.bad_token is None and context.caller is not None and found is not None:
        context.bad_token = Unauthenticated(found.message)


def answer_of(result: ExecutionResult, context: Context, operation: OperationType) -> dict[str, object]:
    """Data, errors, or both. Raises RequestError where nothing ran."""
    if result.errors is None:
        return {"data": result.data}
    refused = context.refused if operation is OperationType.MUTATION else None
    errors = format_errors(result, context.correlation_id, refused)
    if result.data is None and all(error.path is None for error in result.errors):
        raise RequestError(*errors)
    context.outcome = code_of(errors[0])
    return {"errors": errors, "data": result.data}
