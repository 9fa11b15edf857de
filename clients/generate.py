"""Writes what of our clients is generated, from schema.graphql and operations.graphql. `make clients` runs it.

The generators live in environments of their own, which are made here when they are needed for the first time.
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

HERE = Path(__file__).parent
PYTHON = HERE / "python"
PYTHON_API = Path("python", "src", "seatlock_client", "api")
REQUIREMENTS = PYTHON / "codegen" / "requirements.txt"


def generate_python(target: Path, cache: Path) -> None:
    """Write the Python client's generated package under this copy of `clients/`."""
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
    subprocess.run(
        [environment / "bin" / "python", "-m", "ariadne_codegen"],
        cwd=target / "python",
        env={**os.environ, "PYTHONPATH": "codegen"},
        stdout=subprocess.DEVNULL,
        check=True,
    )


def main() -> None:
    cache = Path(sys.argv[1]).absolute()
    cache.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(HERE / PYTHON_API, ignore_errors=True)
    generate_python(HERE, cache)


if __name__ == "__main__":
    main()
