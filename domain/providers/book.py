"""The simulated provider's book: what was asked is written once, and what is asked meanwhile is written together."""

from __future__ import annotations

import asyncio

from pymongo.errors import BulkWriteError

from domain.documents import Stored

DUPLICATE_KEY = 11000

Waiting = tuple[Stored, "asyncio.Future[bool]"]


class Book:
    """New documents of one collection. While some are written, those that come gather for the next write."""

    def __init__(self, kind: type[Stored]) -> None:
        self._kind = kind
        self._line: list[Waiting] = []
        self._writing: asyncio.Task[None] | None = None

    async def write(self, document: Stored) -> bool:
        """Whether this is new; what has its id already stays as it is. Raises the PyMongoError of the write."""
        written: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._line.append((document, written))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_all())
        return await written

    async def close(self) -> None:
        """Wait until all of it is written."""
        if self._writing is not None:
            await asyncio.wait({self._writing})

    async def _write_all(self) -> None:
        try:
            while self._line:
                line, self._line = self._line, []
                await self._write(line)
        finally:
            self._writing = None

    async def _write(self, line: list[Waiting]) -> None:
        there: set[int] = set()
        failure: Exception | None = None
        try:
            documents = [document.to_bson() for document, _ in line]
            await self._kind.get_pymongo_collection().insert_many(documents, ordered=False)
        except BulkWriteError as error:
            faults = error.details["writeErrors"]
            there = {fault["index"] for fault in faults}
            if error.details["writeConcernErrors"] or any(fault["code"] != DUPLICATE_KEY for fault in faults):
                failure = error
        except Exception as error:  # each who asked is to hear of it, whatever it is
            failure = error
        for place, (_, written) in enumerate(line):
            if written.done():
                continue  # who asked has gone away
            if failure is not None:
                written.set_exception(failure)
            else:
                written.set_result(place not in there)
