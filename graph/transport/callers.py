"""Who asks, by the token they send."""

from __future__ import annotations

from starlette.types import Scope

from domain.caller import Caller
from domain.documents import Role
from domain.errors import Unauthenticated
from domain.people.accounts import Claims, read_token
from domain.people.standing import role_now
from domain.services import Services
from graph.schema.context import Context


def read_bearer(services: Services, authorization: str) -> Claims:
    """What the token in `Bearer <token>` says. Raises Unauthenticated."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated("Send the access token as Authorization: Bearer <token>.")
    return read_token(services.settings, token.strip(), services.clock())


def address_of(scope: Scope) -> str | None:
    """Where the client is, as far as the proxies say that are believed; None on a Unix socket."""
    return scope["client"][0] if scope.get("client") else None


async def context_of(
    scope: Scope, claims: Claims | Unauthenticated | None, correlation_id: str, *, looks_by_itself: bool = False
) -> Context:
    """The context of a request by whom the token names, or by nobody. Raises Unavailable.

    Nobody it is, too, where the token is bad, or not good any more. The context says so: what needs somebody is
    refused, and the rest of the document is answered.

    Nobody looks here if an operation `looks_by_itself` whether a USER still is one.
    """
    services: Services = scope["state"]["services"]
    address = address_of(scope)
    if claims is None or isinstance(claims, Unauthenticated):
        return Context(services, None, correlation_id, None, address, bad_token=claims)
    if looks_by_itself and claims.role is Role.USER:
        unknown = Caller(
            claims.user_id,
            Role.USER,
            correlation_id,
            claims.sessions_ended,
            is_known=False,
            session_id=claims.session_id,
        )
        return Context(services, unknown, correlation_id, claims.expires_at, address)
    # Not taken at its word: who is ADMIN there may be one no more. Who became one since is one with the next token.
    try:
        role = await role_now(services.standings, claims.user_id, claims.sessions_ended, claims.session_id)
    except Unauthenticated as error:
        return Context(services, None, correlation_id, None, address, bad_token=error)
    caller = Caller(
        user_id=claims.user_id,
        role=role if claims.role is Role.ADMIN else claims.role,
        correlation_id=correlation_id,
        sessions_ended=claims.sessions_ended,
        session_id=claims.session_id,
    )
    return Context(services, caller, correlation_id, claims.expires_at, address)
