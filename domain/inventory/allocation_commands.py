"""What can be asked of an event's allocations. Ids of what may be made are given, as of all commands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.caller import Caller
from domain.documents import Allocation, PydanticObjectId
from domain.inventory.commands import Command
from domain.inventory.parts import Part


@dataclass(frozen=True, slots=True)
class AllocationMade:
    allocation: Allocation
    replayed: bool


@dataclass(frozen=True, slots=True)
class AllocationReleased:
    allocation: Allocation
    replayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateAllocation(Command[AllocationMade]):
    """Keep back all `parts` of a selection, checked, or nothing."""

    caller: Caller
    allocation_id: PydanticObjectId
    key_id: bytes
    key: str
    request: bytes
    name: str
    parts: tuple[Part, ...]
    access_code: str | None
    opens_at: datetime | None
    releases_at: datetime | None
    max_seats_per_buyer: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseAllocation(Command[AllocationReleased]):
    caller: Caller
    allocation_id: PydanticObjectId
