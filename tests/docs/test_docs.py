"""Every page of Markdown: its links lead somewhere, its lines are short, the files it names exist, its GraphQL fits
the schema, and the settings that it exports for a command are all that the command needs. Its pictures are described
in words, and they are small."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path

import pytest
from graphql import parse, validate

from domain.documents import Job
from domain.process.settings import load_settings, require_provider
from graph.schema.build import schema
from tests.support.readme import README

ROOT = README.parent
PICTURES = ROOT / "docs" / "pictures"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "clients").glob("*/README.md")])

WIDEST = 120
"""Characters in a line, tables and code apart."""

ROOMS = "bench|domain|graph|ops|tests|workers"

_CODE = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
_GRAPHQL = re.compile(r"^```graphql\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)")
_EXPORT = re.compile(r"^export (SEATLOCK_\w+)=(\S+)", re.MULTILINE)
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_FILE = re.compile(rf"`((?:{ROOMS})/[\w./-]*|\w+\.py)`")
"""A path from the root or, where a room was just named, the file alone."""


def prose(page: Path) -> str:
    """The page without its blocks of code, as many lines as it has."""
    return _CODE.sub(lambda code: "\n" * code[0].count("\n"), page.read_text())


def anchors(page: Path) -> set[str]:
    """What a link may name in the page after a #, by GitHub's rules."""
    headings = _HEADING.findall(prose(page))
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    for link in _LINK.findall(prose(page)):
        if re.match("https?://", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_pictures_have_words_for_who_cannot_see_them() -> None:
    shown = [(page, words, place) for page in PAGES for words, place in _PICTURE.findall(prose(page))]
    assert [(name_of(page), place) for page, words, place in shown if len(words.split()) < 5] == []
    assert not any("<img" in prose(page) for page in PAGES), "write ![words](place): this test looks for that"
    files = {page.parent.joinpath(place).resolve() for page, _, place in shown}
    assert files >= set(PICTURES.iterdir()), "a picture that is shown nowhere"


def test_pictures_are_small() -> None:
    sizes = {picture.name: picture.stat().st_size for picture in PICTURES.iterdir()}
    assert {name: size for name, size in sizes.items() if size >= 150_000} == {}
    assert sum(sizes.values()) < 800_000


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_lines_are_short(page: Path) -> None:
    lines = enumerate(prose(page).splitlines(), start=1)
    assert [(number, len(line)) for number, line in lines if len(line) > WIDEST and not line.startswith("|")] == []


@pytest.mark.parametrize("name", ["Makefile", ".env.example", "schema.graphql"])
def test_lines_of_other_files_for_people_are_short(name: str) -> None:
    lines = enumerate((ROOT / name).read_text().splitlines(), start=1)
    # What can't be broken: the value of a setting, and what GraphQL prints in one line.
    whole = ("#SEATLOCK_", "union ", "scalar ")
    assert [(number, line) for number, line in lines if len(line) > WIDEST and not line.startswith(whole)] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_files_that_are_named_exist(page: Path) -> None:
    rooms = [ROOT / room for room in ROOMS.split("|")]
    missing = [path for path in _FILE.findall(prose(page)) if not (ROOT / path).exists()]
    assert [path for path in missing if "/" in path or not any(any(room.rglob(path)) for room in rooms)] == []


def test_every_job_is_in_the_table_of_jobs() -> None:
    page = (ROOT / "docs" / "how-to" / "operate.md").read_text()
    assert re.findall(r"^\| `([A-Z_]+)` \| (?:twice|every|at) ", page, re.MULTILINE) == [job.value for job in Job]


def test_the_changelog_says_nothing_twice() -> None:
    """Merges of several branches leave groups and lines twice."""
    _, unreleased, *_ = re.split(r"^## ", (ROOT / "CHANGELOG.md").read_text(), flags=re.MULTILINE)
    for part in re.split(r"^### ", unreleased, flags=re.MULTILINE)[1:]:
        groups = re.findall(r"^(?:[A-Z][^.\n]*:|- .*)$", part, re.MULTILINE)
        assert [group for group, times in Counter(groups).items() if times > 1] == []


DOCUMENTS = [
    pytest.param(text, id=f"{name_of(page)}-{number}")
    for page in PAGES
    for number, text in enumerate(_GRAPHQL.findall(page.read_text()))
]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_its_graphql_fits_the_schema(document: str) -> None:
    assert validate(schema._schema, parse(document)) == []


CHECKED = [
    pytest.param(block[0], id=name_of(page))
    for page in PAGES
    for block in _CODE.finditer(page.read_text())
    if "export SEATLOCK_MONGO_URI" in block[0] and "seatlock check" in block[0]
]


@pytest.mark.parametrize("block", CHECKED)
def test_a_check_has_all_settings_it_needs(block: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("SEATLOCK_")]:
        monkeypatch.delenv(name)
    for name, value in _EXPORT.findall(block):
        monkeypatch.setenv(name, value.strip("'\"").replace("…", "1"))
    monkeypatch.setenv("SEATLOCK_SECRET_KEY", "x" * 32)
    require_provider(load_settings())
