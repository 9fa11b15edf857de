from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from beanie import PydanticObjectId
from pymongo import ASCENDING, IndexModel

from domain.documents.stored import Stored


class Span(StrEnum):
    """Of how much time figures are."""

    ALL = "ALL"
    DAY = "DAY"
    HOUR = "HOUR"


class SalesFigures(Stored):
    """What an event's documents add up to: of all time, of a day (UTC) or of an hour and each minute of it.

    Names and meanings of the figures are in domain/reports/figures.py. They change in the transaction that changes what
    they are of, so that at any instant they are what counting the documents would give. `minutes` are by "00" to "59"
    and of hours only; what is absent is 0. `builds`, of ALL only, counts how often figures were counted anew; an event
    that has none was made before there were figures. `start` is None of ALL.

    The id is `<event id>/ALL`, `<event id>/DAY/2030-01-31` or `<event id>/HOUR/2030-01-31T19`: one event's figures of
    some time are a range of ids.
    """

    id: str  # type: ignore[assignment]
    event_id: PydanticObjectId
    span: Span
    start: datetime | None = None
    currency: str
    figures: dict[str, int]
    minutes: dict[str, dict[str, int]]
    builds: int | None = None

    class Settings:
        name = "sales_figures"
        indexes = [IndexModel([("span", ASCENDING), ("start", ASCENDING)], name="by_time")]


def figures_id(event_id: PydanticObjectId, span: Span, start: datetime | None = None) -> str:
    """The id of an event's figures of that day or hour, or of all time."""
    if start is None:
        return f"{event_id}/{span}"
    return f"{event_id}/{span}/{start.isoformat()[: 10 if span is Span.DAY else 13]}"
