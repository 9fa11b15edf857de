"""graphql-core's executor, which finds out once for each document what it asks for of which type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphql import GraphQLObjectType
from graphql.execution import Executor
from graphql.execution.collect_fields import CollectedFields, DeferUsage, FieldDetailsList, GroupedFieldSet
from graphql.pyutils import AwaitableOrValue


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


class DocumentExecutor(Executor[Any]):
    """The plain executor: that for `@defer` and `@stream`, which the schema does not have, does more."""

    def __init__(self, *args: Any, asked: FieldsAsked | None, **more: Any) -> None:
        super().__init__(*args, **more)
        self._asked = asked

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
