from __future__ import annotations

from datetime import datetime

from domain.documents.stored import Stored


class DataVersion(Stored):
    """How many steps of domain/upgrade were taken in this database: one document, which only ever rises.

    `seatlock` is the version of the code that took the last of them.
    """

    id: str  # type: ignore[assignment]
    version: int
    seatlock: str
    at: datetime

    class Settings:
        name = "data_version"
