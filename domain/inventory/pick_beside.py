"""Which seats come to those that somebody has, and which of them go. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from domain.documents import SeatRow, SeatStatus
from domain.inventory.row_names import by_name

FREE = SeatStatus.AVAILABLE.letter
MINE = "*"


def pick_beside(rows: Sequence[SeatRow], mine: Iterable[str], count: int) -> list[str] | None:
    """`count` (≥ 1) free seats that make one block with some of `mine`, in order; None when there are no such.

    Of several blocks the one wins that leaves no lone free seat beside it, then the one with most of `mine`, then the
    one that is nearest to the front and to the middle of its row. `rows` are of one section, front first.
    """
    places = by_name(rows, _positions(mine))
    best: tuple[tuple[int, int, int, int, int], list[str]] | None = None
    for place, row in enumerate(rows) if places else ():
        if row.name not in places:
            continue
        letters = "".join(
            MINE if position in places[row.name] else letter for position, letter in enumerate(row.statuses)
        )
        for start, end in _blocks(letters, count):
            lone = _is_lone(letters, start - 1, start - 2) + _is_lone(letters, end, end + 1)
            free = [position for position in range(start, end) if letters[position] == FREE]
            cost = lone, -(end - start), place, abs(start + end - len(letters)), start
            if best is None or cost < best[0]:
                best = cost, [f"{row.label}-{position + 1}" for position in free]
    return best[1] if best else None


def _blocks(letters: str, count: int) -> Iterator[tuple[int, int]]:
    """Stretches of mine and of exactly `count` free seats, and of at least one of mine, that end where mine do."""
    start = 0
    while start < len(letters):
        if letters[start] not in (FREE, MINE):
            start += 1
            continue
        end = start
        while end < len(letters) and letters[end] in (FREE, MINE):
            end += 1
        free = [position for position in range(start, end) if letters[position] == FREE]
        for first in range(len(free) - count + 1):
            # All of mine that touch the free seats belong to the block.
            low = free[first - 1] + 1 if first else start
            high = free[first + count] if first + count < len(free) else end
            if high - low > count:
                yield low, high
        start = end


def _is_lone(letters: str, beside: int, beyond: int) -> bool:
    """Whether the seat beside a block is free, and the one beyond it is not."""

    def is_free(position: int) -> bool:
        return 0 <= position < len(letters) and letters[position] == FREE

    return is_free(beside) and not is_free(beyond)


def pick_to_drop(mine: Sequence[str], count: int, ages: Mapping[str, int], rows: Mapping[str, SeatRow]) -> list[str]:
    """The `count` of `mine` that go, so that what is left is together: adjacent, or else in as few pieces as can be.

    Of several ways to be adjacent the one wins that leaves the fewest orphans among those that go; `rows` are, by their
    labels, those that are known. Where several are as good, those with the highest of `ages` go: the seats that came
    last.
    """
    left = len(mine) - count
    blocks = _adjacent(mine)
    windows = [block[at : at + left] for block in blocks for at in range(len(block) - left + 1)]
    if windows:

        def cost(window: Iterable[str]) -> tuple[int, int]:
            gone = set(mine).difference(window)
            return _orphans(gone, rows), sum(ages[label] for label in window)

        kept = set(min(windows, key=cost))
    else:
        blocks.sort(key=lambda block: (-len(block), sum(ages[label] for label in block)))
        kept = set([label for block in blocks for label in block][:left])
    return [label for label in mine if label not in kept]


def _orphans(gone: Collection[str], rows: Mapping[str, SeatRow]) -> int:
    """How many of the seats that go have a taken seat on either side. A row's end takes none."""
    orphans = 0
    for row, positions in _positions(gone).items():
        statuses = rows[row].statuses if row in rows else ""

        def is_taken(position: int, statuses: str = statuses, positions: Collection[int] = positions) -> bool:
            return 0 <= position < len(statuses) and statuses[position] != FREE and position not in positions

        orphans += sum(is_taken(position - 1) and is_taken(position + 1) for position in positions)
    return orphans


def _adjacent(labels: Iterable[str]) -> list[list[str]]:
    """The labels in blocks of seats that are side by side."""
    blocks: list[list[str]] = []
    for row, positions in _positions(labels).items():
        last = -2
        for position in sorted(positions):
            if position != last + 1:
                blocks.append([])
            blocks[-1].append(f"{row}-{position + 1}")
            last = position
    return blocks


def _positions(labels: Iterable[str]) -> Mapping[str, Collection[int]]:
    """Row → positions of the seats with these labels."""
    places: defaultdict[str, set[int]] = defaultdict(set)
    for label in labels:
        row, _, number = label.rpartition("-")
        places[row].add(int(number) - 1)
    return places
