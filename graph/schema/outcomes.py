"""Where the domain's errors become GraphQL's: refusals become members of result unions, the rest top-level errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol

from graphql import (
    GraphQLField,
    GraphQLFieldResolver,
    GraphQLNamedType,
    GraphQLResolveInfo,
    GraphQLUnionType,
    get_named_type,
)

from domain import errors
from graph.schema.context import Context, TooComplex, unauthenticated
from graph.schema.enums import ErrorCode
from graph.schema.rejections import RECORDED_ELSEWHERE, note_refusal
from graph.schema.resolvers import DEFINITION
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


def answering(mutation: GraphQLField, *, takes_bad_tokens: bool) -> GraphQLFieldResolver:
    """The mutation's resolver, whose refusals are answered by their members, as far as its result union has them.

    With a bad token it is refused, whatever it asks for, unless it `takes_bad_tokens`: a buyer whose token has expired
    is not served as somebody else, or as nobody.
    """
    resolve = mutation.resolve
    assert resolve is not None
    refusals = _refusals_in(get_named_type(mutation.type))

    async def answer(source: object, info: GraphQLResolveInfo[Context], **arguments: object) -> object:
        context: Context = info.context
        if context.bad_token is not None and not takes_bad_tokens:
            raise unauthenticated(context)
        try:
            return await resolve(source, info, **arguments)
        except refusals as refusal:
            return _member_of(refusal, info, arguments)

    return answer


def _refusals_in(result: GraphQLNamedType) -> tuple[type[errors.Refusal], ...]:
    """Those with a member in this result union."""
    assert isinstance(result, GraphQLUnionType)
    there = {member.extensions[DEFINITION].origin for member in result.types}
    return tuple(refusal for refusal, member in MEMBERS.items() if member in there)


def _member_of(
    refusal: errors.Refusal, info: GraphQLResolveInfo[Context], arguments: Mapping[str, object]
) -> members.Error:
    """What answers the refusal of this root field; the request, and the audit log, know of it then."""
    context: Context = info.context
    member = MEMBERS[type(refusal)].from_refusal(refusal)
    note_refusal(context, info.field_name, refusal, member.code, arguments)
    context.outcome = member.code.value
    if not isinstance(refusal, RECORDED_ELSEWHERE):
        context.refused.add(info.path.key)
    return member


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
