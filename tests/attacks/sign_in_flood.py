"""Fifty clients of one address sign in to nobody's accounts, without end. Does an honest one elsewhere come in?

python -m tests.attacks.sign_in_flood [http://127.0.0.1:8000/graphql]
"""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from dataclasses import dataclass
from statistics import median

from tests.attacks.loopback import ask, client_at, flooding, register, timed, url_given

LOGIN = """
mutation ($input: LoginInput!) { login(input: $input) { __typename ... on LoginSuccess { accessToken } } }
"""
ATTACKER, HONEST = "127.0.0.66", "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Figures:
    """What the honest one got of so many tries, how long they took, and what the attackers were told."""

    tries: int
    accepted: int
    p50_seconds: float
    attackers: Counter[str]

    def __str__(self) -> str:
        told = ", ".join(f"{count} {what}" for what, count in self.attackers.most_common())
        took = f"p50 {self.p50_seconds * 1_000:.0f} ms"
        return f"honest: {self.accepted} of {self.tries} accepted, {took}; attackers: {told}"


async def attack(url: str, *, clients: int, tries: int) -> Figures:
    """Flood the server while an honest one signs in so many times."""
    async with client_at(HONEST, url) as honest, client_at(ATTACKER, url) as attacker:
        email, password, _ = await register(honest)

        async def guess() -> str:
            somebody = {"email": f"{secrets.token_hex(8)}@seatlock.test", "password": "wrong password"}
            answer = await ask(attacker, LOGIN, input=somebody)
            return str(answer["errors"][0]["extensions"]["code"] if "errors" in answer else "BAD_CREDENTIALS")

        async with flooding(clients, guess) as got:
            while not got:  # noqa: ASYNC110  # until the flood is there
                await asyncio.sleep(0.01)
            mine = [await timed(ask(honest, LOGIN, input={"email": email, "password": password})) for _ in range(tries)]
        accepted = sum(
            (answer["data"] or {}).get("login", {}).get("__typename") == "LoginSuccess" for _, answer in mine
        )
        return Figures(tries, accepted, median(seconds for seconds, _ in mine), Counter(map(str, got)))


if __name__ == "__main__":
    print(asyncio.run(attack(url_given(), clients=50, tries=23)))
