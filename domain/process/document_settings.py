"""Settings of documents that clients name instead of writing them: persisted queries, and trusted documents."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings


class DocumentSettings(BaseSettings):
    """What an operator may set about them. Durations are whole seconds, sizes bytes."""

    persisted_queries: bool = Field(
        default=True,
        description="Whether clients may send the hash of a document that was sent before: automatic persisted "
        "queries, as Apollo's and urql's links do.",
    )
    persisted_queries_seconds: int = Field(
        default=604_800, ge=60, description="How long such a document is remembered after it was last asked for."
    )
    persisted_queries_bytes: int = Field(
        default=16_777_216,
        ge=65_536,
        le=1_073_741_824,
        description="The most that such documents take in Redis. Those that were used last stay.",
    )
    trusted_documents: Path | None = Field(
        default=None,
        description="A JSON file of documents by their ids, as graphql-codegen's client preset and Relay's compiler "
        "write it. Clients run them by `documentId`.",
    )
    trusted_only: bool = Field(
        default=False,
        description="Whether nothing else is run than documents of TRUSTED_DOCUMENTS, and those of our own pages "
        "where SHOP or CONSOLE serves them.",
    )
