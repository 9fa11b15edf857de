"""The command line: `seatlock …`.

Imports are inside the commands, so that `seatlock --help` answers at once and no command needs what only
another one uses.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import typer

if TYPE_CHECKING:
    from domain.process.settings import Settings
    from domain.services import Services

ResultT = TypeVar("ResultT")

BAD_SETTINGS = 2

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


@app.command()
def dev(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where the API listens; 0 for any free port.")] = 8000,
    data: Annotated[Path, typer.Option(help="Where data and logs are kept.")] = Path(".seatlock"),
    ephemeral: Annotated[bool, typer.Option("--ephemeral", help="Keep nothing.")] = False,
    api_workers: Annotated[int, typer.Option(min=1, help="API processes.")] = 1,
    worker: Annotated[bool, typer.Option(help="Run the background worker.")] = True,
    demo: Annotated[bool, typer.Option(help="Make demo events.")] = True,
) -> None:
    """Everything on this machine: MongoDB, Redis, API, worker, demo events. Stops on Ctrl-C."""
    from ops.binaries import ServerError
    from ops.dev import DevError, Plan, run

    with _settings_checked():
        try:
            run(Plan(port, None if ephemeral else data, api_workers, worker, demo))
        except (DevError, ServerError) as error:
            _fail(str(error))


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Processes that answer requests.")] = 1,
) -> None:
    """The API, against SEATLOCK_MONGO_URI and SEATLOCK_REDIS_URL."""
    settings = _load_settings()
    _require_provider(settings)

    from ops.processes import counting_together

    with _settings_checked(), counting_together() if workers > 1 else nullcontext():
        from ops.serving import CannotListen
        from ops.serving import serve as serve_api

        try:
            code = serve_api(settings, host, port, workers)
        except CannotListen as error:
            _fail(str(error))
    raise typer.Exit(code)


@app.command()
def worker(
    check: Annotated[bool, typer.Option("--check", help="Only see whether one is at work; exit 1 if not.")] = False,
) -> None:
    """The background worker: expiry, recovery, clean-up."""
    settings = _load_settings()
    if check:
        if not asyncio.run(_is_worker_alive(settings)):
            _fail("no worker is at work")
        return
    _require_provider(settings)

    from domain.opening import CannotOpen
    from workers.main import run

    with _settings_checked():
        try:
            run(settings)
        except CannotOpen as error:
            _fail(str(error))


@app.command()
def create_admin(
    email: Annotated[str, typer.Argument(help="The address they sign in with.")],
    name: Annotated[str, typer.Option(help="What to call them.")] = "Admin",
) -> None:
    """Make an ADMIN: somebody new, or whoever is registered with this address, who keeps name and password.

    The password of somebody new comes from SEATLOCK_ADMIN_PASSWORD, or is asked for, or is a line of standard input.
    """
    from ops.people import create_admin as create

    settings = _load_settings()
    given = settings.admin_password.get_secret_value() if settings.admin_password else None
    print(_about_people(settings, lambda services: create(services, email, name, given)))


@app.command()
def set_password(
    email: Annotated[str, typer.Argument(help="The address they sign in with.")],
) -> None:
    """Give somebody another password, and end all their sessions.

    It is asked for, or is a line of standard input.
    """
    from ops.people import set_password as change

    print(_about_people(_load_settings(), lambda services: change(services, email)))


@app.command()
def check(
    repair: Annotated[bool, typer.Option("--repair", help="Expire, settle and repair first, as RECOVER does.")] = False,
) -> None:
    """Compute every inventory and figure anew, compare our book of money with the provider's, verify the audit log.

    Prints what differs, and exits 1 if anything does. If nothing does, it says of how much.
    """
    from domain.errors import Unavailable
    from ops.check import check_everything

    settings = _load_settings()
    _require_provider(settings)  # or a book would be compared with nobody's, and read clean
    try:
        is_clean = _with_services(settings, lambda services: check_everything(services, repair=repair))
    except Unavailable as error:
        _fail(error.message)
    if not is_clean:
        raise typer.Exit(1)


@app.command()
def audit(
    correlation_id: Annotated[str | None, typer.Option(help="Only what the request with this id caused.")] = None,
    booking: Annotated[str | None, typer.Option(help="Only this booking, with its lock.")] = None,
    event: Annotated[str | None, typer.Option(help="Only this event, by its id.")] = None,
    user: Annotated[str | None, typer.Option(help="Only what this user did, by their id.")] = None,
    action: Annotated[str | None, typer.Option(help="Only this action, as in BOOKING_CONFIRMED.")] = None,
    since: Annotated[str | None, typer.Option(help="Not before this instant, as in 2030-01-31T19:30:00Z.")] = None,
    until: Annotated[str | None, typer.Option(help="Before this instant.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="Lines of JSON, as in the audit log's file.")] = False,
) -> None:
    """What happened, newest first."""
    from graphql import GraphQLError

    from domain.audit.search import EntryFilter
    from domain.documents import AuditAction
    from domain.errors import InvalidInput
    from graph.schema.scalars import parse_instant
    from ops.audit import print_entries
    from ops.ids import given_booking_id, given_id

    try:
        wanted = EntryFilter(
            correlation_id=correlation_id,
            booking_id=given_booking_id("--booking", booking) if booking else None,
            event_id=given_id("--event", event, "Event") if event else None,
            actor_id=given_id("--user", user, "User") if user else None,
            action=AuditAction(action.upper()) if action else None,
            since=parse_instant(since) if since else None,
            until=parse_instant(until) if until else None,
        )
        _with_services(_load_settings(), lambda services: print_entries(services, wanted, limit, as_json=as_json))
    except InvalidInput as refusal:
        _fail(f"{refusal.field}: {refusal.message}", BAD_SETTINGS)
    except GraphQLError as error:
        _fail(f"--since, --until: {error.message}", BAD_SETTINGS)
    except ValueError:
        _fail(f"--action: none of {', '.join(AuditAction)}", BAD_SETTINGS)


@app.command()
def report(
    event: Annotated[str | None, typer.Option(help="An event's id; all events without.")] = None,
    days: Annotated[int, typer.Option(min=1, max=365, help="How many days of UTC, today included.")] = 7,
) -> None:
    """How sales are: bookings, revenue, locks and payments of the last days; of one event also day by day."""
    from domain.errors import InvalidInput, NotFound
    from ops.ids import given_id
    from ops.report import report as make_report
    from ops.report import show

    try:
        event_id = None if event is None else given_id("--event", event, "Event")
        tables = _with_services(_load_settings(), lambda services: make_report(services, event_id, days))
    except InvalidInput as refusal:
        _fail(f"{refusal.field}: {refusal.message}", BAD_SETTINGS)
    except NotFound:
        _fail(f"there is no event {event}")
    show(tables)


@app.command()
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
            _fail(f"{check} is not the schema of the code: run `make schema`")
    elif output is not None:
        _write(lambda: output.write_text(printed), output)
    else:
        print(printed, end="")


@app.command()
def export_reference(
    output: Annotated[Path | None, typer.Option(help="The root of a checkout to write them into.")] = None,
    check: Annotated[Path | None, typer.Option(help="A root whose files must say the same; exit 1 if not.")] = None,
) -> None:
    """Print what is made from the code: the pages of docs/reference, and .env.example."""
    from ops.reference import FILES, stale_files, write_files
    from ops.reference.markdown import Undescribed

    try:
        if check is not None:
            if stale := stale_files(check):
                _fail(f"not what the code says: {', '.join(stale)}; run `make docs`")
        elif output is not None:
            _write(lambda: write_files(output), output)
        else:
            for text in FILES.values():
                print(text())
    except Undescribed as error:
        _fail(str(error))


@app.command()
def demo(
    crowd: Annotated[
        int | None, typer.Option(min=1, max=1_000, help="Instead, let so many simulated buyers buy there.")
    ] = None,
    seconds: Annotated[int | None, typer.Option(min=1, help="How long they buy; else until Ctrl-C.")] = None,
    pace: Annotated[int, typer.Option(min=1, max=500, help="How many requests a second they send at most.")] = 20,
    url: Annotated[str, typer.Option(help="Where the API is that they buy from.")] = "http://127.0.0.1:8000/graphql",
) -> None:
    """Make the demo events, unless they exist; or let a crowd of simulated buyers buy.

    A crowd needs no settings. It buys of all events that are on sale at the API, which must take play money
    (SEATLOCK_PAYMENT_PROVIDER=simulated). What its buyers hold when it stops lapses. They stay registered.
    """
    if crowd is not None:
        _let_buy(crowd, seconds, pace, url)
        return
    if seconds is not None:
        _fail("--seconds: only with --crowd", BAD_SETTINGS)

    from graph.schema.ids import encode_id
    from ops.demo import DemoError, make_demo_events

    try:
        events = _with_services(_load_settings(), make_demo_events)
    except DemoError as error:
        _fail(str(error))
    for event in events:
        print(f"event {event.name}: {event.total} seats, id {encode_id('Event', event.id)}")


def _let_buy(buyers: int, seconds: int | None, pace: int, url: str) -> None:
    from ops.crowd.gathering import CrowdError, Plan
    from ops.crowd.run import run

    try:
        run(Plan(buyers, url, pace, seconds))
    except CrowdError as error:
        _fail(str(error))


@app.command()
def watch(
    event_id: Annotated[str, typer.Argument(help="The event's id.")],
    url: Annotated[str, typer.Option(help="Where the API is.")] = "http://127.0.0.1:8000/graphql",
) -> None:
    """Show an event's seats as they change, until Ctrl-C. A line a message where that is not a terminal."""
    from domain.errors import InvalidInput
    from ops.ids import given_event_id
    from ops.watch import WatchError
    from ops.watch import watch as watch_event

    try:
        watch_event(given_event_id("EVENT_ID", event_id), url)
    except InvalidInput as refusal:
        _fail(f"{refusal.field}: {refusal.message}", BAD_SETTINGS)
    except WatchError as error:
        _fail(str(error))


