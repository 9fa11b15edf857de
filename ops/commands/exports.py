"""What is made from the code, and what is held against it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ops.commands.ends import fail, settings_of_command, write_there


def export_schema(
    output: Annotated[Path | None, typer.Option(help="A file to write, else standard output.")] = None,
    check: Annotated[Path | None, typer.Option(help="A file that must say the same; exit 1 if not.")] = None,
    possible_types: Annotated[
        bool, typer.Option("--possible-types", help="Instead, which types interfaces and unions can be, as JSON.")
    ] = False,
) -> None:
    """Print the GraphQL schema."""
    from graph.schema.build import schema
    from graph.schema.possible_types import print_possible_types

    printed = print_possible_types(schema._schema) if possible_types else schema.as_str() + "\n"
    if check is not None:
        if not check.is_file() or check.read_text() != printed:
            fail(f"{check} is not the schema of the code: run `make schema`")
    elif output is not None:
        write_there(lambda: output.write_text(printed), output)
    else:
        print(printed, end="")


def export_reference(
    context: typer.Context,
    output: Annotated[Path | None, typer.Option(help="The root of a checkout to write them into.")] = None,
    check: Annotated[Path | None, typer.Option(help="A root whose files must say the same; exit 1 if not.")] = None,
) -> None:
    """Print what is made from the code: the pages of docs/reference, and .env.example."""
    from typer.core import TyperGroup

    from ops.reference import stale_files, texts, write_files
    from ops.reference.markdown import Undescribed

    commands = context.find_root().command
    if not isinstance(commands, TyperGroup):
        raise RuntimeError("this is a command of no command line")
    try:
        if check is not None:
            if stale := stale_files(check, commands):
                fail(f"not what the code says: {', '.join(stale)}; run `make docs`")
        elif output is not None:
            write_there(lambda: write_files(output, commands), output)
        else:
            for _, text in texts(commands):
                print(text)
    except Undescribed as error:
        fail(str(error))


def check_documents(
    file: Annotated[Path, typer.Argument(help="A JSON file of documents by their ids, as compilers write it.")],
) -> None:
    """Check trusted documents against this schema and the limits of the settings; exit 1 if one may not run.

    The file is what SEATLOCK_TRUSTED_DOCUMENTS names. No server is needed, and no setting.
    """
    from graph.execution.documents import Documents
    from graph.execution.trusted_documents import NoDocuments, faults, read_documents
    from graph.schema.build import schema

    # Only limits are read of them: who compiles a page has no servers.
    settings = settings_of_command(mongo_uri="mongodb://none", redis_url="redis://none", secret_key="-" * 32)
    try:
        texts = read_documents(file)
    except NoDocuments as error:
        fail(f"{file}: {error}")
    found = list(faults(Documents(schema._schema, settings), texts))
    if found:
        print("\n".join(found))
        fail(f"{file}: {_counted(len(found), 'fault')} in {_counted(len(texts), 'document')}")
    print(f"{_counted(len(texts), 'document')} may run")


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
