"""What the books say: whether they are right, what happened, how sales are."""

from __future__ import annotations

from typing import Annotated

import typer

from ops.commands.ends import BAD_SETTINGS, fail, require_provider_said, settings_of_command, with_services


def check(
    repair: Annotated[bool, typer.Option("--repair", help="Expire, settle and repair first, as RECOVER does.")] = False,
) -> None:
    """Compute every inventory and figure anew, compare our book of money with the provider's, verify the audit log.

    Prints what differs, and exits 1 if anything does. Otherwise it says how much it has compared.
    """
    from domain.errors import Unavailable
    from ops.check import check_everything

    settings = settings_of_command()
    require_provider_said(settings)  # or a book would be compared with nobody's, and read clean
    try:
        is_clean = with_services(settings, lambda services: check_everything(services, repair=repair))
    except Unavailable as error:
        fail(error.message)
    if not is_clean:
        raise typer.Exit(1)


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
    from domain.audit.search import EntryFilter
    from domain.documents import AuditAction
    from domain.errors import InvalidInput
    from ops.audit import print_entries
    from ops.ids import given_booking_id, given_id
    from ops.instants import given_instant

    try:
        wanted = EntryFilter(
            correlation_id=correlation_id,
            booking_id=given_booking_id("--booking", booking) if booking else None,
            event_id=given_id("--event", event, "Event") if event else None,
            actor_id=given_id("--user", user, "User") if user else None,
            action=AuditAction(action.upper()) if action else None,
            since=given_instant("--since", since) if since else None,
            until=given_instant("--until", until) if until else None,
        )
        with_services(settings_of_command(), lambda services: print_entries(services, wanted, limit, as_json=as_json))
    except InvalidInput as refusal:
        fail(f"{refusal.field}: {refusal.message}", BAD_SETTINGS)
    except ValueError:
        fail(f"--action: none of {', '.join(AuditAction)}", BAD_SETTINGS)


def report(
    event: Annotated[str | None, typer.Option(help="Only this event, by its id.")] = None,
    days: Annotated[int, typer.Option(min=1, max=365, help="How many days of UTC, today included.")] = 7,
) -> None:
    """Bookings, revenue, locks and payments of the last days. With --event also day by day."""
    from domain.errors import InvalidInput, NotFound
    from ops.ids import given_id
    from ops.report import report as make_report
    from ops.report import show

    try:
        event_id = None if event is None else given_id("--event", event, "Event")
        tables = with_services(settings_of_command(), lambda services: make_report(services, event_id, days))
    except InvalidInput as refusal:
        fail(f"{refusal.field}: {refusal.message}", BAD_SETTINGS)
    except NotFound:
        fail(f"there is no event {event}")
    show(tables)
