"""To see it at work: demo events, a crowd that buys, an event that is watched, a race for a seat."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from ops.commands.ends import BAD_SETTINGS, fail, settings_of_command, with_services

HERE = "http://127.0.0.1:8000/graphql"
"""Where `make run` serves unless told otherwise."""

Url = Annotated[str, typer.Option(envvar="SEATLOCK_URL", help="Where the API is.")]


def demo(
    crowd: Annotated[
        int | None, typer.Option(min=1, max=1_000, help="Make no events: let this many simulated buyers buy.")
    ] = None,
    seconds: Annotated[int | None, typer.Option(min=1, help="How long they buy; else until Ctrl-C.")] = None,
    pace: Annotated[int, typer.Option(min=1, max=500, help="How many requests a second they send at most.")] = 20,
    url: Url = HERE,
) -> None:
    """Make the demo events, unless they exist; or let a crowd of simulated buyers buy.

    A crowd needs no settings. It buys seats of all events that are on sale at the API, which must take play money
    (SEATLOCK_PAYMENT_PROVIDER=simulated). What its buyers hold when it stops lapses. They stay registered.
    """
    if crowd is not None:
        _let_buy(crowd, seconds, pace, url)
        return
    if seconds is not None:
        fail("--seconds: only with --crowd", BAD_SETTINGS)

    from graph.schema.ids import encode_id
    from ops.demo import DemoError, make_demo_events

    try:
        events = with_services(settings_of_command(), make_demo_events)
    except DemoError as error:
        fail(str(error))
    for event in events:
        print(f"event {event.name}: {event.total} seats, id {encode_id('Event', event.id)}")


def _let_buy(buyers: int, seconds: int | None, pace: int, url: str) -> None:
    from ops.crowd.arrivals import Crowd, CrowdError
    from ops.crowd.run import run

    try:
        run(Crowd(buyers, url, pace, seconds))
    except CrowdError as error:
        fail(str(error))


def watch(
    event_id: Annotated[str, typer.Argument(help="The event's id.")],
    url: Url = HERE,
) -> None:
    """Show an event's seats as they change, until Ctrl-C. Without a terminal, one line for each message."""
    from domain.errors import InvalidInput
    from ops.ids import given_event_id
    from ops.watch import WatchError
    from ops.watch import watch as watch_event

    try:
        watch_event(given_event_id("EVENT_ID", event_id), url)
    except InvalidInput as refusal:
        fail(f"{refusal.field}: {refusal.message}", BAD_SETTINGS)
    except WatchError as error:
        fail(str(error))


def race(
    event_id: Annotated[str, typer.Argument(help="The event's id.")],
    buyers: Annotated[int, typer.Option(min=2, max=500, help="How many buyers.")] = 20,
    seat: Annotated[str | None, typer.Option(help="The seat they want, as in STALLS-A-1; else the first free.")] = None,
    url: Url = HERE,
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
        fail(f"{refusal.field}: {refusal.message}", BAD_SETTINGS)
    except RaceError as error:
        fail(str(error))
