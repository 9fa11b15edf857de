"""The schema: one object, built once. `schema.graphql` in the repository is its print."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import strawberry
from graphql import (
    GraphQLArgument,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    Undefined,
    get_nullable_type,
)
from strawberry.schema.config import StrawberryConfig
from strawberry.types.base import StrawberryObjectDefinition

from graph.schema.descriptions import break_descriptions
from graph.schema.mutations import NEED_NO_TOKEN, Mutation
from graph.schema.outcomes import answering
from graph.schema.queries import Query
from graph.schema.resolvers import DEFINITION, resolve_directly
from graph.schema.scalars import SCALARS
from graph.schema.subscriptions import Subscription

FAIL_IN_PARTS = frozenset({"nodes"})
"""Root fields that are never null themselves: what can't be told of a list is null in it."""


def build_schema() -> strawberry.Schema:
    """The public API."""
    schema = strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        config=StrawberryConfig(scalar_map=SCALARS),
    )
    for named in schema._schema.type_map.values():
        if isinstance(named, GraphQLInputObjectType):
            _complete_input(named)
        elif isinstance(named, GraphQLObjectType | GraphQLInterfaceType):
            for field in named.fields.values():
                _drop_null_defaults(field.args.values())
                if DEFINITION in field.extensions and named is not schema._schema.subscription_type:
                    resolve_directly(field)
    for root in (schema._schema.query_type, schema._schema.mutation_type):
        assert root is not None
        _make_nullable(root)
    for name, field in cast(GraphQLObjectType, schema._schema.mutation_type).fields.items():
        field.resolve = answering(field, takes_bad_tokens=name in NEED_NO_TOKEN)
    break_descriptions(schema._schema)
    # Strawberry's resolver for this fails on lists and non-null types, which have no extensions.
    introspected = cast(GraphQLObjectType, schema._schema.type_map["__Type"])
    introspected.fields["isOneOf"].resolve = lambda asked, _info: getattr(asked, "is_one_of", None)
    return schema


def _complete_input(input_type: GraphQLInputObjectType) -> None:
    """Have graphql-core make the input's instance, and enforce and publish its @oneOf.

    Strawberry would look up every field's type again on every request: a quarter of what lockSeats spends in GraphQL.
    """
    definition: StrawberryObjectDefinition = input_type.extensions[DEFINITION]
    _drop_null_defaults(input_type.fields.values())
    for field in input_type.fields.values():
        field.out_name = field.extensions[DEFINITION].python_name
    origin = definition.origin
    input_type.out_type = lambda value: origin(**value)  # type: ignore[method-assign]
    input_type.is_one_of = definition.is_one_of


def _make_nullable(root: GraphQLObjectType) -> None:
    """Have a root field that fails be null by itself: else it would take those beside it (docs/decisions/0015).

    Resolvers promise a value all the same. So it is said here, for all of them.
    """
    for name, field in root.fields.items():
        if name not in FAIL_IN_PARTS:
            field.type = get_nullable_type(field.type)


def _drop_null_defaults(inputs: Iterable[GraphQLArgument | GraphQLInputField]) -> None:
    """What may be left out needs `= None` in Python; to clients `= null` would say nothing more."""
    for each in inputs:
        if each.default_value is None:
            each.default_value = Undefined


schema = build_schema()
