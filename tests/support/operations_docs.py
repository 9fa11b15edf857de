"""What docs/operations asks Prometheus: the expressions of the dashboard and of the alert rules."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import promql_parser
import yaml

from tests.support.readme import README

OPERATIONS = README.parent / "docs" / "operations"

PROMETHEUS_OWN = {"up"}


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression of PromQL, and where it is from."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Selected:
    """A series name that an expression asks for, and the labels it must have; `matched` says of some which value."""

    metric: str
    labels: frozenset[str]
    matched: tuple[tuple[str, str], ...]


def dashboard() -> dict[str, Any]:
    """The dashboard, as Grafana reads it."""
    read: dict[str, Any] = json.loads((OPERATIONS / "dashboard.json").read_text())
    return read


def rules() -> list[dict[str, Any]]:
    """The alert rules, as Prometheus reads them."""
    read = yaml.safe_load((OPERATIONS / "alerts.yml").read_text())
    return [rule for group in read["groups"] for rule in group["rules"]]


def expressions() -> list[Expression]:
    """All of them, Grafana's variable filled in."""
    panels = [
        Expression(f"{panel['title']} {target['refId']}", target["expr"].replace("$__rate_interval", "1m"))
        for panel in dashboard()["panels"]
        for target in panel["targets"]
    ]
    return [*panels, *(Expression(rule["alert"], rule["expr"]) for rule in rules())]


def selected(expression: str) -> Iterator[Selected]:
    """What the expression asks for that is ours. Raises ValueError when it is not well-formed."""
    yield from _selected(promql_parser.parse(expression), frozenset())


def _selected(node: Any, grouped_by: frozenset[str]) -> Iterator[Selected]:
    match node:
        case promql_parser.AggregateExpr():
            grouping = frozenset(node.modifier.labels) if node.modifier else frozenset()
            yield from _selected(node.expr, grouping)
        case promql_parser.Call():
            for argument in node.args:
                yield from _selected(argument, grouped_by)
        case promql_parser.BinaryExpr():
            yield from _selected(node.lhs, grouped_by)
            yield from _selected(node.rhs, grouped_by)
        case promql_parser.ParenExpr():
            yield from _selected(node.expr, grouped_by)
        case promql_parser.MatrixSelector():
            yield from _selected(node.vector_selector, grouped_by)
        case promql_parser.VectorSelector():
            matchers = node.matchers.matchers
            assert node.name is not None, "by its name, not by a pattern"
            if node.name not in PROMETHEUS_OWN:
                matched = tuple((one.name, value) for one in matchers for value in one.value.split("|"))
                yield Selected(node.name, grouped_by | {one.name for one in matchers}, matched)
        case promql_parser.NumberLiteral():
            pass
        case other:
            raise ValueError(f"the test does not know {type(other).__name__}")
