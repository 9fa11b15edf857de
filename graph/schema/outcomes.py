"""Where the domain's errors become GraphQL's: refusals become members of result unions, the rest top-level errors."""

from __future__ import annotations

from typing import Any, Final, Protocol, cast

from graphql.execution.values import VariableValues, get_argument_values
from strawberry.types.field import StrawberryField
from strawberry.types.info import Info

from domain import errors
from graph.schema.context import TooComplex
from graph.schema.enums import ErrorCode
from graph.schema.rejections import RECORDED_ELSEWHERE, note_refusal
from graph.schema.types import errors as members


class Member(Protocol):
    """A type of `graph/types/errors.py`."""

    def from_refusal(self, refusal: Any, /) -> members.Error: ...


MEMBERS: Final[dict[type[errors.Refusal], Member]] = {
    errors.InvalidInput: members.InvalidInput,
    errors.NotFound: members.NotFound,
    errors.EmailTaken: members.EmailTaken,
    errors.BadCredentials: members.BadCredentials,
    errors.NotEnoughSeats: members.NotEnoughSeats,
    errors.SeatsUnavailable: members.SeatsUnavailable,
    errors.SalesClosed: members.SalesClosed,
    errors.EventCancelled: members.EventCancelled,
    errors.LastAdmin: members.LastAdmin,
    errors.LimitExceeded: members.LimitExceeded,
    errors.LockExpired: members.LockExpired,
    errors.LockAlreadyUsed: members.LockAlreadyUsed,
    errors.LockNotActive: members.LockNotActive,
    errors.BookingExpired: members.BookingExpired,
    errors.BookingNotPayable: members.BookingNotPayable,
    errors.BookingNotCancellable: members.BookingNotCancellable,
    errors.AmountMismatch: members.AmountMismatch,
    errors.PaymentFailed: members.PaymentFailed,
    errors.PaymentTimedOut: members.PaymentTimedOut,
    errors.RefundNotFailed: members.RefundNotFailed,
    errors.MailDisabled: members.MailDisabled,
    errors.IdempotencyKeyReused: members.IdempotencyKeyReused,
}
"""What each refusal becomes in a mutation whose result union has that member."""

TOP_LEVEL_CODES: Final[dict[type[errors.SeatlockError], str]] = {
    errors.Unauthenticated: "UNAUTHENTICATED",
    errors.Forbidden: "FORBIDDEN",
    errors.Overloaded: "RATE_LIMITED",
    errors.OverBudget: "RATE_LIMITED",
    errors.Unavailable: "UNAVAILABLE",
    TooComplex: "QUERY_TOO_COMPLEX",
}


class RefusalHandler:
    """Tells Strawberry to answer a refusal with its member, wherever the member is in the field's union."""

    def __init__(self, refusal: type[errors.Refusal], member: Member) -> None:
        self.exception_type = refusal
        self.error_type = member

    def handle(self, exception: errors.Refusal, *, field: StrawberryField, info: Info) -> members.Error:
        member = self.error_type.from_refusal(exception)
        raw = info._raw_info
        asked = raw.parent_type.fields[raw.field_name]
        # They are what is coerced already, whatever graphql-core's types say.
        variables = VariableValues({}, cast(dict[str, Any], raw.variable_values))
        arguments = get_argument_values(asked, raw.field_nodes[0], variables)
        note_refusal(info.context, raw.field_name, exception, member.code, arguments)
        info.context.outcome = member.code.value
        if not isinstance(exception, RECORDED_ELSEWHERE):
            info.context.refused.add(raw.path.key)
        return member


def refusal_handlers() -> list[RefusalHandler]:
    """One for each refusal there is."""
    return [RefusalHandler(refusal, member) for refusal, member in MEMBERS.items()]


def top_level_extensions(error: errors.SeatlockError) -> dict[str, Any]:
    """What a top-level error of GraphQL says beside the message: the code, the field of an InvalidInput (and the issues
    where there are several), when to retry.

    Refusals come here from fields that have no result union: queries.
    """
    if isinstance(error, errors.InvalidInput):
        told: dict[str, Any] = {"code": ErrorCode.INVALID_INPUT.value, "field": error.field}
        if len(error.issues) > 1:
            told["issues"] = [{"path": issue.path, "message": issue.message} for issue in error.issues]
        return told
    if isinstance(error, errors.Refusal):
        return {"code": MEMBERS[type(error)].from_refusal(error).code.value}
    code = TOP_LEVEL_CODES[type(error)]
    if isinstance(error, errors.Overloaded | errors.OverBudget):
        return {"code": code, "retryAfterSeconds": error.retry_after_seconds}
    return {"code": code}
