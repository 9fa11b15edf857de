"""Stripe: a PaymentIntent for each attempt to pay, confirmed as it is made; https://docs.stripe.com/api

Each carries our id of the attempt or refund twice. As its idempotency key: asked twice, Stripe does it once, but it
forgets keys after a day. And as metadata, by which it is found again.

A lost answer is found in the list of PaymentIntents of about that time. Not by searching: the search lags behind by a
minute or more, and accounts in India have none. Nor by asking again with the same key: had the first request never
arrived, the second would charge.
"""

from __future__ import annotations

import logging
import math
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson
import stripe
import structlog

from domain.clock import Clock
from domain.documents import Payment, PaymentFailureReason, PaymentStatus, Refund, RefundStatus
from domain.providers.port import Amounts, BadNotice, Charge, ChargeRecord, Notice, Refunded, RefundRecord
from domain.providers.stripe_amounts import amounts_in, from_stripe, to_stripe
from domain.providers.stripe_answers import (
    BOOKING,
    PAYMENT,
    REFUND,
    REFUNDED,
    ROUND,
    charge_of,
    charge_of_error,
    id_in,
    read_event,
    refunded_of,
    round_in,
    time_of,
)

if TYPE_CHECKING:
    from stripe.params import PaymentIntentCreateParams

log = structlog.get_logger(__name__)

SIGNATURE_HEADER = "stripe-signature"
SIGNATURE_SECONDS = 300
"""How old a signature may be."""

RETRIES = 1
"""Of a request whose connection broke: with the same key, so that it usually brings the lost answer."""

PAGE = 100
"""The most that Stripe lists at once."""

SURE_AFTER = timedelta(minutes=2)
"""How old an attempt must be before what Stripe doesn't list has never reached it, and what is open stays so."""

NEAR, FAR = timedelta(seconds=15), timedelta(minutes=5)
"""How far from our time of an attempt to look for it in Stripe's: where it is, and where a wrong clock puts it."""

TOKEN = re.compile(r"(pm|tok)_[A-Za-z0-9_]{1,250}")

STUCK = frozenset({"requires_payment_method", "requires_capture"})
"""What a PaymentIntent is when it waits for what nobody will do: each attempt has an intent of its own."""

OPEN = STUCK | {"requires_action", "requires_confirmation", "processing"}
"""What it is as long as it may be called off; of `processing`, some means of payment can be."""

REFUSED_FOR_GOOD = frozenset({"charge_already_refunded", "charge_disputed", "refund_disputed_payment"})
"""Codes of errors that asking for a refund again won't change."""


