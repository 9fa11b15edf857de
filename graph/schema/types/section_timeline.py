from __future__ import annotations

from datetime import datetime
from typing import Self

import strawberry

from domain.reports import by_section


@strawberry.type(description="How one section of an event sold over time.")
class SectionLine:
    name: str = strawberry.field(description="The section's name.")
    booked_seats: list[int | None] = strawberry.field(
        description="Sold seats at the end of each bucket, or now if it is under way; null if it has not begun, was "
        "over before there was the event, or if the audit entries of that time are forgotten."
    )


@strawberry.type(
    description="How the sections of an event sold over time. The lists of numbers are as long as `starts`."
)
class SectionTimeline:
    starts: list[datetime] = strawberry.field(description="When each bucket begins, the first one first.")
    sections: list[SectionLine] = strawberry.field(description="A line for each section, in the event's own order.")

    @classmethod
    def from_timeline(cls, timeline: by_section.SectionTimeline) -> Self:
        return cls(
            starts=timeline.starts,
            sections=[SectionLine(name=line.name, booked_seats=line.booked) for line in timeline.sections],
        )
