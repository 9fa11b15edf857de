"""What text from outside may look like."""

from __future__ import annotations

import unicodedata

from domain.errors import InvalidInput

# Unicode general categories: control, surrogate, private use, unassigned; and line and paragraph separators.
_FORBIDDEN = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})


def checked_text(field: str, value: str, *, longest: int, multiline: bool = False) -> str:
    """The text without surrounding white space. Raises InvalidInput: empty, too long, or with control characters.

    `longest` counts code points. Line breaks and tabs pass where `multiline`.
    """
    if len(value) > longest:
        raise InvalidInput(field, f"Must be at most {longest} characters long.")
    text = value.strip()
    if not text:
        raise InvalidInput(field, "Must not be empty.")
    if text.isprintable():
        return text  # nearly always, and at once
    for character in text:
        if unicodedata.category(character) in _FORBIDDEN and not (multiline and character in "\n\r\t"):
            raise InvalidInput(field, "Must not contain control characters.")
    return text
