"""Which types an interface or a union can be, as clients' caches want to be told."""

from __future__ import annotations

import json

from graphql import GraphQLSchema, is_abstract_type


def possible_types(schema: GraphQLSchema) -> dict[str, list[str]]:
    """The names of the types of each interface and union, by its name; all of it by the alphabet."""
    return {
        name: sorted(each.name for each in schema.get_possible_types(named))
        for name, named in sorted(schema.type_map.items())
        if is_abstract_type(named)
    }


def print_possible_types(schema: GraphQLSchema) -> str:
    """The same as JSON: what Apollo's `InMemoryCache` takes as `possibleTypes`."""
    return json.dumps(possible_types(schema), indent=2) + "\n"
