"""Documents made ready to run: parsed, held against the limits, validated, and remembered by their text.

Strawberry's ParserCache and ValidationCache are not used: graphql-core's nodes are frozen dataclasses, so that a cache
keyed by the document hashes the whole tree on every request.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, NamedTuple
from weakref import WeakValueDictionary

from graphql import (
    ASTValidationRule,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLFormattedError,
    GraphQLSchema,
    GraphQLSyntaxError,
    InlineFragmentNode,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OperationType,
    OverlappingFieldsCanBeMergedRule,
    SelectionNode,
    ValuesOfCorrectTypeRule,
    parse,
    specified_rules,
    strip_ignored_characters,
    validate,
)
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule

from domain.process.metrics import SEVERAL
from domain.process.settings import Settings
from graph.execution.costs import Cost
from graph.execution.executor import FieldsAsked, Known
from graph.execution.inputs import InputLiteralsRule, OneOfVariablesRule, shortened
from graph.execution.limits import broken_limits, measure
from graph.execution.overlaps import TOO_MUCH, BoundedOverlaps, gave_up
from graph.schema.sources import PERSONAL_FIELDS

MAX_CACHED_LENGTH = 16 * 1024
"""Texts longer than this are prepared anew each time: clients' own documents are shorter."""

MAX_CACHE_SIZE = 256 * 1024
"""Characters of text remembered in all. A tree takes 200 times its text, so this is 50 MB at worst."""

CHARACTERS_OF_A_FIELD = 5
"""A text has at most one field kept for so many characters, which takes a quarter of what its tree does."""

TOO_COMPLEX = "QUERY_TOO_COMPLEX"

INTROSPECTION_FIELDS = frozenset({"__schema", "__type"})

OURS: Mapping[type[ASTValidationRule], type[ASTValidationRule]] = {
    ValuesOfCorrectTypeRule: InputLiteralsRule,
    OverlappingFieldsCanBeMergedRule: BoundedOverlaps,
}
"""What takes the place of rules that are specified."""

MAX_ERRORS = 20
"""Validation stops here: a document is wrong after twenty mistakes, too."""


