"""The schema as linters of others read it: graphql-eslint's recommended and Relay sets, but for what we wrote down."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.clients.installing import NODE, install_packages

HERE = Path(__file__).parent
CONFIG = HERE / "eslint.config.mjs"
SCHEMA = HERE.parents[1] / "schema.graphql"

WORSE = """
type Ticket { event_name: String! }
"A page."
type TicketConnection { edges: [Ticket!]! pageInfo: PageInfo! }
"Where it lies."
type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
"The root."
type Query {
  "Some."
  tickets(first: String): TicketConnection
}
"""


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Path:
    """Where ESLint can run. What npm brings is kept in pytest's own cache."""
    target = tmp_path_factory.mktemp("lint")
    for file in (CONFIG, HERE / "package.json"):
        shutil.copy(file, target)
    (target / "node_modules").symlink_to(install_packages(pytestconfig.cache.mkdir("npm"), HERE))
    return target


def lint(directory: Path, schema: str) -> str:
    """What ESLint finds, a line a fault; empty when nothing."""
    (directory / "schema.graphql").write_text(schema)
    command = [str(NODE), "node_modules/eslint/bin/eslint.js", "schema.graphql"]
    linted = subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=60, check=False)
    return linted.stdout + linted.stderr


def test_the_schema_passes(directory: Path) -> None:
    assert lint(directory, SCHEMA.read_text()) == ""


def test_another_would_not(directory: Path) -> None:
    """What the exceptions leave of the rules."""
    found = lint(directory, WORSE)
    rules = ("naming-convention", "relay-arguments", "relay-edge-types", "require-description", "strict-id-in-types")
    assert [rule for rule in rules if f"@graphql-eslint/{rule}" not in found] == []


def test_every_edge_but_that_of_a_report_leads_to_a_node() -> None:
    nodes = set(re.findall(r"^type (\w+) implements Node", SCHEMA.read_text(), re.MULTILINE))
    edges = re.findall(r"^type (\w+)Edge ", SCHEMA.read_text(), re.MULTILINE)
    assert set(edges) - nodes == {"EventSummary"}


def test_every_exception_is_of_a_type_that_is_there() -> None:
    names = re.findall(r'"(\w+)"', CONFIG.read_text().partition("];")[0])
    types = set(re.findall(r"^type (\w+)", SCHEMA.read_text(), re.MULTILINE))
    assert len(names) > 40
    assert set(names) - types == set()
