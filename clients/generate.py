"""Writes what of our clients and the console is generated, from schema.graphql and operations. `make clients` runs it.

With --check it says whether what is there was generated from these. `make check` runs that: it compares digests, and
needs no generator. `make test-all` generates everything anew.

The generators live in environments of their own, which are made when they are needed for the first time, in a directory
that is given for them.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from tests.clients.installing import NODE, install_packages

HERE = Path(__file__).parent
ROOT = HERE.parent
REQUIREMENTS = HERE / "python" / "codegen" / "requirements.txt"
TYPESCRIPT = HERE / "typescript"
CONSOLE = Path("web", "console", "operations.graphql")
GENERATED = {
    "python": Path("clients/python/src/seatlock_client/api"),
    "typescript": Path("clients/typescript/src/generated"),
    "console": Path("web/console/generated"),
}
"""Where it is."""

RECORD = HERE / "digests.txt"
"""What was generated, and from which sources."""


def digests() -> str:
    """A line for the sources, and one for each file that was generated of them."""
    sources = [
        ROOT / "schema.graphql",
        ROOT / CONSOLE,
        HERE / "operations.graphql",
        HERE / "python" / "pyproject.toml",
        *sorted((HERE / "python" / "codegen").glob("*.*")),
        *sorted((TYPESCRIPT / "codegen").glob("*.*")),
        TYPESCRIPT / "package-lock.json",
    ]
    told = hashlib.sha256()
    for file in sources:
        told.update(f"{file.relative_to(ROOT).as_posix()} {_digest(file)}\n".encode())
    made = sorted(file for place in GENERATED.values() for file in (ROOT / place).glob("*.*"))
    lines = [f"{file.relative_to(ROOT).as_posix()} {_digest(file)}" for file in made]
    return "\n".join([f"sources {told.hexdigest()}", *lines]) + "\n"


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def copy_sources(target: Path) -> None:
    """Copies `clients/`, the schema and the console's operations to this directory, without what is generated."""
    shutil.copy(ROOT / "schema.graphql", target)
    others = shutil.ignore_patterns("api", "generated", "node_modules", "dist", "__pycache__")
    shutil.copytree(HERE, target / "clients", ignore=others)
    (target / CONSOLE).parent.mkdir(parents=True)
    shutil.copy(ROOT / CONSOLE, target / CONSOLE)


def generate_python(copy: Path, cache: Path) -> None:
    """Generate what belongs to the Python client in this copy."""
    subprocess.run(
        [_ariadne_codegen(cache), "-m", "ariadne_codegen"],
        cwd=copy / "clients" / "python",
        env={**os.environ, "PYTHONPATH": "codegen"},
        stdout=subprocess.DEVNULL,
        check=True,
    )


def _ariadne_codegen(cache: Path) -> Path:
    """A Python that has it."""
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:16]
    environment = cache / f"ariadne-codegen-{wanted}"
    if not environment.exists():
        # Elsewhere first: what is there is whole, and another run may be doing the same.
        scratch = Path(tempfile.mkdtemp(dir=cache))
        venv.create(scratch, with_pip=True)
        pip = [str(scratch / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "-r", str(REQUIREMENTS)], check=True)
        try:
            os.rename(scratch, environment)
        except OSError:
            shutil.rmtree(scratch)
    return environment / "bin" / "python"


def generate_typescript(copy: Path, cache: Path) -> None:
    """Generate what belongs to the TypeScript client, and to the console, in this copy."""
    client = copy / "clients" / "typescript"
    (client / "node_modules").symlink_to(install_packages(cache, TYPESCRIPT))
    for part, operations in ("typescript", Path("clients", "operations.graphql")), ("console", CONSOLE):
        subprocess.run(
            [NODE, client / "codegen" / "generate.mjs", copy / operations, copy / GENERATED[part]], check=True
        )


def main() -> None:
    if sys.argv[1:] == ["--check"]:
        if RECORD.read_text() != digests():
            sys.exit("What is generated of clients/ and web/console is not from these sources: run `make clients`.")
        return
    cache = Path(sys.argv[1]).absolute()
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch)
        copy_sources(copy)
        generate_python(copy, cache)
        generate_typescript(copy, cache)
        for place in GENERATED.values():
            shutil.rmtree(ROOT / place, ignore_errors=True)
            shutil.copytree(copy / place, ROOT / place)
    RECORD.write_text(digests())


if __name__ == "__main__":
    main()
