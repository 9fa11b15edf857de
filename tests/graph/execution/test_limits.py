"""What a document may ask for, and that finding out is cheap."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import pytest
from graphql import get_introspection_query, parse

from domain.process.settings import Settings, load_settings
from graph.execution import limits
from graph.execution.documents import Documents
from graph.execution.limits import INTROSPECTION_COST, INTROSPECTION_SIZE, Complexity, measure
from graph.schema.build import schema
from graph.schema.connections import MAX_PAGE
from tests.graph.conftest import Client

CORE = schema._schema


def settings(**overrides: object) -> Settings:
    return load_settings(mongo_uri="mongodb://none", redis_url="redis://none", secret_key="k" * 32, **overrides)


def codes(text: str, **overrides: object) -> list[Any]:
    """The codes of the errors that keep this document from running."""
    errors = Documents(CORE, settings(**overrides)).prepare(text).errors
    return [error["extensions"]["code"] for error in errors]


def messages(text: str, **overrides: object) -> list[str]:
    return [error["message"] for error in Documents(CORE, settings(**overrides)).prepare(text).errors]


def measured(text: str) -> Complexity:
    return measure(CORE, parse(text))


def chain(levels: int) -> str:
    """Each fragment spreads the next one twice: 2 ** levels selections, if one were to write them out."""
    links = "".join(f"fragment f{i} on User {{ ...f{i + 1} ...f{i + 1} }} " for i in range(levels))
    return f"{{ viewer {{ ...f0 }} }} {links} fragment f{levels} on User {{ id }}"


# ---------------------------------------------------------------- figures


@pytest.mark.parametrize(
    ("text", "depth", "cost"),
    [
        ("{ __typename }", 1, 1),
        ("{ viewer { id } }", 2, 2),
        ("{ viewer { id ...F } } fragment F on User { name email }", 2, 4),
        ("{ viewer { ... on User { id } ... { name } } }", 2, 3),
        ("{ events { nodes { id } } }", 3, 1 + 20 * 2),  # 20 is what `first` is when left out
        ("{ events(first: 3) { nodes { id name } } }", 3, 1 + 3 * 3),
        ("query ($n: Int) { events(first: $n) { nodes { id } } }", 3, 1 + 1 * 2),
        ("{ events(first: 2147483647) { nodes { id } } }", 3, 1 + 100 * 2),  # refused by the resolver
        ("{ events(first: -5) { nodes { id } } }", 3, 1 + 1 * 2),
        ("{ events(first: 3) { totalCount nodes { id } } }", 3, 1 + 3 * 2 + 100),  # all are counted, once
        (
            "{ users(first: 3) { nodes { bookings(first: 2) { totalCount nodes { id } } } } }",
            5,
            1 + 3 * (2 + 2 * 2 + 20),
        ),
        ('{ nodes(ids: ["x", "y", "z"]) { id } }', 2, 1 + 3 * 1),
        ('{ nodes(ids: "x") { id __typename } }', 2, 1 + 1 * 2),
        ('{ events(search: "x", first: 3) { nodes { id } } }', 3, 1 + 100 + 3 * 2),
        ('{ event(id: "x") { seats { label row } } }', 3, 1 + 1 + 500 * 2),
        ('{ event(id: "x") { sections { rows { name } } } }', 4, 1 + 1 + 5 * (1 + 50)),
        ("mutation { login(input: {}) { __typename } }", 2, 500 + 1),
        ("mutation { payBooking(input: {}) { __typename } }", 2, 10 + 1),
        (f"{{ events(first: {'9' * 5_000}) {{ nodes {{ id }} }} }}", 3, 1 + 100 * 2),
        ("query A { viewer { id } } query B { viewer { id name email } }", 2, 4),  # the dearest counts
        ("{ nothing { of { this { exists } } } }", 4, 4),  # reported by another rule
        ("{ viewer { ...Unknown } }", 1, 1),
        ("{ viewer {} }", 1, 1),
    ],
)
def test_a_document_is_measured(text: str, depth: int, cost: int) -> None:
    found = measured(text)
    assert (found.depth, found.cost) == (depth, cost)


def test_introspection_is_weighed_apart() -> None:
    found = measured("{ __schema { types { fields { type { ofType { ofType { name } } } } } } }")
    assert (found.depth, found.cost) == (1, INTROSPECTION_COST + INTROSPECTION_SIZE * 6)


def test_the_whole_introspection_query_passes() -> None:
    text = get_introspection_query(
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
        one_of=True,
    )
    assert codes(text) == []


def test_so_does_asking_after_several_types() -> None:
    """As clients do to learn which introspection query a server understands."""
    asked = " ".join(f'a{i}: __type(name: "__Type") {{ name fields {{ name }} }}' for i in range(5))
    assert codes(f"{{ {asked} }}") == []


def test_nothing_below_introspection_has_an_alias() -> None:
    assert messages("{ a: __schema { types { b: fields { ...F } } } } fragment F on __Field { c: name }") == [
        "Aliases below `__schema` and `__type` number 2; the limit is 0."
    ]


# ---------------------------------------------------------------- sizes that are variables

SIZED = "query ($n: Int = 3) { events(first: $n) { nodes { id } } }"


def cost_with(variables: dict[str, Any] | None, text: str = SIZED) -> int:
    return measure(CORE, parse(text), variables).cost


def test_a_variable_counts_as_what_it_is() -> None:
    assert cost_with({"n": 2}) == measured("{ events(first: 2) { nodes { id } } }").cost == 1 + 2 * 2
    assert cost_with({"n": 2.0}) == cost_with({"n": 2})
    assert cost_with({}) == 1 + 3 * 2, "its default"
    assert (
        cost_with({"n": None})
        == cost_with({}, SIZED.replace(" = 3", ""))
        == measured("{ events { nodes { id } } }").cost
    )
    most = 1 + MAX_PAGE * 2
    wrongs: list[Any] = ["2", 101, -101, 2**70, float("inf"), [2], {}]
    for wrong in wrongs:
        assert cost_with({"n": wrong}) == most, wrong
    assert cost_with({}, SIZED.replace("= 3", '= "x"')) == most
    assert cost_with(None) == 1 + 1 * 2, "not known yet: at least this"


def test_nodes_count_by_their_ids() -> None:
    text = 'query ($ids: [ID!]! = ["x", "y"]) { nodes(ids: $ids) { id } }'
    assert cost_with({"ids": ["x"] * 7}, text) == 1 + 7
    assert cost_with({"ids": "x"}, text) == cost_with(None, text) == 1 + 1
    assert cost_with({"ids": ["x"] * 10_000}, text) == 1 + MAX_PAGE, "refused by the resolver"
    assert cost_with({}, text) == 1 + 2, "its default"


def test_operations_that_say_different_sizes_count_as_the_largest() -> None:
    """One with a small size beside it must not make a large one cheap."""
    page = "events(first: $n) { nodes { sections { rows { name } } } }"
    alone = f"query A($n: Int = 100) {{ {page} }}"
    for other in ("query B($n: Int = 1) { events(first: $n) { nodes { id } } }", "query B($n: Int) { __typename }"):
        for document in (f"{alone} {other}", f"{other} {alone}"):
            assert cost_with({}, document) == cost_with({}, alone)
            assert cost_with({"n": 2}, document) == cost_with({"n": 2}, alone)
    usual = f"query A($n: Int) {{ {page} }}"
    assert cost_with({}, f"{usual} query B($n: Int = 1) {{ __typename }}") >= cost_with({}, usual)
    nodes = 'query A($i: [ID!]! = ["a", "b", "c"]) { nodes(ids: $i) { id } }'
    assert cost_with({}, f'{nodes} query B($i: [ID!]! = ["a"]) {{ __typename }}') == cost_with({}, nodes)


def test_every_count_has_its_price() -> None:
    for name in CORE.type_map:
        if name.endswith("Connection"):
            assert f"{name}.totalCount" in limits.ONCE_COSTS, name


def test_last_counts_as_first_does() -> None:
    assert measured("{ events(last: 2) { nodes { id } } }").cost == 1 + 2 * 2
    assert measured("{ events(last: 2, first: null) { nodes { id } } }").cost == 1 + 2 * 2
    assert measured("{ events(last: null) { nodes { id } } }").cost == 1 + 20 * 2
    assert measured("{ events(last: 101) { nodes { id } } }").cost == 1 + MAX_PAGE * 2
    assert measured("{ events(first: 1, last: 3) { nodes { id } } }").cost == 1 + 3 * 2, "refused by the resolver"
    both = "query ($n: Int, $m: Int = null) { events(first: $n, last: $m) { nodes { id } } }"
    for given, size in (({"m": 2}, 2), ({"n": 3}, 3), ({"n": None, "m": 4}, 4), ({}, 20)):
        assert cost_with(given, both) == 1 + size * 2, given


def test_a_variable_counts_in_a_fragment_too() -> None:
    text = "query ($n: Int!) { ...F } fragment F on Query { events(first: $n) { nodes { id } } }"
    assert cost_with({"n": 7}, text) == 1 + 7 * 2


@pytest.mark.parametrize(("size", "passes"), [(2, True), (100, False)])
async def test_a_page_that_is_small_enough_is_answered(client: Client, size: int, passes: bool) -> None:
    """Relay clients always send variables."""
    text = """query ($n: Int) { events(first: $n) {
        nodes { id name startsAt sections { name totalSeats rows { name statuses } } } } }"""
    for _ in range(2):  # the document is remembered the second time
        answer = await client.execute(text, {"n": size})
        if passes:
            assert answer == {"data": {"events": {"nodes": []}}}
        else:
            assert [error["extensions"]["code"] for error in answer["errors"]] == ["QUERY_TOO_COMPLEX"]


# ---------------------------------------------------------------- limits


def test_a_limit_that_is_met_is_not_broken() -> None:
    text = "{ viewer { bookings(first: 2) { nodes { id } } } }"
    assert measured(text) == Complexity(depth=4, cost=6, aliases=0, introspection_aliases=0)
    assert codes(text, graphql_max_depth=4) == []
    assert codes(text, graphql_max_depth=3) == ["QUERY_TOO_COMPLEX"]


def test_each_limit_says_the_figure_and_the_limit() -> None:
    text = "{ viewer { a: bookings(first: 100) { nodes { event { seats { label } } } } } }"
    assert messages(text, graphql_max_depth=4, graphql_max_aliases=0) == [
        "The document nests 6 fields deep; the limit is 4.",
        "The operation costs 50,302; the limit is 5,000.",
        "The document's aliases number 1; the limit is 0.",
    ]


def test_depth_is_counted_through_fragments() -> None:
    nested = "".join(
        f"fragment f{i} on User {{ bookings {{ nodes {{ user {{ ...f{i + 1} }} }} }} }} " for i in range(5)
    )
    assert measured(f"{{ viewer {{ ...f0 }} }} {nested} fragment f5 on User {{ id }}").depth == 1 + 5 * 3 + 1


def test_more_tokens_than_allowed_are_not_read() -> None:
    assert messages("{" + " __typename" * 60 + "}", graphql_max_tokens=50) == [
        "Syntax Error: Document contains more than 50 tokens. Parsing aborted."
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{" + " ".join(f"a{i}:__typename" for i in range(10_000)) + "}", id="10,000 aliases"),
        pytest.param("{" + " ".join(f"a{i}:__typename" for i in range(31)) + "}", id="31 aliases"),
        pytest.param("{" + " viewer{id}" * 480 + "}", id="a field repeated"),
        pytest.param("{" + " viewer{id ...f}" * 280 + "} fragment f on User{...f}", id="a field repeated, and a cycle"),
        pytest.param("{" + "a{" * 5_000 + "b" + "}" * 5_001, id="5,000 levels of fields"),
        pytest.param("{" + "a{" * 190 + "b" + "}" * 191, id="190 levels of fields"),
        pytest.param("{viewer" + "{...on User" * 1_000 + "{id}" + "}" * 1_001, id="1,000 inline fragments deep"),
        pytest.param("{event(id:" + "[" * 100_000 + "]" * 100_000 + "){id}}", id="100,000 lists deep"),
        pytest.param("{event(id:" + "{a:" * 100_000 + "1" + "}" * 100_000 + "){id}}", id="100,000 objects deep"),
        pytest.param("query($v:" + "[" * 50_000 + "Int" + "]" * 50_000 + "){__typename}", id="50,000 list types deep"),
        pytest.param("#\n" * 100_000 + "{__typename}", id="100,000 comments"),
        pytest.param(chain(300), id="300 fragments, each twice"),
        pytest.param(
            "{" + " ".join(f"a{i}:events(first:1,search:{chr(34)}{i}{chr(34)}){{totalCount}}" for i in range(30)) + "}",
            id="thirty searches that count",
        ),
        pytest.param("{ __schema { a:" + " x:types{name}" * 40 + "}}", id="introspection under many aliases"),
        pytest.param(
            "mutation{" + " ".join(f"a{i}:login(input:{{}}){{__typename}}" for i in range(10)) + "}", id="ten logins"
        ),
        pytest.param(
            "{__schema{types{...T}}}fragment N on __Type{name description enumValues{name description}}"
            "fragment O on __Type{...N ofType{...N ofType{...N}}}"
            "fragment T on __Type{...O fields{type{...P ofType{...P ofType{...P}}}}possibleTypes{...P}}"
            "fragment P on __Type{...O fields{description type{...O}args{type{...O}}}possibleTypes{...O}}",
            id="all of the schema, for each type of it",
        ),
        pytest.param(
            "{" + " ".join(f"a{i}:__schema{{description}}" for i in range(11)) + "}", id="the schema eleven times"
        ),
    ],
)
def test_an_attack_is_too_complex(text: str) -> None:
    assert set(codes(text)) <= {"QUERY_TOO_COMPLEX", "GRAPHQL_PARSE_FAILED"}
    assert codes(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{viewer{...a}} fragment a on User{...b} fragment b on User{...a}", id="a cycle"),
        pytest.param("{viewer{...a}} fragment a on User{...a}", id="a fragment in itself"),
        pytest.param("{viewer{...nowhere}}", id="an unknown fragment"),
        pytest.param("{viewer{...f}} fragment f on Nothing{id}", id="an unknown type"),
        pytest.param("{__schema{types{fields{type{fields{type{fields{name}}}}}}}}", id="introspection in circles"),
    ],
)
def test_what_other_rules_report_is_theirs(text: str) -> None:
    assert set(codes(text)) == {"GRAPHQL_VALIDATION_FAILED"}


def test_nineteen_levels_of_fragments_cost_what_they_would_written_out() -> None:
    assert measured(chain(19)).cost == 1 + 2**19


def test_measuring_takes_time_linear_in_the_document() -> None:
    assert calls_to_measure(chain(160)) <= 2.2 * calls_to_measure(chain(80))


def calls_to_measure(text: str) -> int:
    """How many functions of `graph.execution.limits` are entered."""
    document = parse(text)
    calls = 0

    def count(frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call" and frame.f_code.co_filename == limits.__file__

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        measure(CORE, document)
    finally:
        sys.setprofile(before)
    return calls


# ---------------------------------------------------------------- over HTTP


async def test_a_document_too_complex_is_answered_as_one(client: Client) -> None:
    cost = {"requested": 50_302, "limit": 5_000}
    assert await client.execute("{ viewer { bookings(first: 100) { nodes { event { seats { label } } } } } }") == {
        "errors": [
            {
                "message": "The operation costs 50,302; the limit is 5,000.",
                "extensions": {"code": "QUERY_TOO_COMPLEX", "cost": cost},
            }
        ],
        "extensions": {"cost": cost},
    }


async def test_values_nested_too_deeply_are_an_error_of_the_request(client: Client) -> None:
    seats: Any = "A"
    for _ in range(500):
        seats = [seats]
    variables = {"input": {"eventId": "x", "idempotencyKey": "k", "selection": {"seats": seats}}}
    answer = await client.execute(
        "mutation ($input: LockSeatsInput!) { lockSeats(input: $input) { __typename } }", variables
    )
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["INVALID_INPUT"]
