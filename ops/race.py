"""`seatlock race`: buyers who want the same seat at the same moment, of a server that is running."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from dataclasses import dataclass
from typing import Any

import httpx

EVENT = """query($event: ID!) { event(id: $event) { name sections { name rows { name statuses } } } }"""
REGISTER = """mutation($input: RegisterInput!) { result: register(input: $input) {
  ... on RegisterSuccess { accessToken } ... on Error { code message } } }"""
LOCK = """mutation($input: LockSeatsInput!) { result: lockSeats(input: $input) {
  ... on LockSeatsSuccess { lock { id seats quantity } } ... on Error { code message } } }"""
RELEASE = """mutation($input: ReleaseLockInput!) { result: releaseLock(input: $input) {
  ... on Error { code message } } }"""

PATIENCE_SECONDS = 30.0
AVAILABLE = "A"


NO_RACE = {"INVALID_INPUT", "NOT_FOUND"}
"""Codes that say that the request is wrong, not that somebody was quicker."""


class RaceError(Exception):
    """There can be no race; the text is one line saying why."""


@dataclass(frozen=True, slots=True)
class Finish:
    """What a buyer got: a lock, or the code of what it was refused for; and after how many milliseconds."""

    buyer: str
    lock_id: str | None
    got: str
    milliseconds: float


async def race(event_id: str, buyers: int, seat: str | None, url: str) -> list[Finish]:
    """Have new buyers lock this seat, or the first free one, all at once; what each got, in order of the answers.

    Without numbered seats each locks one of any. Whoever wins gives the seat back. Raises RaceError.
    """
    limits = httpx.Limits(max_connections=buyers, max_keepalive_connections=buyers)
    async with httpx.AsyncClient(timeout=PATIENCE_SECONDS, limits=limits) as http:
        api = _Api(http, url)
        event = (await api.ask(EVENT, {"event": event_id}))["event"]
        if event is None:
            raise RaceError(f"there is no event {event_id}")
        seat = seat or _first_free(event)
        selection: dict[str, Any] = {"seats": [seat]} if seat else {"quantity": {"count": 1}}
        print(f"{buyers} buyers want {f'seat {seat}' if seat else 'a seat'} of {event['name']}", flush=True)
        group = secrets.token_hex(4)
        tokens = await asyncio.gather(*(_register(api, f"race-{group}-{number}") for number in range(1, buyers + 1)))
        start, finished = asyncio.Event(), list[Finish]()

        async def run(number: int, token: str) -> None:
            await start.wait()
            began = asyncio.get_running_loop().time()
            given = {"eventId": event_id, "selection": selection, "idempotencyKey": secrets.token_hex(8)}
            result = (await api.ask(LOCK, {"input": given}, token))["result"]
            took = (asyncio.get_running_loop().time() - began) * 1_000
            if result.get("code") in NO_RACE:
                mistakes.append(result["message"])
            lock = result.get("lock")
            got = " ".join(lock["seats"]) or f"{lock['quantity']} seat" if lock else result["code"]
            finished.append(Finish(f"buyer {number}", lock and lock["id"], got, took))
            if lock:
                winners.append((lock["id"], token))

        winners: list[tuple[str, str]] = []
        mistakes: list[str] = []
        running = [asyncio.create_task(run(number, token)) for number, token in enumerate(tokens, start=1)]
        start.set()
        try:
            await asyncio.gather(*running)
        finally:
            for lock_id, token in winners:
                await api.ask(RELEASE, {"input": {"lockId": lock_id}}, token)
        if mistakes:
            raise RaceError(mistakes[0])
        return finished


def show(finished: list[Finish]) -> None:
    """A line for each buyer, and one for all."""
    for finish in finished:
        what = f"locked {finish.got}, and gave it back" if finish.lock_id else f"refused: {finish.got}"
        print(f"{finish.buyer}: {what} ({finish.milliseconds:.0f} ms)")
    outcomes = Counter("locked" if finish.lock_id else finish.got for finish in finished)
    print(", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common()))


def _first_free(event: dict[str, Any]) -> str | None:
    """The label of its first seat that is free; None where seats have no numbers. Raises RaceError if none is free."""
    rows = [(section["name"], row) for section in event["sections"] for row in section["rows"]]
    for section, row in rows:
        if AVAILABLE in row["statuses"]:
            return f"{section}-{row['name']}-{row['statuses'].index(AVAILABLE) + 1}"
    if rows:
        raise RaceError("no numbered seat is free: name one with --seat, to see all of them refused")
    return None


async def _register(api: _Api, name: str) -> str:
    given = {"name": name, "email": f"{name}@seatlock.example", "password": secrets.token_urlsafe(16)}
    result = (await api.ask(REGISTER, {"input": given}))["result"]
    if "code" in result:
        raise RaceError(f"a buyer can't register: {result['message']}")
    return str(result["accessToken"])


@dataclass(frozen=True, slots=True)
class _Api:
    http: httpx.AsyncClient
    url: str

    async def ask(self, query: str, variables: dict[str, Any], token: str | None = None) -> dict[str, Any]:
        """What came of it. Raises RaceError."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            response = await self.http.post(self.url, json={"query": query, "variables": variables}, headers=headers)
            answer = response.json()
        except (httpx.HTTPError, httpx.InvalidURL):
            raise RaceError(f"no API answers at {self.url}; --url says where it is") from None
        except ValueError:
            raise RaceError(f"what answers at {self.url} is no API") from None
        if "errors" in answer:
            raise RaceError(answer["errors"][0]["message"])
        data: dict[str, Any] = answer["data"]
        return data
