"""What our own pages send: the documents in their scripts, which `make web` writes beside them.

A page that is served may always send its own, also where nothing but trusted documents is run.
"""

from __future__ import annotations

from pathlib import Path

import orjson

from domain.process.settings import Settings

_BUILT = Path(__file__).parents[1] / "static" / "shop"


def page_documents(settings: Settings) -> dict[str, str]:
    """Those of the pages that these settings switch on, by the page's setting and their own name."""
    pages = {"shop": settings.shop, "console": settings.console}
    return {
        f"{page} {name}": text
        for page, is_served in pages.items()
        if is_served
        for name, text in orjson.loads((_BUILT / f"{page}.json").read_bytes()).items()
    }
