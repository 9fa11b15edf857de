"""Pages in Markdown, and what all of them say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

GENERATED = "<!-- Generated from the code by `make docs`. Change the code, not this page. -->"


class Undescribed(Exception):
    """The code has something that a page has no text for; the message says where to write it."""


def page(title: str, *parts: str) -> str:
    """A page with this title and these parts: paragraphs, lists, tables, headings."""
    return "\n\n".join([f"# {title}", GENERATED, *parts]) + "\n"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose cells are Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(
        "| " + " | ".join(" ".join(cell.split("\n")).replace("|", "\\|") for cell in line) + " |" for line in lines
    )


def code(*words: object) -> str:
    """Each of these as code, one after the other."""
    return ", ".join(f"`{word}`" for word in words)


def described(kind: str, names: Iterable[str], texts: Iterable[str], place: str) -> None:
    """Make sure that these names have texts, and that no text is about anything else. Raises Undescribed."""
    there_are, told = set(names), set(texts)
    if missing := there_are - told:
        raise Undescribed(f"{place} does not describe {kind} {', '.join(sorted(missing))}")
    if gone := told - there_are:
        raise Undescribed(f"{place} describes {kind} {', '.join(sorted(gone))}, which the code does not have")
