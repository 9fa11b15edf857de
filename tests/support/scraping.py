"""Reading /metrics as Prometheus does."""

from __future__ import annotations

from dataclasses import dataclass

import httpx
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families


@dataclass(frozen=True, slots=True)
class Scraped:
    """What one scrape told."""

    text: str
    families: dict[str, Metric]

    @classmethod
    def of(cls, text: str) -> Scraped:
        return cls(text, {family.name: family for family in text_string_to_metric_families(text)})

    def values(self, name: str, /, **labels: str) -> list[float]:
        """The values of all series of this name that have these labels."""
        return [
            sample.value
            for family in self.families.values()
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        ]

    def sum(self, name: str, /, **labels: str) -> float:
        return sum(self.values(name, **labels))

    def requests(self) -> dict[tuple[str, str], int]:
        """How many requests there were, by operation and outcome."""
        return {
            (sample.labels["operation"], sample.labels["outcome"]): int(sample.value)
            for sample in self.families["seatlock_request_duration_seconds"].samples
            if sample.name.endswith("_count") and sample.value
        }

    def labels(self) -> dict[str, set[str]]:
        """The labels of each series name."""
        found: dict[str, set[str]] = {}
        for family in self.families.values():
            for sample in family.samples:
                found.setdefault(sample.name, set()).update(sample.labels)
        return found


async def scrape(url: str, token: str = "") -> Scraped:
    """One scrape, on a connection of its own."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    async with httpx.AsyncClient(verify=False, timeout=30, headers=headers) as client:
        response = await client.get(f"{url}/metrics")
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return Scraped.of(response.text)
