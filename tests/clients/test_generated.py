"""What is generated of our clients and the console is what the schema and our operations give now.

`make check` compares digests. Here the generators run: they take 40 seconds, most of it for their own installation.
"""

from __future__ import annotations

import filecmp
from pathlib import Path

import pytest

from clients.generate import GENERATED, ROOT, copy_sources, generate_python, generate_typescript
from tests.support.hunting import hunt

GENERATE = {"python": generate_python, "typescript": generate_typescript}


@hunt
@pytest.mark.parametrize("language", GENERATE)
def test_what_is_generated_is_up_to_date(language: str, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    copy_sources(tmp_path)
    GENERATE[language](tmp_path, pytestconfig.cache.mkdir("npm"))
    for place in (place for place in GENERATED.values() if (tmp_path / place).exists()):
        ours, theirs = ROOT / place, tmp_path / place
        names = {file.name for file in theirs.iterdir()}
        assert names == {file.name for file in ours.iterdir() if file.name != "__pycache__"}, "run `make clients`"
        assert filecmp.cmpfiles(ours, theirs, names, shallow=False)[1:] == ([], []), "run `make clients`"
