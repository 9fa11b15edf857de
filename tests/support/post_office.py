"""A post office: a real SMTP server on this machine that keeps the letters it is handed."""

from __future__ import annotations

import asyncio
import email
import re
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from pydantic import SecretStr

from domain.process.settings import Settings

PASSWORD = "p@ss/word"
CODE = re.compile(r"(?:https\S+token=)?([\w-]{48})").fullmatch


class Counter(SMTP):
    """Writes recipients down as they come: aiosmtpd decodes what is encoded in them."""

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802  # aiosmtpd's name
        assert arg is not None
        self.event_handler.recipients.append(arg.removeprefix("TO:<").removesuffix(">"))
        await super().smtp_RCPT(arg)


@dataclass
class PostOffice:
    """Takes letters; `rcpt` and `data` are what it answers to each, `password` what it asks for."""

    rcpt: str = "250 OK"
    data: str = "250 OK"
    password: str | None = None
    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.data.startswith("250"):
            assert isinstance(envelope.content, bytes)
            letter = email.message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(letter, EmailMessage)
            self.letters.append(letter)
        return self.data

    def protocol(self) -> SMTP:
        def log_in(server: SMTP, session: Session, envelope: Envelope, mechanism: str, who: Any) -> AuthResult:
            assert isinstance(who, LoginPassword)
            return AuthResult(success=who == LoginPassword(b"shop", (self.password or "").encode()), handled=False)

        with warnings.catch_warnings():
            # aiosmtpd's, of a server that asks for a password without TLS: here it never leaves the machine.
            warnings.filterwarnings("ignore", "Requiring AUTH", UserWarning)
            return Counter(
                self,
                hostname="localhost",
                authenticator=log_in,
                auth_required=self.password is not None,
                auth_require_tls=False,
            )


def code_in(letter: EmailMessage) -> str:
    """The code that the letter carries."""
    (found,) = filter(None, map(CODE, letter.get_content().splitlines()))
    return found[1]


def with_mail(settings: Settings, office: PostOffice) -> Settings:
    """The settings, of a shop that hands its letters to this office."""
    server = SecretStr(f"smtp://shop:p%40ss%2Fword@127.0.0.1:{office.port}")
    return settings.model_copy(update={"smtp_url": server, "smtp_from": "Seatlock <tickets@seatlock.test>"})


@asynccontextmanager
async def open_office() -> AsyncIterator[PostOffice]:
    """An office on a free port that asks for PASSWORD."""
    office = PostOffice(password=PASSWORD)
    server = await asyncio.get_running_loop().create_server(office.protocol, "127.0.0.1", 0)
    office.port = server.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        server.close()
