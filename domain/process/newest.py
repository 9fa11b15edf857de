"""The newest state of each event that this process knows for certain to be committed.

Nothing that is answered may be older. It holds what was committed here, and what the live feed told of others.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from beanie import PydanticObjectId

from domain.documents import Event

MOST = 1_000
"""Events that are remembered: those that were sold last."""


@dataclass(frozen=True, slots=True)
class Committed:
    """An event as a commit of this process left it, the `number`th one. Nobody changes it any more."""

    event: Event
    number: int


class Newest:
    """What one process knows. Belongs to one event loop."""

    def __init__(self) -> None:
        self.commits = 0
        self._versions: OrderedDict[PydanticObjectId, int] = OrderedDict()
        self._committed: dict[PydanticObjectId, Committed] = {}

    def committed(self, event: Event, *, is_whole: bool) -> None:
        """This process has committed the event as it is here. Not `is_whole`: seats of dead locks count as held."""
        self.commits += 1
        self.heard(event.id, event.version)
        if is_whole and self._versions[event.id] == event.version:
            self._committed[event.id] = Committed(event, self.commits)
        else:
            self._committed.pop(event.id, None)

    def heard(self, event_id: PydanticObjectId, version: int) -> None:
        """Somebody has committed this version."""
        self._versions[event_id] = max(version, self._versions.get(event_id, 0))
        self._versions.move_to_end(event_id)
        if len(self._versions) > MOST:
            forgotten, _ = self._versions.popitem(last=False)
            self._committed.pop(forgotten, None)

    def forget(self, event_id: PydanticObjectId) -> None:
        """What is known of this event is not so."""
        self._versions.pop(event_id, None)
        self._committed.pop(event_id, None)

    def version(self, event_id: PydanticObjectId) -> int:
        """The version that is known at this moment; 0 when none is."""
        return self._versions.get(event_id, 0)

    def versions(self) -> dict[PydanticObjectId, int]:
        """The versions that are known at this moment."""
        return dict(self._versions)

    def event_since(self, event_id: PydanticObjectId, commits: int) -> Event | None:
        """The event as the newest commit left it that came after that many `commits`; None when there is none."""
        committed = self._committed.get(event_id)
        return committed.event if committed is not None and committed.number > commits else None
