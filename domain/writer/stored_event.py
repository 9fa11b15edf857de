"""An event as its collection has it: what a batch is decided on, and written on condition that it is still so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from beanie import PydanticObjectId

from domain.documents import Event

UNSEEN = ("name_prefixes", "description")
"""Fields that no rule, message or listener of a batch reads, and that may be long."""

LOOKED_AT = tuple(name for name in Event.model_fields if name not in {"id", "revision_id", *UNSEEN})


def looked_at(raw: Mapping[str, Any]) -> dict[str, Any]:
    """What there is to know of the event for a batch; fields that it lacks are missing here, too."""
    return {name: raw[name] for name in LOOKED_AT if name in raw}


def is_still(stored: Mapping[str, Any], raw: Mapping[str, Any]) -> bool:
    """Whether the event that was found is as it was. Its version alone would not tell of a change by hand."""
    return looked_at(raw) == stored


def as_stored(event_id: PydanticObjectId, stored: Mapping[str, Any]) -> dict[str, Any]:
    """What finds the event if it is still so."""
    fields = {name: {"$eq": stored[name]} if name in stored else {"$exists": False} for name in LOOKED_AT}
    return {"_id": event_id, **fields}
