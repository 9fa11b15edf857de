"""How commands begin and end: with their settings and services, and with one clear line when they cannot go on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

import typer

if TYPE_CHECKING:
    from domain.process.settings import Settings
    from domain.services import Services

ResultT = TypeVar("ResultT")

BAD_SETTINGS = 2


def settings_of_command(**overrides: str) -> Settings:
    """The settings of the environment and .env, and logs as they say; with bad ones, leave with one clear line."""
    from domain.process.logs import configure_logging
    from domain.process.settings import SettingsError, load_settings
    from ops.env_file import load_env_file

    with settings_checked():
        env_file = load_env_file()
        try:
            settings = load_settings(**overrides)
        except SettingsError as error:
            raise env_file.explain(error) from None
    configure_logging(settings)
    return settings


def require_provider_said(settings: Settings) -> None:
    """It is said who takes the money: nobody takes play money by accident."""
    from domain.process.settings import require_provider

    with settings_checked():
        require_provider(settings)


@contextmanager
def settings_checked() -> Iterator[None]:
    """Meanwhile a bad setting is the end, with one clear line."""
    from domain.process.settings import SettingsError

    try:
        yield
    except SettingsError as error:
        fail(str(error), BAD_SETTINGS)


def with_services(settings: Settings, work: Callable[[Services], Awaitable[ResultT]]) -> ResultT:
    """Do this with everything opened; only MongoDB has to answer."""
    from domain.opening import CannotOpen, open_services

    async def session() -> ResultT:
        async with open_services(settings) as services:
            return await work(services)

    try:
        return asyncio.run(session())
    except CannotOpen as error:
        fail(str(error))


def about_people(settings: Settings, work: Callable[[Services], Awaitable[str]]) -> str:
    """What comes of this work for one account; a refusal is one line."""
    from domain.errors import InvalidInput, Refusal

    # Not the administrator of the settings as well.
    try:
        return with_services(settings.model_copy(update={"admin_email": None}), work)
    except InvalidInput as refusal:
        fail(f"{refusal.field}: {refusal.message}", BAD_SETTINGS)
    except Refusal as refusal:
        fail(refusal.message)


def write_there(work: Callable[[], object], where: Path) -> None:
    """Do this, which writes files there; where that can't be done, leave with one line."""
    try:
        work()
    except OSError as error:
        fail(f"cannot write {error.filename or where}: {error.strerror}", BAD_SETTINGS)


def fail(line: str, code: int = 1) -> NoReturn:
    """Leave with this line and this exit code."""
    typer.echo(f"seatlock: {line}", err=True)
    raise typer.Exit(code)