@app.command()
def race(
    event_id: Annotated[str, typer.Argument(help="The event's id.")],
    buyers: Annotated[int, typer.Option(min=2, max=500, help="How many buyers.")] = 20,
    seat: Annotated[str | None, typer.Option(help="The seat they want, as in STALLS-A-1; else the first free.")] = None,
    url: Annotated[str, typer.Option(help="Where the API is.")] = "http://127.0.0.1:8000/graphql",
) -> None:
    """Have new buyers lock one seat at the same moment, and print what each got. The seat is given back.

    The buyers stay registered.
    """
    from domain.errors import InvalidInput
    from ops.ids import given_event_id
    from ops.race import RaceError, show
    from ops.race import race as run_race

    try:
        show(asyncio.run(run_race(given_event_id("EVENT_ID", event_id), buyers, seat, url)))
    except InvalidInput as refusal:
        _fail(f"{refusal.field}: {refusal.message}", BAD_SETTINGS)
    except RaceError as error:
        _fail(str(error))


documents = typer.Typer(help="Trusted documents: what clients may run by its id.", no_args_is_help=True)
app.add_typer(documents, name="documents")


@documents.command("check")
def check_documents(
    file: Annotated[Path, typer.Argument(help="A JSON file of documents by their ids, as compilers write it.")],
) -> None:
    """Hold trusted documents against this schema and the limits of the settings; exit 1 if one may not run.

    The file is what SEATLOCK_TRUSTED_DOCUMENTS names. No server is needed, and no setting.
    """
    from graph.execution.documents import Documents
    from graph.execution.trusted import NoDocuments, faults, read_documents
    from graph.schema.build import schema

    # Only limits are read of them: who compiles a page has no servers.
    settings = _load_settings(mongo_uri="mongodb://none", redis_url="redis://none", secret_key="-" * 32)
    try:
        texts = read_documents(file)
    except NoDocuments as error:
        _fail(f"{file}: {error}")
    found = list(faults(Documents(schema._schema, settings), texts))
    if found:
        print("\n".join(found))
        _fail(f"{file}: {len(found)} faults in {len(texts)} documents")
    print(f"{len(texts)} documents may run")


