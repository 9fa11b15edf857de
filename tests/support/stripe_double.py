"""A server that speaks as much of Stripe's API as we do, keeps its own book, and misbehaves when told.

Tokens decide what becomes of a charge, as Stripe's test cards do; and `Fault`s what becomes of the next requests.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl

import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from domain.clock import Clock, system_clock

KEY, WEBHOOK_SECRET = "sk_test_double", "whsec_of_the_double"


def sign(secret: str, body: bytes, now: datetime) -> str:
    """As https://docs.stripe.com/webhooks/signature says."""
    at = int(now.timestamp())
    return f"t={at},v1={hmac.new(secret.encode(), f'{at}.'.encode() + body, sha256).hexdigest()}"


DECLINES = {
    "pm_card_chargeDeclined": ("card_declined", "generic_decline"),
    "pm_card_chargeDeclinedInsufficientFunds": ("card_declined", "insufficient_funds"),
    "pm_card_chargeDeclinedExpiredCard": ("expired_card", None),
    "pm_card_chargeDeclinedProcessingError": ("processing_error", None),
}
OPEN = {
    "pm_card_authenticationRequired": "requires_action",
    "pm_redirects": "requires_action",
    "pm_to_be_confirmed": "requires_confirmation",
    "pm_slow_bank": "processing",
}
CHARGED = ("pm_card_visa", "tok_visa")

ZERO_DECIMAL = frozenset(
    ("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF")
)


class Fault(Enum):
    """What becomes of one POST."""

    LOST = "the connection breaks before it was read"
    DROPPED = "it is done, and the connection breaks"
    HANGS = "it is done, and never answered"
    FAILS = "it is not done, and answered 500"
    LIMITED = "it is not done, and answered 429"
    OVERTAKEN = "it calls a charge off that has just succeeded"


