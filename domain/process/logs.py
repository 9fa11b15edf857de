"""Logging: structlog for our lines, and the standard library's (uvicorn, pymongo, arq) through the same renderer."""

from __future__ import annotations

import logging
import sys

import structlog

from domain.process.settings import Settings

OURS = ("domain", "graph", "workers", "ops")
"""The packages whose lines may be as fine as the settings ask."""


def configure_logging(settings: Settings) -> None:
    """Send every log line of this process to standard error, as JSON or for a console. Call it once, at the start."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,  # the correlation id
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_renderer(settings)],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    # At "debug" libraries print all they say and hear, commands to MongoDB with passwords' hashes among it: ours only.
    root.setLevel(max(level, logging.INFO))
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    # Whatever else sets a level, and this one would tell the most.
    logging.getLogger("pymongo").setLevel(root.level)
    # uvicorn and arq bring handlers of their own; theirs would print each line a second time, in another form.
    for name in ("uvicorn", "uvicorn.error", "arq"):
        logger = logging.getLogger(name)
        logger.handlers = []
        logger.propagate = True
    # These say each request's URL, and there may be a token in it.
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(max(root.level, logging.WARNING))


def _renderer(settings: Settings) -> list[structlog.typing.Processor]:
    if settings.log_format == "console":
        # Plain tracebacks: pretty ones print local variables, secrets among them.
        plain = structlog.dev.plain_traceback
        return [
            _without_color_message,
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain),
        ]
    return [_without_color_message, structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]


def _without_color_message(_logger: object, _name: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """uvicorn says everything a second time, in color."""
    line.pop("color_message", None)
    return line
