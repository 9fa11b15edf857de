"""`seatlock check --repair`, as a process."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.documents import Event, SeatLock
from domain.sale.buying import lock_seats
from domain.services import Services
from graph.schema.ids import encode_id, encode_routed_id
from tests.domain.sale.test_time import ANN, event_of_ten
from tests.support.commands import environment, seatlock


@pytest.fixture
async def event(services: Services) -> Event:
    """One with drift: a lock that somebody has put there, and a counter that somebody has lowered."""
    event = await event_of_ten(services)
    locked = await lock_seats(
        services, ANN, event_id=event.id, quantity=3, section=None, seats=None, idempotency_key="a"
    )
    raw = await SeatLock.get_pymongo_collection().find_one({"_id": locked.lock.id})
    assert raw is not None
    dead = {"_id": event.id, "key_id": None, "expires_at": services.clock() - timedelta(days=1)}
    await SeatLock.get_pymongo_collection().insert_one(raw | dead)
    await Event.get_pymongo_collection().update_one({"_id": event.id}, {"$inc": {"sections.0.available": -2}})
    return event


def ids_of(event: Event) -> tuple[str, str]:
    """As the API has them: the event's, and that of the lock that somebody has put there."""
    return encode_id("Event", event.id), encode_routed_id("SeatLock", event.id, event.id)


async def test_without_it_drift_is_printed(services: Services, event: Event) -> None:
    env, event_id, lock_id = environment(services.settings), *ids_of(event)
    for _ in range(2):
        drifted = seatlock("check", env=env)
        assert (drifted.returncode, drifted.stderr) == (1, "")
        (section,) = event.sections
        lines = {
            f"{event_id} Concert: sections.{section.name}.availableSeats is 5, should be 4",
            f"{event_id} Concert: sections.{section.name}.lockedSeats is 3, should be 6",
            f"{event_id} Concert: audit.locks.{lock_id} is 0, should be 1",
        }
        assert lines <= set(drifted.stdout.splitlines())


async def test_with_it_what_was_repaired_is_printed(services: Services, event: Event) -> None:
    env, event_id, lock_id = environment(services.settings), *ids_of(event)
    (section,) = event.sections
    repaired = seatlock("check", "--repair", env=env)
    assert repaired.returncode == 0, repaired.stderr
    assert repaired.stdout.splitlines() == [
        f"repaired {event_id} Concert: sections.{section.name}.availableSeats was 5, is 4",
        f"repaired {event_id} Concert: sections.{section.name}.lockedSeats was 3, is 6",
        f"repaired {event_id} Concert: audit.{section.name}.availableSeats was 7, is 4",
        f"repaired {event_id} Concert: audit.{section.name}.lockedSeats was 3, is 6",
        f"repaired {event_id} Concert: audit.locks.{lock_id} was 0, is 1",
        "clean: 1 event, 2 locks, 0 bookings, 0 payments, 0 refunds, 0 allocations, 4 audit entries",
    ]
    # The lock has been dead all along: now that it counts, its seats are given back.
    found = await Event.get(event.id)
    assert found is not None
    assert (found.available, found.held) == (7, 3)

    for arguments in (("check",), ("check", "--repair")):
        clean = seatlock(*arguments, env=env)
        assert (clean.returncode, clean.stdout[:7]) == (0, "clean: "), clean.stderr


async def test_what_needs_a_human_is_still_printed(services: Services, event: Event) -> None:
    """An audit entry in the middle is gone."""
    await lock_seats(services, ANN, event_id=event.id, quantity=1, section=None, seats=None, idempotency_key="b")
    gone = await services.database["audit_entries"].delete_one({"event_id": event.id, "sequence": 2})
    assert gone.deleted_count == 1
    env, event_id = environment(services.settings), encode_id("Event", event.id)
    left = seatlock("check", "--repair", env=env)
    assert left.returncode == 1
    *repaired, named, last = left.stdout.splitlines()
    assert repaired
    assert named == f"an audit entry, number 2 of the chain of event {event_id}, was removed"
    assert all(line.startswith(f"repaired {event_id} ") for line in repaired)
    assert last.startswith(f"{event_id} Concert: audit.sequence is ")
    assert seatlock("check", "--repair", env=env).stdout == f"{named}\n{last}\n"