@dataclass
class StripeDouble:
    """Its book, and what it was asked to change, in order. It lists refunds to all of `askers` at once."""

    clock: Clock = system_clock
    base: str = ""
    intents: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds_become: str = "succeeded"
    faults: deque[Fault | None] = field(default_factory=deque)
    posts: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    askers: asyncio.Barrier = field(default_factory=lambda: asyncio.Barrier(1))
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    _answers: dict[str, tuple[tuple[str, dict[str, str]], tuple[int, Any] | None]] = field(default_factory=dict)

    # ------------------------------------------------------------ for tests

    def forget_keys(self) -> None:
        """As Stripe does after a day."""
        self._answers.clear()

    def the_intent(self) -> dict[str, Any]:
        """The only one."""
        (intent,) = self.intents.values()
        return intent

    def the_refund(self) -> dict[str, Any]:
        """The only one."""
        (refund,) = self.refunds.values()
        return refund

    def settle(self, intent: dict[str, Any], status: str = "succeeded", **more: Any) -> dict[str, Any]:
        """What was open ends like this."""
        intent.update(status=status, amount_received=intent["amount"] if status == "succeeded" else 0, **more)
        return intent

    def refuse(self, intent: dict[str, Any]) -> dict[str, Any]:
        """The buyer did not pass the bank's check: https://docs.stripe.com/payments/3d-secure"""
        error = {"type": "invalid_request_error", "code": "payment_intent_authentication_failure"}
        return self.settle(intent, "requires_payment_method", next_action=None, last_payment_error=error)

    def event(self, kind: str, about: dict[str, Any], **other: Any) -> tuple[dict[str, str], bytes]:
        """Headers and body of a webhook about something."""
        event = {"id": _new("evt"), "object": "event", "type": kind, "data": {"object": about}} | other
        body = orjson.dumps(event)
        # The library checks it against the machine's clock.
        return {"stripe-signature": sign(WEBHOOK_SECRET, body, system_clock())}, body

    # ------------------------------------------------------------ changing things

    async def post(self, request: Request) -> Response:
        path, form = request.url.path, dict(parse_qsl((await request.body()).decode()))
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return _refused(401, "invalid_request_error", "Invalid API Key provided.")
        self.posts.append((path, form))
        fault = self.faults.popleft() if self.faults else None
        if fault is Fault.LOST:
            return _cut_off()
        if fault is Fault.LIMITED:
            return _refused(429, "invalid_request_error", "Too many requests.", code="rate_limit")
        key = request.headers["idempotency-key"]
        if key in self._answers:
            asked, answer = self._answers[key]
            if asked != (path, form):
                return _refused(400, "idempotency_error", "Keys can only be used with the same parameters.")
            if answer is None:
                return _refused(409, "idempotency_error", "Another one is under way.", code="idempotency_key_in_use")
            return JSONResponse(answer[1], answer[0])
        if refused := self._validate(form):
            return refused
        self._answers[key] = (path, form), None
        answer = (500, _error("api_error", "Oops.")) if fault is Fault.FAILS else self._do(path, form, fault)
        if fault is Fault.HANGS:
            await self.closing.wait()
        self._answers[key] = (path, form), answer
        if fault is Fault.DROPPED:
            return _cut_off()
        return JSONResponse(answer[1], answer[0], {"stripe-should-retry": "false"})

    def _validate(self, form: dict[str, str]) -> Response | None:
        currency, amount = form.get("currency", ""), int(form.get("amount", 100))
        refused = None
        if currency != currency.lower():
            refused = "currency"
        elif amount <= 0 or (currency == "isk" and amount % 100) or (currency == "kwd" and amount % 10):
            refused = "amount"
        elif (token := form.get("payment_method")) and token not in (*DECLINES, *OPEN, *CHARGED):
            return _refused(
                400, "invalid_request_error", "No such PaymentMethod.", "resource_missing", "payment_method"
            )
        return _refused(400, "invalid_request_error", "Invalid.", "parameter_invalid", refused) if refused else None

    def _do(self, path: str, form: dict[str, str], fault: Fault | None) -> tuple[int, Any]:
        if path == "/v1/payment_intents":
            return self._charge(form)
        if path == "/v1/refunds":
            return self._refund(form)
        intent = self.intents[path.split("/")[3]]
        if fault is Fault.OVERTAKEN:
            self.settle(intent)
        if intent["status"] in ("succeeded", "canceled", "processing"):
            return 400, _error("invalid_request_error", "Too late.", "payment_intent_unexpected_state")
        if path.endswith("/confirm"):
            return 200, dict(self.settle(intent))
        return 200, self.settle(intent, "canceled", cancellation_reason=form.get("cancellation_reason"))

    def _charge(self, form: dict[str, str]) -> tuple[int, Any]:
        assert form["confirm"] == "true"
        token = form.get("payment_method") or form["payment_method_data[card][token]"]
        intent: dict[str, Any] = {
            "id": _new("pi"),
            "object": "payment_intent",
            "amount": int(form["amount"]),
            "amount_received": 0,
            "currency": form["currency"],
            "created": int(self.clock().timestamp()),
            "metadata": _metadata(form),
            "last_payment_error": None,
            "cancellation_reason": None,
            "status": OPEN.get(token, "requires_payment_method"),
            "next_action": None,
        }
        intent["client_secret"] = f"{intent['id']}_secret_{secrets.token_hex(8)}"
        if token == "pm_redirects":
            assert form["automatic_payment_methods[allow_redirects]"] == "always"
            redirect = {"url": f"https://hooks.example/{intent['id']}", "return_url": form["return_url"]}
            intent["next_action"] = {"type": "redirect_to_url", "redirect_to_url": redirect}
        elif intent["status"] == "requires_action":
            intent["next_action"] = {"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "three_d_secure_redirect"}}
        self.intents[intent["id"]] = intent
        if token in CHARGED:
            self.settle(intent)
        if token not in DECLINES:
            return 200, dict(intent)
        code, decline_code = DECLINES[token]
        intent["last_payment_error"] = {"type": "card_error", "code": code, "decline_code": decline_code}
        return 402, {"error": {**intent["last_payment_error"], "message": "No.", "payment_intent": dict(intent)}}

    def _refund(self, form: dict[str, str]) -> tuple[int, Any]:
        intent = self.intents[form["payment_intent"]]
        others = [each for each in self._refunds_of(intent["id"]) if each["status"] not in ("failed", "canceled")]
        if sum(each["amount"] for each in others) + int(form["amount"]) > intent["amount_received"]:
            return 400, _error("invalid_request_error", "Already refunded.", "charge_already_refunded")
        refund = {
            "id": _new("re"),
            "object": "refund",
            "amount": int(form["amount"]),
            "currency": intent["currency"],
            "created": int(self.clock().timestamp()),
            "payment_intent": intent["id"],
            "metadata": _metadata(form),
            "status": self.refunds_become,
            "failure_reason": "lost_or_stolen_card" if self.refunds_become == "failed" else None,
        }
        self.refunds[refund["id"]] = refund
        return 200, dict(refund)

    def _refunds_of(self, intent_id: str) -> list[dict[str, Any]]:
        return [refund for refund in self.refunds.values() if refund["payment_intent"] == intent_id]

    # ------------------------------------------------------------ looking

    async def get_intent(self, request: Request) -> Response:
        return JSONResponse(self.intents[request.path_params["id"]])

    async def list_intents(self, request: Request) -> Response:
        return self._list(request, list(self.intents.values()))

    async def list_refunds(self, request: Request) -> Response:
        of = request.query_params.get("payment_intent")
        listed = self._list(request, self._refunds_of(of) if of else list(self.refunds.values()))
        await self.askers.wait()
        return listed

    def _list(self, request: Request, found: list[dict[str, Any]]) -> Response:
        """The newest first, a page at a time."""
        asked = request.query_params
        tests: dict[str, Callable[[int, int], bool]] = {"gte": int.__ge__, "lt": int.__lt__}
        found = [
            each
            for each in reversed(found)
            if all(
                test(each["created"], int(asked[f"created[{name}]"]))
                for name, test in tests.items()
                if f"created[{name}]" in asked
            )
        ]
        ids = [each["id"] for each in found]
        start = ids.index(asked["starting_after"]) + 1 if "starting_after" in asked else 0
        end = start + int(asked.get("limit", 10))
        page = {"object": "list", "url": request.url.path, "data": found[start:end], "has_more": end < len(found)}
        return JSONResponse(page)


@asynccontextmanager
async def open_double(clock: Clock = system_clock) -> AsyncIterator[StripeDouble]:
    """One that listens, on a port of its own."""
    double = StripeDouble(clock)
    app = Starlette(
        routes=[
            Route("/v1/payment_intents", double.post, methods=["POST"]),
            Route("/v1/payment_intents", double.list_intents),
            Route("/v1/payment_intents/{id}", double.get_intent),
            Route("/v1/payment_intents/{id}/cancel", double.post, methods=["POST"]),
            Route("/v1/payment_intents/{id}/confirm", double.post, methods=["POST"]),
            Route("/v1/refunds", double.post, methods=["POST"]),
            Route("/v1/refunds", double.list_refunds),
        ]
    )
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off", ws="none"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        assert not serving.done(), "it does not start"
        await asyncio.sleep(0.01)
    double.base = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        yield double
    finally:
        double.closing.set()
        server.should_exit = server.force_exit = True
        await serving


def _cut_off() -> Response:
    """Less than it announces, whereupon the connection is closed."""
    return Response(b"{", headers={"content-length": "1000"})


def _refused(status: int, kind: str, message: str, code: str | None = None, param: str | None = None) -> Response:
    return JSONResponse(_error(kind, message, code, param), status)


def _error(kind: str, message: str, code: str | None = None, param: str | None = None) -> dict[str, Any]:
    return {"error": {"type": kind, "message": message, "code": code, "param": param}}


def _metadata(form: dict[str, str]) -> dict[str, str]:
    marked = (name.removeprefix("metadata[").removesuffix("]") for name in form if name.startswith("metadata["))
    return {name: form[f"metadata[{name}]"] for name in marked}


def _new(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(12)}"
