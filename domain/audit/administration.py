"""The entry of what an ADMIN did to the running of the shop, and not to an event."""

from __future__ import annotations

from datetime import datetime

from domain.caller import Caller
from domain.documents import AuditAction, AuditEntry, new_id


def administration_entry(now: datetime, caller: Caller, action: AuditAction, **told: str) -> AuditEntry:
    """`told` is what it was done to, in the API's words. Nothing of it may be secret: entries are copied to a file."""
    return AuditEntry.model_construct(
        id=new_id(),
        action=action,
        actor_id=caller.user_id,
        correlation_id=caller.correlation_id,
        metadata=told,
        created_at=now,
    )
