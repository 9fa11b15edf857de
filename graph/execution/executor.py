"""graphql-core's executor, which finds out once for each operation what depends on its document alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
    default_field_resolver,
    default_type_resolver,
)
from graphql.execution import Executor
from graphql.execution.collect_fields import (
    CollectedFields,
    DeferUsage,
    FieldDetailsList,
    FragmentDetails,
    GroupedFieldSet,
)
from graphql.execution.get_variable_signature import GraphQLVariableSignature
from graphql.execution.values import VariableValues, VariableValueSource
from graphql.pyutils import AwaitableOrValue
from graphql.utilities import coerce_input_value
from strawberry.execution import optimized_is_awaitable

from graph.execution.inputs import MAX_WRONG


class FieldsAsked:
    """The fields that an operation asks for of each type, as they were found when it was run.

    They depend on nothing but its document, unless that has directives. Once there are `room` of them no more are kept.
    """

    __slots__ = ("_of_types", "_room", "_root")

    def __init__(self, room: int) -> None:
        self._room = room
        self._root: GroupedFieldSet | None = None
        # By type, and by the identity of the list of nodes below which they were found. It is kept, so that no other
        # list has it.
        self._of_types: dict[tuple[GraphQLObjectType, int], tuple[FieldDetailsList, CollectedFields]] = {}

    def root(self, found: GroupedFieldSet) -> GroupedFieldSet:
        """Those of the root, always in the same lists."""
        if self._root is None:
            self._root = found
        return self._root

    def of_type(self, type_: GraphQLObjectType, nodes: FieldDetailsList) -> CollectedFields | None:
        """Those of this type below these nodes, if they are known."""
        known = self._of_types.get((type_, id(nodes)))
        return None if known is None else known[1]

    def keep(self, type_: GraphQLObjectType, nodes: FieldDetailsList, found: CollectedFields) -> None:
        """Know them from now on."""
        self._room -= 1 + len(found.grouped_field_set)
        if self._room >= 0:
            self._of_types[type_, id(nodes)] = nodes, found


class Parts(NamedTuple):
    """What an executor takes of a document: the operation, its variables, and the fragments."""

    operation: OperationDefinitionNode
    variables: tuple[GraphQLVariableSignature, ...]
    fragment_definitions: dict[str, FragmentDefinitionNode]
    fragments: dict[str, FragmentDetails]


class Known:
    """What is known of an operation once it was run. `fields` is None where they may depend on variables."""

    __slots__ = ("fields", "parts")

    def __init__(self, fields: FieldsAsked | None) -> None:
        self.fields = fields
        self.parts: Parts | None = None


class DocumentExecutor(Executor[Any]):
    """The plain executor: that for `@defer` and `@stream`, which the schema does not have, does more."""

    def __init__(self, *args: Any, asked: FieldsAsked | None, **more: Any) -> None:
        super().__init__(*args, **more)
        self._asked = asked

    @classmethod
    def start(
        cls,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation_name: str | None,
        variables: Mapping[str, Any],
        context: Any,
        known: Known,
        *,
        hide_suggestions: bool,
    ) -> Executor[Any] | list[GraphQLError]:
        """What runs this operation, or what is wrong with its variables."""
        parts = known.parts
        if parts is not None and (values := _coerced(parts.variables, variables)) is not None:
            return cls(
                schema,
                parts.fragment_definitions,
                parts.fragments,
                None,
                context,
                parts.operation,
                values,
                default_field_resolver,
                default_type_resolver,
                default_field_resolver,
                is_awaitable=optimized_is_awaitable,
                hide_suggestions=hide_suggestions,
                asked=known.fields,
            )
        built = cls.build(
            schema,
            document,
            context_value=context,
            raw_variable_values={**variables},
            operation_name=operation_name,
            is_awaitable=optimized_is_awaitable,  # type: ignore[arg-type]  # as Strawberry itself passes it
            max_coercion_errors=MAX_WRONG,
            hide_suggestions=hide_suggestions,
            asked=known.fields,
        )
        if isinstance(built, Executor):
            signatures = tuple(source.signature for source in built.variable_values.sources.values())
            known.parts = Parts(built.operation, signatures, built.fragment_definitions, built.fragments)
        return built

    def build_per_event_executor(self, payload: Any) -> Executor[Any]:
        """The same for an event of a subscription. graphql-core's own would keep what each event asked for."""
        executor = super().build_per_event_executor(payload)
        executor._relevant_sub_fields = {}
        return executor

    def execute_collected_root_fields(
        self,
        root_type: GraphQLObjectType,
        root_value: Any,
        grouped_field_set: GroupedFieldSet,
        serially: bool,
        new_defer_usages: Sequence[DeferUsage],
    ) -> AwaitableOrValue[dict[str, Any]]:
        if self._asked is not None:
            grouped_field_set = self._asked.root(grouped_field_set)
        return super().execute_collected_root_fields(
            root_type, root_value, grouped_field_set, serially, new_defer_usages
        )

    def collect_subfields(
        self, return_type: GraphQLObjectType, field_details_list: FieldDetailsList
    ) -> CollectedFields:
        if self._asked is None:
            return super().collect_subfields(return_type, field_details_list)
        found = self._asked.of_type(return_type, field_details_list)
        if found is None:
            found = super().collect_subfields(return_type, field_details_list)
            self._asked.keep(return_type, field_details_list, found)
        return found


def _coerced(variables: Iterable[GraphQLVariableSignature], given: Mapping[str, Any]) -> VariableValues | None:
    """What these variables are given; None if one is missing, or wrong, of which graphql-core tells all there is.

    It looks first for values that are too deep: no type of ours is in itself, so that they are wrong at once.
    """
    sources: dict[str, VariableValueSource] = {}
    coerced: dict[str, Any] = {}
    for variable in variables:
        value = given.get(variable.name, Undefined)
        read = Undefined if value is Undefined else coerce_input_value(value, variable.type)
        if read is Undefined:
            return None
        sources[variable.name] = VariableValueSource(variable, value)
        coerced[variable.name] = read
    return VariableValues(sources, coerced)