class Root(NamedTuple):
    """Where an operation starts: its kind, and its root field as the schema names it or `several`."""

    type: OperationType
    field: str
    is_about_schema: bool
    """Whether it asks for nothing but the schema."""
    variables: frozenset[str]
    """Those that it declares."""
    known: Known
    """What is known of it since it was run first."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that may run, or the errors that keep it from running."""

    document: DocumentNode | None
    errors: Sequence[GraphQLFormattedError] = ()
    operations: Mapping[str | None, Root] = field(default_factory=dict)
    cost: int = 0
    """What its dearest operation costs; without what variables add, as long as they are not known."""
    shortest: str | None = None
    """The same without comments and spaces that mean nothing, if it has a subscription in it."""
    is_sized_by_variables: bool = False
    is_personal: bool = False
    """Whether any of its fields depends on who asks, also where anybody may."""
    introspects: bool = False
    """Whether it asks for the schema."""
    lists_seats: bool = False
    """Whether it asks for seats one by one, of an event or perhaps of a lock."""
    lists_changes: bool = False
    """Whether it asks for the seats that changed one by one: at first, all that are taken."""

    def root(self, name: str | None) -> Root | None:
        """The operation that name selects; None when it selects none, or not just one."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        return self.operations.get(name) if name is not None else None


class Documents:
    """The documents of one schema under one set of limits."""

    def __init__(self, schema: GraphQLSchema, settings: Settings) -> None:
        self._schema = schema
        self._settings = settings
        self._rules = _rules(introspection=settings.graphql_introspection)
        self._cache: OrderedDict[str, Prepared] = OrderedDict()
        self._cached_length = 0
        self._for_good: dict[str, Prepared] = {}
        self._lasting: WeakValueDictionary[bytes, DocumentNode] = WeakValueDictionary()

    def remembered(self, text: str) -> Prepared | None:
        """The document of this text, if it was prepared not long ago, or for good."""
        if self._for_good and (trusted := self._for_good.get(text)) is not None:
            return trusted
        prepared = self._cache.get(text)
        if prepared is not None:
            self._cache.move_to_end(text)
        return prepared

    def prepare(self, text: str) -> Prepared:
        """The document of this text, prepared now or remembered."""
        prepared = self.remembered(text)
        if prepared is not None:
            return prepared
        prepared = self._prepare(text)
        if len(text) <= MAX_CACHED_LENGTH:
            self._cache[text] = prepared
            self._cached_length += len(text)
            while self._cached_length > MAX_CACHE_SIZE:
                forgotten, _ = self._cache.popitem(last=False)
                self._cached_length -= len(forgotten)
        return prepared

    def prepare_for_good(self, text: str) -> Prepared:
        """The document of this text, prepared once, and remembered for good unless it may not run.

        For documents of our own choice: a tree without places takes 45 times its text, and there is one for each.
        """
        prepared = self._prepare(text)
        if prepared.document is not None:
            self._for_good[text] = replace(prepared, document=self.lasting(text))
        return prepared

    def lasting(self, text: str) -> DocumentNode:
        """The document of this text, which is good, in a form to keep: one for all who keep it.

        Places in the text are left out, of which each node keeps some: they take ten times what the rest does.
        """
        digest = sha256(text.encode("utf-8", "surrogatepass")).digest()
        kept = self._lasting.get(digest)
        if kept is None:
            kept = self._lasting[digest] = parse(text, no_location=True)
        return kept

    def sized(self, prepared: Prepared, variables: Mapping[str, Any]) -> Prepared:
        """The same with these variables, which say how long its lists are: its cost, or why it can't run with them."""
        if prepared.document is None or not prepared.is_sized_by_variables:
            return prepared
        complexity = measure(self._schema, prepared.document, variables)
        if errors := broken_limits(complexity, self._settings):
            return self._too_complex(errors, complexity.cost)
        return replace(prepared, cost=complexity.cost)

    def told(self, cost: int | None) -> Cost:
        """What a client is told of what its operation costs."""
        return {"requested": cost, "limit": self._settings.graphql_max_cost}

    def _too_complex(self, errors: Sequence[GraphQLError], cost: int | None) -> Prepared:
        return _failed(errors, TOO_COMPLEX, cost=self.told(cost))

    def _prepare(self, text: str) -> Prepared:
        longest = self._settings.graphql_max_document_bytes
        # Characters first: of a text that is much too long not even the bytes are made.
        if len(text) > longest or len(text.encode("utf-8", "surrogatepass")) > longest:
            return self._too_complex([GraphQLError(f"The document may have {longest:,} bytes.")], None)
        most = self._settings.graphql_max_tokens
        try:
            # GraphQL has no empty selection; graphql-core takes one unless it is told so.
            document = parse(text, max_lexical_tokens=most, max_comments=most, allow_empty_selection_sets=False)
        except GraphQLSyntaxError as error:
            if error.message.endswith("Parsing aborted."):
                return self._too_complex([error], None)
            return _failed([error], "GRAPHQL_PARSE_FAILED")
        # The limits come first and alone: some of the specified rules are not linear.
        complexity = measure(self._schema, document)
        if errors := broken_limits(complexity, self._settings):
            return self._too_complex(errors, complexity.cost)
        errors = validate(
            self._schema,
            document,
            self._rules,
            max_errors=MAX_ERRORS,
            hide_suggestions=not self._settings.graphql_introspection,
        )
        if gave_up(errors):
            return self._too_complex([GraphQLError(TOO_MUCH)], complexity.cost)
        if errors:
            return _failed(errors, "GRAPHQL_VALIDATION_FAILED")
        operations = _roots(document, None if complexity.is_conditional else len(text) // CHARACTERS_OF_A_FIELD)
        subscribes = any(root.type is OperationType.SUBSCRIPTION for root in operations.values())
        return Prepared(
            document,
            operations=operations,
            cost=complexity.cost,
            shortest=strip_ignored_characters(text) if subscribes else None,
            is_sized_by_variables=complexity.is_sized_by_variables,
            is_personal=not PERSONAL_FIELDS.isdisjoint(complexity.fields),
            introspects=not INTROSPECTION_FIELDS.isdisjoint(complexity.fields),
            lists_seats="seats" in complexity.fields,
            lists_changes="changedSeats" in complexity.fields,
        )


def _roots(document: DocumentNode, room: int | None) -> dict[str | None, Root]:
    """The operations of a valid document, by name. Unless room is None, so many of the fields of each are kept."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    return {
        node.name.value if node.name else None: Root(
            node.operation,
            *_root_fields(node, fragments),
            frozenset(each.variable.name.value for each in node.variable_definitions or ()),
            Known(None if room is None else FieldsAsked(room)),
        )
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
    }


def _root_fields(
    operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> tuple[str, bool]:
    names: set[str] = set()
    spread: set[str] = set()
    selections: list[SelectionNode] = list(operation.selection_set.selections)
    while selections:
        node = selections.pop()
        if isinstance(node, FieldNode):
            names.add(node.name.value)
        elif isinstance(node, InlineFragmentNode):
            selections += node.selection_set.selections
        elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
            spread.add(node.name.value)
            selections += fragments[node.name.value].selection_set.selections
    # Some clients add it everywhere.
    asked = names - {"__typename"} or names
    is_about_schema = asked <= INTROSPECTION_FIELDS
    return (asked.pop() if len(asked) == 1 else SEVERAL), is_about_schema


def _failed(errors: Sequence[GraphQLError], code: str, **more: object) -> Prepared:
    """The errors as they are answered: an error that is kept would keep the tree and the frames it was found in."""
    told: list[GraphQLFormattedError] = [
        {
            **error.formatted,
            "message": shortened(error.message),
            "extensions": {"code": code, **more, **(error.extensions or {})},
        }
        for error in errors
    ]
    return Prepared(None, told)


def _rules(*, introspection: bool) -> tuple[type[ASTValidationRule], ...]:
    rules: list[type[ASTValidationRule]] = [OURS.get(rule, rule) for rule in specified_rules]
    rules += [MaybeNullValidationRule, OneOfVariablesRule]
    if not introspection:
        rules.append(NoSchemaIntrospectionCustomRule)
    return tuple(rules)
