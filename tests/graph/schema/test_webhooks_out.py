"""Webhook endpoints and deliveries over GraphQL: for ADMINs, from registering to the dead letter sent again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from graphql import parse
from standardwebhooks import Webhook
from structlog.testing import capture_logs

from domain.documents import Booking, WebhookEndpoint, new_id
from domain.outbox.deliver import deliver
from domain.outbox.endpoints import MOST
from domain.process.progress import Progress
from domain.services import Services
from graph.execution.limits import measure
from graph.schema.build import schema
from graph.schema.ids import encode_id, seal
from tests.domain.sale.test_time import later
from tests.graph.conftest import Client
from tests.support.receiver import receiving
from tests.support.scenes import Scene, admin, token_of, user

REGISTER = """
mutation ($url: String!) {
  registerWebhook(input: {url: $url}) {
    __typename
    ... on RegisterWebhookSuccess { endpoint { id url disabledAt } secret replayed }
    ... on InvalidInput { code field }
  }
}
"""
RENEW = """
mutation ($id: ID!) {
  renewWebhookSecret(input: {endpointId: $id}) {
    __typename
    ... on RenewWebhookSecretSuccess { endpoint { id } secret formerUntil }
    ... on Error { code }
  }
}
"""
REMOVE = """
mutation ($id: ID!) {
  removeWebhook(input: {endpointId: $id}) {
    __typename
    ... on RemoveWebhookSuccess { endpoint { id url } }
    ... on Error { code }
  }
}
"""
REPLAY = """
mutation ($id: ID!) {
  replayDelivery(input: {deliveryId: $id}) {
    __typename
    ... on ReplayDeliverySuccess { delivery { id status attempts } }
    ... on Error { code }
  }
}
"""
ENDPOINTS = "{ webhookEndpoints { id url disabledAt } }"
DELIVERIES = """
query ($status: DeliveryStatus, $first: Int, $after: String) {
  deliveries(status: $status, first: $first, after: $after) {
    nodes {
      id messageId type byEmail status attempts nextAttemptAt lastError deliveredAt endpoint { id } booking { id }
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""
NODE = "query ($id: ID!) { node(id: $id) { __typename id } }"
BOOKING = "query ($id: ID!) { booking(id: $id) { id event { id } user { id } refunds { id } } }"
CANCEL = "mutation ($id: ID!) { cancelBooking(input: {bookingId: $id}) { __typename } }"
RUN = "mutation { runJob(input: {job: DELIVER}) { ... on RunJobSuccess { execution { status recordsProcessed } } } }"

HOOK = "https://receiver.test/hook"


class Office(Scene):
    """Sells, buys, and looks after webhooks."""

    async def ask(self, document: str, **variables: Any) -> Any:
        """What the one field answers, to the ADMIN."""
        answer = await self.client.execute(document, variables, self.admin_token)
        (value,) = answer["data"].values()
        return value

    async def register(self, url: str = HOOK) -> dict[str, Any]:
        registered: dict[str, Any] = await self.ask(REGISTER, url=url)
        return registered

    async def sell_and_cancel(self) -> str:
        booking_id = await self.booking(await self.event())
        await self.pay(booking_id)
        await self.client.execute(CANCEL, {"id": booking_id}, self.token)
        return booking_id

    async def listed(self, **arguments: Any) -> list[dict[str, Any]]:
        nodes: list[dict[str, Any]] = (await self.ask(DELIVERIES, **arguments))["nodes"]
        return nodes

    async def a_day_passes(self) -> None:
        for hours in range(26):
            await deliver(later(self.services, timedelta(hours=hours)), Progress())


@pytest.fixture
async def office(services: Services, client: Client) -> Office:
    buyer = token_of(services, await user(services))
    return Office(services, client, token_of(services, await admin(services)), buyer)


# ---------------------------------------------------------------- endpoints


async def test_an_endpoint_and_its_secret_shown_once(office: Office) -> None:
    registered = await office.register()
    endpoint, secret = registered["endpoint"], registered["secret"]
    assert registered["__typename"] == "RegisterWebhookSuccess"
    assert (endpoint["url"], endpoint["disabledAt"]) == (HOOK, None)
    assert Webhook(secret) and secret.startswith("whsec_")
    assert await office.ask(ENDPOINTS) == [endpoint]
    assert await office.ask(NODE, id=endpoint["id"]) == {"__typename": "WebhookEndpoint", "id": endpoint["id"]}
    assert registered["replayed"] is False
    for way in (HOOK, HOOK.replace("receiver.test", "Receiver.TEST:443")):
        again = {"__typename": "RegisterWebhookSuccess", "endpoint": endpoint, "secret": None, "replayed": True}
        assert await office.register(way) == again
    assert await office.ask(ENDPOINTS) == [endpoint]


def test_no_type_of_the_schema_has_a_secret_but_who_is_to_use_it() -> None:
    fields = [
        f"{name}.{field}"
        for name, named in schema._schema.type_map.items()
        for field in getattr(named, "fields", {})
        if "secret" in field.lower() and name != "Mutation"
    ]
    assert fields == [
        "PaymentActionRequired.clientSecret",
        "RegisterWebhookSuccess.secret",
        "RenewWebhookSecretSuccess.secret",
    ]


async def test_a_secret_is_not_logged(office: Office) -> None:
    async with receiving(lambda _: 500) as receiver:
        with capture_logs() as logs:
            secret = (await office.register(receiver.url))["secret"]
            await office.sell_and_cancel()
            await office.a_day_passes()
        assert logs and secret.removeprefix("whsec_") not in str(logs)
    stored = await WebhookEndpoint.find_one()
    assert stored is not None and stored.secret == secret
    assert secret not in repr(stored)


async def test_a_url_that_will_not_do(office: Office) -> None:
    refused = {"__typename": "InvalidInput", "code": "INVALID_INPUT", "field": "url"}
    assert await office.register("http://receiver.test/hook") == refused
    assert await office.ask(ENDPOINTS) == []


async def test_there_is_an_end_to_endpoints(office: Office) -> None:
    for number in range(MOST):
        assert (await office.register(f"{HOOK}/{number}"))["__typename"] == "RegisterWebhookSuccess"
    assert (await office.register())["field"] == "url"
    assert (await office.register(f"{HOOK}/0"))["replayed"] is True


async def test_an_endpoint_is_removed(office: Office) -> None:
    endpoint = (await office.register())["endpoint"]
    removed = {"__typename": "RemoveWebhookSuccess", "endpoint": {"id": endpoint["id"], "url": HOOK}}
    assert await office.ask(REMOVE, id=endpoint["id"]) == removed
    assert await office.ask(ENDPOINTS) == []
    assert await office.ask(REMOVE, id=endpoint["id"]) == {"__typename": "NotFound", "code": "NOT_FOUND"}
    assert await office.ask(NODE, id=endpoint["id"]) is None


# ---------------------------------------------------------------- deliveries


async def test_ids_in_a_message_are_those_of_the_api(office: Office) -> None:
    async with receiving() as receiver:
        await office.register(receiver.url)
        booking_id = await office.sell_and_cancel()
        assert (await office.ask(RUN))["execution"] == {"status": "COMPLETED", "recordsProcessed": 3}
        assert receiver.types == ["booking.confirmed", "booking.cancelled", "refund.processed"]
        _, cancelled, refunded = (request.message["data"] for request in receiver.taken)
        assert cancelled["bookingId"] == refunded["bookingId"] == booking_id
        assert await office.ask(BOOKING, id=refunded["bookingId"]) == {
            "id": booking_id,
            "event": {"id": refunded["eventId"]},
            "user": {"id": refunded["userId"]},
            "refunds": [{"id": refunded["refund"]["id"]}],
        }


async def test_a_delivery_on_its_way_and_there(office: Office) -> None:
    refuse = True
    async with receiving(lambda _: 500 if refuse else 200) as receiver:
        endpoint = (await office.register(receiver.url))["endpoint"]
        booking_id = await office.booking(await office.event())
        await office.pay(booking_id)
        await office.ask(RUN)
        (waiting,) = await office.listed()
        assert waiting == {
            "id": waiting["id"],
            "messageId": receiver.received[0].id,
            "type": "BOOKING_CONFIRMED",
            "byEmail": False,
            "status": "PENDING",
            "attempts": 1,
            "nextAttemptAt": waiting["nextAttemptAt"],
            "lastError": "status 500",
            "deliveredAt": None,
            "endpoint": {"id": endpoint["id"]},
            "booking": {"id": booking_id},
        }
        assert waiting["nextAttemptAt"] is not None
        assert await office.ask(NODE, id=waiting["id"]) == {"__typename": "Delivery", "id": waiting["id"]}
        refuse = False
        await deliver(later(office.services, timedelta(seconds=5)), Progress())
        (there,) = await office.listed(status="DELIVERED")
        assert (there["attempts"], there["lastError"], there["nextAttemptAt"]) == (2, None, None)
        assert there["deliveredAt"] is not None


async def test_dead_letters_are_listed_and_sent_again(office: Office) -> None:
    refuse = True
    async with receiving(lambda _: 500 if refuse else 200) as receiver:
        await office.register(receiver.url)
        await office.sell_and_cancel()
        await office.a_day_passes()
        dead = await office.listed(status="DEAD")
        assert [letter["type"] for letter in dead] == ["REFUND_PROCESSED", "BOOKING_CANCELLED", "BOOKING_CONFIRMED"]
        assert await office.listed(status="PENDING") == []
        refuse = False
        again = {"id": dead[2]["id"], "status": "PENDING", "attempts": 0}
        assert await office.ask(REPLAY, id=dead[2]["id"]) == {"__typename": "ReplayDeliverySuccess", "delivery": again}
        assert (await office.ask(RUN))["execution"] == {"status": "COMPLETED", "recordsProcessed": 1}
        assert [request.id for request in receiver.taken] == [dead[2]["messageId"]]
        assert [letter["id"] for letter in await office.listed(status="DEAD")] == [letter["id"] for letter in dead[:2]]


async def test_a_delivery_that_there_is_not(office: Office) -> None:
    not_found = {"__typename": "NotFound", "code": "NOT_FOUND"}
    assert await office.ask(REPLAY, id=encode_id("Delivery", new_id())) == not_found
    for forged in ("x", encode_id("Booking", new_id()), seal("Delivery:6b00")):
        assert await office.ask(REPLAY, id=forged) == {"__typename": "InvalidInput", "code": "INVALID_INPUT"}


async def test_deliveries_page_by_page(office: Office) -> None:
    async with receiving() as receiver:
        await office.register(receiver.url)
        await office.sell_and_cancel()
        await office.ask(RUN)
    newest_first = await office.listed()
    assert len(newest_first) == 3
    page = await office.ask(DELIVERIES, first=2)
    assert page["nodes"] == newest_first[:2]
    assert page["pageInfo"]["hasNextPage"] is True
    assert await office.listed(first=2, after=page["pageInfo"]["endCursor"]) == newest_first[2:]
    answer = await office.client.execute(DELIVERIES, {"after": seal("booking:x")}, office.admin_token)
    assert [error["extensions"] for error in answer["errors"]] == [{"code": "INVALID_INPUT", "field": "after"}]


async def test_what_went_to_an_endpoint_that_was_removed(office: Office) -> None:
    async with receiving() as receiver:
        endpoint = (await office.register(receiver.url))["endpoint"]
        await office.sell_and_cancel()
        await office.ask(RUN)
    await office.ask(REMOVE, id=endpoint["id"])
    assert [(one["endpoint"], one["byEmail"]) for one in await office.listed()] == [(None, False)] * 3


async def test_a_booking_deleted_by_hand_costs_no_page(office: Office) -> None:
    async with receiving() as receiver:
        await office.register(receiver.url)
        await office.sell_and_cancel()
        await office.ask(RUN)
    await Booking.get_pymongo_collection().delete_many({})
    assert [one["booking"] for one in await office.listed()] == [None] * 3


# ---------------------------------------------------------------- who may


@pytest.mark.parametrize(
    "document",
    [
        ENDPOINTS,
        "{ deliveries { nodes { id } } }",
        'mutation { registerWebhook(input: {url: "https://receiver.test/"}) { __typename } }',
        'mutation { renewWebhookSecret(input: {endpointId: "x"}) { __typename } }',
        'mutation { removeWebhook(input: {endpointId: "x"}) { __typename } }',
        'mutation { replayDelivery(input: {deliveryId: "x"}) { __typename } }',
    ],
)
async def test_it_is_all_for_admins(office: Office, document: str) -> None:
    for who, code in ((office.token, "FORBIDDEN"), (None, "UNAUTHENTICATED")):
        answer = await office.client.execute(document, None, who)
        assert set(answer["data"].values()) == {None}
        assert [error["extensions"]["code"] for error in answer["errors"]] == [code]


async def test_nobody_else_sees_the_nodes(office: Office) -> None:
    async with receiving() as receiver:
        endpoint = (await office.register(receiver.url))["endpoint"]
        await office.sell_and_cancel()
        await office.ask(RUN)
    for node in (endpoint["id"], (await office.listed())[0]["id"]):
        assert await office.client.execute(NODE, {"id": node}, office.token) == {"data": {"node": None}}
        answer = await office.client.execute(NODE, {"id": node})
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAUTHENTICATED"]


def test_what_it_costs() -> None:
    assert measure(schema._schema, parse("{ deliveries(first: 100) { nodes { id } } }")).cost == 1 + 100 * 2
    assert measure(schema._schema, parse("{ webhookEndpoints { id } }")).cost == 1 + MOST
