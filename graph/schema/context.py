"""What every resolver can reach: the services, who asks, and this request's loaders."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

import strawberry
from beanie import PydanticObjectId

from domain.caller import Caller
from domain.documents import Event, Role
from domain.errors import Forbidden, SeatlockError, Unauthenticated
from domain.process.metrics import OK
from domain.services import Services
from graph.schema.loaders import Committed, Loaders
from graph.schema.selection import asks_for_seat_map

MAX_NOTES = 10
"""How many refusals of one request the audit log has."""

MAX_SEATS = 50_000
"""How many seats one request of an ADMIN may list in all, and one that is told of changes: a large hall, once."""

MAX_SEATS_OF_QUERY = 5_000
"""How many seats a query of anybody else may list: they take a tenth of a second, and 600 kB."""


class TooComplex(SeatlockError):
    """The operation turned out to ask for more than one request may."""


@dataclass(slots=True)
class Context:
    """One request. `caller` is None when nobody is signed in, and `signed_in_until` then, too.

    `address` is the client's, as far as the proxies say that are believed; None where there is none.

    `bad_token` says what is wrong with the token that was sent, if anything is. Then nobody asks, and is not taken for
    who never signed in: what needs somebody tells them, and changes nothing.

    `outcome` is `ok`, or the code of what was refused or failed.
    """

    services: Services
    caller: Caller | None
    correlation_id: str
    signed_in_until: datetime | None = None
    address: str | None = None
    pays: bool = True
    """Whether it spends budgets: what a subscription tells again was paid for when it began."""
    bad_token: Unauthenticated | None = None
    outcome: str = OK
    asked_too_much: bool = False
    """Whether something was TooComplex."""
    left_out: bool = False
    """Whether something is null because nobody is signed in, without an error to say so."""
    refused: set[str | int] = field(default_factory=set)
    """Root fields that answered with a refusal, by what the request calls them."""
    _loaders: Loaders | None = None
    _left: list[Loaders] = field(default_factory=list)
    _committed: Committed | None = None
    _seats: int = 0
    _notes: int = 0

    @property
    def loaders(self) -> Loaders:
        """The documents this request has read, each once."""
        if self._loaders is None:
            self._loaders = Loaders(self.services, self._committed)
        return self._loaders

    def count_seats(self, count: int, most: int = MAX_SEATS) -> None:
        """Make sure that this many more seats may be listed, of so many in all. Raises TooComplex."""
        if self._seats + count > most:
            self.asked_too_much = True
            raise TooComplex(
                f"One request may list {most:,} seats, and this asks for {self._seats + count:,}. Name a `section`, or "
                "ask for `sections { rows }`: it says the same of any map."
            )
        self._seats += count

    def anew(self) -> Context:
        """The same caller's next request, which their subscription makes."""
        return Context(
            self.services,
            self.caller,
            self.correlation_id,
            self.signed_in_until,
            self.address,
            pays=False,
            bad_token=self.bad_token,
        )

    def of_nobody(self) -> Context:
        """The same, asked by who is not signed in."""
        return Context(self.services, None, self.correlation_id, None, self.address)

    def as_user(self) -> Context:
        """The same, asked by the same one as a USER."""
        caller = self.caller and replace(self.caller, role=Role.USER)
        return Context(
            self.services,
            caller,
            self.correlation_id,
            self.signed_in_until,
            self.address,
            bad_token=self.bad_token,
        )

    def may_note(self) -> bool:
        """Whether one more of this request's refusals is written down: of aliases there may be dozens."""
        self._notes += 1
        return self._notes <= MAX_NOTES

    def begin_change(self, info: Info) -> None:
        """This root field is about to change something: it, and what follows, must not show what was read before."""
        self._leave()
        newest, commits = self.services.newest, self.services.newest.commits
        fields, fragments = info._raw_info.field_nodes, info._raw_info.fragments

        def committed(event_id: PydanticObjectId) -> Event | None:
            event = newest.event_since(event_id, commits)
            # A commit knows only the rows that it touched: with the others, all is read at one instant.
            return None if event is None or asks_for_seat_map(fields, fragments) else event

        self._committed = committed

    async def close(self) -> None:
        """The request is answered."""
        self._leave()
        for loaders in self._left:
            await loaders.close()
        self._left.clear()

    def _leave(self) -> None:
        if self._loaders is not None:
            self._left.append(self._loaders)
            self._loaders = None


Info: TypeAlias = strawberry.Info[Context, None]


def require_caller(info: Info) -> Caller:
    """Who asks. Raises Unauthenticated when nobody is signed in."""
    caller = info.context.caller
    if caller is None:
        raise unauthenticated(info.context)
    return caller


def unauthenticated(context: Context) -> Unauthenticated:
    """Why who asks is nobody: for the token they sent, or because they sent none."""
    if context.bad_token is not None:
        # Not the same object: raised for each field, it would gather all their frames.
        return Unauthenticated(context.bad_token.message)
    return Unauthenticated("Sign in, and send the access token as Authorization: Bearer <token>.")


def require_admin(info: Info) -> Caller:
    """The ADMIN who asks. Raises Unauthenticated, or Forbidden for another role."""
    caller = require_caller(info)
    if not caller.is_admin:
        raise Forbidden("Only an ADMIN may do this.")
    return caller


def require_managing_admin(info: Info) -> Caller:
    """The ADMIN who asks for a change of what may have been read. Raises Unauthenticated, Forbidden."""
    info.context.begin_change(info)
    return require_admin(info)


def require_actor(info: Info) -> Caller:
    """Who asks for a change. Raises Unauthenticated.

    The mutations of one request run one after the other, and a later one must not show what an earlier one read.
    """
    info.context.begin_change(info)
    return require_caller(info)
