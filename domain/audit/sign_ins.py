"""Entries of signing in."""

from __future__ import annotations

from datetime import datetime

from beanie import PydanticObjectId

from domain.documents import AuditAction, AuditEntry, new_id


def failed_entry(now: datetime, *, account: str, address: str | None, correlation_id: str) -> AuditEntry:
    """Somebody did not know the password: fingerprints of which account and from where, never the texts themselves."""
    return AuditEntry.model_construct(
        id=new_id(),
        action=AuditAction.SIGN_IN_FAILED,
        correlation_id=correlation_id,
        metadata={"account": account} | ({"address": address} if address else {}),
        created_at=now,
    )


def admin_entry(now: datetime, *, user_id: PydanticObjectId, address: str | None, correlation_id: str) -> AuditEntry:
    """An ADMIN signed in, from the address with this fingerprint."""
    return AuditEntry.model_construct(
        id=new_id(),
        action=AuditAction.ADMIN_SIGNED_IN,
        actor_id=user_id,
        correlation_id=correlation_id,
        metadata={"address": address} if address else {},
        created_at=now,
    )
