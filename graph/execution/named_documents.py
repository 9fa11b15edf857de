"""Documents that a request names instead of writing them: trusted documents, and automatic persisted queries.

What is named is found, or the request is refused; what is written and named is kept for the next time. The protocol of
persisted queries is Apollo's: clients that are told PersistedQueryNotFound send the whole text, and its hash.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from graphql import GraphQLFormattedError

from domain.process.stored_texts import StoredTexts, digest_of
from graph.execution.trusted_documents import TrustedDocuments


class Name(NamedTuple):
    """What a request calls its document."""

    id: str
    is_hash: bool
    """Whether it came as the hash of a persisted query, and not as a `documentId`."""


class NotNamed(Exception):
    """No document is run; `error` is what the client is told."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.error: GraphQLFormattedError = {"message": message, "extensions": {"code": code}}


NOT_TRUSTED = "This server runs trusted documents only: send the `documentId` of one of them."


class NamedDocuments:
    """What names stand for, under these settings."""

    def __init__(self, trusted: TrustedDocuments, *, trusted_only: bool, persisted_queries: bool) -> None:
        self._trusted = trusted
        self._trusted_only = trusted_only
        self._persisted_queries = persisted_queries

    async def text(self, written: str, name: Name | None, texts: StoredTexts, asker: str) -> str:
        """The document that a request writes, or names, or both. Raises NotNamed; Overloaded."""
        if name is not None and not written and (text := self._trusted.text(name.id)) is not None:
            return text
        if self._trusted_only:
            if not self._trusted.has(written):
                raise NotNamed("DOCUMENT_NOT_TRUSTED", NOT_TRUSTED)
            return written
        if name is None:
            return written
        if not name.is_hash:
            raise NotNamed("DOCUMENT_NOT_FOUND", "There is no trusted document with this `documentId`.")
        if not self._persisted_queries:
            if written:
                return written
            # This text, and that of the next error, is what Apollo's and urql's clients look for.
            raise NotNamed("PERSISTED_QUERY_NOT_SUPPORTED", "PersistedQueryNotSupported")
        if written:
            if digest_of(written) != name.id and self._trusted.text(name.id) != written:
                message = "`extensions.persistedQuery.sha256Hash` is not the SHA-256 of `query`."
                raise NotNamed("BAD_REQUEST", message)
            return written
        found = await texts.get(name.id, asker)
        if found is None:
            raise NotNamed("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
        return found

    async def keep(self, written: str, name: Name | None, texts: StoredTexts, asker: str) -> None:
        """Have others know this document, which is good, by its hash. Raises Overloaded."""
        if name is not None and name.is_hash and written and self._persisted_queries and not self._trusted.has(written):
            await texts.put(name.id, written, asker)


def name_in(request: Mapping[str, object]) -> Name | None:
    """What this request calls its document, if anything. Raises ValueError, whose text says what is wrong."""
    document_id = request.get("documentId")
    if document_id is not None:
        if not isinstance(document_id, str) or not document_id:
            raise ValueError("`documentId` must be a string.")
        if request.get("query"):
            raise ValueError("Send `query` or `documentId`, not both.")
        return Name(document_id, is_hash=False)
    extensions = request.get("extensions")
    persisted = extensions.get("persistedQuery") if isinstance(extensions, dict) else None
    if persisted is None:
        return None
    version, digest = (
        (persisted.get("version"), persisted.get("sha256Hash")) if isinstance(persisted, dict) else (None, None)
    )
    if version != 1 or not isinstance(digest, str) or not digest:
        raise ValueError("`extensions.persistedQuery` must have `version`: 1, and `sha256Hash`.")
    return Name(digest, is_hash=True)
