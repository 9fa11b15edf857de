"""Letters in plain text; those that tell a buyer of a message about something paid."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, formataddr, parseaddr
from typing import Any
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import aiosmtplib
import idna

from domain.contradiction import required
from domain.documents import MessageType, OutboxMessage, Seating, User
from domain.outbox.attempt import NotDelivered
from domain.outbox.endpoints import is_this_machine
from domain.outbox.payload import booking_id_of
from domain.process.settings import Settings

SUBJECTS = {
    MessageType.BOOKING_CONFIRMED: "Your booking is confirmed",
    MessageType.BOOKING_CANCELLED: "Your booking is cancelled",
    MessageType.BOOKING_FAILED: "Your payment failed",
    MessageType.REFUND_PROCESSED: "Your refund has been paid",
    MessageType.REFUND_FAILED: "Your refund is delayed",
}
SAID = {
    MessageType.BOOKING_CONFIRMED: "We have your payment of {total}: the seats are yours.",
    MessageType.BOOKING_CANCELLED: "The booking is cancelled, and its seats are no longer yours.",
    MessageType.BOOKING_FAILED: "The payment failed, and the seats of the booking are available again.",
    MessageType.REFUND_PROCESSED: "We have given back {part} you paid.",
    MessageType.REFUND_FAILED: "We could not give back {refund} yet. We look into it; there is nothing you need to do.",
}


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent. `mark` is the same however often it is, so that a mailbox can tell."""

    subject: str
    lines: Sequence[str]
    mark: str
    written_at: datetime


async def send_mail(settings: Settings, message: OutboxMessage, user: User) -> None:
    """Send it to the booking's user. Raises NotDelivered, final when this letter is refused for good."""
    if message.type not in SUBJECTS:
        raise NotDelivered("no letters are written of this any more", final=True, expected=True)
    subject = f"{SUBJECTS[message.type]}: {message.data['event']['name']}"
    await send(settings, Letter(subject, _lines(message), str(message.id), message.created_at), user.email)


async def send(settings: Settings, letter: Letter, to: str) -> None:
    """Send it to this address. Raises NotDelivered, final when this letter is refused for good."""
    if settings.smtp_url is None or settings.smtp_from is None:
        raise NotDelivered("no SMTP server is set")  # here; perhaps where it is tried next
    try:
        # Whom it goes to is never read from the letter: what is written there is also other people's.
        sender, recipient = _ascii_domain(parseaddr(settings.smtp_from)[1]), _ascii_domain(to)
        # What is left after that, names of mailboxes in other scripts, only some servers can carry (RFC 6531).
        needs_utf8 = not (sender.isascii() and recipient.isascii())
        await aiosmtplib.send(
            _as_mail(letter, to, settings.smtp_from).as_bytes(policy=_Folded(utf8=needs_utf8)),
            sender=sender,
            recipients=[recipient],
            mail_options=["SMTPUTF8", "BODY=8BITMIME"] if needs_utf8 else [],
            **_server(settings),
        )
    except aiosmtplib.SMTPRecipientsRefused as error:
        worst = max(refused.code for refused in error.recipients)
        raise NotDelivered(f"recipient refused: {worst}", final=worst >= 500) from error
    except (aiosmtplib.SMTPSenderRefused, aiosmtplib.SMTPDataError) as error:
        raise NotDelivered(f"refused: {error.code}", final=error.code >= 500) from error
    except aiosmtplib.SMTPResponseException as error:
        # About us, not about this letter: somebody corrects the password, and it goes out.
        raise NotDelivered(f"{type(error).__name__}: {error.code}") from error
    except Exception as error:  # whatever happens in the client or on the way
        raise NotDelivered(type(error).__name__) from error


def _as_mail(letter: Letter, to: str, sender: str) -> EmailMessage:
    mail = EmailMessage()
    name, address = parseaddr(sender)
    mail["From"], mail["To"] = formataddr((name, _ascii_domain(address))), _verbatim(_ascii_domain(to))
    mail["Subject"] = _verbatim(letter.subject)
    mail["Date"] = format_datetime(letter.written_at)
    mail["Message-ID"] = f"<{letter.mark}@{_ascii_domain(address).rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("\n".join(letter.lines) + "\n")
    return mail


