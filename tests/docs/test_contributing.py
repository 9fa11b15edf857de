"""What CONTRIBUTING.md and SECURITY.md name is there: rooms in their order, files, targets."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text()


def layers(package: str) -> list[str]:
    """The rooms of a package, a string a layer, as the linter of imports holds them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (found,) = [contract["layers"] for contract in contracts if contract.get("containers") == [package]]
    return [str(layer) for layer in found]


@pytest.mark.parametrize("package", ["domain", "graph"])
def test_the_rooms_are_those_of_the_linter_from_top_to_bottom(package: str) -> None:
    table = re.search(rf"^\| Room of `{package}/` .*?(?=\n\n)", TEXT, re.MULTILINE | re.DOTALL)
    assert table is not None
    rows = [row.split("|")[1] for row in table[0].splitlines()[2:]]
    assert [re.findall(r"`(\w+)`", row) for row in rows] == [layer.split(" | ") for layer in layers(package)]


def test_the_files_it_names_exist() -> None:
    named = set(re.findall(r"`((?:domain|graph|workers|ops|tests|docs|bench)/[\w/.-]*|\.devcontainer/)`", TEXT))
    assert len(named) > 50
    for name in named:
        assert (ROOT / name).exists(), name


def test_the_targets_it_names_exist() -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    commands = re.findall(r"(?:`|^)make ([a-z -]+)", TEXT, re.MULTILINE)
    assert {word for words in commands for word in words.split()} <= set(targets)


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "SECURITY.md"])
def test_links_lead_somewhere(page: str) -> None:
    for target, anchor in re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", (ROOT / page).read_text()):
        path = ROOT / (target or page)
        assert path.exists(), target
        assert not anchor or anchor in anchors(path), anchor


def anchors(path: Path) -> list[str]:
    """The headings of a page, as links name them."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(), re.MULTILINE)
    return [re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings]
