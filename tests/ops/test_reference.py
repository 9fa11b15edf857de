"""docs/reference, as far as its texts can be held against the code."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.process.settings import PREFIX, Settings
from graph.execution import errors as execution_errors
from graph.schema.outcomes import TOP_LEVEL_CODES
from ops import refusals
from ops.reference import FILES
from ops.reference.errors import EXECUTION, HTTP
from ops.reference.http import CLOSE_CODES
from ops.reference.markdown import Undescribed, described
from ops.reference.settings import OTHERS

ROOT = Path(__file__).parents[2]
GRAPH = Path(execution_errors.__file__).parents[1]
PAGES = [name for name in FILES if name.endswith(".md")]

OF_THE_LIBRARY = {1009}
"""Closed with by the library of WebSockets itself."""

NO_CODES = {"HEAD", "GET", "POST"}


def calls() -> Iterator[ast.Call]:
    """Every call in the code of the API."""
    for path in GRAPH.rglob("*.py"):
        yield from (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))


def constants(call: ast.Call) -> list[object]:
    return [each.value for each in call.args if isinstance(each, ast.Constant)]


def test_every_status_and_code_of_http_is_described_and_no_other() -> None:
    raised = {
        (status, code)
        for call in calls()
        for status, code in [constants(call)[:2]] * (len(constants(call)) > 1)
        if isinstance(status, int) and 400 <= status < 600 and isinstance(code, str)
    }
    below = {
        (int(each.head.split()[1]), json.loads(each.body)["errors"][0]["extensions"]["code"])
        for each in vars(refusals).values()
        if isinstance(each, refusals.ConnectionRefusal)
    }
    assert {(answer.status, answer.code) for answer in HTTP} == raised | below | {(500, "INTERNAL")}


def test_every_code_of_the_transports_is_described() -> None:
    words = {
        node.value
        for room in ("execution", "subscriptions", "transport")
        for path in (GRAPH / room).glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    codes = {word for word in words if re.fullmatch(r"[A-Z]{3,}(_[A-Z]+)*", word)} - NO_CODES
    elsewhere = {answer.code for answer in HTTP} | set(TOP_LEVEL_CODES.values())
    assert codes <= {told.code for told in EXECUTION} | elsewhere


def test_every_close_code_is_described_and_no_other() -> None:
    closed = {
        code
        for call in calls()
        if isinstance(call.func, ast.Name) and call.func.id == "Closed"
        for code in constants(call)[:1]
    }
    assert set(CLOSE_CODES) == closed | OF_THE_LIBRARY


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str) -> None:
    page = ROOT / name
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text()):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("name", PAGES)
def test_every_setting_that_a_page_names_is_one(name: str) -> None:
    variables = {f"{PREFIX}{field.upper()}" for field in Settings.model_fields}
    others = {other for names, _ in OTHERS for other in re.findall(r"\bSEATLOCK_[A-Z_]+\b", names)}
    assert set(re.findall(r"\bSEATLOCK_[A-Z_]+\b", (ROOT / name).read_text())) <= variables | others


def test_a_thing_without_its_text_is_said_to_have_none() -> None:
    with pytest.raises(Undescribed, match=r"errors\.py does not describe code NEW"):
        described("code", ["OLD", "NEW"], ["OLD"], "errors.py")
    with pytest.raises(Undescribed, match=r"errors\.py describes code OLD, which the code does not have"):
        described("code", [], ["OLD"], "errors.py")
