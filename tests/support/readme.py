"""README.md and the tutorial, as far as they can be put to the proof."""

from __future__ import annotations

import re
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"
TUTORIAL = README.parent / "docs" / "tutorial.md"

_STEP = re.compile(
    r"^```bash\n(?P<commands>.*?)^```\n(?:\n```(?:json|text)\n(?P<shown>.*?)^```\n)?", re.MULTILINE | re.DOTALL
)


def steps(page: Path) -> list[tuple[str, list[str]]]:
    """Each block of the page that is there to be pasted: its lines, and the lines shown below them."""
    return [(step["commands"], (step["shown"] or "").splitlines()) for step in _STEP.finditer(page.read_text())]


def block(page: Path, language: str) -> str:
    """The page's only block of this language."""
    (text,) = re.findall(rf"^```{language}\n(.*?)^```\n", page.read_text(), re.MULTILINE | re.DOTALL)
    return str(text)