class StripeProvider:
    """Charges cards and other means of payment. Where the bank asks the buyer, Stripe's own library shows it by the
    client secret or, with a `return_url` to come back to, a page of the bank's does.
    """

    name = "stripe"

    def __init__(
        self,
        clock: Clock,
        secret_key: str,
        *,
        api_base: str,
        timeout_seconds: float,
        webhook_secret: str | None = None,
        return_url: str | None = None,
    ) -> None:
        self._clock = clock
        self._return_url = return_url
        self._webhook_secret = webhook_secret
        self._http = stripe.HTTPXClient(timeout=timeout_seconds)
        self._api = stripe.StripeClient(
            secret_key, base_addresses={"api": api_base}, http_client=self._http, max_network_retries=RETRIES
        ).v1
        # At "debug" the library logs all it says and hears: tokens, and of cards what Stripe tells.
        logging.getLogger("stripe").setLevel(logging.WARNING)

    def knows_token(self, token: str) -> bool:
        return TOKEN.fullmatch(token) is not None

    def amounts(self, currency: str) -> Amounts | None:
        return amounts_in(currency)

    # ------------------------------------------------------------ charging

    async def charge(self, payment: Payment, token: str) -> Charge:
        amount = to_stripe(payment.amount)
        if amount is None:
            log.error("Stripe takes no such amount", payment=str(payment.id), amount=str(payment.amount))
            return Charge(PaymentStatus.FAILED, failure_reason=PaymentFailureReason.FAILED)
        request: PaymentIntentCreateParams = {
            "amount": amount,
            "currency": payment.currency.lower(),
            "confirm": True,
            "automatic_payment_methods": {
                "enabled": True,
                "allow_redirects": "always" if self._return_url else "never",
            },
            "metadata": {PAYMENT: str(payment.id), BOOKING: str(payment.booking_id)},
        }
        if self._return_url:
            request["return_url"] = self._return_url
        if token.startswith("tok_"):
            # The library's types don't know of tokens here; Stripe does.
            request["payment_method_data"] = {"type": "card", "card": {"token": token}}  # type: ignore[typeddict-unknown-key]
        else:
            request["payment_method"] = token
        try:
            intent = await self._api.payment_intents.create_async(
                request, {"idempotency_key": f"seatlock-payment-{payment.id}"}
            )
        except stripe.CardError as error:
            return charge_of_error(error)
        except stripe.InvalidRequestError as error:
            # Refused before anything was charged.
            log.warning("Stripe refused a charge", payment=str(payment.id), code=error.code, param=error.param)
            is_card = error.param and error.param.startswith("payment_method")
            reason = PaymentFailureReason.DECLINED if is_card else PaymentFailureReason.FAILED
            return Charge(PaymentStatus.FAILED, failure_reason=reason)
        return await self._outcome(intent.to_dict(), may_be_at_its_beginning=False)

    async def look_up(self, payment: Payment) -> Charge | None:
        intent = await self._find(payment)
        if intent is None:
            return None if self._is_sure(payment) else Charge(PaymentStatus.TIMED_OUT)
        return await self._outcome(intent, may_be_at_its_beginning=not self._is_sure(payment))

    async def cancel(self, payment: Payment) -> Charge | None:
        intent = await self._find(payment)
        if intent is None:
            return None if self._is_sure(payment) else Charge(PaymentStatus.TIMED_OUT)
        return charge_of(await self._call_off(intent) if intent["status"] in OPEN else intent)

    async def _outcome(self, intent: Mapping[str, Any], *, may_be_at_its_beginning: bool) -> Charge:
        """What it says, after the step that is ours; one nobody will go on with is called off.

        So is one that has failed: with its client secret a buyer could pay it later, when nobody expects it.
        """
        if intent["status"] == "requires_confirmation":
            intent = await self._try(self._api.payment_intents.confirm_async, intent["id"])
        charge = charge_of(intent)
        has_failed = charge.status is PaymentStatus.FAILED
        if intent["status"] in STUCK and (has_failed or not may_be_at_its_beginning):
            now = charge_of(await self._call_off(intent))
            return charge if has_failed and now.status is PaymentStatus.FAILED else now
        return charge

    async def _call_off(self, intent: Mapping[str, Any]) -> dict[str, Any]:
        cancel = self._api.payment_intents.cancel_async
        return await self._try(cancel, intent["id"], {"cancellation_reason": "abandoned"})

    async def _try(self, call: Callable[..., Awaitable[Any]], intent_id: str, *arguments: Any) -> dict[str, Any]:
        """The intent after this call or, if it has moved on meanwhile, as it is."""
        try:
            done = await call(intent_id, *arguments)
        except (stripe.InvalidRequestError, stripe.CardError):
            done = await self._api.payment_intents.retrieve_async(intent_id)
        return dict(done.to_dict())

    async def _find(self, payment: Payment) -> dict[str, Any] | None:
        if payment.provider_reference is not None:
            return (await self._api.payment_intents.retrieve_async(payment.provider_reference)).to_dict()
        for before, after in ((NEAR, NEAR), (FAR, SURE_AFTER + FAR)):
            start, end = payment.created_at - before, payment.created_at + after
            async for intent in self._intents(start, end):
                if id_in(intent, PAYMENT) == payment.id:
                    return intent
        return None

    def _is_sure(self, payment: Payment) -> bool:
        return payment.created_at + SURE_AFTER <= self._clock()

    # ------------------------------------------------------------ giving back

    async def refund(self, refund: Refund, payment: Payment) -> Refunded:
        amount = to_stripe(refund.amount)
        if amount is None:
            return Refunded(RefundStatus.FAILED, failure_reason=f"Stripe cannot give back {refund.amount}")
        reference = await self._reference_of(payment)
        if reference is None:
            if self._is_sure(payment):
                return Refunded(RefundStatus.FAILED, failure_reason="Stripe knows no such charge")
            raise LookupError("the charge is not listed yet")
        # Its key may be forgotten by now.
        known = await self._known(refund, reference)
        if known is not None:
            return known
        round_ = {ROUND: str(refund.round)} if refund.round else {}
        try:
            made = await self._api.refunds.create_async(
                {
                    "payment_intent": reference,
                    "amount": amount,
                    "metadata": {
                        REFUND: str(refund.id),
                        PAYMENT: str(payment.id),
                        BOOKING: str(payment.booking_id),
                        **round_,
                    },
                },
                {"idempotency_key": "-".join(["seatlock-refund", str(refund.id), *round_.values()])},
            )
        except stripe.InvalidRequestError as error:
            if error.code not in REFUSED_FOR_GOOD:
                raise
            return Refunded(RefundStatus.FAILED, failure_reason=error.code)
        return refunded_of(made.to_dict())

    async def look_up_refund(self, refund: Refund, payment: Payment) -> Refunded | None:
        if not refund.amount_minor:
            return Refunded(RefundStatus.PROCESSED)
        reference = await self._reference_of(payment)
        return await self._known(refund, reference) if reference is not None else None

    async def _reference_of(self, payment: Payment) -> str | None:
        if payment.provider_reference is not None:
            return payment.provider_reference
        intent = await self._find(payment)
        return str(intent["id"]) if intent else None

    async def _known(self, refund: Refund, intent: str) -> Refunded | None:
        """How it stands: as the one of all its rounds that has not failed, or else as this round; None if neither is.

        One that has not failed counts whichever round it is of: another would give the money back twice.
        """
        failed = None
        page = await self._api.refunds.list_async({"payment_intent": intent, "limit": PAGE})
        async for each in page.auto_paging_iter():
            told = each.to_dict()
            if id_in(told, REFUND) == refund.id:
                answer = refunded_of(told)
                if answer.status is not RefundStatus.FAILED:
                    return answer
                if round_in(told) == refund.round:
                    failed = answer
        return failed

    # ------------------------------------------------------------ being told

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice:
        if self._webhook_secret is None:
            raise BadNotice("No webhook secret is set.")
        try:
            stripe.WebhookSignature.verify_header(
                body, headers.get(SIGNATURE_HEADER), self._webhook_secret, SIGNATURE_SECONDS
            )
        except (stripe.SignatureVerificationError, ValueError, TypeError):  # whose texts may hold the body
            raise BadNotice("The signature is missing, wrong or too old.") from None
        try:
            return read_event(orjson.loads(body))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise BadNotice("The body is not an event.") from None

    # ------------------------------------------------------------ the book

    async def charges(self, start: datetime, end: datetime) -> AsyncIterator[ChargeRecord]:
        async for intent in self._intents(start, end):
            received = intent.get("amount_received")
            yield ChargeRecord(
                intent["id"],
                id_in(intent, PAYMENT),
                from_stripe(received, intent["currency"]) if received else None,
                time_of(intent),
            )

    async def refunds(self, start: datetime, end: datetime) -> AsyncIterator[RefundRecord]:
        page = await self._api.refunds.list_async({"created": _between(start, end), "limit": PAGE})
        async for each in page.auto_paging_iter():
            refund = each.to_dict()
            if REFUNDED.get(refund["status"]) is not RefundStatus.FAILED:
                amount = from_stripe(refund["amount"], refund["currency"])
                yield RefundRecord(refund["id"], id_in(refund, REFUND), amount, time_of(refund))

    async def _intents(self, start: datetime, end: datetime) -> AsyncIterator[dict[str, Any]]:
        page = await self._api.payment_intents.list_async({"created": _between(start, end), "limit": PAGE})
        async for intent in page.auto_paging_iter():
            yield intent.to_dict()

    async def close(self) -> None:
        await self._http.close_async()  # type: ignore[no-untyped-call]


def _between(start: datetime, end: datetime) -> Any:
    """[start, end) in Stripe's whole seconds."""
    return {"gte": math.ceil(start.timestamp()), "lt": math.ceil(end.timestamp())}
