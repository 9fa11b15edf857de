"""What the use cases of a mutation say they raise is in its result union: outside it, a refusal fails the field."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from types import ModuleType

import pytest
from graphql import get_named_type, is_union_type

from graph.schema import mutations
from graph.schema.build import schema
from graph.schema.outcomes import MEMBERS

REFUSALS = {refusal.__name__ for refusal in MEMBERS}
"""The members of unions are called the same."""

RAISES = re.compile(r"Raises ([^.]*)")
WORD = re.compile(r"\b[A-Z]\w+")


def docstrings(module: ModuleType) -> Iterator[str]:
    """Of what the functions in this module call of ours."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name | ast.Attribute):
            continue
        called: object = module
        for name in ast.unparse(node.func).split("."):
            called = getattr(called, name, None)
        if inspect.isfunction(called) and called.__module__.startswith(("domain.", "graph.")):
            yield called.__doc__ or ""


@pytest.mark.parametrize("name", [found.name for found in pkgutil.iter_modules(mutations.__path__)])
def test_a_union_has_what_its_use_cases_raise(name: str) -> None:
    module = importlib.import_module(f"{mutations.__name__}.{name}")
    root = schema._schema.mutation_type
    assert root is not None
    union = get_named_type(root.fields[re.sub(r"_(\w)", lambda letter: letter[1].upper(), name)].type)
    members = {member.name for member in union.types} if is_union_type(union) else set()
    told = {word for text in docstrings(module) for part in RAISES.findall(text) for word in WORD.findall(part)}
    assert told & REFUSALS <= members, "in the docstring of a use case, and not in the union"
    # A member cannot be taken away any more: where nothing of an input can be wrong now, InvalidInput stays.
    assert (members & REFUSALS) - told <= {"InvalidInput"}, "in the union, and in no docstring"
