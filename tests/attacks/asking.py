"""An attacker who asks for one thing again and again: a process that needs the standard library only.

`python -m tests.attacks.asking NAME PORT SECONDS EVENT HALL`

Says `ready`, begins when it reads a line, and prints how many answers of which kind it got.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

from tests.attacks.attackers import ADDRESS, connect, frame, push

CONNECTIONS = 4
LISTENED = 250
"""Subscriptions of one attacker."""

SCHEMA = (
    "{ __schema { types { ...T fields { name description args { name description type { ...R } } type { ...R } } "
    "inputFields { name type { ...R } } enumValues { name description } possibleTypes { ...R } } } } "
    "fragment R on __Type { ...T ofType { ...T ofType { ...T ofType { ...T } } } } fragment T on __Type { kind name }"
)
LOCK = "mutation ($input: LockSeatsInput!) { lockSeats(input: $input) { __typename } }"
SEARCHES = " ".join(f"a{n}: events(search: $text, first: 1) {{ nodes {{ id }} }}" for n in range(24))
COUNTS = " ".join(f"a{n}: events(first: 1) {{ totalCount }}" for n in range(24))
CONFLICTS = " ".join(f"viewer {{ id bookings(first: {n + 1}) {{ nodes {{ id }} }} }}" for n in range(60))
FIELDS = " ".join(f"a{n}: version" for n in range(25))

Question = Callable[[int, str, str], tuple[str, dict[str, object]]]
"""The document and variables of the n-th time, about the event and the hall."""

QUESTIONS: dict[str, Question | None] = {
    "search": lambda n, _event, _hall: (f"query ($text: String) {{ {SEARCHES} }}", {"text": f"nobody {n}"}),
    "counts": lambda _n, _event, _hall: (f"{{ {COUNTS} }}", {}),
    "schema": lambda _n, _event, _hall: (SCHEMA, {}),
    "keys": lambda _n, _event, _hall: (LOCK, {"input": {f"k{each}": 1 for each in range(60_000)}}),
    "spaces": lambda n, _event, _hall: ("{ __typename } #" + str(n) + " " * 1_000_000, {}),
    "conflicts": lambda n, _event, _hall: (f"{{ {CONFLICTS} }} # {n}", {}),
    "new": lambda n, event, _hall: (f'{{ event(id: "{event}") {{ {FIELDS} }} }} # {n}', {}),
    "seats": lambda _n, _event, hall: ("query ($id: ID!) { event(id: $id) { seats { label status } } }", {"id": hall}),
    "maps": lambda _n, _event, hall: (
        "query ($id: ID!) { event(id: $id) { sections { rows { name statuses } } } }",
        {"id": hall},
    ),
    "metrics": None,
    "listening": None,
}


PATIENCE = 10.0
"""How many seconds longer it may take, on a busy machine, until who listens is told anything."""


class Asking:
    """What it asks for and what it got."""

    def __init__(self, name: str, port: int, seconds: float, event: str, hall: str) -> None:
        self.name, self.port, self.seconds = name, port, seconds
        self.event, self.hall = event, hall
        self.answers: Counter[str] = Counter()
        self.until = 0.0

    def begin(self) -> None:
        self.until = time.monotonic() + self.seconds
        loop = self.listen if self.name == "listening" else self.ask
        threads = [threading.Thread(target=loop, args=(number,)) for number in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def ask(self, number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30, source_address=(ADDRESS, 0))
        question = QUESTIONS[self.name]
        asked = 0
        while time.monotonic() < self.until:
            asked += 1
            try:
                if question is None:
                    connection.request("GET", "/metrics")
                else:
                    text, variables = question(hash((os.getpid(), number, asked)), self.event, self.hall)
                    body = json.dumps({"query": text, "variables": variables})
                    connection.request("POST", "/graphql", body, {"content-type": "application/json"})
                response = connection.getresponse()
                self.answers[kind_of(response.status, response.read())] += 1
            except (OSError, http.client.HTTPException) as error:
                self.answers[type(error).__name__] += 1
                connection.close()
                time.sleep(0.01)

    def listen(self, number: int) -> None:
        """To so many subscriptions on one WebSocket, each of which another document asks for."""
        connection = connect(self.port)
        key = base64.b64encode(os.urandom(16)).decode()
        head = (
            f"GET /graphql HTTP/1.1\r\nhost: a\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-key: {key}"
            "\r\nsec-websocket-version: 13\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n"
        )
        push(connection, head.encode())
        answer = b""
        while b"\r\n\r\n" not in answer and (more := connection.recv(4_096)):
            answer += more
        self.answers[answer[9:12].decode()] += 1
        push(connection, frame({"type": "connection_init"}))
        for each in range(LISTENED // CONNECTIONS):
            text = (
                f"subscription ($event: ID!) {{ seatAvailability(eventId: $event) {{ {FIELDS} availableSeats "
                f"b{each}: version }} }} # {os.getpid()} {number}"
            )
            payload = {"query": text, "variables": {"event": self.event, "unused": each}}
            push(connection, frame({"id": str(each), "type": "subscribe", "payload": payload}))
        connection.settimeout(0.2)
        at_last = self.until + PATIENCE
        while (now := time.monotonic()) < self.until or (not self.answers["states"] and now < at_last):
            with suppress(TimeoutError):
                self.answers["states"] += connection.recv(65_536).count(b"availableSeats")
        connection.close()


def kind_of(status: int, body: bytes) -> str:
    """The status of an answer, or the code of its error."""
    for code in (b"RATE_LIMITED", b"QUERY_TOO_COMPLEX", b"INVALID_INPUT", b"GRAPHQL_VALIDATION_FAILED"):
        if code in body[:2_000]:
            return code.decode()
    return str(status)


def main() -> None:
    name, port, seconds, event, hall = sys.argv[1:]
    asking = Asking(name, int(port), float(seconds), event, hall)
    print("ready", flush=True)
    sys.stdin.readline()
    asking.begin()
    print(json.dumps(asking.answers), flush=True)


if __name__ == "__main__":
    main()
