"""Ids as operators have them: the API's, which commands print, or those of the database, which logs do."""

from __future__ import annotations

from beanie import PydanticObjectId

from graph.schema.ids import encode_id, object_id, parse_id, parse_routed_id, unseal


def given_id(name: str, text: str, kind: str) -> PydanticObjectId:
    """The id of a document of this kind, whichever way it is written. Raises InvalidInput, which says `name`."""
    return object_id(text) or parse_id(name, text, kind)


def given_booking_id(name: str, text: str) -> PydanticObjectId:
    """A booking's, or that of its lock, which is the same. Raises InvalidInput."""
    kind = "SeatLock" if (unseal(text) or "").startswith("SeatLock:") else "Booking"
    return object_id(text) or parse_routed_id(name, text, kind)[0]


def given_event_id(name: str, text: str) -> str:
    """An event's id as the API takes it. Raises InvalidInput."""
    return str(encode_id("Event", given_id(name, text, "Event")))
