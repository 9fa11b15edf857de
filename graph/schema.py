"""The schema: one object, built once. `schema.graphql` in the repository is its print."""

from __future__ import annotations

import strawberry
from graphql import (
    GraphQLArgument,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    Undefined,
)
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema_converter import GraphQLCoreConverter

from graph.errors import refusal_handlers
from graph.mutations import Mutation
from graph.queries import Query
from graph.scalars import SCALARS


def build_schema() -> strawberry.Schema:
    """The public API."""
    schema = strawberry.Schema(
        query=Query,
        mutation=Mutation,
        config=StrawberryConfig(scalar_map=SCALARS),
        exception_handlers=refusal_handlers(),
    )
    _complete(schema._schema)
    return schema


def _complete(schema: GraphQLSchema) -> None:
    """Make the schema say what Strawberry leaves unsaid, or says for reasons of Python."""
    for named in schema.type_map.values():
        inputs: list[GraphQLInputField | GraphQLArgument] = []
        if isinstance(named, GraphQLInputObjectType):
            inputs += named.fields.values()
            # Strawberry prints @oneOf and enforces it in ways of its own; thus introspection tells it too, and
            # graphql-core's errors name the field.
            named.is_one_of = named.extensions[GraphQLCoreConverter.DEFINITION_BACKREF].is_one_of
        elif isinstance(named, GraphQLObjectType | GraphQLInterfaceType):
            for field in named.fields.values():
                inputs += field.args.values()
        for each in inputs:
            # What may be left out needs `= None` in Python; to clients `= null` would say nothing more.
            if each.default_value is None:
                each.default_value = Undefined


schema = build_schema()
