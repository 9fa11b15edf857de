"""Which input a refused value was: graphql-core's own errors, coded INVALID_INPUT with the path of the field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from graphql import (
    ArgumentNode,
    FloatValueNode,
    GraphQLError,
    GraphQLFormattedError,
    GraphQLInputType,
    GraphQLNamedType,
    IntValueNode,
    ObjectValueNode,
    ValueNode,
    ValuesOfCorrectTypeRule,
    VariableDefinitionNode,
    VisitorAction,
)
from graphql.utilities import validate_input_literal
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

MAX_DIGITS = 40
"""No number that is accepted is longer; Python itself refuses to read one of more than 4,300 digits."""

MAX_KEYS = 100
"""How many keys an object may have; no input type has half as many fields."""

MAX_VALUES = 30_000
"""How many values one variable may have in all; an event with the most rows has 15,000."""

MAX_WRONG = 10
"""graphql-core stops here: variables are wrong after ten mistakes, too."""

LONGEST_WORD = 60
"""More of a client's word is not repeated in messages."""

LONGEST_MESSAGE = 1_000

_AS_WRITTEN = {"None": "null", "True": "true", "False": "false"}

_LITERAL = re.compile(r"\b(?:None|True|False)(?=\.?$)")

_LONG_WORD = re.compile(rf"[^\s'\"]{{{LONGEST_WORD + 1},}}")

_AT = re.compile(r"^(?:Variable '\$|Argument ')(\w+)'[^:]* has invalid (?:default )?value(?: at (\S+))?: ")
_PLACE = re.compile(r"\[(\d+)\]")

_MEMBER = re.compile(r"(?:required|unknown) field '(\w+)'")


def shortened(message: str) -> str:
    """The message as a client is told it: without objects and lists of theirs, which may have a password in them.

    What is said of Python's values is said of GraphQL's, and of words and length only so much is told.
    """
    message = _without_input(message)
    message = _LITERAL.sub(lambda literal: _AS_WRITTEN[literal[0]], message)
    if len(message) <= LONGEST_WORD:
        return message
    short = _LONG_WORD.sub(lambda word: _cut(word[0], LONGEST_WORD), message[: 2 * LONGEST_MESSAGE])
    return _cut(short, LONGEST_MESSAGE)


def _without_input(message: str) -> str:
    if not message.endswith(("}.", "].", "}", "]")):
        return message
    starts = [at for at in (message.find(": {"), message.find(": [")) if at >= 0]
    return f"{message[: min(starts)].removesuffix(', found')}." if starts else message


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…"


def oversized(variables: Mapping[str, Any]) -> GraphQLFormattedError | None:
    """Why these variables are not looked at any closer: one has more in it than anything that is asked for."""
    for name, variable in variables.items():
        if type(variable) is not dict and type(variable) is not list:
            continue
        left = MAX_VALUES
        waiting: list[Any] = [variable]
        while waiting:
            value = waiting.pop()
            left -= len(value)
            if left < 0:
                return _too_much(name, f"Must have at most {MAX_VALUES:,} values in all.")
            if type(value) is dict:
                if len(value) > MAX_KEYS:
                    return _too_much(name, f"Must have no object with more than {MAX_KEYS} fields.")
                value = value.values()
            waiting += [each for each in value if type(each) is dict or type(each) is list]
    return None


def _too_much(variable: str, message: str) -> GraphQLFormattedError:
    return {"message": message, "extensions": {"code": "INVALID_INPUT", "field": variable}}


def invalid_input(message: str, field: str) -> dict[str, Any]:
    """The extensions of an error about a value: code, and the field's path, as in `input.selection.seats.1`."""
    member = _MEMBER.search(message)
    return {"code": "INVALID_INPUT", "field": f"{field}.{_cut(member[1], LONGEST_WORD)}" if member else field}


def invalid_variable(message: str) -> dict[str, Any]:
    """The same for what graphql-core says of a variable or argument when the operation starts."""
    at = _AT.search(message)
    if at is None:
        return {"code": "INVALID_INPUT"}
    return invalid_input(message[at.end() :], at[1] + _PLACE.sub(r".\1", at[2] or ""))


class OneOfVariablesRule(OneOfInputValidationRule):
    """That a variable may be null which is to be the one key of an object. All else graphql-core says itself."""

    def validate_one_of(self, node: ObjectValueNode, type: GraphQLNamedType) -> None:
        if [each.value.kind for each in node.fields] == ["variable"]:
            super().validate_one_of(node, type)


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
            error.extensions = invalid_input(error.message, ".".join([self._argument, *map(str, path)]))
            self.report_error(error)

        if input_type:
            validate_input_literal(node, input_type, report, hide_suggestions=self.context.hide_suggestions)
        return self.SKIP
