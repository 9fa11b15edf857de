"""What a transaction writes: documents that are new, and changes of those that are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from domain.documents import Stored

AT_MOST = 500
"""Documents of one command. MongoDB takes more; so it stays far below the bytes of a message."""


@dataclass(frozen=True, slots=True)
class Insert:
    """New documents of one collection, as they are stored."""

    kind: type[Stored]
    documents: Sequence[Mapping[str, Any]]

    @property
    def is_certain(self) -> bool:
        """Whether MongoDB itself refuses all of the transaction when this is not as it should be."""
        return True

    def commands(self) -> list[tuple[dict[str, Any], int | None]]:
        """As MongoDB reads it, in commands of a bounded size; with each, how many documents it has to find."""
        return [
            ({"insert": self.kind.get_collection_name(), "documents": part}, None) for part in _parts(self.documents)
        ]


@dataclass(frozen=True, slots=True)
class Update:
    """Changes in one collection; each is made by `exactly`, `all_of` or `add_to`."""

    kind: type[Stored]
    changes: Sequence[Edit]

    @property
    def is_certain(self) -> bool:
        return all(change.is_certain for change in self.changes)

    def commands(self) -> list[tuple[dict[str, Any], int | None]]:
        name = self.kind.get_collection_name()
        return [
            (
                {"update": name, "updates": [change.update for change in part], "ordered": False},
                None if all(change.is_certain for change in part) else sum(change.documents for change in part),
            )
            for part in _parts(self.changes)
        ]


Statement: TypeAlias = Insert | Update


@dataclass(frozen=True, slots=True)
class Edit:
    """One update, and how many documents it has to find."""

    update: dict[str, Any]
    documents: int
    is_certain: bool


def exactly(matching: dict[str, Any], update: dict[str, Any]) -> Edit:
    """A change of the one document with this `_id`, which is to be as `matching` says.

    If it is not, MongoDB is asked to insert a document whose `_id` would be another one than it was asked for, which it
    refuses. So the transaction is aborted where it is, and need not wait for us to count what was found.
    """
    never = {**update, "$setOnInsert": {"_id": 0}}
    return Edit({"q": matching, "u": never, "upsert": True, "hint": "_id_"}, 1, is_certain=True)


def all_of(ids: Sequence[Any], matching: dict[str, Any], update: dict[str, Any]) -> Edit:
    """The same change of each document with one of these ids, all of which are to be as `matching` says."""
    if len(ids) == 1:
        return exactly({"_id": ids[0], **matching}, update)
    # The hint: an index by status must not tempt MongoDB, however few have that status when it makes its plan.
    q = {"_id": {"$in": list(ids)}, **matching}
    return Edit({"q": q, "u": update, "multi": True, "hint": "_id_"}, len(ids), is_certain=False)


def add_to(matching: dict[str, Any], update: dict[str, Any]) -> Edit:
    """A change of the document with this `_id`, which is made when there is none."""
    return Edit({"q": matching, "u": update, "upsert": True}, 1, is_certain=True)


def _parts(all_of_them: Sequence[Any]) -> list[Sequence[Any]]:
    return [all_of_them[start : start + AT_MOST] for start in range(0, len(all_of_them), AT_MOST)]
