"""Nothing here outlives its test: databases are used again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.databases import Databases


@pytest.fixture
def database(databases: Databases) -> Iterator[str]:
    """The name of a database that nobody else uses meanwhile, without documents."""
    with databases.lend() as name:
        yield name
