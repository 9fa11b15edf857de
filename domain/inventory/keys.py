"""Idempotency keys, as clients send them."""

from __future__ import annotations

from domain.text import checked_text


def checked_key(key: str) -> str:
    """The key, 1 to 128 characters. Raises InvalidInput."""
    return checked_text("idempotencyKey", key, longest=128)
