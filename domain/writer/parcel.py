"""What processes of one shop hand each other through Redis: commands, and the answers to them.

They are pickled: a command is a tree of small values that differs from kind to kind, and both ends run the same code,
which `Seal.build_of` tells. Nothing is unpickled that was not sealed with the shop's secret, and then only classes of
ours that are values: whoever can write to Redis can make no process run anything.
"""

from __future__ import annotations

import copyreg
import io
import pickle
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, is_dataclass
from enum import Enum
from functools import cache
from hashlib import blake2b
from hmac import compare_digest
from importlib.metadata import version
from pathlib import Path
from typing import Any

from beanie import PydanticObjectId
from pydantic import BaseModel

import domain
from domain.documents import Event
from domain.errors import SeatlockError
from domain.inventory.commands import Command
from domain.inventory.terms import Terms

SEAL_BYTES = 16

Reduced = tuple[Callable[..., Any], tuple[Any, ...]]

VALUES = {
    ("bson.objectid", "ObjectId"),
    ("bson.int64", "Int64"),  # which MongoDB's larger numbers are read as
    ("datetime", "datetime"),
    ("datetime", "timedelta"),
    ("datetime", "timezone"),
    ("bson.tz_util", "FixedOffset"),
}
"""Classes of others that commands and answers are made of."""


KEPT_MS = 10_000
"""How long a parcel waits in Redis for a process that does not come for it."""


@dataclass(frozen=True, slots=True)
class Offered:
    """Commands under way to the process that writes the event."""

    event_id: PydanticObjectId
    reign: str
    process: str
    offer: int
    commands: Sequence[Command[Any]]


@dataclass(frozen=True, slots=True)
class Answered:
    """Answers to a process's commands, by offer and place, and the event as it is now, without dead locks if it
    `is_whole`.
    """

    event_id: PydanticObjectId
    process: str
    reign: str
    event: Event | None
    is_whole: bool
    answers: Sequence[tuple[int, int, Any]]


class TakeBack(Exception):
    """Instead of an answer: who handed the command over has to carry it out."""


class Seal:
    """Makes parcels that only a process with the same secret can make, and opens them."""

    def __init__(self, secret_key: str) -> None:
        self._key = blake2b(secret_key.encode(), person=b"parcels", digest_size=32).digest()

    def packed(self, content: object) -> bytes:
        """The parcel. Raises what pickle raises for what cannot be handed on, or could not be opened."""
        buffer = io.BytesIO()
        _Packer(buffer, pickle.HIGHEST_PROTOCOL).dump(content)
        packed = buffer.getvalue()
        return self._of(packed) + packed

    def opened(self, parcel: bytes) -> Any:
        """What is in it. Raises ValueError when no process of this shop made it."""
        seal, packed = parcel[:SEAL_BYTES], parcel[SEAL_BYTES:]
        if not compare_digest(seal, self._of(packed)):
            raise ValueError("not sealed with this shop's key")
        return _Unpacker(io.BytesIO(packed)).load()

    def build_of(self, terms: Terms) -> str:
        """What two processes have in common that may carry out each other's commands: code, seller's terms, secret."""
        return blake2b(f"{_code()} {terms!r}".encode(), key=self._key, digest_size=8).hexdigest()

    def _of(self, packed: bytes) -> bytes:
        return blake2b(packed, key=self._key, digest_size=SEAL_BYTES).digest()


@cache
def _code() -> str:
    """A digest of what rules and documents are made of."""
    digest = blake2b(f"{sys.version_info} {version('pydantic')} {version('pymongo')}".encode(), digest_size=16)
    root = Path(domain.__path__[0])
    for path in sorted(root.rglob("*.py")):
        digest.update(str(path.relative_to(root)).encode() + path.read_bytes())
    return digest.hexdigest()


class _Reducers:
    """How documents, their parts and refusals are taken apart; the rest pickle knows."""

    def __getitem__(self, kind: type[Any]) -> Callable[[Any], Any]:
        reducer = _reducer_of(kind)  # type: ignore[arg-type]
        if reducer is None:
            raise KeyError(kind)
        return reducer


@cache
def _reducer_of(kind: type[Any]) -> Callable[[Any], Any] | None:
    """None where pickle knows. Raises PicklingError for what no parcel can have in it: it would open for nobody."""
    if not issubclass(kind, type) and _found(kind.__module__, kind.__qualname__) is None:
        raise pickle.PicklingError(f"{kind.__module__}.{kind.__qualname__} is in no parcel of ours")
    if issubclass(kind, BaseModel):
        return _reduced_model
    if issubclass(kind, SeatlockError):
        return _reduced_error
    return copyreg.dispatch_table.get(kind)


class _Packer(pickle.Pickler):
    dispatch_table = _Reducers()  # type: ignore[assignment]


class _Unpacker(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        found = _found(module, name)
        if found is None:
            raise pickle.UnpicklingError(f"{module}.{name} is in no parcel of ours")
        return found


@cache
def _found(module: str, name: str) -> Any:
    """A class whose instances are mere values; None for everything else there is."""
    if (module, name) in VALUES:
        return getattr(sys.modules[module], name)
    if module == "beanie.odm.fields" and name == "PydanticObjectId":
        return getattr(sys.modules[module], name)
    if module == __name__ and name in ("_model", "_error"):
        return globals()[name]
    if not module.startswith("domain."):
        return None
    kind = getattr(sys.modules.get(module), name, None)
    is_value = isinstance(kind, type) and (issubclass(kind, BaseModel | Exception | Enum) or is_dataclass(kind))
    return kind if is_value else None


def _reduced_model(model: BaseModel) -> Reduced:
    return _model, (type(model), model.__dict__)


def _model(kind: type[BaseModel], values: dict[str, Any]) -> BaseModel:
    """What was right there is right here: as `Stored.model_construct`, a tenth of what Pydantic takes."""
    model = kind.__new__(kind)
    assign = object.__setattr__
    assign(model, "__dict__", values)
    assign(model, "__pydantic_fields_set__", set())
    assign(model, "__pydantic_extra__", None)
    assign(model, "__pydantic_private__", None)
    return model


def _reduced_error(error: SeatlockError) -> Reduced:
    return _error, (type(error), error.__dict__)


def _error(kind: type[SeatlockError], values: dict[str, Any]) -> SeatlockError:
    # Its own constructor takes other arguments than the message, each kind's its own.
    error = kind.__new__(kind, values["message"])
    error.__dict__.update(values)
    return error
