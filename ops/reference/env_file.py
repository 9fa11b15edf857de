""".env.example: every setting, ready to be filled in."""

from __future__ import annotations

from textwrap import fill, indent

from ops.reference.settings import grouped

HEAD = """\
# Settings of Seatlock, with their defaults. Generated from the code by `make docs`.
#
# Copy this file to .env and fill it in. Keep .env out of version control: it holds secrets.
# The commands of seatlock read .env in the current directory. The environment wins over it.
# Remove the # before a setting to change it. The ones without a # are required.
"""

SAYS_LITTLE = {"text", "a secret", "a path", "a list"}


def env_example() -> str:
    """The file. What has a default is commented out, what is required is empty. Raises Undescribed."""
    parts = [HEAD]
    for heading, settings in grouped():
        parts.append(f"\n# ---- {heading}\n")
        for each in settings:
            values = "" if each.values in SAYS_LITTLE else f" ({each.values.replace('`', '')})"
            told = f"{each.meaning}{values}"
            parts.append("\n" + indent(fill(told, 118, break_on_hyphens=False, break_long_words=False), "# ") + "\n")
            parts.append(f"{each.variable}=\n" if each.default is None else f"#{each.variable}={each.default}\n")
    return "".join(parts)
