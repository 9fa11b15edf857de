"""Data of earlier versions: what a start changes in a database before anything else reads it.

The data has a version, which is stored with it: how many of `STEPS` were taken. A start takes those that are missing,
in order. Data of a later version is refused: this code does not know what it must keep true of it.

A step works on collections by their names, not on the documents of today, which will have changed when it is still
needed. Servers may start at the same moment, and die anywhere: a step must be right when it is taken twice, also at
once, and beside a server that has finished it and is selling. It writes on condition, and never what a sale may have
changed since it read.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from importlib.metadata import version as version_of
from typing import Any, TypeAlias

import structlog
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from domain.documents import DataVersion
from domain.upgrade.chains import chain_old_entries
from domain.upgrade.changed_at import fill_updated_at
from domain.upgrade.kept_keys import keep_keys
from domain.upgrade.name_keys import fill_name_keys
from domain.upgrade.name_prefixes import fill_name_prefixes
from domain.upgrade.references import give_references
from domain.upgrade.verified import take_as_verified

log = structlog.get_logger(__name__)

Database: TypeAlias = "AsyncDatabase[dict[str, Any]]"
Step: TypeAlias = "Callable[[Database], Awaitable[None]]"

STEPS: tuple[Step, ...] = (
    chain_old_entries,
    fill_name_keys,
    fill_updated_at,
    give_references,
    fill_name_prefixes,
    take_as_verified,
    keep_keys,
)
"""Only ever appended to: the data's version is how many of them were taken."""

THE_ONE = "data"
"""The id of the document that says it."""


class DataTooNew(Exception):
    """The data is of a later version than this code; the text is one line saying so."""


async def upgrade_data(database: Database) -> None:
    """Make the data what this version needs. Raises DataTooNew, and PyMongoError."""
    versions = database[DataVersion.Settings.name]
    stored = await versions.find_one({"_id": THE_ONE}) or {"version": 0}
    reached = stored["version"]
    is_new = reached == 0 and not set(await database.list_collection_names()) - {versions.name}
    if reached > len(STEPS):
        raise DataTooNew(
            f"the data is of version {reached}, written by Seatlock {stored['seatlock']}, and this is Seatlock "
            f"{version_of('seatlock')}, which knows versions up to {len(STEPS)}: start the newer one, or restore a "
            "backup from before the upgrade"
        )
    if reached == len(STEPS):
        return
    for number, step in enumerate(STEPS[reached:], start=reached + 1):
        await step(database)
        await _note(versions, number)
    if not is_new:
        log.info("data upgraded", from_version=reached, to_version=len(STEPS))


async def _note(versions: AsyncCollection[dict[str, Any]], number: int) -> None:
    """That so many steps were taken; a server that is further already stays so."""
    noted = {"version": number, "seatlock": version_of("seatlock"), "at": datetime.now(UTC)}
    try:
        # What it finds is older; with nothing older, inserting fails if there is a newer one.
        await versions.update_one({"_id": THE_ONE, "version": {"$lt": number}}, {"$set": noted}, upsert=True)
    except DuplicateKeyError:
        return
