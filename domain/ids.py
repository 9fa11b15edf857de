"""The API's ids, for what leaves by other ways than the API: the same as graph/schema/ids.py makes."""

from __future__ import annotations

from binascii import b2a_base64


def api_id(type_name: str, *document_ids: object) -> str:
    """The global id of a document of that type; of a seat lock or booking with its event's id."""
    text = ":".join((type_name, *map(str, document_ids)))
    return b2a_base64(text.encode(), newline=False).decode().rstrip("=")
