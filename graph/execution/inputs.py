"""Which input a refused value was: graphql-core's own errors, coded INVALID_INPUT with the path of the field."""

from __future__ import annotations

import re
from typing import Any

from graphql import (
    ArgumentNode,
    FloatValueNode,
    GraphQLError,
    GraphQLInputType,
    IntValueNode,
    ValueNode,
    ValuesOfCorrectTypeRule,
    VariableDefinitionNode,
    VisitorAction,
)
from graphql.utilities import validate_input_literal

MAX_DIGITS = 40
"""No number that is accepted is longer; Python itself refuses to read one of more than 4,300 digits."""

_AT = re.compile(r"^(?:Variable '\$|Argument ')(\w+)'[^:]* has invalid (?:default )?value(?: at (\S+))?: ")
_MEMBER = re.compile(r"(?:required|unknown) field '(\w+)'")


def invalid_input(message: str, field: str) -> dict[str, Any]:
    """The extensions of an error about a value: code, and the field's path, as in `input.selection.quantity.count`."""
    member = _MEMBER.search(message)
    return {"code": "INVALID_INPUT", "field": f"{field}.{member[1]}" if member else field}


def invalid_variable(message: str) -> dict[str, Any]:
    """The same for what graphql-core says of a variable or argument when the operation starts."""
    at = _AT.search(message)
    if at is None:
        return {"code": "INVALID_INPUT"}
    return invalid_input(message[at.end() :], at[1] + (at[2] or ""))


class InputLiteralsRule(ValuesOfCorrectTypeRule):
    """graphql-core's rule for literals, its errors coded as those of variables are."""

    _argument = ""

    def enter_argument(self, node: ArgumentNode, *_args: Any) -> None:
        """Remember whose value comes next; a literal's own path starts below the argument."""
        self._argument = node.name.value

    def enter_variable_definition(self, node: VariableDefinitionNode, *_args: Any) -> None:
        """The same for the variable whose default value may come next."""
        self._argument = node.variable.name.value

    def is_valid_value_node(self, node: ValueNode, input_type: GraphQLInputType | None) -> VisitorAction:
        """Validate the literal as the parent class does, keeping the path."""

        def report(error: GraphQLError, path: list[str | int]) -> None:
            culprit = next(iter(error.nodes or ()), None)
            if isinstance(culprit, IntValueNode | FloatValueNode) and len(culprit.value) > MAX_DIGITS:
                # graphql-core would repeat the number, and what Python says of it.
                error = GraphQLError(f"The number has more than {MAX_DIGITS} digits.", culprit)
            steps = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)
            error.extensions = invalid_input(error.message, self._argument + steps)
            self.report_error(error)

        if input_type:
            validate_input_literal(node, input_type, report, hide_suggestions=self.context.hide_suggestions)
        return self.SKIP
