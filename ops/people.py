"""Commands about one account, on the word of whoever runs them."""

from __future__ import annotations

import sys

import typer

from domain.documents import Role
from domain.errors import EmailTaken, NotFound
from domain.people import accounts
from domain.people.accounts import find_user
from domain.people.users import make_admin
from domain.services import Services


async def create_admin(services: Services, email: str, name: str, password: str | None) -> str:
    """An ADMIN with this address, in a sentence. The password, of somebody new, is asked for where none is given.

    Raises InvalidInput, Overloaded.
    """
    if (user := await find_user(email)) is None:
        new_password = password or ask_password()
        try:
            user = await accounts.create_admin(services, name=name, email=email, password=new_password)
        except EmailTaken:  # meanwhile
            return await create_admin(services, email, name, password)
        return f"{user.email} is an ADMIN"
    kept = "the password stays as it is, and `seatlock set-password` changes it"
    if user.role is Role.ADMIN:
        return f"{user.email} is an ADMIN already; {kept}"
    await make_admin(services, user)
    return f"{user.email} was registered, and is an ADMIN from the next sign-in; {kept}"


async def set_password(services: Services, email: str) -> str:
    """Somebody with another password, which is asked for, in a sentence. Raises InvalidInput, NotFound, Overloaded."""
    user = await find_user(email)
    if user is None:
        raise NotFound("Nobody is registered with this e-mail address.")
    await accounts.set_password(services, user, ask_password())
    return f"{user.email} has a new password, and is signed out everywhere"


def ask_password() -> str:
    """The password that is typed, twice and unseen; or the first line, where standard input is not a terminal."""
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")
