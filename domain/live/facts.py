"""What an event is, without what every sale changes: told to watchers whole where any of it changed, which is rare."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

import bson
from bson.codec_options import CodecOptions
from bson.errors import BSONError

from domain.documents import Event, Section

CHANGED_BY_SALES = frozenset({"allotments", "allocations_made"})
"""The fields of an event that are no facts, beside its version, its counters and its history."""

_CODEC: CodecOptions[Mapping[str, Any]] = CodecOptions(tz_aware=True)


def facts_of(event: Event) -> Event:
    """The event with neither version, counters nor history: two of these are equal if watchers see the same."""
    return event.evolve(
        name_prefixes=(),
        sections=[_without_counters(section) for section in event.sections],
        allotments=(),
        allocations_made=0,
        version=0,
        audit_sequence=0,
        audit_hash=b"",
        audit_forgotten=0,
        audit_forgotten_hash=b"",
        repairs=0,
    )


def facts_to_text(facts: Event) -> str:
    """Facts as they travel: as they are stored, so that whoever hears of them has what whoever reads them has."""
    return b64encode(bson.encode(facts.to_bson())).decode()


def facts_from_text(text: str) -> Event:
    """Raises ValueError when these are none."""
    try:
        return facts_of(Event.from_bson(bson.decode(b64decode(text), _CODEC)))
    except (BSONError, KeyError) as error:
        raise ValueError("not facts of an event") from error


def _without_counters(section: Section) -> Section:
    return Section.model_construct(**{**section.__dict__, "available": 0, "held": 0, "booked": 0})
