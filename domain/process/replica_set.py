"""Transactions take a replica set: whether MongoDB is one, and what to say when it is not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pymongo import AsyncMongoClient

NO_REPLICA_SET = (
    "MongoDB (SEATLOCK_MONGO_URI) is not a replica set, which transactions need: start mongod with --replSet rs0 and "
    "run rs.initiate() once; one member is enough"
)


def is_replica_set(hello: Mapping[str, Any]) -> bool:
    """Whether who answered `hello` like this is a member of one, or a router of several."""
    return "setName" in hello or hello.get("msg") == "isdbgrid"


def what_is_missing(mongo: AsyncMongoClient[dict[str, Any]]) -> str | None:
    """What to do, when the servers that the client knows of answer and are no replica set; None if it is not that."""
    topology = mongo.topology_description
    members = topology.server_descriptions().values()
    if any(member.server_type_name in ("RSGhost", "Standalone") for member in members):
        return NO_REPLICA_SET
    if not members:  # the driver leaves out who answers and is in no set, or in another one
        name = topology.replica_set_name
        return (
            f"MongoDB (SEATLOCK_MONGO_URI) is not a replica set named {name}, which transactions need: start mongod "
            f"with --replSet {name} and run rs.initiate() once, or name the right one; one member is enough"
        )
    return None
