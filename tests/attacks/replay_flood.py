"""One buyer sends the same lockSeats with the same key, again and again. How much does the audit log grow?

    python -m tests.attacks.replay_flood [http://127.0.0.1:8000/graphql]

It signs in as the ADMIN of `seatlock dev`, to make an event and to count entries.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from ops.dev import ADMIN_EMAIL, ADMIN_PASSWORD
from tests.attacks.loopback import ask, client_at, flooding, register, url_given
from tests.attacks.sign_in_flood import LOGIN
from tests.support.scenes import CREATE_EVENT, LOCK_SEATS
from tests.support.waiting import until

PATIENCE_SECONDS = 30.0

COUNT = "query ($event: ID!) { auditLog(eventId: $event, first: 1) { totalCount } }"


@dataclass(frozen=True, slots=True)
class Figures:
    """How many replays were answered in how many seconds, and how many entries they left."""

    seconds: float
    replays: int
    entries: int

    def __str__(self) -> str:
        return f"{self.replays / self.seconds:.0f} replays/s, {self.entries / self.seconds:.1f} entries/s"


async def attack(url: str, admin_token: str, *, clients: int, seconds: float, at_least: int = 1) -> Figures:
    """Replay one key for so long, and until so many replays are answered."""
    async with client_at("127.0.0.1", url) as client:
        _, _, token = await register(client)
        price = {"amount": "25.00", "currencyCode": "EUR"}
        new = {"name": "Flood", "startsAt": "2099-01-01T00:00:00Z", "price": price, "totalSeats": 10}
        created = await ask(client, CREATE_EVENT, admin_token, input=new)
        event = created["data"]["createEvent"]["event"]["id"]
        request = {"eventId": event, "selection": {"quantity": {"count": 1}}, "idempotencyKey": "the same"}

        async def count() -> int:
            counted = await ask(client, COUNT, admin_token, event=event)
            return int(counted["data"]["auditLog"]["totalCount"])

        await ask(client, LOCK_SEATS, token, input=request)
        before, began = await count(), time.perf_counter()
        async with flooding(clients, lambda: ask(client, LOCK_SEATS, token, input=request)) as got:
            await asyncio.sleep(seconds)

            async def are_answered() -> bool:
                return len(got) >= at_least

            await until(are_answered, PATIENCE_SECONDS)
            took = time.perf_counter() - began
        assert all("lock" in answer["data"]["lockSeats"] for answer in got if isinstance(answer, dict))
        return Figures(took, len(got), await count() - before)


async def _attack_dev(url: str) -> Figures:
    async with client_at("127.0.0.1", url) as client:
        signed_in = await ask(client, LOGIN, input={"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD})
    return await attack(url, signed_in["data"]["login"]["accessToken"], clients=64, seconds=5)


if __name__ == "__main__":
    print(asyncio.run(_attack_dev(url_given())))
