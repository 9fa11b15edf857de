"""Paying and giving back: record the attempt, ask the provider, settle through the writer.

Money is never moved inside a transaction. Whatever happens between the steps, what was recorded says what is left
to be done. May import services, the outbox and what lies below them.
"""

from domain.payments.answer import ActionRequired, Paid
from domain.payments.pay import pay_booking
from domain.payments.refund import send_refund

__all__ = ["ActionRequired", "Paid", "pay_booking", "send_refund"]
