"""Documents of a batch: as they were loaded, and as they are to be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Generic, TypeVar

from domain.documents import Stored

DocumentT = TypeVar("DocumentT", bound=Stored)


class Shelf(Generic[DocumentT]):
    """The documents of one collection: as loaded, and as they are now.

    With a field `by`, `of` finds them by that.
    """

    def __init__(self, by: str | None = None) -> None:
        self._by = by
        self._loaded: dict[Any, DocumentT] = {}
        self._changed: dict[Any, DocumentT] = {}
        self._ids: defaultdict[Any, dict[Any, None]] = defaultdict(dict)

    def get(self, document_id: Any) -> DocumentT | None:
        return self._changed.get(document_id) or self._loaded.get(document_id)

    def of(self, value: Any) -> list[DocumentT]:
        """Those with this value in the field `by`, which never changes; in the order in which they came."""
        return [self._changed.get(key) or self._loaded[key] for key in self._ids.get(value, ())]

    def __iter__(self) -> Iterator[DocumentT]:
        yield from (self._changed.get(key, document) for key, document in self._loaded.items())
        yield from self.new()

    def load(self, documents: Iterable[DocumentT]) -> None:
        """More documents from the database; what is here already stays as it is."""
        for document in documents:
            self._loaded.setdefault(document.id, document)
            self._file(document)

    def put(self, document: DocumentT) -> None:
        self._changed[document.id] = document
        self._file(document)

    def _file(self, document: DocumentT) -> None:
        if self._by is not None:
            self._ids[getattr(document, self._by)][document.id] = None

    def written(self) -> Iterable[DocumentT]:
        """Documents to insert or to update, as they are to be."""
        return self._changed.values()

    def new(self) -> list[DocumentT]:
        """Documents to insert."""
        return [document for key, document in self._changed.items() if key not in self._loaded]

    def changed(self) -> list[tuple[DocumentT, DocumentT]]:
        """Documents to update, each as (loaded, now)."""
        return [(self._loaded[key], now) for key, now in self._changed.items() if key in self._loaded]
