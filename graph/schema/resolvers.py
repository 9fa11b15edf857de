"""Fields are resolved by their own functions, called as Strawberry would: with the parent, the Info and the arguments.

Strawberry gets to a function by ten calls and three coroutines, which convert what our inputs are already and ask each
time what never changes (`build.py`). That takes longer than most of the functions.
"""

from __future__ import annotations

from typing import Any, Final

import strawberry
from graphql import GraphQLField, GraphQLFieldResolver, GraphQLResolveInfo
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField
from strawberry.types.fields.resolver import StrawberryResolver

DEFINITION: Final = GraphQLCoreConverter.DEFINITION_BACKREF
"""Under which extension Strawberry leaves what it made a type or field from."""


def resolve_directly(field: GraphQLField) -> None:
    """Have this field resolved by its function, or by the attribute of its parent."""
    definition: StrawberryField = field.extensions[DEFINITION]
    assert not definition.extensions, "nobody would ask them, or permission classes"
    for argument in field.args.values():
        argument.out_name = argument.extensions[DEFINITION].python_name
    resolver = definition.base_resolver
    field.resolve = _attribute(definition.python_name) if resolver is None else _function(resolver, definition)


def _attribute(name: str) -> GraphQLFieldResolver:
    return lambda source, _info: getattr(source, name)


def _function(resolver: StrawberryResolver[Any], field: StrawberryField) -> GraphQLFieldResolver:
    function = resolver.wrapped_func
    assert callable(function)
    takes_source = (resolver.self_parameter or resolver.parent_parameter) is not None
    if resolver.info_parameter is None:
        assert takes_source, "there is something to resolve from"
        return lambda source, _info, **arguments: function(source, **arguments)

    def of_source(source: object, info: GraphQLResolveInfo[Any], **arguments: object) -> Any:
        return function(source, info=strawberry.Info(_raw_info=info, _field=field), **arguments)

    def of_nothing(_source: object, info: GraphQLResolveInfo[Any], **arguments: object) -> Any:
        return function(info=strawberry.Info(_raw_info=info, _field=field), **arguments)

    return of_source if takes_source else of_nothing
