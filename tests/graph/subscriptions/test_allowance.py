"""What is kept of those who listen: what they use, once, and no more than their share."""

from __future__ import annotations

import pytest

from domain.documents import Event
from domain.services import Services
from graph.app import assemble
from graph.schema.ids import encode_id
from graph.subscriptions.allowance import ADDRESS_FACTOR, PER_LISTENED, Place, Purse
from tests.graph.conftest import given, serving
from tests.support.sale import new_event
from tests.support.sockets import listening

SEATS = "subscription ($event: ID!) { seatAvailability(eventId: $event) { version } }"


def test_the_same_twice_counts_once_and_what_is_given_back_is_free_again() -> None:
    purse = Purse()
    assert purse.take("a", 60, 100) and purse.take("a", 60, 100)
    assert not purse.take("b", 60, 100)
    purse.give_back("a")
    assert (purse.total, purse.take("b", 60, 100)) == (60, False)
    purse.give_back("a")
    assert (purse.total, purse.take("b", 60, 100)) == (0, True)


def test_many_connections_of_one_address_have_a_limit_together() -> None:
    neighbours, taken = Purse(), 0
    for number in range(3 * ADDRESS_FACTOR):
        place = Place("a", Purse(), neighbours, 2 * PER_LISTENED)
        taken += place.take(number, PER_LISTENED)
        assert not place.take((number, "more"), PER_LISTENED)
        assert place.connection.total in (0, 2 * PER_LISTENED)
    assert taken == ADDRESS_FACTOR


@pytest.fixture
async def event(services: Services) -> Event:
    return await new_event(services, seats=10)


async def test_what_an_operation_does_not_declare_is_not_kept_and_does_not_tell_listeners_apart(
    services: Services, event: Event
) -> None:
    settings = services.settings.model_copy(update={"max_listening_bytes": 8192})
    app = assemble(settings, given(services))
    variables = {"event": encode_id("Event", event.id)}
    async with serving(app, settings) as api, listening(api.base_url) as socket:
        for number in range(20):
            unused = {"unused": f"{number}" + "x" * 10_000}
            same = f"# {number}\n{SEATS.replace(' ', ' ' * (number + 1))}"
            assert await (await socket.subscribe(same, variables | unused)).data("seatAvailability") == {"version": 1}
        others = [await socket.subscribe(SEATS.replace("n (", f"n A{number} ("), variables) for number in range(5)]
        codes = [await other.code() for other in others]
        assert codes == ["TOO_MANY_SUBSCRIPTIONS"] * 5
        assert await socket.execute("{ __typename }") == {"data": {"__typename": "Query"}}


async def test_a_document_has_a_length_before_it_is_parsed(services: Services) -> None:
    settings = services.settings.model_copy(update={"graphql_max_document_bytes": 1024})
    async with serving(assemble(settings, given(services)), settings) as api:
        for text, good in (("x" * 900, True), ("x" * 1100, False), ("é" * 600, False)):
            answer = (await api.post("/graphql", json={"query": f"{{ __typename }} # {text}"})).json()
            assert ("data" in answer) is good
            if not good:
                assert answer["errors"][0]["extensions"]["code"] == "QUERY_TOO_COMPLEX"
