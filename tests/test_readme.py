"""What README.md states as fact, and can be looked up."""

from __future__ import annotations

import re

from domain.process.settings import PREFIX, Settings
from tests.readme import README

TEXT = README.read_text()


def test_the_settings_are_those_that_exist() -> None:
    rows = ["| Variable | Default | |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=True, validated_data={})
        shown = "required" if field.is_required() else str(default).lower() if default not in (None, []) else ""
        rows.append(f"| `{PREFIX}{name.upper()}` | {shown} | {field.description} |")
    table = re.search(r"^\| Variable .*?(?=\n\n)", TEXT, re.MULTILINE | re.DOTALL)
    assert table is not None
    assert table[0].splitlines() == rows
