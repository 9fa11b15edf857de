"""Sources as any GraphQL engine takes them: asynchronous iterables."""

from __future__ import annotations

from graphql import parse, subscribe

from domain.services import Services
from graph.schema.build import schema
from graph.schema.context import Context
from graph.schema.ids import encode_id
from tests.support.sale import Sale, Time, new_event, somebody

SEATS = parse("subscription ($id: ID!) { seatAvailability(eventId: $id) { version snapshot availableSeats } }")


async def test_a_source_can_be_iterated_and_lets_go_of_what_it_follows(services: Services) -> None:
    event = await new_event(services, seats=3)
    answers = subscribe(
        schema._schema,
        SEATS,
        context_value=Context(services, None, "test"),
        variable_values={"id": encode_id("Event", event.id)},
    )
    stream = await answers  # type: ignore[misc]  # it is, with our resolver
    told = [(await anext(stream)).data]
    await Sale([services], Time()).lock(event, somebody())
    told.append((await anext(stream)).data)
    await stream.aclose()
    assert told == [
        {"seatAvailability": {"version": 1, "snapshot": True, "availableSeats": 3}},
        {"seatAvailability": {"version": 2, "snapshot": False, "availableSeats": 2}},
    ]
    assert not services.hub._followed
