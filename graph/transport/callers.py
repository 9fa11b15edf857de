"""Who asks, by the token they send."""

from __future__ import annotations

import asyncio

from domain.caller import Caller
from domain.documents import Role
from domain.errors import Unauthenticated
from domain.people.accounts import Claims, read_token, role_now
from domain.services import Services
from graph.schema.context import Context


def read_bearer(services: Services, authorization: str) -> Claims:
    """What the token in `Bearer <token>` says. Raises Unauthenticated."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated("Send the access token as Authorization: Bearer <token>.")
    return read_token(services.settings, token.strip(), services.clock())


async def context_of(services: Services, claims: Claims | None, correlation_id: str) -> Context:
    """The context of a request by whom the token names, or by nobody. Raises Unauthenticated, Unavailable."""
    if claims is None:
        return Context(services, None, correlation_id)
    role = claims.role
    if role is Role.ADMIN:
        # Not taken at its word: it may be one no more. To its end, as whatever is read: cut off, the driver drops the
        # connection.
        role = await asyncio.shield(services.tasks.keep(role_now(claims.user_id)))
    return Context(services, Caller(claims.user_id, role, correlation_id), correlation_id, claims.expires_at)
