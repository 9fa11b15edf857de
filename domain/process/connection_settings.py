"""Settings of connections: who may have how many, how large what they send may be, and how long they may take.

The bounds are wide of what honest clients need. They are there for who sends without an end, or says nothing.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode

from domain.process.setting_checks import check_hosts, check_networks

Words = Annotated[list[str], NoDecode]


class ConnectionSettings(BaseSettings):
    """What an operator may set about connections. Durations are whole seconds, sizes bytes. Counts are per process."""

    allowed_hosts: Words = Field(
        default_factory=list,
        description="Names that requests may be for (`Host`), comma-separated: tickets.example.org, *.example.org. "
        "`/health` and `/ready` answer to any. Not set: any, but `seatlock dev` takes this machine's names only.",
    )
    trusted_proxies: Words = Field(
        default_factory=list,
        description="Addresses and networks of proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed, "
        "comma-separated: 127.0.0.1, 10.0.0.0/8. Not set: nobody is believed.",
    )
    keep_alive_seconds: int = Field(
        default=75,
        ge=1,
        le=3600,
        description="How long a connection may wait between two requests. Longer than a proxy in front keeps it.",
    )
    max_connections: int | None = Field(
        default=None,
        ge=8,
        description="The most connections in all. Not set: as many as the process may open files, less what it needs.",
    )
    max_connections_per_address: int = Field(
        default=2000, ge=1, description="The most connections of one address, those of trusted proxies excepted."
    )
    connections_per_address: int = Field(
        default=1000,
        ge=1,
        description="The most WebSockets and event streams from one address, behind which there may be a school.",
    )
    subscriptions_per_connection: int = Field(
        default=50, ge=1, description="The most operations that one WebSocket may have running at a time."
    )
    first_byte_seconds: int = Field(
        default=20, ge=1, le=600, description="How long a new connection may say nothing at all."
    )
    headers_seconds: int = Field(
        default=20, ge=1, le=600, description="How long a request's first line and headers may take to arrive."
    )
    body_seconds: int = Field(
        default=30,
        ge=1,
        le=600,
        description="How long a body, or a message on a WebSocket, may stand still: slower than 256 bytes a second.",
    )
    write_seconds: int = Field(
        default=30, ge=1, le=600, description="How long a client may read nothing of what waits to be sent to it."
    )
    max_request_line_bytes: int = Field(
        default=8192, ge=256, le=65_536, description="The longest first line of a request: its method and its URL."
    )
    max_header_bytes: int = Field(default=16_384, ge=1024, le=65_536, description="The longest single header.")
    max_headers_bytes: int = Field(
        default=32_768, ge=1024, le=262_144, description="The first line and all headers of one request together."
    )
    max_headers: int = Field(default=100, ge=10, le=1000, description="How many headers one request may have.")
    max_body_bytes: int = Field(
        default=1_048_576, ge=1024, description="The largest request body, and message on a WebSocket."
    )
    max_pipelined: int = Field(
        default=8,
        ge=1,
        le=100,
        description="How many requests of one connection may wait for the answer to an earlier one. More are not read.",
    )
    max_waiting_bytes: int = Field(
        default=67_108_864,
        ge=1_048_576,
        description="How much may wait in all: what is not read to its end, and what clients do not take. "
        "Past it, who has the most loses a connection.",
    )
    max_listening_bytes: int = Field(
        default=262_144,
        ge=1024,
        description="Documents and variables of all subscriptions of one connection together. "
        "One address may have 32 times as much.",
    )

    @field_validator("allowed_hosts")
    @classmethod
    def _hosts(cls, value: list[str]) -> list[str]:
        check_hosts(value)
        return [host.lower() for host in value]

    @field_validator("trusted_proxies")
    @classmethod
    def _proxies(cls, value: list[str]) -> list[str]:
        check_networks(value)
        return value

    @field_validator("allowed_hosts", "trusted_proxies", mode="before")
    @classmethod
    def _words(cls, value: object) -> object:
        if isinstance(value, str):
            return [word.strip() for word in value.split(",") if word.strip()]
        return value
