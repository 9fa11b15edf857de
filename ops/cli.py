"""The command line: `seatlock …`.

Imports are inside the commands, so that `seatlock --help` answers at once and no command needs what only
another one uses.
"""

from __future__ import annotations

import gc
from typing import Annotated

import typer

from ops.commands import accounts, books, exports, servers, trials

app = typer.Typer(
    name="seatlock",
    no_args_is_help=True,
    add_completion=False,
    # Tracebacks with local variables would print secrets.
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"seatlock {version('seatlock')}")
        raise typer.Exit


@app.callback()
def seatlock(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """A GraphQL server that sells seats. Settings are environment variables, SEATLOCK_*, also those in .env."""


for _command in (
    servers.dev,
    servers.serve,
    servers.worker,
    accounts.create_admin,
    accounts.set_password,
    books.check,
    books.audit,
    books.report,
    exports.export_schema,
    exports.export_reference,
    trials.demo,
    trials.watch,
    trials.race,
):
    app.command()(_command)

documents = typer.Typer(help="Trusted documents: what clients may run by its id.", no_args_is_help=True)
documents.command("check")(exports.check_documents)
app.add_typer(documents, name="documents")


def main() -> None:
    """The console script."""
    # What is imported stays: to look through it again and again for garbage takes an eighth of each start.
    gc.set_threshold(50_000)
    app()


if __name__ == "__main__":
    main()
