"""What a client asks to run, as far as it is understood; and what it is told where none of that runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from graphql import DocumentNode, GraphQLFormattedError, OperationType

from domain.errors import OverBudget, Overloaded
from graph.execution.errors import code_of, describe
from graph.execution.executor import Known
from graph.execution.http_error import Header
from graph.execution.introspection import Question
from graph.execution.named_documents import Name
from graph.execution.statuses import headers_of, status_of


class Request(NamedTuple):
    """What to run. Without a `query` that is written it has a `name` for one."""

    query: str
    variables: dict[str, Any] | None
    operation_name: str | None
    name: Name | None = None


BAD_TOKEN: Header = (b"www-authenticate", b'Bearer error="invalid_token"')
"""Said in each answer to a bad token, also where a part of the document could be answered."""


class RequestError(Exception):
    """A well-formed request of which nothing ran. Its status is that of its first error's code, unless it is given."""

    def __init__(
        self, *errors: GraphQLFormattedError, status: int | None = None, headers: Iterable[Header] = ()
    ) -> None:
        super().__init__()
        self.errors = errors
        self.status = status_of(self.code) if status is None else status
        self.headers = headers_of(self.status, errors, headers)

    @property
    def code(self) -> str:
        """What the first of the errors is."""
        return code_of(self.errors[0])


@dataclass(frozen=True, slots=True)
class Operation:
    """A request whose document is valid, and the operation in it that is to run."""

    request: Request
    document: DocumentNode
    type: OperationType
    field: str
    """The root field, as the schema names it, or `several`: what the request is counted as."""
    known: Known
    """What is known of it since it was run first."""
    is_personal: bool = False
    """Whether some field depends on who asks, also where anybody may."""
    introspects: bool = False
    """Whether it asks for the schema."""
    lists_seats: bool = False
    """Whether it asks for seats one by one."""
    lists_changes: bool = False
    """Whether it asks for the seats that changed one by one."""
    cost: int = 0
    """What it costs, see limits.py."""
    is_about_schema: bool = False
    """Whether it asks for nothing but the schema, and always for the same."""

    @property
    def question(self) -> Question:
        """What tells it from other operations without variables."""
        return self.request.query, self.request.operation_name

    @property
    def looks_by_itself(self) -> bool:
        """Whether it looks by itself, and in the same read, if who asks still is somebody: buying costs no other."""
        return self.type is OperationType.MUTATION and self.field in SALE


SALE = frozenset({"lockSeats", "releaseLock", "confirmBooking", "payBooking", "cancelBooking"})
"""Mutations that do nothing but by a command of the caller's, see `Caller.is_known`."""


def too_many_requests(error: Overloaded | OverBudget) -> RequestError:
    """What is answered where this is why nothing ran."""
    return RequestError(describe(error))
