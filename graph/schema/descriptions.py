"""Descriptions of the schema, in lines: as they are printed into `schema.graphql`, and as introspection tells them."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import fill

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
)

WIDEST = 116
"""Characters in a line: it is printed with up to four spaces before it."""

Described = GraphQLNamedType | GraphQLField | GraphQLArgument | GraphQLInputField | GraphQLEnumValue


def break_descriptions(schema: GraphQLSchema) -> None:
    """Have no line of a description be longer; in Markdown, which they are in, a line break is a space."""
    for each in _described(schema):
        if each.description and any(len(line) > WIDEST for line in each.description.splitlines()):
            each.description = "\n".join(
                fill(line, WIDEST, break_long_words=False, break_on_hyphens=False)
                for line in each.description.splitlines()
            )


def _described(schema: GraphQLSchema) -> Iterator[Described]:
    for name, named in schema.type_map.items():
        if name.startswith("__"):  # the specification's, which all schemas of a process share
            continue
        yield named
        if isinstance(named, GraphQLObjectType | GraphQLInterfaceType):
            for field in named.fields.values():
                yield field
                yield from field.args.values()
        elif isinstance(named, GraphQLInputObjectType):
            yield from named.fields.values()
        elif isinstance(named, GraphQLEnumType):
            yield from named.values.values()
