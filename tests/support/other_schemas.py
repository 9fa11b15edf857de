"""GraphQL schemas beside ours in one process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from graphql import GraphQLObjectType, introspection_types


@contextmanager
def another_schema() -> Iterator[None]:
    """While there may be one. Whenever Strawberry makes a schema it changes what all of them say of themselves."""
    fields = cast(GraphQLObjectType, introspection_types["__Type"]).fields
    ours = fields["isOneOf"]
    yield
    fields["isOneOf"] = ours
