"""How much one document may ask for: depth, cost and aliases, in time linear in its size.

A fragment is weighed once, however often and however indirectly it is spread. What other rules report (fragment
cycles, unknown fragments, fields and types) is passed over here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_composite_type,
)

from domain.process.settings import Settings
from graph.execution.inputs import MAX_DIGITS
from graph.execution.sizes import Sizes, Variables, within_a_page
from graph.schema.connections import MAX_PAGE

MUTATION_COST = 10
"""A mutation writes; a handful of them in one request is plenty."""

FIELD_COSTS = {
    # These hash a password: some 50 ms of a core and 64 MiB each.
    "Mutation.login": 500,
    "Mutation.register": 500,
    # These add up figures, of all events or by the hour.
    "Query.bookingSummary": 200,
    "BookingSummary.events": 200,
    "BookingSummary.utilization": 200,
    "Query.healthMetrics": 200,
    "Query.salesTimeline": 200,
    "Query.eventTimeline": 200,
    # These read all there is of an event, or of all events.
    "Event.inventoryAt": 500,
    "Query.sectionTimeline": 500,
    "Query.inventoryCheck": 2_000,
    "Query.moneyCheck": 2_000,
    "Query.auditCheck": 2_000,
}
"""What one request must not carry many of."""

SEARCH_COST = 100
"""`events(search:)`: words that many names have are looked up one after the other."""

ONCE_COSTS = {
    # All that the list has is counted, however short the page is.
    "EventConnection.totalCount": 100,
    "EventSummaryConnection.totalCount": 100,
    "AuditEntryConnection.totalCount": 100,
    "DeliveryConnection.totalCount": 100,
    "JobExecutionConnection.totalCount": 100,
    "UserConnection.totalCount": 100,
    # These are mostly one buyer's, and those of all buyers on a page are counted together.
    "BookingConnection.totalCount": 20,
    "SeatLockConnection.totalCount": 20,
}
"""What counts once, and not for each thing on the page."""

INTROSPECTION_COST = 500
"""`__schema` or `__type`: what hangs below describes some hundred types."""

INTROSPECTION_SIZE = 15
"""How many times over a field below `__schema` or `__type` counts. The whole introspection query costs 3,950."""

LIST_SIZES = {
    "Event.sections": 5,
    "Event.allocations": 10,
    "Event.seats": 500,
    "Section.rows": 50,
    "SeatLock.items": 2,
    "Booking.items": 2,
    "Booking.payments": 2,
    "Booking.refunds": 2,
    "Query.inventoryCheck": 20,
    "Query.webhookEndpoints": 20,
    "Query.moneyCheck": 20,
    "Query.salesTimeline": 200,
    "BookingSummary.revenue": 2,
    # It is told again at every change.
    "SeatAvailability.event": 2,
    "SeatAvailability.changedSeats": 500,
    "SeatAvailability.changedRows": 50,
}
"""How long a list without a `first` argument is taken to be."""

# Saturates sums: a document of some hundred tokens can cost more than a number one would want to print.
_CEILING = 10**12


@dataclass(frozen=True, slots=True)
class Weight:
    """How deep fields nest in a selection, what it costs for each thing in a list, and what it costs once."""

    depth: int = 0
    cost: int = 0
    once: int = 0


@dataclass(frozen=True, slots=True)
class Complexity:
    """What a document asks for: its deepest and its dearest operation, and all its aliases.

    Aliases of introspection are told apart. Without them its answer has an end: equal fields merge, and graphql-core's
    MaxIntrospectionDepthRule bounds its lists.
    """

    depth: int
    cost: int
    aliases: int
    introspection_aliases: int
    is_sized_by_variables: bool = False
    """Whether the cost depends on variables, as in `first: $n`."""
    is_conditional: bool = False
    """Whether it has directives, which may leave out parts of it."""
    fields: frozenset[str] = field(default=frozenset(), compare=False)
    """The names of all fields it has anywhere, as the schema has them."""


def broken_limits(complexity: Complexity, settings: Settings) -> list[GraphQLError]:
    """One QUERY_TOO_COMPLEX for each limit of the settings that is broken, with the figure and the limit."""
    figures = (
        ("The document nests {:,} fields deep; the limit is {:,}.", complexity.depth, settings.graphql_max_depth),
        ("The operation costs {:,}; the limit is {:,}.", complexity.cost, settings.graphql_max_cost),
        ("The document's aliases number {:,}; the limit is {:,}.", complexity.aliases, settings.graphql_max_aliases),
        ("Aliases below `__schema` and `__type` number {:,}; the limit is {:,}.", complexity.introspection_aliases, 0),
    )
    return [
        GraphQLError(text.format(figure, limit), extensions={"code": "QUERY_TOO_COMPLEX"})
        for text, figure, limit in figures
        if figure > limit
    ]


def measure(schema: GraphQLSchema, document: DocumentNode, variables: Variables = None) -> Complexity:
    """What the document asks for. Where fragments form a cycle, depth and cost are 0: it is never run.

    A list whose size is a variable counts as that many; as one, while the variables are not known (None).
    """
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    aliases = 0
    is_conditional = False
    fields: set[str] = set()
    spreads: dict[str, set[str]] = {name: set() for name in fragments}
    for definition in (*operations, *fragments.values()):
        for node in _selections(definition.selection_set):
            is_conditional = is_conditional or bool(node.directives)
            if isinstance(node, FieldNode):
                aliases += node.alias is not None
                fields.add(node.name.value)
            elif isinstance(node, FragmentSpreadNode) and isinstance(definition, FragmentDefinitionNode):
                spreads[definition.name.value].add(node.name.value)

    scales = _Scales(schema, Sizes(operations, variables))
    try:
        for name in TopologicalSorter(spreads).static_order():
            if name in fragments:
                scales.weigh_fragment(fragments[name])
    except CycleError:
        operations = []
    weights = [scales.weigh(node.selection_set, schema.get_root_type(node.operation)) for node in operations]
    return Complexity(
        depth=max((weight.depth for weight in weights), default=0),
        cost=max((weight.cost + weight.once for weight in weights), default=0),
        aliases=aliases,
        introspection_aliases=scales.introspection_aliases,
        is_sized_by_variables=scales.sizes.were_asked,
        is_conditional=is_conditional,
        fields=frozenset(fields),
    )


def _selections(selection_set: SelectionSetNode) -> Iterator[SelectionNode]:
    """Every selection of a definition, at any depth, in no particular order."""
    stack = [selection_set]
    while stack:
        for node in stack.pop().selections:
            yield node
            if isinstance(node, (FieldNode, InlineFragmentNode)) and node.selection_set:
                stack.append(node.selection_set)


class _Scales:
    """Weighs selections; fragments must come leaves first. The parser bounds how deep one definition recurses."""

    def __init__(self, schema: GraphQLSchema, sizes: Sizes) -> None:
        self._schema = schema
        self.sizes = sizes
        self._fragments: dict[str, Weight] = {}
        self.introspection_aliases = 0

    def weigh_fragment(self, fragment: FragmentDefinitionNode) -> None:
        """Weigh a fragment, once, for every place that spreads it."""
        parent = self._schema.get_type(fragment.type_condition.name.value)
        self._fragments[fragment.name.value] = self.weigh(fragment.selection_set, parent)

    def weigh(self, selection_set: SelectionSetNode | None, parent: GraphQLNamedType | None) -> Weight:
        """The weight of these selections on that type; None is a type other rules report."""
        depth = cost = once = 0
        for node in selection_set.selections if selection_set else ():
            weight = self._weigh_selection(node, parent)
            depth = max(depth, weight.depth)
            cost = min(cost + weight.cost, _CEILING)
            once = min(once + weight.once, _CEILING)
        return Weight(depth, cost, once)

    def _weigh_selection(self, node: SelectionNode, parent: GraphQLNamedType | None) -> Weight:
        if isinstance(node, FieldNode):
            return self._weigh_field(node, parent)
        if isinstance(node, InlineFragmentNode):
            condition = node.type_condition
            return self.weigh(node.selection_set, self._schema.get_type(condition.name.value) if condition else parent)
        if isinstance(node, FragmentSpreadNode):
            return self._fragments.get(node.name.value, Weight())
        return Weight()

    def _weigh_field(self, node: FieldNode, parent: GraphQLNamedType | None) -> Weight:
        name = node.name.value
        field = self._schema.get_field(parent, name) if is_composite_type(parent) else None
        if node.alias and parent is not None and parent.name.startswith("__"):
            self.introspection_aliases += 1
        below = self.weigh(node.selection_set, get_named_type(field.type) if field else None)
        if name in ("__schema", "__type"):
            # Its depth is its own: graphql-core's MaxIntrospectionDepthRule bounds it.
            return Weight(1, min(INTROSPECTION_COST + INTROSPECTION_SIZE * below.cost, _CEILING))
        mutates = parent is not None and parent is self._schema.mutation_type
        full_name = f"{parent.name}.{name}" if parent else ""
        if (once := ONCE_COSTS.get(full_name)) is not None:
            return Weight(1, 0, once)
        own = FIELD_COSTS.get(full_name, MUTATION_COST if mutates else 1)
        if full_name == "Query.events" and any(argument.name.value == "search" for argument in node.arguments or ()):
            own += SEARCH_COST
        whole = own + self._list_size(node, parent, field) * below.cost + below.once
        return Weight(1 + below.depth, min(whole, _CEILING))

    def _list_size(self, node: FieldNode, parent: GraphQLNamedType | None, field: GraphQLField | None) -> int:
        if field is None or parent is None:
            return 1
        if f"{parent.name}.{node.name.value}" == "Query.nodes":
            return self._number_of_ids(node)
        first = field.args.get("first")
        if first is None:
            return LIST_SIZES.get(f"{parent.name}.{node.name.value}", 1)
        default: object = first.default.value if first.default else first.default_value
        usual = default if isinstance(default, int) else MAX_PAGE
        asked = [size for name in ("first", "last") if (size := self._asked(node, name)) is not None]
        return max(asked, default=usual)

    def _number_of_ids(self, node: FieldNode) -> int:
        for argument in node.arguments or ():
            if isinstance(argument.value, VariableNode):
                return self.sizes.of_list(argument.value.name.value)
            if isinstance(argument.value, ListValueNode):
                return within_a_page(len(argument.value.values))
        return 1

    def _asked(self, node: FieldNode, name: str) -> int | None:
        """The list's size that this argument asks for; None if it asks for none."""
        for argument in node.arguments or ():
            if argument.name.value == name:
                value = argument.value
                if isinstance(value, VariableNode):
                    return self.sizes.of(value.name.value)
                if isinstance(value, NullValueNode):
                    return None
                if isinstance(value, IntValueNode) and len(value.value) <= MAX_DIGITS:
                    return within_a_page(int(value.value))
                return MAX_PAGE
        return None