class _Folded(EmailPolicy):
    """The email package's policy for SMTP, but for the folding of subjects.

    It encodes word by word, and leaves the space between two encoded words outside of both, where RFC 2047 §6.2 has
    readers drop it. The older `Header` encodes spaces with what they are between.
    """

    linesep = "\r\n"

    def fold(self, name: str, value: str) -> str:
        if name.lower() != "subject" or str(value).isascii() or self.utf8:
            return str(super().fold(name, value))
        encoded = Header(str(value), "utf-8", header_name=name).encode(linesep=self.linesep)
        return f"{name}: {encoded}{self.linesep}"

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("utf-8" if self.utf8 else "ascii", "surrogateescape")


def _ascii_domain(address: str) -> str:
    """The address with its domain as every server takes it: xn--… (RFC 5890)."""
    mailbox, at, domain = address.rpartition("@")
    try:
        return mailbox + at + idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:  # not one that anybody could have registered with
        return address


def _verbatim(text: str) -> str:
    # A header decodes the encoded words (RFC 2047) in what it is given, and line breaks, even headers, may be in them.
    return text.replace("=?", "= ?")


def _lines(message: OutboxMessage) -> list[str]:
    # Nobody's name: it is any text, and whoever registered with the address may have been somebody else. What else
    # is in a letter was written by ADMINs, or by Seatlock.
    data, event, refund = message.data, message.data["event"], message.data["refund"] or {}
    said = SAID[message.type].format(
        total=_amount(data.get("total")), refund=_amount(refund.get("amount")), part=_part(refund)
    )
    lines = ["Hello,", ""]
    if message.type is MessageType.BOOKING_CANCELLED and event["cancellationReason"]:
        lines += [f"The event is cancelled: {event['cancellationReason']}", ""]
    lines.append(said)
    if refund and message.type in (MessageType.BOOKING_CANCELLED, MessageType.BOOKING_FAILED):
        lines.append(f"We give back {_part(refund)} you paid.")
    lines += ["", event["name"], _start(event)]
    if event.get("venue"):
        lines.append(event["venue"])
    if "quantity" in data:
        lines.append(f"Seats: {seats_of(data)}")
    return [*lines, "", f"Booking {data.get('reference') or booking_id_of(message)}"]


def seats_of(data: dict[str, Any]) -> str:
    """The numbered seats, then how many there are in each section without numbers: `H-A-4, H-A-5; F: 1`.

    Of an event that was made without sections only how many: nobody gave the one that it has its name.
    """
    if [section["name"] for section in data["sections"]] == [Seating.GENERAL] and not data["seats"]:
        return str(data["quantity"])
    labels, left, numbered = data["seats"], set(data["seats"]), set[str]()
    # The longest name first, which may begin with another: of A-B-C-1, A-B is the section and not A.
    for name in sorted((section["name"] for section in data["sections"]), key=len, reverse=True):
        its = {label for label in left if label.startswith(f"{name}-")}
        if its:
            left -= its
            numbered.add(name)
    counted = [f"{each['name']}: {each['quantity']}" for each in data["sections"] if each["name"] not in numbered]
    return "; ".join([", ".join(labels), *counted] if labels else counted)


def _start(event: dict[str, Any]) -> str:
    """When it begins where it takes place, unmistakably also where clocks are put back."""
    starts_at, zone = datetime.fromisoformat(event["startsAt"]), event.get("timeZone", "UTC")
    if zone != "UTC":
        # Whoever took the event may know of zones that this machine has never heard of.
        with suppress(ZoneInfoNotFoundError):
            local = starts_at.astimezone(ZoneInfo(zone))
            offset = f"{local:%z}"
            return f"{local:%d %B %Y, %H:%M} ({zone}, UTC{offset[:3]}:{offset[3:5]})"
    return f"{starts_at:%d %B %Y, %H:%M} UTC"


def _part(refund: dict[str, Any]) -> str:
    """How much of what was paid is given back, as it stands before `you paid`."""
    if not refund:
        return ""
    amount, original = _amount(refund["amount"]), _amount(refund["original"])
    return f"all of the {original}" if amount == original else f"{amount} of the {original}"


def _amount(money: dict[str, str] | None) -> str:
    return f"{money['amount']} {money['currencyCode']}" if money else ""


def _server(settings: Settings) -> dict[str, Any]:
    url = urlsplit(required(settings.smtp_url, "letters are only sent where there is a relay").get_secret_value())
    user, password = (unquote(part) if part else None for part in (url.username, url.password))
    # A password is not sent in the clear; without one TLS is used where the server offers it.
    start_tls = True if user and not is_this_machine(url.hostname or "") else None
    return {
        "hostname": url.hostname,
        "port": url.port,
        "username": user,
        "password": password,
        "use_tls": url.scheme == "smtps",
        "start_tls": False if url.scheme == "smtps" else start_tls,
    }
