"""What Stripe says, in our words; https://docs.stripe.com/api/payment_intents, refunds and events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import stripe
from beanie import PydanticObjectId
from bson.errors import InvalidId

from domain.documents import PaymentFailureReason, PaymentStatus, RefundStatus
from domain.providers.port import Charge, Notice, Refunded

PAYMENT, BOOKING, REFUND, ROUND = "seatlock_payment", "seatlock_booking", "seatlock_refund", "seatlock_round"
"""Names in the metadata."""

REASONS = {
    "insufficient_funds": PaymentFailureReason.INSUFFICIENT_FUNDS,
    "expired_card": PaymentFailureReason.EXPIRED_CARD,
    "authentication_required": PaymentFailureReason.AUTHENTICATION_FAILED,
    "payment_intent_authentication_failure": PaymentFailureReason.AUTHENTICATION_FAILED,
}
"""Failure reasons by Stripe's decline code, or code where it has none; all others are DECLINED."""

REFUNDED = {
    "succeeded": RefundStatus.PROCESSED,
    "pending": RefundStatus.INITIATED,
    "requires_action": RefundStatus.INITIATED,
    "failed": RefundStatus.FAILED,
    "canceled": RefundStatus.FAILED,
}

CHARGE_EVENTS = frozenset(
    f"payment_intent.{what}" for what in ("succeeded", "payment_failed", "canceled", "requires_action", "processing")
)
REFUND_EVENTS = frozenset(
    {"refund.created", "refund.updated", "refund.failed", "charge.refund.updated", "charge.refunded"}
)


def charge_of(intent: Mapping[str, Any]) -> Charge:
    """How a PaymentIntent stands: TIMED_OUT while it is open and nobody has to act, as one that is processing."""
    status, reference, error = intent["status"], intent["id"], intent.get("last_payment_error")
    if status == "succeeded":
        return Charge(PaymentStatus.SUCCEEDED, reference, money_taken=True)
    if status == "canceled":
        is_ours = intent.get("cancellation_reason") == "abandoned"
        reason = PaymentFailureReason.ABANDONED if is_ours else PaymentFailureReason.FAILED
        return Charge(PaymentStatus.FAILED, reference, reason)
    if status == "requires_payment_method" and error:
        return Charge(PaymentStatus.FAILED, reference, _reason(error.get("decline_code"), error.get("code")))
    if status == "requires_action":
        redirect = (intent.get("next_action") or {}).get("redirect_to_url") or {}
        return Charge(
            PaymentStatus.ACTION_REQUIRED,
            reference,
            client_secret=intent.get("client_secret"),
            redirect_url=redirect.get("url"),
        )
    return Charge(PaymentStatus.TIMED_OUT, reference)


def charge_of_error(error: stripe.CardError) -> Charge:
    """A card that was declined: an answer like another."""
    body = error.json_body if isinstance(error.json_body, dict) else {}
    told = body.get("error") or {}
    reference = (told.get("payment_intent") or {}).get("id")
    return Charge(PaymentStatus.FAILED, reference, _reason(told.get("decline_code"), error.code))


def _reason(decline_code: str | None, code: str | None) -> PaymentFailureReason:
    return REASONS.get(decline_code or "") or REASONS.get(code or "") or PaymentFailureReason.DECLINED


def refunded_of(refund: Mapping[str, Any]) -> Refunded:
    """How a refund stands."""
    status = REFUNDED.get(refund["status"], RefundStatus.INITIATED)
    reason = (refund.get("failure_reason") or refund["status"]) if status is RefundStatus.FAILED else None
    return Refunded(status, refund["id"], reason)


def read_event(event: Mapping[str, Any]) -> Notice:
    """What it says of something of ours; otherwise only that it came. Raises ValueError, KeyError, TypeError."""
    notice_id, kind, about = event["id"], event["type"], event["data"]["object"]
    if not isinstance(notice_id, str) or not 0 < len(notice_id) <= 200:
        raise ValueError("id")
    if kind in CHARGE_EVENTS and (payment_id := id_in(about, PAYMENT)):
        return Notice(notice_id, payment_id, charge_of(about))
    if kind in REFUND_EVENTS:
        # `charge.refunded` tells of the charge, and of its refunds in old versions of the API only.
        refunds = [about] if about["object"] == "refund" else (about.get("refunds") or {}).get("data", [])
        for refund in refunds:
            if refund_id := id_in(refund, REFUND):
                return Notice(notice_id, refund_id=refund_id, refunded=refunded_of(refund))
    return Notice(notice_id)


def id_in(told: Mapping[str, Any], name: str) -> PydanticObjectId | None:
    """Our id in the metadata, if it is one."""
    try:
        written = (told.get("metadata") or {})[name]
        return PydanticObjectId(written) if isinstance(written, str) else None  # of nothing it would make a new one
    except (KeyError, TypeError, InvalidId):
        return None


def round_in(told: Mapping[str, Any]) -> int:
    """Which round of its refund a refund is of; the first has none written on it."""
    written = str((told.get("metadata") or {}).get(ROUND, "0"))
    return int(written) if written.isascii() and written.isdigit() else 0


def time_of(told: Mapping[str, Any]) -> datetime:
    """When it was made."""
    return datetime.fromtimestamp(told["created"], UTC)
