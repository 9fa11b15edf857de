"""Changing what a lock holds, and for how long: check what needs no inventory to be checked, then ask the writer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from beanie import PydanticObjectId

from domain.documents import key_id, new_id, request_digest
from domain.faults import Faults
from domain.inventory.commands import ChangeLock, ExtendLock, LockChanged, LockExtended
from domain.inventory.parts import Part, checked_list
from domain.text import checked_key

if TYPE_CHECKING:
    from domain.caller import Caller
    from domain.services import Services


async def change_lock(
    services: Services,
    caller: Caller,
    *,
    event_id: PydanticObjectId,
    lock_id: PydanticObjectId,
    add: Sequence[Part] | None = None,
    remove: Sequence[Part] | None = None,
    idempotency_key: str,
    faults: Faults | None = None,
) -> LockChanged:
    """Add seats to a lock and remove others in one step: all of it, or nothing. Its deadline stays.

    `faults` are those that the input was found to have already. Raises InvalidInput, LimitExceeded, NotFound,
    LockExpired, LockNotActive, LockAlreadyUsed, SalesClosed, NotEnoughSeats, SeatsUnavailable, IdempotencyKeyReused.
    """
    faults = Faults() if faults is None else faults
    limit = services.settings.max_seats_per_lock
    added: list[Part] = []
    removed: list[Part] = []
    if add is None and remove is None:
        faults.add("add", "Say what to add, or what to remove.")
    if add is not None:
        with faults:
            added = checked_list("add", add, limit)
    if remove is not None:
        with faults:
            removed = checked_list("remove", remove, limit)
    with faults:
        key = checked_key(idempotency_key)
    faults.refuse()
    asked = [tuple(part.asked for part in parts) for parts in (added, removed)]
    return await services.writer.execute(
        ChangeLock(
            event_id=event_id,
            caller=caller,
            correlation_id=caller.correlation_id,
            lock_id=lock_id,
            change_id=new_id(),
            key_id=key_id(caller.user_id, "changeLock", key),
            key=key,
            request=request_digest(lock_id, *asked),
            add=tuple(added),
            remove=tuple(removed),
        )
    )


async def extend_lock(
    services: Services, caller: Caller, *, event_id: PydanticObjectId, lock_id: PydanticObjectId
) -> LockExtended:
    """Put a lock's deadline off: LOCK_TTL from now, at most LOCK_MAX after it was made.

    Raises NotFound, LimitExceeded, LockExpired, LockNotActive, LockAlreadyUsed.
    """
    return await services.writer.execute(
        ExtendLock(
            event_id=event_id,
            caller=caller,
            correlation_id=caller.correlation_id,
            lock_id=lock_id,
            extension_id=new_id(),
        )
    )
