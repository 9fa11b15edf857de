"""A form is mended in one go: every mutation tells all that is wrong with its input at once."""

from __future__ import annotations

from typing import Any

from domain.services import Services
from graph.schema.ids import seal
from tests.graph.conftest import Client
from tests.support.scenes import Scene, admin, next_month, token_of, user

WRONG = """
fragment Told on InvalidInput { field message issues { path message } }
mutation ($start: DateTime!) {
  register(input: {name: "", email: "ada", password: "short"}) { ...Told }
  resetPassword(input: {token: "x", password: "short"}) { ...Told }
  createEvent(input: {
    name: " ", timeZone: "Mars", startsAt: "2020-01-01T00:00:00Z", salesStartAt: $start, maxSeatsPerBuyer: 0,
    price: {amount: "1.234", currencyCode: EUR}, cancellation: {percentage: 101}
    sections: [
      {name: "A", capacity: 0, price: {amount: "-1", currencyCode: EUR}}
      {name: "A", rows: [{name: "1", seatCount: 0}, {name: "1", seatCount: 2}]}
    ]
  }) { ...Told }
  updateEvent(input: {
    eventId: "x", name: "", venue: "", totalSeats: 0, price: {amount: "1.234", currencyCode: EUR}
    sections: [{name: "A", capacity: 0}]
  }) { ...Told }
  cancelEvent(input: {eventId: "x", reason: ""}) { ...Told }
  createAllocation(input: {
    eventId: "x", name: "", selection: [{quantity: {count: 0}}], accessCode: "short", idempotencyKey: ""
  }) { ...Told }
  lockSeats(input: {
    eventId: "x", selection: {items: [{seats: ["A-1", "A-1"]}, {quantity: {count: 0}}]}, idempotencyKey: ""
  }) { ...Told }
  changeLock(input: {lockId: "x", add: [], remove: [{quantity: {count: 0}}], idempotencyKey: ""}) { ...Told }
  payBooking(input: {
    bookingId: "x", paymentToken: "gold", amount: {amount: "-1", currencyCode: EUR}, idempotencyKey: ""
  }) { ...Told }
  cancelBooking(input: {bookingId: "x", reason: ""}) { ...Told }
  resendRefund(input: {refundId: "x", note: ""}) { ...Told }
  markRefundGivenBack(input: {refundId: "x", note: "", reference: ""}) { ...Told }
}
"""
PATHS = {
    "register": ["name", "email", "password"],
    "resetPassword": ["token", "password"],
    "createEvent": [
        "price.amount",
        "sections.0.price.amount",
        "name",
        "timeZone",
        "startsAt",
        "salesStartAt",
        "cancellation.percentage",
        "sections.0.capacity",
        "sections.1.name",
        "sections.1.rows.0.seatCount",
        "sections.1.rows.1.name",
    ],
    "updateEvent": ["eventId", "price.amount", "name", "venue", "totalSeats", "totalSeats", "sections.0.capacity"],
    "cancelEvent": ["eventId", "reason"],
    "createAllocation": ["eventId", "name", "selection.0.quantity.count", "accessCode", "idempotencyKey"],
    "lockSeats": [
        "eventId",
        "selection.items.0.seats.1",
        "selection.items.1.quantity.count",
        "idempotencyKey",
    ],
    "changeLock": ["lockId", "add", "remove.0.quantity.count", "idempotencyKey"],
    "payBooking": ["bookingId", "amount.amount", "paymentToken", "idempotencyKey"],
    "cancelBooking": ["bookingId", "reason"],
    "resendRefund": ["refundId", "note"],
    "markRefundGivenBack": ["refundId", "note", "reference"],
}
LOCK = """
mutation ($id: ID!, $seats: [String!]!) {
  lockSeats(input: {eventId: $id, selection: {seats: $seats}, idempotencyKey: "k"}) {
    ... on InvalidInput { issues { path message } }
  }
}
"""
NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
PAGE = '{ events(first: 0, after: "x", before: "y") { nodes { id } } }'


async def test_all_that_is_wrong_is_told_at_once(services: Services, client: Client) -> None:
    scene = Scene(services, client, token_of(services, await admin(services)), token_of(services, await user(services)))
    answer = await client.execute(WRONG, {"start": next_month(services)}, scene.admin_token)
    assert "errors" not in answer
    found: dict[str, list[str]] = {}
    for mutation, told in answer["data"].items():
        issues: list[dict[str, Any]] = told["issues"]
        found[mutation] = [".".join(issue["path"]) for issue in issues]
        assert (told["field"], told["message"]) == (found[mutation][0], issues[0]["message"])
    assert found == PATHS

    # What only the event can say: all seats that there are not.
    event = await scene.reserved_event()
    answer = await client.execute(LOCK, {"id": event, "seats": ["X-1", "STALLS-A-1", "X-2"]}, scene.token)
    none = "This event has no seat with this label."
    assert answer["data"]["lockSeats"]["issues"] == [
        {"path": ["selection", "seats", "0"], "message": none},
        {"path": ["selection", "seats", "2"], "message": none},
    ]

    # Queries have no union: the same beside the code.
    (error,) = (await client.execute(PAGE))["errors"]
    assert error["extensions"] == {
        "code": "INVALID_INPUT",
        "field": "first",
        "issues": [
            {"path": ["first"], "message": "Must be between 1 and 100."},
            {"path": ["after"], "message": "Not a cursor of this list."},
            {"path": ["before"], "message": "Not a cursor of this list."},
        ],
    }


async def test_nodes_are_in_the_order_of_their_ids(services: Services, client: Client) -> None:
    scene = Scene(services, client, token_of(services, await admin(services)), token_of(services, await user(services)))
    event = await scene.event()
    lock = await scene.lock(event)
    unknown = seal(f"Event:{'0' * 24}")
    seen = {"__typename": "SeatLock", "id": lock}
    public = {"__typename": "Event", "id": event}
    ids = {"ids": [lock, unknown, event, lock]}
    stranger = token_of(services, await user(services))
    assert await client.execute(NODES, ids, scene.token) == {"data": {"nodes": [seen, None, public, seen]}}
    for token in (stranger, None):
        assert await client.execute(NODES, ids, token) == {"data": {"nodes": [None, None, public, None]}}
    stale = await client.execute(NODES, ids, "stale")
    assert stale["data"] == {"nodes": [None, None, public, None]}
    assert [(error["path"], error["extensions"]["code"]) for error in stale["errors"]] == [
        (["nodes", 0], "UNAUTHENTICATED"),  # or what is theirs would look gone
        (["nodes", 3], "UNAUTHENTICATED"),
    ]
    assert await client.execute(NODES, {"ids": []}) == {"data": {"nodes": []}}

    malformed = await client.execute(NODES, {"ids": ["x", event, seal(f"Seat:{'0' * 24}")]})
    assert malformed["data"] == {"nodes": [None, public, None]}
    assert [(error["path"], error["extensions"]) for error in malformed["errors"]] == [
        (["nodes", 0], {"code": "INVALID_INPUT", "field": "ids.0"}),
        (["nodes", 2], {"code": "INVALID_INPUT", "field": "ids.2"}),
    ]
    (error,) = (await client.execute(NODES, {"ids": [event] * 101}))["errors"]
    assert error["extensions"] == {"code": "INVALID_INPUT", "field": "ids"}
