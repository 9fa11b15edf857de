"""Which code is measured: ours, or that of another checkout beside it."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Checkout:
    """A checkout of this repository, with the packages of its own `.venv` if it has one."""

    root: Path

    @property
    def python(self) -> str:
        own = self.root / ".venv/bin/python"
        return str(own) if own.exists() else sys.executable

    @property
    def environment(self) -> dict[str, str]:
        """What makes Python take this checkout's code, whatever is installed."""
        return os.environ | {"PYTHONPATH": str(self.root)}


HERE = Checkout(Path(__file__).parents[1])


def checkout_at(path: str) -> Checkout:
    """The checkout there. Ends with a clear line if it is none."""
    root = Path(path).resolve()
    if not (root / "ops/cli.py").is_file():
        sys.exit(f"bench: {path} is no checkout of Seatlock: it has no ops/cli.py")
    return Checkout(root)
