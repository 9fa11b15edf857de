"""What is generated of our clients is what the schema and our operations give now."""

from __future__ import annotations

import filecmp
import shutil
from pathlib import Path

import pytest

from clients.generate import HERE, PYTHON_API, generate_python

FORGOTTEN = "run `make clients`"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of clients/ beside the schema, without what is generated."""
    shutil.copy(HERE.parent / "schema.graphql", tmp_path)
    generated = shutil.ignore_patterns("api", "generated", "node_modules", "dist", "__pycache__")
    return Path(shutil.copytree(HERE, tmp_path / "clients", ignore=generated))


def assert_same(ours: Path, theirs: Path) -> None:
    names = {file.name for file in theirs.iterdir()}
    assert names == {file.name for file in ours.iterdir() if file.name != "__pycache__"}, FORGOTTEN
    assert filecmp.cmpfiles(ours, theirs, names, shallow=False)[1:] == ([], []), FORGOTTEN


def test_the_python_client_is_up_to_date(copy: Path, pytestconfig: pytest.Config) -> None:
    generate_python(copy, pytestconfig.cache.mkdir("generators"))
    assert_same(HERE / PYTHON_API, copy / PYTHON_API)
