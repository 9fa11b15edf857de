"""Who may sign in, and with which password."""

from __future__ import annotations

from typing import Annotated

import typer

from ops.commands.ends import about_people, settings_of_command


def create_admin(
    email: Annotated[str, typer.Argument(help="The address they sign in with.")],
    name: Annotated[str, typer.Option(help="What to call them.")] = "Admin",
) -> None:
    """Make somebody an ADMIN: a new user, or the one with this address, who keeps their name and password.

    A new user's password is taken from SEATLOCK_ADMIN_PASSWORD, or asked for, or read from standard input.
    """
    from ops.people import create_admin as create

    settings = settings_of_command()
    given = settings.admin_password.get_secret_value() if settings.admin_password else None
    print(about_people(settings, lambda services: create(services, email, name, given)))


def set_password(
    email: Annotated[str, typer.Argument(help="The address they sign in with.")],
) -> None:
    """Give somebody another password, and end all their sessions.

    The password is asked for, or read from standard input.
    """
    from ops.people import set_password as change

    print(about_people(settings_of_command(), lambda services: change(services, email)))
