"""`python -m bench lighthouse`: what Lighthouse says of our pages, in the Chromium of the tests.

It comes from npm (`bench/pages/package.json`) when it is needed for the first time.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.live import fresh_name
from bench.server import running_api
from bench.shops import CACHE, create_hall
from ops.embedded import Servers
from tests.clients.installing import NODE, install_packages
from tests.web.browser import launching

PACKAGES = Path(__file__).parent / "pages"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
DEVICES: Mapping[str, tuple[str, ...]] = {"phone": (), "desktop": ("--preset=desktop",)}
"""Lighthouse imitates a slow phone on a slow network, unless told otherwise."""
GOOD = 0.9
"""What Lighthouse shows in green."""


def measure_pages(servers: Servers) -> None:
    """Print the scores of the list of events, of an event with 50,000 seats and of the console; and what is wrong."""
    CACHE.mkdir(parents=True, exist_ok=True)
    script = install_packages(CACHE, PACKAGES) / "lighthouse" / "cli" / "index.js"
    browser = launching(CACHE)
    os.environ |= {"SEATLOCK_SHOP": "true", "SEATLOCK_CONSOLE": "true", "SEATLOCK_COMPRESSION": "true"}
    table = Table("page", "as", *CATEGORIES)
    wrong: list[str] = []
    with running_api(servers, fresh_name()) as api, tempfile.TemporaryDirectory() as scratch:
        site = api.url.removesuffix("graphql")
        hall = create_hall(api)
        for page in ("console", "", f"#/events/{hall}"):
            for device, flags in DEVICES.items():
                report = _report(script, browser, site + page, flags, Path(scratch) / "report.json")
                name = f"/{page.replace(hall, '…')}"
                scores = [report["categories"][category]["score"] for category in CATEGORIES]
                table.add_row(name, device, *(f"{score * 100:.0f}" for score in scores))
                wrong += [f"{name}, {device}: {complaint}" for complaint in _complaints(report)]
    console = Console(width=120)
    console.print(table)
    for line in wrong:
        console.print(line, highlight=False, markup=False)


def _report(script: Path, browser: Mapping[str, Any], url: str, flags: tuple[str, ...], out: Path) -> dict[str, Any]:
    command = [str(NODE), str(script), url, "--quiet", "--output=json", f"--output-path={out}", *flags]
    command += ["--no-enable-error-reporting", f"--chrome-flags={' '.join(['--headless=new', *browser['args']])}"]
    env = {**browser.get("env", os.environ), "CHROME_PATH": browser["executable_path"]}
    subprocess.run(command, env=env, check=True)
    report: dict[str, Any] = json.loads(out.read_text())
    if "runtimeError" in report:
        raise RuntimeError(report["runtimeError"]["message"])
    return report


def _complaints(report: Mapping[str, Any]) -> list[str]:
    """What counts for a score and is not good."""
    counted = {
        one["id"] for category in CATEGORIES for one in report["categories"][category]["auditRefs"] if one["weight"]
    }
    audits = [audit for audit in report["audits"].values() if audit["id"] in counted and audit["score"] is not None]
    return [
        f"{audit['title']} ({audit['id']}) {audit.get('displayValue', '')}" for audit in audits if audit["score"] < GOOD
    ]
