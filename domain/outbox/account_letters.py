"""Sending the letters that somebody asked for about their account.

No text in them is the user's: whoever asked may have given the address of somebody else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import structlog

from domain.clock import pause_after
from domain.documents import AccountLetter, LetterKind, User
from domain.outbox.attempt import NotDelivered
from domain.outbox.mail import Letter, send
from domain.proof import GOOD_FOR, new_code

if TYPE_CHECKING:
    from domain.process.progress import Progress
    from domain.process.settings import Settings
    from domain.services import Services

log = structlog.get_logger(__name__)

LETTERS = "letters"
"""What the job calls them, beside its destinations."""

AT_ONCE = 10

SEND_SECONDS = 10.0
"""How long the mail server may take for one."""

CLAIMED_FOR = timedelta(seconds=SEND_SECONDS + 5)
"""For so long nobody else sends what somebody has set out to send."""

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=5)

SUBJECTS: Mapping[LetterKind, str] = {
    LetterKind.VERIFICATION: "Verify your e-mail address",
    LetterKind.PASSWORD_RESET: "Set another password",
}
SAID: Mapping[LetterKind, str] = {
    LetterKind.VERIFICATION: "Somebody has registered with this e-mail address. If it was you, verify it",
    LetterKind.PASSWORD_RESET: "Somebody has forgotten the password of this account. If it was you, set another one",
}
OTHERWISE: Mapping[LetterKind, str] = {
    LetterKind.VERIFICATION: "If it was not you, do nothing: no letters about bookings will come.",
    LetterKind.PASSWORD_RESET: "If it was not you, do nothing: the password stays as it is.",
}


async def is_any_letter_due(now: datetime) -> bool:
    """Whether there is a letter whose time has come."""
    due = {"next_attempt_at": {"$lte": now}}
    return await AccountLetter.get_pymongo_collection().find_one(due, {"_id": 1}) is not None


async def send_account_letters(services: Services, progress: Progress) -> None:
    """Send what is due, some at a time."""
    letters = AccountLetter.get_pymongo_collection()
    while True:
        due = {"next_attempt_at": {"$lte": services.clock()}}
        found = await letters.find(due, sort=[("next_attempt_at", 1)], limit=AT_ONCE).to_list()
        if not found:
            return
        await asyncio.gather(*(_attempt(services, progress, AccountLetter.from_bson(raw)) for raw in found))


async def _attempt(services: Services, progress: Progress, letter: AccountLetter) -> None:
    now = services.clock()
    claimed = letter.evolve(attempts=letter.attempts + 1, next_attempt_at=now + CLAIMED_FOR)
    letters = AccountLetter.get_pymongo_collection()
    as_read = {"_id": letter.id, "attempts": letter.attempts, "next_attempt_at": letter.next_attempt_at}
    change = {"attempts": claimed.attempts, "next_attempt_at": claimed.next_attempt_at}
    if not (await letters.update_one(as_read, {"$set": change})).modified_count:
        return  # somebody else was faster
    progress.found += 1
    ours = {"_id": letter.id, "attempts": claimed.attempts}
    reason = await _send(services, claimed)
    if reason is None:
        progress.done += 1
    elif not reason.final and services.clock() < letter.give_up_at:
        pause = pause_after(claimed.attempts, FIRST_PAUSE, LONGEST_PAUSE)
        await letters.update_one(ours, {"$set": {"next_attempt_at": services.clock() + pause}})
        return
    elif not reason.expected:
        log.error("a letter was not delivered, and is given up", kind=letter.kind.value, reason=str(reason))
    await letters.delete_one(ours)


async def _send(services: Services, letter: AccountLetter) -> NotDelivered | None:
    """Why it was not delivered; None when it was."""
    user = await User.get(letter.user_id)
    if user is None or not _is_wanted(letter.kind, user):
        return NotDelivered("it has become needless", final=True, expected=True)
    code = new_code(services.settings.secret_key.get_secret_value(), letter.kind, user, services.clock())
    try:
        async with asyncio.timeout(SEND_SECONDS):
            await send(services.settings, _written(services.settings, letter, code), user.email)
    except NotDelivered as error:
        return error
    except TimeoutError:
        return NotDelivered("timed out")
    return None


def _is_wanted(kind: LetterKind, user: User) -> bool:
    """Whether it is still to be sent: one that verifies before that was done, the other ones after."""
    return user.email_verified is not (kind is LetterKind.VERIFICATION)


def _written(settings: Settings, letter: AccountLetter, code: str) -> Letter:
    # Of each attempt another id: each has a code of its own, and a mailbox must not take the later for the earlier.
    mark = f"{letter.id}-{letter.attempts}"
    return Letter(
        SUBJECTS[letter.kind], _lines(letter.kind, _page(settings, letter.kind), code), mark, letter.created_at
    )


def _page(settings: Settings, kind: LetterKind) -> str | None:
    """The shop's page that takes the code."""
    return settings.verify_url if kind is LetterKind.VERIFICATION else settings.reset_url


def _lines(kind: LetterKind, page: str | None, code: str) -> Sequence[str]:
    hours = int(GOOD_FOR[kind] / timedelta(hours=1))
    within = f"within {hours} hours" if hours > 1 else "within an hour"
    how = [f"{SAID[kind]} {within}:", "", link(page, code)] if page else [f"{SAID[kind]} {within}. The code:", "", code]
    return ["Hello,", "", *how, "", OTHERWISE[kind]]


def link(page: str, code: str) -> str:
    """The page's address with the code, beside what its query has already."""
    parts = urlsplit(page)
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, f"token={code}")))))
