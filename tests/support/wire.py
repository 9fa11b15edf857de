"""What is really sent to MongoDB: which collections a command asks, and by what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

Raw = Mapping[str, Any]


class Asked(NamedTuple):
    """One filter, or one new document, of a command: of which collection, and what it names."""

    command: str
    collection: str
    by: Raw


class Wire(CommandListener):
    """Hears what a client sends, for as long as it listens."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.listens = False

    def started(self, event: CommandStartedEvent) -> None:
        if self.listens:
            self.asked += _asked(event.command_name, event.command)

    def succeeded(self, event: CommandSucceededEvent) -> None:
        pass

    def failed(self, event: CommandFailedEvent) -> None:
        pass


def _asked(name: str, command: Raw) -> Iterator[Asked]:
    collection = command[name]
    match name:
        case "find":
            yield Asked(name, collection, command["filter"])
        case "count" | "distinct" | "findAndModify":
            yield Asked(name, collection, command.get("query", {}))
        case "aggregate":
            yield from _stages(collection, command["pipeline"])
        case "insert":
            yield from (Asked(name, collection, document) for document in command["documents"])
        case "update":
            yield from (Asked(name, collection, update["q"]) for update in command["updates"])
        case "delete":
            yield from (Asked(name, collection, each["q"]) for each in command["deletes"])
        case "bulkWrite":
            yield from _several(command)
        case _:
            assert name in WITHOUT_DOCUMENTS, f"what does {name} ask?"


WITHOUT_DOCUMENTS = {"commitTransaction", "abortTransaction", "hello", "ping", "getMore", "endSessions"}


def _stages(collection: str, pipeline: list[Raw]) -> Iterator[Asked]:
    """A pipeline's own collection by what it matches first, and those that it takes in."""
    first = pipeline[0] if pipeline else {}
    yield Asked("aggregate", collection, first.get("$match", {}))
    for stage in pipeline:
        for operator in ("$unionWith", "$lookup"):
            if operator in stage:
                other = stage[operator]
                yield from _stages(other.get("coll") or other["from"], other["pipeline"])


def _several(command: Raw) -> Iterator[Asked]:
    """MongoDB 8's bulkWrite: operations name their collection by its number."""
    names = [info["ns"].partition(".")[2] for info in command["nsInfo"]]
    for operation in command["ops"]:
        for kind, content in (("insert", "document"), ("update", "filter"), ("delete", "filter")):
            if kind in operation:
                yield Asked(kind, names[operation[kind]], operation[content])


def names_one(by: Raw, field: str) -> bool:
    """Whether only documents with certain values of this field are meant: a router asks only the shards they are on."""
    if "$or" in by and all(names_one(branch, field) for branch in by["$or"]):
        return True
    if "$and" in by and any(names_one(part, field) for part in by["$and"]):
        return True
    if field not in by:
        return False
    value = by[field]
    if not isinstance(value, Mapping) or not any(name.startswith("$") for name in value):
        return True
    return "$eq" in value or "$in" in value
