"""README.md, as far as it can be put to the proof."""

from __future__ import annotations

import re
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"

_STEP = re.compile(
    r"^```bash\n(?P<commands>.*?)^```\n(?:\n```(?:json|text)\n(?P<shown>.*?)^```\n)?", re.MULTILINE | re.DOTALL
)


def tour() -> list[tuple[str, list[str]]]:
    """Each step of the tour: the lines to paste, and the lines shown below them."""
    return [(step["commands"], (step["shown"] or "").splitlines()) for step in _STEP.finditer(README.read_text())]


def block(language: str) -> str:
    """The only block that is marked so."""
    (text,) = re.findall(rf"^```{language}\n(.*?)^```\n", README.read_text(), re.MULTILINE | re.DOTALL)
    return str(text)
