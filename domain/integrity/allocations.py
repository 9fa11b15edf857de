"""What an event's allocations keep, as documents make it: all they were made of, but for what buyers have. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from bson import ObjectId

from domain.documents import AllocationStatus, Allotment
from domain.integrity.history import Raw
from domain.integrity.records import Records

Compare = Callable[..., None]
"""Notes what is stored and what it should be, if they differ, and the path of it."""

TERMS = ("opens_at", "releases_at", "max_seats_per_buyer")
"""What an event knows of its allocations beside their seats."""


@dataclass(slots=True)
class Kept:
    """Seats that an allocation keeps: how many of which section, none of them 0, and the labels of numbered ones."""

    quantities: Counter[str]
    seats: list[str]


def kept_of(allocations: Mapping[ObjectId, Raw], holding: Iterable[Raw]) -> dict[ObjectId, Kept]:
    """Of each ACTIVE allocation, by id, what none of those who have seats has of it."""
    active = {key: one for key, one in allocations.items() if one["status"] == AllocationStatus.ACTIVE}
    if not active:
        return {}
    left = {key: Counter[str](one["quantities"]) for key, one in active.items()}
    gone: dict[ObjectId, set[str]] = {key: set() for key in active}
    for holder in holding:
        if (key := holder.get("allocation_id")) in active:
            left[key].subtract(holder["quantities"])
            gone[key].update(holder["seats"])
    return {
        key: Kept(
            Counter({name: count for name, count in left[key].items() if count}),
            [label for label in one["seats"] if label not in gone[key]],
        )
        for key, one in active.items()
    }


def check_allotments(records: Records, kept: Mapping[ObjectId, Kept], compare: Compare) -> None:
    """What the event says of its allocations is what they and their buyers make it."""
    told: dict[ObjectId, Allotment] = {allotment.id: allotment for allotment in records.event.allotments}
    for allocation_id in [*told, *(key for key in kept if key not in told)]:
        allotment, its, path = told.get(allocation_id), kept.get(allocation_id), ("allocations", allocation_id)
        if allotment is None or its is None:
            compare(int(allotment is not None), int(its is not None), *path, "listed")
            continue
        for name in {**allotment.kept, **its.quantities}:
            compare(allotment.kept.get(name, 0), its.quantities[name], *path, "kept", name)
        allocation = records.allocations[allocation_id]
        known = sum(getattr(allotment, name) == allocation.get(name) for name in TERMS)
        known += allotment.quantity == sum(allocation["quantities"].values())
        compare(known, len(TERMS) + 1, *path, "terms")


def check_history_of_allocations(records: Records, kept: Mapping[ObjectId, Kept], compare: Compare) -> None:
    """What allocations keep is what the entries tell."""
    replayed = records.history.kept
    for allocation_id in {**kept, **replayed}:
        its = kept[allocation_id].quantities if allocation_id in kept else Counter[str]()
        told = replayed.get(allocation_id, Counter[str]())
        for name in {**its, **told}:
            compare(its[name], told[name], "audit", "allocations", allocation_id, "kept", name)
