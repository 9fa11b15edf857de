"""Documents put aside by the day they were made, and written in the order they were made."""

from __future__ import annotations

import os
import struct
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import bson
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient, WriteConcern

from domain.documents import ALL, Stored

AT_ONCE = 2_000
INDEX_MEGABYTES = 2_000
"""What MongoDB may sort in memory for each command that builds indexes."""


class Pile:
    """Documents put aside in files, one for each day and collection, to be written in the order they were made."""

    HEAD = struct.Struct("<q")

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: defaultdict[tuple[int, type[Stored]], list[bytes | memoryview[int]]] = defaultdict(list)

    def add(self, kind: type[Stored], made_at: datetime, document: Stored) -> None:
        self.add_raw(kind, made_at, bson.encode(document.to_bson()))

    def add_raw(self, kind: type[Stored], made_at: datetime, raw: bytes | memoryview[int]) -> None:
        self._files[made_at.toordinal(), kind] += (self.HEAD.pack(int(made_at.timestamp() * 1000)), raw)

    def put_down(self) -> None:
        """Write it all; other processes add to the same files."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for (day, kind), parts in self._files.items():
            file = os.open(self._folder / f"{day}-{_name(kind)}", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            rest = memoryview(b"".join(parts))
            assert os.write(file, rest) == len(rest), "one write, or another process's comes between"
            os.close(file)
        self._files.clear()

    @classmethod
    def read(cls, file: Path) -> list[RawBSONDocument]:
        """What is in a file, in the order it was made."""
        data, at = file.read_bytes(), 0
        found: list[tuple[int, int, int]] = []
        while at < len(data):
            (made_at,) = cls.HEAD.unpack_from(data, at)
            start = at + cls.HEAD.size
            at = start + int.from_bytes(data[start : start + 4], "little")
            found.append((made_at, start, at))
        found.sort()
        return [RawBSONDocument(data[start:end]) for _, start, end in found]


def write_pile(mongo_uri: str, database: str, file: Path) -> None:
    name = file.name.partition("-")[2]
    collection = _connected(mongo_uri)[database].get_collection(name, write_concern=WriteConcern(1, j=False))
    documents = Pile.read(file)
    for start in range(0, len(documents), AT_ONCE):
        collection.insert_many(documents[start : start + AT_ONCE])
    file.unlink()


@cache
def _connected(mongo_uri: str) -> MongoClient[dict[str, Any]]:
    """This process's connection."""
    return MongoClient(mongo_uri)


def build_indexes(mongo: MongoClient[dict[str, Any]], database: str) -> None:
    """Those that the documents declare; two commands at a time, each reading its collection once."""
    mongo.admin.command("setParameter", 1, maxIndexBuildMemoryUsageMegabytes=INDEX_MEGABYTES)
    halves = []
    for kind in ALL:
        indexes = getattr(kind.Settings, "indexes", [])
        halves += [(mongo[database][_name(kind)], half) for half in (indexes[::2], indexes[1::2]) if half]
    with ThreadPoolExecutor(2) as pool:
        for _ in pool.map(lambda half: half[0].create_indexes(half[1]), halves):
            pass


def _name(kind: type[Stored]) -> str:
    """Its collection. Beanie knows it only when it's connected."""
    return str(kind.Settings.name)
