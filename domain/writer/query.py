"""Several queries answered in one round trip."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pymongo.asynchronous.client_session import AsyncClientSession

from domain.documents import (
    Stored,
)
from domain.writer.exchange import exchange

DocumentT = TypeVar("DocumentT", bound=Stored)

TAG = "_query"
"""The field of an answer that says to which query it is one."""

AT_ONCE = 10_000
"""Documents of the first answer: all that a batch reads, if they fit into a message."""


@dataclass(frozen=True, slots=True)
class Query:
    """Documents of one collection: a filter, stages after it, and which `fields` of what comes of them, or all.

    The `unless` ones are not asked for. What is only looked at stays `aside`, under that name, and is no document of
    the inventory.
    """

    kind: type[Stored]
    matching: dict[str, Any]
    stages: list[dict[str, Any]] = field(default_factory=list)
    fields: Mapping[str, int] = field(default_factory=dict)
    unless: bool = False
    aside: str = ""

    def pipeline(self, tag: int) -> list[dict[str, Any]]:
        fields = [{"$project": self.fields}] if self.fields else []
        return [{"$match": self.matching}, *self.stages, *fields, {"$set": {TAG: tag}}]

    def find(self) -> dict[str, Any]:
        """The command that answers it alone: MongoDB spends half as much on it as on a pipeline.

        Raises ValueError if it has stages.
        """
        if self.stages:
            raise ValueError("a find has no stages")
        name = self.kind.get_collection_name()
        return {"find": name, "filter": self.matching, "projection": self.fields, "batchSize": AT_ONCE}


class Found:
    """The answers to several queries; `aside` is what is only looked at, by what it is."""

    def __init__(self, queries: Sequence[Query]) -> None:
        self._queries = queries
        self._lists: list[tuple[type[Stored], list[Any]]] = [(query.kind, []) for query in queries]
        self.aside: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)

    def add(self, raw: dict[str, Any]) -> None:
        tag = raw.pop(TAG)
        if aside := self._queries[tag].aside:
            self.aside[aside].append(raw)
            return
        kind, documents = self._lists[tag]
        documents.append(kind.from_bson(raw))

    def lists(self, kind: type[DocumentT]) -> list[list[DocumentT]]:
        """One list for each query of this collection."""
        answers = zip(self._queries, self._lists, strict=True)
        return [documents for query, (of, documents) in answers if of is kind and not query.aside]

    def of(self, kind: type[DocumentT]) -> list[DocumentT]:
        """All documents of this collection."""
        return [document for documents in self.lists(kind) for document in documents]


def asked(first: Query, *others: Query) -> dict[str, Any]:
    """The one command that answers all of them, which MongoDB does not take in a transaction."""
    pipeline = first.pipeline(0)
    for tag, query in enumerate(others, start=1):
        if not query.unless:
            union = {"coll": query.kind.get_collection_name(), "pipeline": query.pipeline(tag)}
            pipeline.append({"$unionWith": union})
    name = first.kind.get_collection_name()
    return {"aggregate": name, "pipeline": pipeline, "cursor": {"batchSize": AT_ONCE}}


async def read(snapshot: AsyncClientSession, first: Query, *others: Query) -> Found:
    """Ask everything in one round trip: each costs as much as deciding a dozen commands."""
    queries = (first, *others)
    found, name = Found(queries), first.kind.get_collection_name()
    async with exchange(snapshot) as connection:
        (answer,) = await connection.send(asked(*queries))
        connection.check(answer)
        raws = answer["cursor"]["firstBatch"]
        while (more := answer["cursor"]["id"]) != 0:
            (answer,) = await connection.send({"getMore": more, "collection": name})
            connection.check(answer)
            raws += answer["cursor"]["nextBatch"]
    for raw in raws:
        found.add(raw)
    return found
