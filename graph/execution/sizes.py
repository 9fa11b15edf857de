"""How long the lists of an operation are, where variables say so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from graphql import ConstValueNode, IntValueNode, ListValueNode, NullValueNode, OperationDefinitionNode

from graph.execution.inputs import MAX_DIGITS
from graph.schema.connections import MAX_PAGE

Variables: TypeAlias = Mapping[str, Any] | None
Default: TypeAlias = ConstValueNode | None


class Sizes:
    """How long lists are whose sizes are variables."""

    def __init__(self, operations: Sequence[OperationDefinitionNode], variables: Variables) -> None:
        self._variables = variables
        self._defaults: dict[str, list[Default]] = {}
        for operation in operations:
            for definition in operation.variable_definitions or ():
                self._defaults.setdefault(definition.variable.name.value, []).append(definition.default_value)
        self.were_asked = False

    def of(self, variable: str) -> int | None:
        """As many as the variable says; None where it says nothing."""
        self.were_asked = True
        if self._variables is None:
            return 1
        if variable in self._variables:
            value = self._variables[variable]
        else:
            sizes = {_size(default) for default in self._defaults.get(variable, [None])}
            # Whichever operation is run: where they say different things, as much as any of them could mean.
            value = sizes.pop() if len(sizes) == 1 else MAX_PAGE
        if value is None:
            return None
        # What is no number, or none that fits, is refused when the variables are read.
        return within_a_page(int(value)) if isinstance(value, int | float) and abs(value) <= MAX_PAGE else MAX_PAGE

    def of_list(self, variable: str) -> int:
        """How many values the variable has, which is a list."""
        self.were_asked = True
        if self._variables is None:
            return 1
        if variable in self._variables:
            value = self._variables[variable]
            return within_a_page(len(value)) if isinstance(value, list) else 1
        lists = [each for each in self._defaults.get(variable, ()) if isinstance(each, ListValueNode)]
        return within_a_page(max((len(each.values) for each in lists), default=1))


def _size(default: Default) -> int | None:
    """The size that a default value says; None where it says nothing."""
    if isinstance(default, IntValueNode) and len(default.value) <= MAX_DIGITS:
        return int(default.value)
    return None if default is None or isinstance(default, NullValueNode) else MAX_PAGE


def within_a_page(size: int) -> int:
    """Out of range is the resolver's to refuse, by name of the argument."""
    return max(1, min(size, MAX_PAGE))
