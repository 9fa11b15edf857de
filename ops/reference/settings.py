"""docs/reference/settings.md: every setting."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from domain.process.settings import PREFIX, Settings
from ops.reference.markdown import Undescribed, code, page, table

GROUPS = {
    "mongo_uri": "Servers and keys",
    "lock_ttl_seconds": "Time limits and sizes",
    "payment_timeout_seconds": "Payments",
    "smtp_url": "E-mail",
    "admin_email": "First administrator",
    "cors_origins": "The API and its limits",
    "allowed_hosts": "Connections",
    "cors_headers": "Answers",
    "persisted_queries": "Persisted queries and trusted documents",
    "budget_sign_in": "Budgets",
    "start_timeout_seconds": "Starting, and MongoDB",
    "audit_log": "The audit log",
    "metrics_token": "Metrics and traces",
    "log_format": "Logs",
}
"""Headings in their order, each by the first setting under it: settings stay in the order of their class."""

OTHERS = (
    ("`SEATLOCK_ENV_FILE`", "The file that is read instead of `.env`. Empty: none is read."),
    ("`SEATLOCK_URL`", "Where `demo --crowd`, `watch`, `race` and the examples find the API, unless `--url` says it."),
    (
        "`SEATLOCK_TEST_MONGO_URI`, `SEATLOCK_TEST_REDIS_URL`",
        "Servers for the tests, where they shall not start their own. Set both or neither.",
    ),
    ("`SEATLOCK_TEST_HUNT`", "With any value, the tests include the long hunts. `make test-all` sets it."),
    (
        "`PROMETHEUS_MULTIPROC_DIR`",
        "The directory in which several processes count together. `seatlock serve --workers N` makes one unless set.",
    ),
    ("`OTEL_*`", "Where traces go and how many. Read by OpenTelemetry when `SEATLOCK_TRACING` is true."),
)

INTRODUCTION = """\
Settings are environment variables. A process reads them once, when it starts.
A missing or wrong one stops the start with one line that names it, and never shows its value.
So does a name that begins with `SEATLOCK_` and is no setting. Variables that Kubernetes makes for services are left
alone.

Durations are whole seconds and sizes are bytes, unless the name says otherwise.
`seatlock dev` and `make run` choose all settings themselves, except those that are set in their environment."""


ENV_FILE = """\
## Settings in a file

Commands that need settings also read `.env` in the current directory, if there is one.
Copy [`.env.example`](../../.env.example) to `.env` and fill it in.

- A variable of the environment wins over the same one in the file.
- Only names that begin with `SEATLOCK_` count. The rest is left to other programs, such as Docker Compose.
- A value stands for itself: `$` has no meaning. Quotes around it are removed.
- An unknown name, or a bad value, stops the command with one line that names the file.
- `seatlock dev`, `make run` and the tests do not read it: it may hold the settings of a real deployment."""


SAID = frozenset({"payment_provider"})
"""What has to be said, though only the commands that sell, or look into books, ask for it."""


class Setting(NamedTuple):
    """One setting as an operator sees it."""

    variable: str
    default: str | None
    """As it would be written; empty where nothing is the default; None where there must be a value."""
    values: str
    meaning: str


def settings_page() -> str:
    """The page. Raises Undescribed."""
    header = ("Variable", "Default", "Values", "Meaning")
    parts = [INTRODUCTION]
    for heading, settings in grouped():
        rows = [(code(each.variable), _shown(each.default), each.values, each.meaning) for each in settings]
        parts += [f"## {heading}", table(header, rows)]
    others = "These are no settings, but are read by commands, tests or libraries."
    return page("Settings", *parts, ENV_FILE, "## Other variables", others, table(("Variable", "Meaning"), OTHERS))


def grouped() -> Iterator[tuple[str, list[Setting]]]:
    """Headings with their settings. Raises Undescribed for a heading whose first setting is gone."""
    if gone := GROUPS.keys() - Settings.model_fields.keys():
        raise Undescribed(f"ops/reference/settings.py: GROUPS begins with {', '.join(sorted(gone))}, which is gone")
    groups: dict[str, list[Setting]] = {heading: [] for heading in GROUPS.values()}
    group: list[Setting] = []
    for name, field in Settings.model_fields.items():
        if name in GROUPS:
            group = groups[GROUPS[name]]
        if not field.description:
            raise Undescribed(f"domain/process/settings.py does not describe {name}")
        group.append(Setting(f"{PREFIX}{name.upper()}", _default(name, field), _values(field), field.description))
    yield from groups.items()


def _default(name: str, field: FieldInfo) -> str | None:
    if field.is_required() or name in SAID:
        return None
    default = field.get_default(call_default_factory=True, validated_data={})
    if default is None or default == []:
        return ""
    if isinstance(default, list):
        return ",".join(default)
    return str(default).lower() if isinstance(default, bool) else str(default)


def _shown(default: str | None) -> str:
    if default is None:
        return "required"
    return code(default) if default else "unset"


def _values(field: FieldInfo) -> str:
    """Which values are good, as far as the type and its bounds say."""
    kind = _without_none(field.annotation)
    if get_origin(kind) is Literal:
        return code(*get_args(kind))
    if kind is bool:
        return code("true", "false")
    least = next((each.ge for each in field.metadata if isinstance(each, Ge)), None)
    most = next((each.le for each in field.metadata if isinstance(each, Le)), None)
    if kind is int:
        return _range(least, most)
    words = {str: "text", SecretStr: "a secret", Path: "a path", list: "a list"}[get_origin(kind) or kind]
    shortest = next((each.min_length for each in field.metadata if isinstance(each, MinLen)), 0)
    longest = next((each.max_length for each in field.metadata if isinstance(each, MaxLen)), None)
    if longest is not None:
        return f"{words}, {shortest} to {longest} characters"
    return f"{words}, at least {shortest} characters" if shortest > 1 else words


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, UnionType):
        return next(kind for kind in get_args(annotation) if kind is not type(None))
    return annotation


def _range(least: Any, most: Any) -> str:
    if least is None:
        return "a whole number" if most is None else f"at most {most:,}"
    return f"at least {least:,}" if most is None else f"{least:,} to {most:,}"
