"""What CLEAN_UP has moved out of the way: the same documents, in collections that no sale looks at."""

from __future__ import annotations

from pymongo import ASCENDING, IndexModel

from domain.documents.booking import ONE_A_REFERENCE, Booking
from domain.documents.seat_lock import SeatLock


class ArchivedSeatLock(SeatLock):
    """A lock that ended long ago, EXPIRED or RELEASED."""

    class Settings:
        name = "archived_seat_locks"
        indexes: list[IndexModel] = []


class ArchivedBooking(Booking):
    """A booking that ended long ago, FAILED, EXPIRED or CANCELLED, with nothing left to pay or to give back."""

    class Settings:
        name = "archived_bookings"
        indexes = [
            ONE_A_REFERENCE,
            IndexModel([("event_id", ASCENDING)], name="by_event"),
            IndexModel([("created_at", ASCENDING), ("event_id", ASCENDING)], name="by_time"),
        ]
