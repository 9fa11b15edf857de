"""What can be read off the code, for people: the pages of docs/reference, and .env.example.

One module a page, each with a function that returns its text. A page takes from the code what the code says, and what
it does not say from a text beside the page's function. A thing of the code without its text raises `Undescribed`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from typer.core import TyperGroup

from ops.reference.cli import cli_page
from ops.reference.collection import lifecycle_collection
from ops.reference.env_file import env_example
from ops.reference.errors import errors_page
from ops.reference.http import http_page
from ops.reference.metrics import metrics_page
from ops.reference.settings import settings_page

_TEXTS: Mapping[str, Callable[[], str]] = {
    "docs/reference/settings.md": settings_page,
    "docs/reference/errors.md": errors_page,
    "docs/reference/http.md": http_page,
    "docs/reference/metrics.md": metrics_page,
    "docs/examples/lifecycle.http": lifecycle_collection,
    ".env.example": env_example,
}
_COMMANDS = "docs/reference/cli.md"
FILES = (_COMMANDS, *_TEXTS)
"""Every generated file, by its path from the root of a checkout."""


def texts(commands: TyperGroup) -> Iterator[tuple[str, str]]:
    """Each file's name and text; `commands` is the command line, which imports this. Raises Undescribed."""
    yield _COMMANDS, cli_page(commands)
    for name, text in _TEXTS.items():
        yield name, text()


def write_files(root: Path, commands: TyperGroup) -> None:
    """Write all of them below this directory. Raises Undescribed."""
    for name, text in texts(commands):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def stale_files(root: Path, commands: TyperGroup) -> list[str]:
    """The names of those that are missing below this directory, or say something else. Raises Undescribed."""
    return [name for name, text in texts(commands) if not _says(root / name, text)]


def _says(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text
