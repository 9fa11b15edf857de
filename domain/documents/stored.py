"""The base of every document: Beanie for shape, indexes and ordinary reads; a fast path for the inventory writer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from functools import partial
from typing import Any, ClassVar, Self, get_args

from beanie import Document, PydanticObjectId
from pydantic import Field
from pydantic_core import PydanticUndefined
from pymongo.asynchronous.client_session import AsyncClientSession

from domain.documents.listing import COUNTED_MS, Listing, Order, Window

new_id = PydanticObjectId

__all__ = ["Overtaken", "PydanticObjectId", "Stored", "new_id"]


class Overtaken(Exception):
    """Somebody else changed the document since it was read, so nothing of ours was written."""


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
    _maybe_enums: ClassVar[dict[str, type[StrEnum]]]

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
        cls._maybe_enums = {
            name: kind
            for name, field in cls.model_fields.items()
            for kind in get_args(field.annotation)
            if type(None) in get_args(field.annotation) and isinstance(kind, type) and issubclass(kind, StrEnum)
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
        for name, kind in cls._maybe_enums.items():
            if (value := values.get(name)) is not None:
                values[name] = kind(value)
        return cls.model_construct(**values)

    @classmethod
    async def by_ids(cls, ids: Iterable[PydanticObjectId]) -> dict[PydanticObjectId, Self]:
        """The documents with these ids; unknown ids are left out."""
        found = await cls.get_pymongo_collection().find({"_id": {"$in": list(ids)}}).to_list()
        return {raw["_id"]: cls.from_bson(raw) for raw in found}

    @classmethod
    def newest_first(cls, query: Mapping[str, Any]) -> Listing[Self]:
        """What the query finds by when it was made, then by id."""
        order = Order((cls.made_at, "_id"))

        async def read(window: Window) -> list[Self]:
            conditions = {"$and": [query, *order.within(window)]}
            found = cls.get_pymongo_collection().find(conditions, limit=window.limit, sort=order.sort(window))
            return window.in_order([cls.from_bson(raw) for raw in await found.to_list()])

        return Listing(read, partial(cls.count_of, query))

    @classmethod
    async def newest_of_each(cls, asked: Sequence[tuple[Mapping[str, Any], Window]]) -> list[list[Self]]:
        """Windows of several such lists, in one read."""
        order = Order((cls.made_at, "_id"))
        pipelines: list[list[dict[str, Any]]] = [
            [
                {"$match": {"$and": [query, *order.within(window)]}},
                {"$sort": dict(order.sort(window))},
                {"$limit": window.limit},
            ]
            for query, window in asked
        ]
        found: list[list[Self]] = [[] for _ in asked]
        for number, raw in await cls._read_together(pipelines):
            found[number].append(cls.from_bson(raw))
        return [window.in_order(each) for (_, window), each in zip(asked, found, strict=True)]

    @classmethod
    async def count_each(cls, queries: Sequence[Mapping[str, Any]]) -> list[int]:
        """How many each of the queries finds, in one read. Raises ExecutionTimeout, as `count_of` does."""
        counts = [0] * len(queries)
        for number, raw in await cls._read_together([[{"$match": query}, {"$count": "found"}] for query in queries]):
            counts[number] = raw["found"]
        return counts

    @classmethod
    async def _read_together(cls, pipelines: Sequence[list[dict[str, Any]]]) -> list[tuple[int, dict[str, Any]]]:
        """What each of the pipelines finds, with its number, in its order."""
        first, *others = ([*stages, {"$set": {"_number": number}}] for number, stages in enumerate(pipelines))
        unions = [{"$unionWith": {"coll": cls.get_collection_name(), "pipeline": other}} for other in others]
        found = await cls.get_pymongo_collection().aggregate([*first, *unions], maxTimeMS=COUNTED_MS)
        return [(raw.pop("_number"), raw) for raw in await found.to_list()]

    @classmethod
    async def count_of(
        cls, query: Mapping[str, Any], hint: str | None = None, session: AsyncClientSession | None = None
    ) -> int:
        """How many the query finds, by the index `hint`. Raises ExecutionTimeout when counting takes ten seconds."""
        told: dict[str, Any] = {} if hint is None else {"hint": hint}
        return await cls.get_pymongo_collection().count_documents(query, session, maxTimeMS=COUNTED_MS, **told)

    def to_bson(self) -> dict[str, Any]:
        """What is written to the collection."""
        raw = dict(self.__dict__)
        del raw["revision_id"]
        raw["_id"] = raw.pop("id")
        return raw