def main() -> None:
    """The console script."""
    app()


def _load_settings(**overrides: str) -> Settings:
    """The settings of the environment and .env, and logs as they say; with bad ones, leave with one clear line."""
    from domain.process.logs import configure_logging
    from domain.process.settings import SettingsError, load_settings
    from ops.env_file import load_env_file

    with _settings_checked():
        env_file = load_env_file()
        try:
            settings = load_settings(**overrides)
        except SettingsError as error:
            raise env_file.explain(error) from None
    configure_logging(settings)
    return settings


def _require_provider(settings: Settings) -> None:
    """It is said who takes the money: nobody takes play money by accident."""
    from domain.process.settings import require_provider

    with _settings_checked():
        require_provider(settings)


@contextmanager
def _settings_checked() -> Iterator[None]:
    from domain.process.settings import SettingsError

    try:
        yield
    except SettingsError as error:
        _fail(str(error), BAD_SETTINGS)


async def _is_worker_alive(settings: Settings) -> bool:
    """Whether a worker has reported to Redis within its interval."""
    from redis.asyncio import Redis
    from redis.exceptions import RedisError

    from domain.reports.gauges import worker_pulse_key

    async with Redis.from_url(settings.redis_url, socket_connect_timeout=2, socket_timeout=2) as redis:
        try:
            return bool(await redis.exists(worker_pulse_key(settings)))
        except (RedisError, OSError):
            return False


def _with_services(settings: Settings, work: Callable[[Services], Awaitable[ResultT]]) -> ResultT:
    """Do this with everything opened; only MongoDB has to answer."""
    from domain.opening import CannotOpen, open_services

    async def session() -> ResultT:
        async with open_services(settings) as services:
            return await work(services)

    try:
        return asyncio.run(session())
    except CannotOpen as error:
        _fail(str(error))


def _about_people(settings: Settings, work: Callable[[Services], Awaitable[str]]) -> str:
    """What comes of this work for one account; a refusal is one line."""
    from domain.errors import InvalidInput, Refusal

    # Not the administrator of the settings as well.
    try:
        return _with_services(settings.model_copy(update={"admin_email": None}), work)
    except InvalidInput as refusal:
        _fail(f"{refusal.field}: {refusal.message}", BAD_SETTINGS)
    except Refusal as refusal:
        _fail(refusal.message)


def _write(work: Callable[[], object], where: Path) -> None:
    """Do this, which writes files there; where that can't be done, leave with one line."""
    try:
        work()
    except OSError as error:
        _fail(f"cannot write {error.filename or where}: {error.strerror}", BAD_SETTINGS)


def _fail(line: str, code: int = 1) -> NoReturn:
    typer.echo(f"seatlock: {line}", err=True)
    raise typer.Exit(code)


if __name__ == "__main__":
    main()
