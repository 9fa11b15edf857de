"""Opaque global ids: the base64url form, without padding, of `Type:hex`.

The ids of seat locks and bookings carry their event's id too, `Type:hex:eventhex`: commands are queued by event,
and need no look-up to find the queue. What an id says is a claim like any other input; the rules check it
against the documents.
"""

from __future__ import annotations

from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64

from beanie import PydanticObjectId
from bson.errors import InvalidId
from strawberry import ID

from domain.errors import InvalidInput

LONGEST = 128
"""No id or cursor of ours is longer: longer ones are refused before anything is done with them."""


UNREAD = PydanticObjectId("0" * 24)
"""Stands for an id that could not be read, until all faults of its input are told. Nothing has it."""


def seal(text: str) -> str:
    """The opaque form of a short ASCII text."""
    # Letters, digits and ':' never encode to '+' or '/' (the last six bits of no such byte are 62 or 63, nor can
    # they arise across two bytes), so the standard alphabet is the URL-safe one here.
    return b2a_base64(text.encode(), newline=False).decode().rstrip("=")


def unseal(value: str) -> str | None:
    """The text `seal` made this from; None when it made no such thing."""
    if len(value) > LONGEST or not value.isascii():
        return None
    try:
        text = a2b_base64(value + "=" * (-len(value) % 4)).decode("ascii")
    except (Base64Error, UnicodeDecodeError):
        return None
    # Decoding forgives stray characters and bits; one thing has one id.
    return text if seal(text) == value else None


def object_id(hexadecimal: str) -> PydanticObjectId | None:
    """The document id written like this; None when it isn't one in its usual form."""
    try:
        found = PydanticObjectId(hexadecimal)
    except InvalidId:
        return None
    return found if str(found) == hexadecimal else None


def encode_id(type_name: str, document_id: PydanticObjectId) -> ID:
    """The global id of a document that belongs to no event's queue."""
    return ID(seal(f"{type_name}:{document_id}"))


def encode_routed_id(type_name: str, document_id: PydanticObjectId, event_id: PydanticObjectId) -> ID:
    """The global id of a seat lock or booking."""
    return ID(seal(f"{type_name}:{document_id}:{event_id}"))


def encode_part_id(type_name: str, event_id: PydanticObjectId, place: int) -> ID:
    """The global id of a part of an event, which keeps its place there. Nothing is found by it."""
    return ID(seal(f"{type_name}:{event_id}:{place}"))


def type_of_id(field: str, value: str) -> str:
    """The type an id claims to be of. Raises InvalidInput when it's no id at all."""
    text = unseal(value)
    if text is None:
        raise InvalidInput(field, "Not an id.")
    return text.partition(":")[0]


def parse_id(field: str, value: str, expected_type: str) -> PydanticObjectId:
    """The document id in a global id of that type. Raises InvalidInput."""
    return _parse(field, value, expected_type, parts=1)[0]


def parse_routed_id(field: str, value: str, expected_type: str) -> tuple[PydanticObjectId, PydanticObjectId]:
    """The document's id and its event's, from the global id of a seat lock or booking. Raises InvalidInput."""
    document_id, event_id = _parse(field, value, expected_type, parts=2)
    return document_id, event_id


def _parse(field: str, value: str, expected_type: str, parts: int) -> list[PydanticObjectId]:
    type_name, *hexadecimals = (unseal(value) or "").split(":")
    found = [document_id for text in hexadecimals if (document_id := object_id(text)) is not None]
    if type_name != expected_type or not len(found) == len(hexadecimals) == parts:
        raise InvalidInput(field, f"Not the id of {_article(expected_type)} {expected_type}.")
    return found


def _article(type_name: str) -> str:
    # By the sound: an Event, but a User.
    return "an" if type_name[0] in "AEIO" else "a"
