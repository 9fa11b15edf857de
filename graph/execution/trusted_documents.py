"""Trusted documents: the operator's list of what clients may run, known by their ids before anybody asks.

The file is a JSON object of texts by ids: `persisted-documents.json` of graphql-codegen's client preset, and the map
that Relay's compiler writes. Ids are whatever the compiler makes of a text: MD5, SHA-1, or `sha256:` and that hash.
Each document has the last as another name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import orjson

from domain.process.settings import PREFIX, Settings, SettingsError
from domain.process.stored_texts import digest_of
from graph.execution.documents import Documents
from graph.execution.page_documents import page_documents

PREFIX_OF_HASHES = "sha256:"

LONGEST_ID = 256
"""Characters of an id. Compilers make 32 to 64."""


class NoDocuments(Exception):
    """The file can't be read, or is no list of documents; the text is one line saying so, without the file's name."""


class TrustedDocuments:
    """Texts by their names, all of them good."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = {PREFIX_OF_HASHES + digest_of(text): text for text in texts.values()} | dict(texts)
        # Apollo's link sends the hash alone.
        self._texts |= {digest_of(text): text for text in texts.values() if digest_of(text) not in texts}
        self._all = frozenset(texts.values())

    def text(self, name: str) -> str | None:
        """The document of this name."""
        return self._texts.get(name)

    def has(self, text: str) -> bool:
        """Whether this is the text of one of them."""
        return text in self._all


def read_documents(file: Path) -> dict[str, str]:
    """The documents of the file, by their ids. Raises NoDocuments."""
    try:
        found = orjson.loads(file.read_bytes())
    except OSError as error:
        raise NoDocuments(error.strerror or type(error).__name__) from None
    except orjson.JSONDecodeError as error:
        raise NoDocuments(f"it is not JSON: {error.msg}") from None
    if not isinstance(found, dict) or not found:
        raise NoDocuments("it must be a JSON object of documents by their ids, with at least one")
    for name, text in found.items():
        if not 0 < len(name) <= LONGEST_ID:
            raise NoDocuments(f"ids must have 1 to {LONGEST_ID} characters")
        if not isinstance(text, str) or not text.strip():
            raise NoDocuments(f"document {name}: must be the text of a GraphQL document")
        if name.startswith(PREFIX_OF_HASHES) and name != PREFIX_OF_HASHES + digest_of(text):
            raise NoDocuments(f"document {name}: is not named by the SHA-256 of its text")
    return found


def faults(documents: Documents, texts: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with these, a line each: `document ID: why`. Those that are good are ready to run afterwards."""
    for name, text in texts.items():
        for error in documents.prepare_for_good(text).errors:
            place = ", ".join(f"line {at['line']}" for at in error.get("locations", [])[:1])
            yield f"document {name}{f', {place}' if place else ''}: {' '.join(error['message'].split())}"


def trusted_documents(documents: Documents, settings: Settings) -> TrustedDocuments:
    """Those of the settings and of our pages, ready to run. Raises SettingsError if one of them is not good."""
    ours = page_documents(settings)
    for fault in faults(documents, ours):
        raise SettingsError(f"bad settings: {PREFIX}SHOP and {PREFIX}CONSOLE need wider limits: {fault}")
    file = settings.trusted_documents
    if file is None:
        return TrustedDocuments(ours)
    try:
        texts = read_documents(file)
    except NoDocuments as error:
        raise SettingsError(f"bad settings: {PREFIX}TRUSTED_DOCUMENTS: {file}: {error}") from None
    found = list(faults(documents, texts))
    if found:
        more = f"; and {len(found) - 1:,} more, see `seatlock documents check {file}`" if len(found) > 1 else ""
        raise SettingsError(f"bad settings: {PREFIX}TRUSTED_DOCUMENTS: {file}: {found[0]}{more}")
    return TrustedDocuments(ours | texts)
