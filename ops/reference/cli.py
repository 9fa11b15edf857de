"""docs/reference/cli.md: every command with its options."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import fill
from typing import Any

from typer.core import TyperArgument, TyperGroup, TyperOption

from ops.reference.markdown import Undescribed, code, page, table

INTRODUCTION = """\
`make install` puts the command `seatlock` into `.venv/bin`. `seatlock COMMAND --help` says the same as this page.

Commands that work on a deployment take their addresses and keys from [settings](settings.md).
They print what was asked for to standard output, and logs and faults to standard error."""

EXIT_CODES = (
    ("0", "It did what was asked, or was told to stop."),
    ("1", "It could not, or found something wrong. One line says what."),
    ("2", "A setting, an option or an argument is wrong. One line says which."),
)


def cli_page(group: TyperGroup) -> str:
    """The page of this command line. Raises Undescribed."""
    commands = dict(_commands(group))
    overview = table(
        ("Command", "What"),
        ((f"[`seatlock {name}`](#{_anchor(name)})", _first(each)) for name, each in commands.items()),
    )
    parts = [part for name, each in commands.items() for part in _section(name, each)]
    return page("Commands", INTRODUCTION, overview, "Exit codes:", table(("Code", "Meaning"), EXIT_CODES), *parts)


def _commands(group: TyperGroup, before: str = "") -> Iterator[tuple[str, Any]]:
    """Each by what is written to run it."""
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from _commands(command, f"{before}{name} ")
        elif not command.hidden:
            yield before + name, command


def _anchor(name: str) -> str:
    return f"seatlock-{name}".replace(" ", "-")


def _first(command: Any) -> str:
    """The first line of its help."""
    if not command.help:
        raise Undescribed(f"ops/commands does not describe the command {command.name}")
    return str(command.help).partition("\n")[0]


def _section(name: str, command: Any) -> Iterator[str]:
    yield f"## seatlock {name}"
    for paragraph in str(command.help).split("\n\n"):
        yield fill(" ".join(paragraph.split()), 120, break_on_hyphens=False)
    rows = [row for parameter in command.params for row in _rows(parameter)]
    if rows:
        yield table(("Option", "Default", "Values", "Meaning"), rows)


def _rows(parameter: Any) -> Iterator[tuple[str, str, str, str]]:
    if isinstance(parameter, TyperArgument):
        yield code(parameter.name.upper()), "required" if parameter.required else "", "text", parameter.help or ""
    elif isinstance(parameter, TyperOption) and not parameter.hidden:
        names = code(*parameter.opts, *parameter.secondary_opts)
        if parameter.is_flag:
            chosen = parameter.opts if parameter.default else parameter.secondary_opts
            yield names, code(*chosen), "", parameter.help or ""
        else:
            default = "" if parameter.default is None else code(parameter.default)
            yield names, default, _values(parameter), parameter.help or ""


def _values(option: TyperOption) -> str:
    least, most = option.min, option.max
    if least is None:
        return "" if most is None else f"at most {most:,}"
    return f"at least {least:,}" if most is None else f"{least:,} to {most:,}"
