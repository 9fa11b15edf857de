"""What changes no inventory, day by day: who registered, and what was refused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import blake2b
from random import Random

from bench.pile import Pile
from bench.plan import DAY, SPAN, Plan, id_made_at
from domain.audit.chain import chain_entries
from domain.audit.rejections import refused_entry
from domain.clock import to_millisecond
from domain.documents import AuditAction, AuditEntry, AuditJournal, Role, User, entry_id

REFUSED: dict[tuple[str, str], int] = {
    ("lockSeats", "NOT_ENOUGH_SEATS"): 40,
    ("lockSeats", "SEATS_UNAVAILABLE"): 20,
    ("lockSeats", "INVALID_INPUT"): 10,
    ("confirmBooking", "LOCK_EXPIRED"): 12,
    ("payBooking", "BOOKING_EXPIRED"): 6,
    ("releaseLock", "LOCK_NOT_ACTIVE"): 4,
    ("login", "BAD_CREDENTIALS"): 8,
}


def keep_journal(plan: Plan, number: int, refused: int) -> None:
    """The users who registered that day, and so many requests that were refused."""
    random = Random(f"{plan.seed}/journal/{number}")
    pile = Pile(plan.folder)
    begin, end = plan.begin + DAY * number, plan.begin + DAY * (number + 1)
    events = [each for each in range(plan.events) if plan.event_created_at(each) <= begin]
    weights = [1 / (each + 5) for each in events]

    entries = [_registered(plan, each, pile) for each in _users(plan, begin, end)]
    kinds = random.choices([*REFUSED], [*REFUSED.values()], k=refused)
    about = random.choices(events, weights, k=refused)
    for (operation, code), event in zip(kinds, about, strict=True):
        now = to_millisecond(begin + DAY * random.random())
        names_lock = operation not in ("lockSeats", "login")
        entry = refused_entry(
            now,
            operation=operation,
            code=code,
            field="selection.quantity.count" if code == "INVALID_INPUT" else None,
            correlation_id=random.randbytes(16).hex(),
            actor_id=None if operation == "login" else plan.some_user(now, random),
            event_id=None if operation == "login" else plan.event_id(event),
            lock_id=id_made_at(now, random.randbytes(8)) if names_lock else None,
            is_booking=operation == "payBooking",
        )
        entry.id = id_made_at(now, random.randbytes(8))
        entries.append(entry)
    entries.sort(key=lambda entry: entry.created_at)

    journal = AuditJournal.model_construct(id=id_made_at(begin, random.randbytes(8)), started_at=begin)
    for sequence, entry in enumerate(entries, start=1):
        entry.sequence = journal.sequence = sequence
    chained, journal.hash = chain_entries(journal.id, journal.hash, entries)
    for entry, raw in zip(entries, chained, strict=True):
        pile.add_raw(AuditEntry, entry.created_at, raw.raw)
    pile.add(AuditJournal, begin, journal)
    pile.put_down()


def _users(plan: Plan, begin: datetime, end: datetime) -> Iterable[int]:
    first, last = (-(-plan.users * (at - plan.begin) // SPAN) for at in (begin, end))
    return range(first, last)


def _registered(plan: Plan, number: int, pile: Pile) -> AuditEntry:
    now, user_id = plan.user_created_at(number), plan.user_id(number)
    user = User.model_construct(
        id=user_id,
        name=f"Visitor {number}",
        email=f"visitor{number}@seatlock.example",
        email_key=f"visitor{number}@seatlock.example",
        password_hash="$argon2id$v=19$m=19456,t=2,p=1$",  # of nothing: nobody signs in as one of them
        created_at=now,
    )
    pile.add(User, now, user)
    return AuditEntry.model_construct(
        id=entry_id(user_id, AuditAction.USER_REGISTERED),
        action=AuditAction.USER_REGISTERED,
        actor_id=user_id,
        correlation_id=blake2b(user_id.binary, digest_size=16).hexdigest(),
        metadata={"role": Role.USER.value},
        created_at=now,
    )
