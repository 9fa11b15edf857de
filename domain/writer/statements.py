"""What a transaction writes: documents that are new, and changes of those that are there; and what it asks before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from domain.documents import Stored
from domain.writer.query import Query

AT_MOST = 500
"""Documents of one command. MongoDB takes more; so it stays far below the bytes of a message."""


Expected: TypeAlias = "int | Callable[[Mapping[str, Any]], bool]"
"""What tells that a command did what it should: of how many documents, or by its answer."""


@dataclass(frozen=True, slots=True)
class Insert:
    """New documents of one collection, as they are stored."""

    kind: type[Stored]
    documents: Sequence[Mapping[str, Any]]

    def commands(self) -> list[tuple[dict[str, Any], Expected]]:
        """As MongoDB reads it, in commands of a bounded size; with each, how many documents it has to write."""
        name = self.kind.get_collection_name()
        return [({"insert": name, "documents": part}, len(part)) for part in _parts(self.documents)]


@dataclass(frozen=True, slots=True)
class Update:
    """Changes in one collection; each is made by `exactly`, `all_of` or `add_to`."""

    kind: type[Stored]
    changes: Sequence[Edit]

    def commands(self) -> list[tuple[dict[str, Any], Expected]]:
        """As MongoDB reads it, in commands of a bounded size; with each, how many documents it has to find."""
        name = self.kind.get_collection_name()
        return [
            (
                {"update": name, "updates": [change.update for change in part], "ordered": False},
                sum(change.documents for change in part),
            )
            for part in _parts(self.changes)
        ]


@dataclass(frozen=True, slots=True)
class Ask:
    """A question on which all depends that is written after it: if the answer is not `is_so`, nothing is.

    It has no stages. What is found is told as RawBSONDocuments, most of which nobody has to decode.
    """

    query: Query
    is_so: Callable[[Sequence[Mapping[str, Any]]], bool]

    def commands(self) -> list[tuple[dict[str, Any], Expected]]:
        """As MongoDB reads it; with it, whether its answer is as it has to be."""
        return [(self.query.find(), self._is_so)]

    def _is_so(self, answer: Mapping[str, Any]) -> bool:
        cursor = answer["cursor"]
        # What does not fit into one answer is more than anybody presumed.
        return cursor["id"] == 0 and self.is_so(cursor["firstBatch"])


@dataclass(frozen=True, slots=True)
class CompareAndSet:
    """A change of the document with this id, on which all depends: if it was not `is_so` before, nothing is written.

    MongoDB tells how it was, without the `unseen` fields. For a document with many fields that costs it less than an
    update that names them all.
    """

    kind: type[Stored]
    id: Any
    update: Mapping[str, Any]
    is_so: Callable[[Mapping[str, Any]], bool]
    unseen: Sequence[str] = ()

    def commands(self) -> list[tuple[dict[str, Any], Expected]]:
        """As MongoDB reads it; with it, whether the document was as it has to be."""
        command = {
            "findAndModify": self.kind.get_collection_name(),
            "query": {"_id": self.id},
            "update": self.update,
            "fields": dict.fromkeys(self.unseen, 0),
        }
        return [(command, self._is_so)]

    def _is_so(self, answer: Mapping[str, Any]) -> bool:
        before = answer["value"]
        return before is not None and self.is_so(before)


Statement: TypeAlias = Insert | Update | Ask | CompareAndSet


@dataclass(frozen=True, slots=True)
class Edit:
    """One update, and how many documents it has to find."""

    update: dict[str, Any]
    documents: int


def exactly(matching: dict[str, Any], update: dict[str, Any]) -> Edit:
    """A change of the one document with this `_id`, which is to be as `matching` says."""
    return Edit({"q": matching, "u": update, "hint": "_id_"}, 1)


def all_of(ids: Sequence[Any], matching: dict[str, Any], update: dict[str, Any]) -> Edit:
    """The same change of each document with one of these ids, all of which are to be as `matching` says."""
    # The hint: an index by status must not tempt MongoDB, however few have that status when it makes its plan.
    q = {"_id": {"$in": list(ids)}, **matching}
    return Edit({"q": q, "u": update, "multi": True, "hint": "_id_"}, len(ids))


def add_to(matching: dict[str, Any], update: dict[str, Any]) -> Edit:
    """A change of the document with this `_id`, which is made when there is none."""
    return Edit({"q": matching, "u": update, "upsert": True}, 1)


def _parts(all_of_them: Sequence[Any]) -> list[Sequence[Any]]:
    return [all_of_them[start : start + AT_MOST] for start in range(0, len(all_of_them), AT_MOST)]
