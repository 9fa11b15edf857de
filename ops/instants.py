"""Instants as operators write them: the API's."""

from __future__ import annotations

from datetime import datetime

from graphql import GraphQLError

from domain.errors import InvalidInput
from graph.schema.scalars import parse_instant


def given_instant(name: str, text: str) -> datetime:
    """The instant. Raises InvalidInput, which says `name`."""
    try:
        return parse_instant(text)
    except GraphQLError as error:
        raise InvalidInput(name, error.message) from None
