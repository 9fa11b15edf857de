"""Settings: environment variables named SEATLOCK_*, checked once at the start.

A value that is missing or bad raises `SettingsError`, whose text names every variable concerned on one line.
"""

from __future__ import annotations

import os
import re
from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import NoDecode, SettingsConfigDict

from domain.errors import InvalidInput
from domain.process.answer_settings import AnswerSettings
from domain.process.budget_settings import BudgetSettings
from domain.process.connection_settings import ConnectionSettings
from domain.process.document_settings import DocumentSettings
from domain.process.setting_checks import (
    PREFIX as PREFIX,
)
from domain.process.setting_checks import (
    check_mongo_uri,
    check_origins,
    check_redis_url,
    check_stripe_key,
    check_web_address,
    strange_variables,
)
from domain.signature import SECRET_PREFIX, is_secret
from domain.text import checked_email, checked_password, checked_text


class SettingsError(Exception):
    """The environment does not make a configuration; the text says what to change."""


class Settings(ConnectionSettings, BudgetSettings, DocumentSettings, AnswerSettings):
    """Everything an operator may set. Durations are whole seconds, sizes bytes."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    mongo_uri: str = Field(description="MongoDB's connection string. It must be a replica set: transactions need one.")
    mongo_database: str = Field(default="seatlock", min_length=1, max_length=63, description="The database's name.")
    redis_url: str = Field(
        description="Redis's connection string: turns between processes, the live feed, the worker's schedule."
    )
    redis_patience_ms: int = Field(
        default=100,
        ge=10,
        le=2_000,
        description=(
            "How many milliseconds Redis may take to count, or to find a persisted query, before this process does "
            "without it for two seconds. It takes less than one."
        ),
    )
    secret_key: SecretStr = Field(description="Signs access tokens (HS256); at least 32 characters.")

    lock_ttl_seconds: int = Field(default=300, ge=1, le=86_400, description="How long a seat lock holds its seats.")
    lock_max_seconds: int = Field(
        default=900,
        ge=1,
        le=86_400,
        description="How long a seat lock may hold its seats in all, however often it is extended; not below "
        "LOCK_TTL_SECONDS.",
    )
    payment_ttl_seconds: int = Field(
        default=600, ge=1, le=86_400, description="How long a booking waits for its payment."
    )
    token_ttl_seconds: int = Field(default=3600, ge=60, le=2_592_000, description="How long an access token is valid.")
    session_ttl_seconds: int = Field(
        default=2_592_000,
        ge=60,
        le=31_536_000,
        description="How long a session lasts that is not renewed; not below TOKEN_TTL_SECONDS.",
    )
    session_repeat_seconds: int = Field(
        default=0,
        ge=0,
        le=300,
        description="How long a refresh token that was used may be sent again, by who has not had the answer, or by "
        "another tab. 0: a second use always ends the session.",
    )
    idempotency_ttl_seconds: int = Field(
        default=86_400, ge=60, description="How long an idempotency key is remembered."
    )
    cancellation_refund_percent: int = Field(
        default=50,
        ge=0,
        le=100,
        description="Percentage of a paid total that cancelling gives back, unless the event has its own policy.",
    )
    max_seats_per_lock: int = Field(
        default=100, ge=1, le=1000, description="The most seats that one lockSeats may ask for."
    )
    max_held_seats_per_buyer: int = Field(
        default=100, ge=1, le=1_000_000, description="The most unpaid seats of one event that one buyer may hold."
    )
    max_lapses_per_buyer: int = Field(
        default=10,
        ge=1,
        le=10_000,
        description="How many holds of one event a buyer may let expire within an hour. Then the buyer waits.",
    )
    max_seats_per_event: int = Field(
        default=1_000_000, ge=1, le=10_000_000, description="The most seats that one event may have."
    )
    archive_after_days: int | None = Field(
        default=None,
        ge=7,
        description="After how many days locks and bookings that ended unpaid are archived. Not set: never.",
    )
    payment_timeout_seconds: int = Field(
        default=10, ge=1, le=120, description="How long the payment provider may take to answer."
    )
    payment_attempts: int = Field(
        default=5, ge=1, le=100, description="How often one booking's payment may be tried; the last one ends it."
    )
    payment_provider: Literal["simulated", "stripe"] | None = Field(
        default=None,
        description="Who takes the money. `serve`, `worker`, `check` need it. `simulated` moves none: seats are free.",
    )
    stripe_secret_key: SecretStr | None = Field(default=None, description="Stripe's secret or restricted API key.")
    stripe_api_base: str = Field(
        default="https://api.stripe.com", pattern=r"^https?://[^\s/]+$", description="The address of Stripe's API."
    )
    simulated_webhook_url: str | None = Field(
        default=None,
        description="Where the simulated provider sends its notices, as in the URL of its webhook. `seatlock dev` "
        "names its own.",
    )
    payment_return_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s]+$",
        description="Where banks send buyers back to; without it Stripe offers no means of payment that redirect.",
    )
    public_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s/]+/?$",
        description="Where buyers reach this server, as in https://tickets.example.org: without it, links to its own "
        "pages (the simulated bank's) are paths.",
    )
    webhook_secret: SecretStr | None = Field(
        default=None,
        description="What the payment provider signs its webhooks with; without it /webhooks/payments is closed.",
    )
    webhook_private_targets: bool = Field(
        default=False,
        description="Whether webhooks may go to this machine and to private networks. `seatlock dev` allows it.",
    )
    smtp_url: SecretStr | None = Field(
        default=None,
        description="The server that sends e-mail to buyers: smtps://user:password@host:465. Not set: none is sent.",
    )
    smtp_from: str | None = Field(default=None, description="The sender of that e-mail; needed with SMTP_URL.")

    verify_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s/#]+[^\s#]*$",
        description="The shop's page that verifies an e-mail address. Letters link to it with `?token=` and the code; "
        "not set: they have the code to paste.",
    )
    reset_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s/#]+[^\s#]*$",
        description="The shop's page where a forgotten password is replaced; linked to like VERIFY_URL.",
    )

    admin_email: str | None = Field(
        default=None, description="An ADMIN to make at the start if nobody has this address. Needs ADMIN_PASSWORD."
    )
    admin_password: SecretStr | None = Field(default=None, description="That ADMIN's password.")

    cors_origins: Annotated[list[str], NoDecode] = Field(
        default_factory=list,
        description="Origins browsers may call from, as https://shop.example, comma-separated; * for any.",
    )
    graphql_introspection: bool = Field(default=True, description="Whether clients may ask for the schema.")
    shop: bool = Field(
        default=False,
        description="Whether GET / is the shop, a page for buyers, which pays with the simulated provider only.",
    )
    console: bool = Field(default=False, description="Whether GET /console is the console, a page for ADMINs.")
    graphql_ide: bool = Field(default=False, description="Whether GET /graphql from a browser shows GraphiQL.")
    graphql_max_depth: int = Field(default=12, ge=3, le=100, description="How deep fields may nest.")
    graphql_max_cost: int = Field(
        default=5000,
        ge=10,
        description="How much one operation may cost: a field is 1, a list its page size times its fields.",
    )
    graphql_max_document_bytes: int = Field(
        default=32_768, ge=1024, description="How long a document may be, before it is looked at any further."
    )
    graphql_max_tokens: int = Field(default=2000, ge=50, description="How many tokens a document may have.")
    graphql_max_aliases: int = Field(default=30, ge=0, description="How many aliases a document may have.")
    start_timeout_seconds: int = Field(
        default=60, ge=0, le=3600, description="How long `serve` and `worker` wait for MongoDB when they start."
    )
    mongo_pool_size: int = Field(
        default=50, ge=2, le=1000, description="The most connections that one process opens to MongoDB."
    )
    audit_log: Path | None = Field(
        default=Path("logs/audit.log"),
        description="A file that audit entries are also written to, as JSON lines. Empty: none.",
    )
    audit_retention_days: int | None = Field(
        default=None,
        ge=30,
        description="After how many days audit entries are deleted, an event's counted from its start. Not set: never.",
    )
    metrics_token: SecretStr | None = Field(
        default=None,
        min_length=16,
        description="The bearer token that /metrics asks for. Not set: anybody may read it.",
    )
    worker_metrics_port: int | None = Field(
        default=None, ge=1, le=65_535, description="The port of the worker's own /metrics. Not set: it has none."
    )
    worker_metrics_host: str = Field(
        default="127.0.0.1", min_length=1, description="The address that the worker's /metrics listens on."
    )
    tracing: bool = Field(
        default=False, description="Whether OpenTelemetry sends traces; its own OTEL_* variables say where."
    )
    log_format: Literal["json", "console"] = Field(default="json", description="The format of log lines.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Log lines less severe than this are left out."
    )
    log_requests: bool = Field(default=False, description="Whether each GraphQL operation writes a log line.")

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        # RFC 7518 §3.2: an HS256 key is at least as long as the hash, 256 bits.
        if len(value.get_secret_value().encode()) < 32:
            raise ValueError("must be at least 32 characters")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _hard_to_guess(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value().encode()) < 16:
            raise ValueError("must be at least 16 characters")
        return value

    @field_validator("mongo_uri")
    @classmethod
    def _mongo(cls, value: str) -> str:
        check_mongo_uri(value)
        return value

    @field_validator("mongo_database")
    @classmethod
    def _database(cls, value: str) -> str:
        if not re.fullmatch(r"[A-Za-z0-9_-]+", value):
            raise ValueError("must be letters, digits, - and _")
        return value

    @property
    def redis_patience_seconds(self) -> float:
        """The same in seconds."""
        return self.redis_patience_ms / 1_000

    @field_validator("redis_url")
    @classmethod
    def _redis(cls, value: str) -> str:
        check_redis_url(value)
        return value

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, value: list[str]) -> list[str]:
        check_origins(value)
        return value

    @field_validator("stripe_secret_key")
    @classmethod
    def _stripe_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and value.get_secret_value():
            check_stripe_key(value.get_secret_value())
        return value

    @field_validator("stripe_api_base", "simulated_webhook_url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if value is not None:
            check_web_address(value)
        return value

    @field_validator("smtp_url")
    @classmethod
    def _smtp(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            try:
                url = urlsplit(value.get_secret_value())
                good = (
                    url.scheme in ("smtp", "smtps") and bool(url.hostname) and url.port != 0 and not url.path.strip("/")
                )
            except ValueError:  # whose text may quote the password
                good = False
            if not good:
                raise ValueError("must be smtp://user:password@host:port or smtps://…, user and password escaped")
        return value

    @field_validator("smtp_from")
    @classmethod
    def _sender(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                checked_email(parseaddr(checked_text("smtp_from", value, longest=300))[1])
            except InvalidInput:
                raise ValueError("must be an e-mail address, as in Seatlock <tickets@example.org>") from None
        return value

    @model_validator(mode="after")
    def _pairs(self) -> Self:
        """What goes only together, or never does."""
        stripe_key = self.stripe_secret_key and self.stripe_secret_key.get_secret_value()
        webhook_secret = self.webhook_secret and self.webhook_secret.get_secret_value()
        is_stripe = self.payment_provider == "stripe"
        faults = {
            "SMTP_URL needs {0}SMTP_FROM": self.smtp_url is not None and self.smtp_from is None,
            "SMTP_FROM needs {0}SMTP_URL": self.smtp_from is not None and self.smtp_url is None,
            "PAYMENT_PROVIDER=stripe needs {0}STRIPE_SECRET_KEY": is_stripe and not stripe_key,
            "STRIPE_SECRET_KEY needs {0}PAYMENT_PROVIDER=stripe": not is_stripe and bool(stripe_key),
            "SIMULATED_WEBHOOK_URL needs {0}PAYMENT_PROVIDER=simulated": is_stripe and bool(self.simulated_webhook_url),
            "SHOP needs {0}PAYMENT_PROVIDER=simulated": is_stripe and self.shop,
            "SIMULATED_WEBHOOK_URL needs {0}WEBHOOK_SECRET": bool(self.simulated_webhook_url) and not webhook_secret,
            "WEBHOOK_SECRET must be whsec_ and the base64 of 24 to 64 bytes for the simulated provider": (
                not is_stripe and bool(webhook_secret) and not is_secret(str(webhook_secret))
            ),
            "WEBHOOK_SECRET must be the signing secret of an endpoint at Stripe: it begins with whsec_": (
                is_stripe and bool(webhook_secret) and not str(webhook_secret).startswith(SECRET_PREFIX)
            ),
            "TRUSTED_ONLY needs {0}TRUSTED_DOCUMENTS, or {0}SHOP or {0}CONSOLE": (
                self.trusted_only and not (self.trusted_documents or self.shop or self.console)
            ),
            "WORKER_METRICS_HOST needs {0}WORKER_METRICS_PORT": (
                self.worker_metrics_host != "127.0.0.1" and self.worker_metrics_port is None
            ),
        }
        found = [PREFIX + fault.format(PREFIX) for fault, is_so in faults.items() if is_so]
        if found:
            raise ValueError("; ".join(found))
        return self

    @model_validator(mode="after")
    def _lock_max(self) -> Self:
        if "lock_max_seconds" in self.model_fields_set and self.lock_max_seconds < self.lock_ttl_seconds:
            raise ValueError(f"{PREFIX}LOCK_MAX_SECONDS must be at least {PREFIX}LOCK_TTL_SECONDS")
        return self

    @model_validator(mode="after")
    def _session_ttl(self) -> Self:
        if self.session_ttl_seconds < self.token_ttl_seconds:
            raise ValueError(f"{PREFIX}SESSION_TTL_SECONDS must be at least {PREFIX}TOKEN_TTL_SECONDS")
        return self

    @property
    def lock_longest(self) -> timedelta:
        """How long a lock may hold its seats in all: LOCK_MAX or, where that is not set, a longer LOCK_TTL."""
        return timedelta(seconds=max(self.lock_max_seconds, self.lock_ttl_seconds))

    @model_validator(mode="after")
    def _administrator(self) -> Self:
        if self.admin_email is not None:
            if self.admin_password is None:
                raise ValueError(f"{PREFIX}ADMIN_EMAIL needs {PREFIX}ADMIN_PASSWORD")
            try:
                checked_email(self.admin_email)
                checked_password(self.admin_password.get_secret_value())
            except InvalidInput as error:
                raise ValueError(f"{PREFIX}ADMIN_{error.field.upper()}: {error.message}") from None
        return self

    @field_validator("audit_log", "trusted_documents", mode="before")
    @classmethod
    def _no_file(cls, value: object) -> object:
        return value or None

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return [origin.strip() for origin in value.split(",") if origin.strip()]
        return value


VARIABLES = frozenset(f"{PREFIX}{name.upper()}" for name in Settings.model_fields)
"""The names of all settings."""


def load_settings(**overrides: object) -> Settings:
    """The settings of this process's environment; `overrides` win. Raises SettingsError."""
    strange = list(strange_variables(os.environ, VARIABLES))
    try:
        settings = Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        # Never the value itself: it may be a secret.
        faults = [_in_words(fault) for fault in error.errors(include_url=False, include_input=False)]
        raise SettingsError(f"bad settings: {'; '.join(faults + strange)}") from None
    if strange:
        raise SettingsError(f"bad settings: {'; '.join(strange)}")
    return settings


def require_provider(settings: Settings) -> None:
    """Nobody takes play money by accident. Raises SettingsError when it is not said who takes the money."""
    if settings.payment_provider is None:
        raise SettingsError(
            f"bad settings: {PREFIX}PAYMENT_PROVIDER is missing: stripe, or simulated, which moves no money "
            "and gives seats away"
        )


def _in_words(fault: ErrorDetails) -> str:
    name = "".join(f"{PREFIX}{str(part).upper()} " for part in fault["loc"][:1])
    said = fault["msg"].removeprefix("Value error, ")
    return name + ("is missing" if fault["type"] == "missing" else said[0].lower() + said[1:] if name else said)
