"""A mail bomb: somebody registers an address that is not theirs, with a text for a name, and books and cancels.

`python -m tests.attacks.mail_bomb [LOOPS]` says how many letters that address got, and how many have the text.
"""

from __future__ import annotations

import asyncio
import secrets
import sys
import tempfile
from email.message import EmailMessage
from pathlib import Path

from domain.caller import Caller
from domain.documents import Role
from domain.outbox.deliver import deliver
from domain.people.accounts import register
from domain.process.progress import Progress
from domain.process.settings import Settings, load_settings
from ops.embedded import embedded_servers
from tests.support.post_office import open_office, with_mail
from tests.support.sale import open_sale

TEXT = "You have won: www.evil.example"
VICTIM = "victim@seatlock.test"


async def bombed(settings: Settings, loops: int) -> list[EmailMessage]:
    """The letters that the victim got."""
    async with open_office() as office, open_sale(with_mail(settings, office), 1) as sale:
        attacker = await register(
            sale.services, name=TEXT, email=VICTIM, password=secrets.token_hex(8), correlation_id="attack"
        )
        caller = Caller(attacker.id, Role.USER, "attack")
        event = await sale.event(seats=1)
        for _ in range(loops):
            await sale.cancel(await sale.book(event, caller), caller)
        await deliver(sale.services, Progress())
        return office.letters


def main() -> None:
    loops = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with tempfile.TemporaryDirectory() as folder, embedded_servers(Path(folder), keep_data=False) as servers:
        settings = load_settings(
            mongo_uri=servers.mongo_uri,
            redis_url=servers.redis_url,
            secret_key=secrets.token_hex(32),
            payment_provider="simulated",
            audit_log=None,
        )
        letters = asyncio.run(bombed(settings, loops))
    with_text = sum(TEXT in str(letter) for letter in letters)
    print(f"{loops} bookings, each cancelled: {len(letters)} letters, {with_text} of them with the text")


if __name__ == "__main__":
    main()
