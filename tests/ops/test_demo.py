"""`seatlock demo`: what it puts on sale."""

from __future__ import annotations

from datetime import timedelta

from domain.documents import Event, Seating
from domain.services import Services
from ops.demo import make_demo_events
from tests.support.sale import race
from tests.support.scenes import admin


async def made_demo(services: Services) -> dict[str, Event]:
    await admin(services)
    return {event.name: event for event in await make_demo_events(services)}


async def test_a_theatre_an_arena_a_club_and_a_sale_that_will_open(services: Services) -> None:
    made = await made_demo(services)
    theatre, arena = made["A Midsummer Night's Dream"], made["The Northern Lights, live"]
    assert theatre.total == 1_800
    assert [section.name for section in theatre.sections] == ["STALLS", "CIRCLE", "BOXES"]
    assert len({section.price_minor for section in theatre.sections}) == 3
    assert {section.seating for section in arena.sections} == {Seating.GENERAL, Seating.RESERVED}
    assert made["Late Set"].total < 100
    opening, now = made["Secret Show"], services.clock()
    assert [event.name for event in made.values() if not event.is_on_sale(now)] == [opening.name]
    assert opening.is_on_sale(now + timedelta(minutes=6))


async def test_whoever_makes_them_at_once_they_are_made_once(services: Services) -> None:
    await admin(services)
    made = await race(*(make_demo_events(services) for _ in range(3)))
    assert all(isinstance(events, list) for events in made)
    assert await make_demo_events(services) == []
    names = [event.name async for event in Event.find()]
    assert len(names) == len(set(names)) == 6
