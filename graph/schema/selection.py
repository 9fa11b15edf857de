"""What a field asks for, by its document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from graphql import FieldNode, FragmentDefinitionNode, FragmentSpreadNode, InlineFragmentNode, SelectionSetNode

SEAT_MAP = frozenset({"rows", "seats"})
"""Fields that read an event's seats one by one. A lock's `seats` are labels, which nothing is selected of."""


def asks_for_seat_map(fields: Iterable[FieldNode], fragments: Mapping[str, FragmentDefinitionNode]) -> bool:
    """Whether an event's seats are read anywhere below these fields, whatever directives leave out."""
    waiting: list[SelectionSetNode] = [field.selection_set for field in fields if field.selection_set]
    seen: set[str] = set()
    while waiting:
        for node in waiting.pop().selections:
            match node:
                case FieldNode(selection_set=SelectionSetNode() as selected):
                    if node.name.value in SEAT_MAP:
                        return True
                    waiting.append(selected)
                case InlineFragmentNode():
                    waiting.append(node.selection_set)
                case FragmentSpreadNode() if node.name.value not in seen:
                    seen.add(node.name.value)
                    waiting.append(fragments[node.name.value].selection_set)
    return False
