"""Writes what of our clients is generated, from schema.graphql and operations.graphql. `make clients` runs it.

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
REQUIREMENTS = HERE / "python" / "codegen" / "requirements.txt"
TYPESCRIPT = HERE / "typescript"
GENERATED = {"python": Path("python/src/seatlock_client/api"), "typescript": Path("typescript/src/generated")}
"""Where it is, in `clients/`."""


def copy_sources(target: Path) -> Path:
    """A copy of `clients/` in this directory, beside the schema, without what is generated."""
    shutil.copy(HERE.parent / "schema.graphql", target)
    others = shutil.ignore_patterns("api", "generated", "node_modules", "dist", "__pycache__")
    return Path(shutil.copytree(HERE, target / "clients", ignore=others))


def generate_python(copy: Path, cache: Path) -> None:
    """Generate what belongs to the Python client in this copy."""
    subprocess.run(
        [_ariadne_codegen(cache), "-m", "ariadne_codegen"],
        cwd=copy / "python",
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
    """Generate what belongs to the TypeScript client in this copy."""
    (copy / "typescript" / "node_modules").symlink_to(install_packages(cache, TYPESCRIPT))
    subprocess.run([NODE, copy / "typescript" / "codegen" / "generate.mjs"], check=True)


def main() -> None:
    cache = Path(sys.argv[1]).absolute()
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        copy = copy_sources(Path(scratch))
        generate_python(copy, cache)
        generate_typescript(copy, cache)
        for place in GENERATED.values():
            shutil.rmtree(HERE / place, ignore_errors=True)
            shutil.copytree(copy / place, HERE / place)


if __name__ == "__main__":
    main()
