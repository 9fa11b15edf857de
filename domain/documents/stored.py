"""The base of every document: Beanie for shape, indexes and ordinary reads; a fast path for the inventory writer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self, TypeAlias

from beanie import Document, PydanticObjectId
from pydantic import Field
from pydantic_core import PydanticUndefined
from pymongo import DESCENDING

new_id = PydanticObjectId

Place: TypeAlias = tuple[datetime, PydanticObjectId]
"""Where a document is in a list of the newest: when it was made, and its id."""

__all__ = ["Place", "PydanticObjectId", "Stored", "new_id"]


class Stored(Document):
    """A document of ours.

    Rules and the writer build documents from values that are right already, so `model_construct` here skips
    validation and Pydantic's bookkeeping: 1 µs instead of 10, thousands of times a second. Such documents
    are written by the writer only; `save()` is never used on shared state (it overwrites blindly).
    """

    id: PydanticObjectId = Field(default_factory=new_id)

    # Beanie's Document looks every attribute up in Python, for lazily parsed fields, which we have none of.
    __getattribute__ = object.__getattribute__

    made_at: ClassVar[str] = "created_at"
    """The field that says when it was made. An id says so only roughly: several processes make ids."""

    _constants: ClassVar[dict[str, Any]]
    _enums: ClassVar[dict[str, type[StrEnum]]]

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        cls._constants = {
            name: field.default for name, field in cls.model_fields.items() if field.default is not PydanticUndefined
        }
        cls._enums = {
            name: field.annotation
            for name, field in cls.model_fields.items()
            if isinstance(field.annotation, type) and issubclass(field.annotation, StrEnum)
        }

    @classmethod
    def model_construct(cls, _fields_set: set[str] | None = None, **values: Any) -> Self:
        """An instance from trusted values. Lists and dicts must be given: a default one is shared."""
        document = cls.__new__(cls)
        assign = object.__setattr__
        assign(document, "__dict__", {**cls._constants, **values})
        assign(document, "__pydantic_fields_set__", _fields_set or set())
        assign(document, "__pydantic_extra__", None)
        assign(document, "__pydantic_private__", None)
        return document

    def evolve(self, **changes: Any) -> Self:
        """A copy with these fields changed; the original stays as it was."""
        return type(self).model_construct(**{**self.__dict__, **changes})

    @classmethod
    def from_bson(cls, raw: Mapping[str, Any]) -> Self:
        """The document as read from the collection, by the writer's fast path."""
        values = dict(raw)
        values["id"] = values.pop("_id")
        for name, kind in cls._enums.items():
            values[name] = kind(values[name])
        return cls.model_construct(**values)

    @classmethod
    async def by_ids(cls, ids: Iterable[PydanticObjectId]) -> dict[PydanticObjectId, Self]:
        """The documents with these ids; unknown ids are left out."""
        found = await cls.get_pymongo_collection().find({"_id": {"$in": list(ids)}}).to_list()
        return {raw["_id"]: cls.from_bson(raw) for raw in found}

    @classmethod
    async def newest_first(cls, query: Mapping[str, Any], *, limit: int, after: Place | None) -> list[Self]:
        """What the query finds by when it was made, then by id; at most `limit` of it, after this place."""
        conditions = [query]
        if after is not None:
            made_at, document_id = after
            older = {"$or": [{cls.made_at: {"$lt": made_at}}, {"_id": {"$lt": document_id}}]}
            conditions += [{cls.made_at: {"$lte": made_at}}, older]
        found = cls.get_pymongo_collection().find({"$and": conditions}, limit=limit)
        found.sort([(cls.made_at, DESCENDING), ("_id", DESCENDING)])
        return [cls.from_bson(raw) for raw in await found.to_list()]

    def to_bson(self) -> dict[str, Any]:
        """What is written to the collection."""
        raw = dict(self.__dict__)
        del raw["revision_id"]
        raw["_id"] = raw.pop("id")
        return raw
