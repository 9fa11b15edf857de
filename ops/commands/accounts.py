"""Who may sign in, and with which password."""

from __future__ import annotations

from typing import Annotated

import typer

from ops.commands.ends import about_people, settings_of_command


def create_admin(
    email: Annotated[str, typer.Argument(help="The address they sign in with.")],
    name: Annotated[str, typer.Option(help="What to call them.")] = "Admin",
) -> None:
    """Make an ADMIN: somebody new, or whoever is registered with this address, who keeps name and password.

    The password of somebody new comes from SEATLOCK_ADMIN_PASSWORD, or is asked for, or is a line of standard input.
    """
    from ops.people import create_admin as create

    settings = settings_of_command()
    given = settings.admin_password.get_secret_value() if settings.admin_password else None
    print(about_people(settings, lambda services: create(services, email, name, given)))


def set_password(
    email: Annotated[str, typer.Argument(help="The address they sign in with.")],
) -> None:
    """Give somebody another password, and end all their sessions.

    It is asked for, or is a line of standard input.
    """
    from ops.people import set_password as change

    print(about_people(settings_of_command(), lambda services: change(services, email)))
