"""The schema of the code against the contract, against its committed print, and against itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    execute_sync,
    get_named_type,
    is_introspection_type,
    is_specified_scalar_type,
    parse,
    print_ast,
)
from graphql.utilities.get_default_value_ast import get_default_value_ast

from domain.errors import Refusal, SeatlockError
from graph.schema.build import build_schema as build_our_schema
from graph.schema.build import schema
from graph.schema.outcomes import MEMBERS, TOP_LEVEL_CODES
from graph.schema.possible_types import possible_types

OURS: GraphQLSchema = schema._schema
CONTRACT = build_schema((Path(__file__).parent / "contract.graphql").read_text())
KINDS = (
    GraphQLObjectType,
    GraphQLInterfaceType,
    GraphQLUnionType,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLScalarType,
)
ROOT = Path(__file__).parents[3]


def own_types(graphql_schema: GraphQLSchema) -> Iterator[GraphQLNamedType]:
    for named in graphql_schema.type_map.values():
        if not is_introspection_type(named) and not is_specified_scalar_type(named):
            yield named


def with_default(element: GraphQLArgument | GraphQLInputField) -> str:
    default = get_default_value_ast(element)
    return f"{element.type} = {print_ast(default)}" if default else str(element.type)


def facts(graphql_schema: GraphQLSchema) -> Iterator[str]:
    """Everything a client can rely on, a line each."""
    for named in own_types(graphql_schema):
        yield f"{named.name}: a {next(kind for kind in KINDS if isinstance(named, kind)).__name__}"
        if isinstance(named, GraphQLObjectType | GraphQLInterfaceType):
            yield from (f"{named.name} implements {interface.name}" for interface in named.interfaces)
            for name, field in named.fields.items():
                yield f"{named.name}.{name}: {field.type}"
                for argument_name, argument in field.args.items():
                    yield f"{named.name}.{name}({argument_name}: {with_default(argument)})"
        elif isinstance(named, GraphQLInputObjectType):
            if named.is_one_of:
                yield f"{named.name} @oneOf"
            yield from (f"{named.name}.{name}: {with_default(field)}" for name, field in named.fields.items())
        elif isinstance(named, GraphQLEnumType):
            yield from (f"{named.name}.{name}" for name in named.values)
        elif isinstance(named, GraphQLUnionType):
            yield from (f"{named.name} | {member.name}" for member in named.types)


def descriptions(graphql_schema: GraphQLSchema) -> Iterator[tuple[str, str | None]]:
    for named in own_types(graphql_schema):
        yield named.name, named.description
        if isinstance(named, GraphQLObjectType | GraphQLInterfaceType):
            for name, field in named.fields.items():
                yield f"{named.name}.{name}", field.description
                for argument_name, argument in field.args.items():
                    yield f"{named.name}.{name}({argument_name})", argument.description
        elif isinstance(named, GraphQLInputObjectType):
            for name, input_field in named.fields.items():
                yield f"{named.name}.{name}", input_field.description
        elif isinstance(named, GraphQLEnumType):
            for name, value in named.values.items():
                yield f"{named.name}.{name}", value.description


def test_holds_all_of_the_contract() -> None:
    assert set(facts(CONTRACT)) - set(facts(OURS)) == set()


def test_every_list_is_read_from_either_end_and_counted() -> None:
    connections = [named for named in own_types(OURS) if named.name.endswith("Connection")]
    counted = [str(named.fields["totalCount"].type) for named in connections if isinstance(named, GraphQLObjectType)]
    assert counted == ["Int!"] * len(connections)
    lists = [
        {name: str(argument.type) for name, argument in field.args.items()}
        for named in own_types(OURS)
        if isinstance(named, GraphQLObjectType)
        for field in named.fields.values()
        if get_named_type(field.type) in connections
    ]
    window = {"first": "Int", "after": "String", "last": "Int", "before": "String"}
    assert len(lists) >= len(connections) > 5
    assert [arguments for arguments in lists if not window.items() <= arguments.items()] == []


def test_everything_is_described() -> None:
    assert [name for name, description in descriptions(OURS) if not description] == []


def test_required_inputs_of_the_contract_are_all_there_are() -> None:
    """A client that sends what the contract asks for sends enough."""
    theirs = {named.name for named in own_types(CONTRACT) if isinstance(named, GraphQLInputObjectType)}
    ours = {fact for fact in facts(OURS) if fact.endswith("!") and fact.split(".")[0] in theirs}
    assert ours - set(facts(CONTRACT)) == set()


def test_print_is_committed() -> None:
    assert (ROOT / "schema.graphql").read_text() == build_our_schema().as_str() + "\n", "run `make schema`"


def test_what_interfaces_and_unions_can_be_is_committed() -> None:
    """Without it Apollo's cache drops what is asked for by `... on Error`."""
    told = json.loads((ROOT / "possibleTypes.json").read_text())
    assert told == possible_types(OURS), "run `make schema`"
    assert {"InvalidInput", "PaymentFailed", "SalesClosed"} < set(told["Error"])
    assert {"Event", "Booking"} < set(told["Node"])
    assert {"LockSeatsSuccess", "NotEnoughSeats"} < set(told["LockSeatsResult"])
    unions = {named.name for named in own_types(OURS) if isinstance(named, GraphQLUnionType)}
    assert set(told) == unions | {"Error", "Node", "SignedIn"}


def test_every_refusal_has_a_member() -> None:
    assert set(MEMBERS) == set(Refusal.__subclasses__())


def test_every_other_error_has_a_code() -> None:
    assert set(TOP_LEVEL_CODES) == set(SeatlockError.__subclasses__()) - {Refusal}


def test_introspection_says_which_inputs_are_one_of() -> None:
    document = parse(
        """{ one: __type(name: "SeatSelectionInput") { isOneOf }
             plain: __type(name: "QuantityInput") { isOneOf inputFields { type { isOneOf ofType { isOneOf } } } } }"""
    )
    answer = execute_sync(schema._schema, document)
    assert answer.errors is None
    assert answer.data is not None
    assert (answer.data["one"]["isOneOf"], answer.data["plain"]["isOneOf"]) == (True, False)
