"""The API's ids, for what leaves by other ways than the API: as graph/ids.py makes them, which the domain can't see."""

from __future__ import annotations

from base64 import urlsafe_b64encode


def api_id(type_name: str, *document_ids: object) -> str:
    """The global id of a document of that type; of a seat lock or booking with its event's id."""
    return urlsafe_b64encode(":".join((type_name, *map(str, document_ids))).encode()).decode().rstrip("=")
