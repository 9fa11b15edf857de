"""Settings of answers: what pages of others may send, what is compressed, and what caches may keep."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode

USUAL_HEADERS = (
    "apollo-require-preflight",
    "apollographql-client-name",
    "apollographql-client-version",
    "baggage",
    "sentry-trace",
    "traceparent",
    "tracestate",
)
"""What clients and what measures them send by themselves."""


class AnswerSettings(BaseSettings):
    """What an operator may set about answers. Durations are whole seconds."""

    cors_headers: Annotated[list[str], NoDecode] = Field(
        default_factory=lambda: list(USUAL_HEADERS),
        description="Headers that pages of CORS_ORIGINS may send besides `Authorization`, `Content-Type`, "
        "`GraphQL-Cost` and `X-Correlation-ID`, comma-separated; * for any.",
    )
    compression: bool = Field(
        default=False,
        description="Whether answers to queries of 1 kB or more are compressed for clients that accept gzip or, with "
        "the package `brotli`, br, and WebSocket messages of 8 kB or more. A proxy in front may do the former; "
        "`seatlock dev` has it on.",
    )
    public_max_age_seconds: int = Field(
        default=1,
        ge=0,
        le=3600,
        description="How old an answer by `GET` may get in caches, if nobody was signed in and it depends on nobody.",
    )

    @field_validator("cors_headers", mode="before")
    @classmethod
    def _header_names(cls, value: object) -> object:
        if isinstance(value, str):
            return [word.strip() for word in value.split(",") if word.strip()]
        return value

    @field_validator("cors_headers")
    @classmethod
    def _good_names(cls, value: list[str]) -> list[str]:
        if "*" in value and len(value) > 1:
            raise ValueError("must be * alone, or names of headers")
        if any(re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", name) is None for name in value):
            raise ValueError("must be names of headers, comma-separated")
        return value
