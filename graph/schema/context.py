"""What every resolver can reach: the services, who asks, and this request's loaders."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

import strawberry

from domain.caller import Caller
from domain.documents import Role
from domain.errors import Forbidden, SeatlockError, Unauthenticated
from domain.process.metrics import OK
from domain.services import Services
from graph.schema.loaders import Loaders

MAX_NOTES = 10
"""How many refusals of one request the audit log has."""

MAX_SEATS = 50_000
"""How many seats one request may list in all: a large hall, once."""


class TooComplex(SeatlockError):
    """The operation turned out to ask for more than one request may."""


@dataclass(slots=True)
class Context:
    """One request. `caller` is None when nobody is signed in, and `signed_in_until` then, too.

    `outcome` is `ok`, or the code of what was refused or failed.
    """

    services: Services
    caller: Caller | None
    correlation_id: str
    signed_in_until: datetime | None = None
    outcome: str = OK
    _loaders: Loaders | None = None
    _left: list[Loaders] = field(default_factory=list)
    _seats: int = 0
    _notes: int = 0

    @property
    def loaders(self) -> Loaders:
        """The documents this request has read, each once."""
        if self._loaders is None:
            self._loaders = Loaders(self.services)
        return self._loaders

    def count_seats(self, count: int) -> None:
        """Make sure that this many more seats may be listed. Raises TooComplex."""
        if self._seats + count > MAX_SEATS:
            raise TooComplex(
                f"One request may list {MAX_SEATS:,} seats; `sections {{ rows }}` says the same of any map."
            )
        self._seats += count

    def anew(self) -> Context:
        """The same caller's next request."""
        return Context(self.services, self.caller, self.correlation_id, self.signed_in_until)

    def of_nobody(self) -> Context:
        """The same, asked by who is not signed in."""
        return Context(self.services, None, self.correlation_id)

    def as_user(self) -> Context:
        """The same, asked by the same one as a USER."""
        caller = self.caller and replace(self.caller, role=Role.USER)
        return Context(self.services, caller, self.correlation_id, self.signed_in_until)

    def may_note(self) -> bool:
        """Whether one more of this request's refusals is written down: of aliases there may be dozens."""
        self._notes += 1
        return self._notes <= MAX_NOTES

    def forget(self) -> None:
        """Read everything afresh from here on: something is about to change."""
        if self._loaders is not None:
            self._left.append(self._loaders)
            self._loaders = None

    async def close(self) -> None:
        """The request is answered."""
        self.forget()
        for loaders in self._left:
            await loaders.close()
        self._left.clear()


Info: TypeAlias = strawberry.Info[Context, None]


def require_caller(info: Info) -> Caller:
    """Who asks. Raises Unauthenticated when nobody is signed in."""
    caller = info.context.caller
    if caller is None:
        raise Unauthenticated("Sign in, and send the access token as Authorization: Bearer <token>.")
    return caller


def require_admin(info: Info) -> Caller:
    """The ADMIN who asks. Raises Unauthenticated, or Forbidden for another role."""
    caller = require_caller(info)
    if not caller.is_admin:
        raise Forbidden("Only an ADMIN may do this.")
    return caller


def require_managing_admin(info: Info) -> Caller:
    """The ADMIN who asks for a change of what may have been read. Raises Unauthenticated, Forbidden."""
    info.context.forget()
    return require_admin(info)


def require_actor(info: Info) -> Caller:
    """Who asks for a change. Raises Unauthenticated.

    The mutations of one request run one after the other, and a later one must not show what an earlier one read.
    """
    info.context.forget()
    return require_caller(info)
