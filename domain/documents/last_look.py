from __future__ import annotations

from datetime import datetime

from domain.documents.stored import Stored


class LastLook(Stored):
    """How many fields were wrong when all inventories were last looked at. The id is who did: `recover` or `check`."""

    id: str  # type: ignore[assignment]
    drift: int
    at: datetime

    class Settings:
        name = "last_looks"
