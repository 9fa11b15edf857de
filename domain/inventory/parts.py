"""Parts of a selection of seats, as somebody asks for them: a number of a section's, or these by their labels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from domain.errors import InvalidInput, LimitExceeded
from domain.faults import Faults
from domain.text import checked_text, normal


@dataclass(frozen=True, slots=True)
class Counted:
    """As many seats of `section`, or of the only one: where they are numbered, the best. `path` is of the input."""

    count: int
    section: str | None
    path: str = "selection.quantity"

    @property
    def seats(self) -> int:
        return self.count

    @property
    def asked(self) -> tuple[object, ...]:
        """What tells one request from another."""
        return (self.count, self.section)


@dataclass(frozen=True, slots=True)
class Named:
    """The seats with these labels. `path` is that of the list in the input."""

    labels: tuple[str, ...]
    path: str = "selection.seats"

    @property
    def seats(self) -> int:
        return len(self.labels)

    @property
    def asked(self) -> tuple[object, ...]:
        """What tells one request from another."""
        return self.labels


Part = Counted | Named


def labels_of(parts: Iterable[Part]) -> list[str]:
    """The seats that they name."""
    return [label for part in parts if isinstance(part, Named) for label in part.labels]


def checked_list(path: str, parts: Sequence[Part], most: int) -> list[Part]:
    """The parts of a list that the input has at `path`, checked. Raises InvalidInput, LimitExceeded."""
    if not 1 <= len(parts) <= most:
        raise InvalidInput(path, f"Must have between 1 and {most:,} parts.")
    return checked_parts(path, parts, most)


def checked_parts(path: str, parts: Sequence[Part], most: int) -> list[Part]:
    """The parts as text is kept: each asks for something, no seat is named twice, and they ask for `most` together.

    Raises InvalidInput, LimitExceeded; the latter at `path`.
    """
    if sum(max(part.seats, 0) for part in parts) > most:
        raise LimitExceeded(path, f"At most {most:,} seats can be locked at a time.", most)
    faults = Faults()
    named: set[str] = set()
    checked: list[Part] = []
    for part in parts:
        if part.seats < 1:
            field = f"{part.path}.count" if isinstance(part, Counted) else part.path
            faults.add(field, "Ask for at least one seat.")
        with faults:
            checked.append(_checked_count(part) if isinstance(part, Counted) else _checked_labels(part, named))
    faults.refuse()
    return checked


def _checked_count(part: Counted) -> Counted:
    if part.section is None:
        return part
    return replace(part, section=checked_text(f"{part.path}.section", part.section, longest=100))


def _checked_labels(part: Named, named: set[str]) -> Named:
    """The part; its labels join those that are `named`. Raises InvalidInput with all that are wrong."""
    faults = Faults()
    labels: list[str] = []
    for index, label in enumerate(part.labels):
        field = f"{part.path}.{index}"
        with faults:
            checked = checked_text(field, label, longest=300)
            if checked != normal(label):
                raise InvalidInput(field, "This event has no seat with this label.")
            if checked in named:
                raise InvalidInput(field, "This seat is named twice.")
            named.add(checked)
            labels.append(checked)
    faults.refuse()
    return replace(part, labels=tuple(labels))
