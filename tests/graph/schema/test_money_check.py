"""moneyCheck, over GraphQL: for ADMINs, with everything one needs to find what is wrong."""

from __future__ import annotations

import pytest
from graphql import parse

from domain.documents import Booking, Payment, PaymentStatus, Refund, SimulatedCharge, SimulatedRefund, new_id
from domain.integrity import money
from domain.providers.port import Charge
from domain.providers.simulated import SimulatedProvider
from domain.services import Services
from graph.execution.limits import measure
from graph.schema import queries
from graph.schema.build import schema
from tests.graph.conftest import Client
from tests.support.scenes import Scene, admin, next_month, token_of, user

MONEY_CHECK = """
query ($since: DateTime) {
  moneyCheck(since: $since) {
    kind reference
    booking { id status }
    payment { id status }
    refund { id status }
    ours { amount currencyCode }
    theirs { amount currencyCode }
  }
}
"""
KINDS = "{ moneyCheck { kind } }"


@pytest.fixture
async def scene(services: Services, client: Client, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr(money, "MOMENT_SECONDS", 0.0)
    return Scene(services, client, token_of(services, await admin(services)), token_of(services, await user(services)))


async def test_an_honest_sale(scene: Scene) -> None:
    await scene.pay(await scene.booking(await scene.event()))
    assert await scene.client.execute(MONEY_CHECK, {}, scene.admin_token) == {"data": {"moneyCheck": []}}


async def test_what_is_wrong(scene: Scene) -> None:
    booking = await scene.booking(await scene.event())
    outcome = await scene.pay(booking, "sim_failure")
    charge, refund = await SimulatedCharge.find_one(), await SimulatedRefund.find_one()
    assert charge is not None
    assert refund is not None
    await charge.delete()
    stranger = refund.evolve(id=new_id(), amount_minor=501)
    await SimulatedRefund.get_pymongo_collection().insert_one(stranger.to_bson())

    answer = await scene.client.execute(MONEY_CHECK, {}, scene.admin_token)
    assert answer["data"]["moneyCheck"] == [
        {
            "kind": "CHARGE_MISSING",
            "reference": f"sim_charge_{charge.id}",
            "booking": {"id": booking, "status": "FAILED"},
            "payment": {"id": outcome["payment"]["id"], "status": "FAILED"},
            "refund": None,
            "ours": {"amount": "1000.00", "currencyCode": "INR"},
            "theirs": None,
        },
        {
            "kind": "UNKNOWN_REFUND",
            "reference": f"sim_refund_{stranger.id}",
            "booking": None,
            "payment": None,
            "refund": None,
            "ours": None,
            "theirs": {"amount": "5.01", "currencyCode": "INR"},
        },
    ]
    later = await scene.client.execute(MONEY_CHECK, {"since": next_month(scene.services)}, scene.admin_token)
    assert later == {"data": {"moneyCheck": []}}


async def test_the_refund_that_somebody_must_give(scene: Scene) -> None:
    outcome = await scene.pay(await scene.booking(await scene.event()), "sim_failure")
    await Refund.get_pymongo_collection().update_one({}, {"$set": {"status": "FAILED"}})
    answer = await scene.client.execute(MONEY_CHECK, {}, scene.admin_token)
    (difference,) = answer["data"]["moneyCheck"]
    assert (difference["kind"], difference["refund"]) == (
        "REFUND_FAILED",
        {"id": outcome["refund"]["id"], "status": "FAILED"},
    )


async def test_no_more_than_one_can_read(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MAX_DIFFERENCES", 2)
    event = await scene.event()
    for _ in range(3):
        await scene.pay(await scene.booking(event))
    await SimulatedCharge.delete_all()
    answer = await scene.client.execute(KINDS, {}, scene.admin_token)
    assert answer["data"]["moneyCheck"] == [{"kind": "CHARGE_MISSING"}] * 2


async def test_only_for_admins(scene: Scene) -> None:
    for token, code in ((None, "UNAUTHENTICATED"), (scene.token, "FORBIDDEN")):
        (error,) = (await scene.client.execute(KINDS, {}, token))["errors"]
        assert error["extensions"]["code"] == code


def test_what_it_costs() -> None:
    document = parse("{ moneyCheck { kind booking { event { name } } } }")
    assert measure(schema._schema, document).cost == 2_000 + 20 * (1 + 3)


class Closed(SimulatedProvider):
    """Does not answer."""

    async def look_up(self, payment: Payment) -> Charge | None:
        raise ConnectionError


async def test_a_provider_that_does_not_answer(scene: Scene) -> None:
    await scene.pay(await scene.booking(await scene.event()))
    await SimulatedCharge.delete_all()
    scene.services.provider = Closed(scene.services.clock)
    (error,) = (await scene.client.execute(KINDS, {}, scene.admin_token))["errors"]
    assert error["extensions"]["code"] == "UNAVAILABLE"


async def test_a_payment_is_shown_as_it_is(scene: Scene) -> None:
    """An expired booking that is paid all the same."""
    await scene.pay(await scene.booking(await scene.event()))
    await Booking.get_pymongo_collection().update_one({}, {"$set": {"status": "EXPIRED"}})
    answer = await scene.client.execute(MONEY_CHECK, {}, scene.admin_token)
    (difference,) = answer["data"]["moneyCheck"]
    assert (difference["kind"], difference["booking"]["status"]) == ("MONEY_KEPT", "EXPIRED")
    assert difference["payment"]["status"] == PaymentStatus.SUCCEEDED
    assert difference["ours"] == {"amount": "1000.00", "currencyCode": "INR"}
