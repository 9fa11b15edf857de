"""`seatlock watch`: what it prints of a sale, in a pipe and in a terminal, and what it says when it can't."""

from __future__ import annotations

import asyncio
import os
import pty
import re
import secrets
import signal
import termios
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from beanie import PydanticObjectId
from starlette.websockets import WebSocket

from domain.documents import Event
from domain.process.settings import Settings
from domain.sale.buying import lock_seats
from domain.sale.events import NewRow
from domain.services import Services
from graph.schema.ids import encode_id
from ops.embedded import Server
from ops.processes import free_port
from tests.support.api import SEATLOCK, api_server
from tests.support.commands import assert_one_line, seatlock
from tests.support.pretending import accepted, event_named, pretending
from tests.support.sale import new_event, somebody
from tests.support.waiting import until

PATIENCE = 20.0
CURSOR_SHOWN = b"\x1b[?25h"
INSTANT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A lock may have many seats."""
    return settings.model_copy(update={"max_seats_per_lock": 1_000, "max_held_seats_per_buyer": 1_000})


@pytest.fixture
def api(services: Services, tmp_path: Path) -> Iterator[Server]:
    """A running API on this test's database."""
    server = api_server(services.settings, tmp_path / "log")
    server.start()
    yield server
    server.kill()


@pytest.fixture
async def event(services: Services) -> Event:
    """Five seats, STALLS-A-1 and so on."""
    return await new_event(services, rows=[NewRow("A", 5)])


def url_of(api: Server) -> str:
    return f"http://127.0.0.1:{api.port}/graphql"


async def lock(services: Services, event: Event, *seats: str) -> None:
    await lock_seats(
        services,
        somebody(),
        event_id=event.id,
        quantity=None,
        section=None,
        seats=seats,
        idempotency_key=secrets.token_hex(8),
    )


async def line_of(stream: asyncio.StreamReader | None) -> str:
    """The next line, as soon as it is there."""
    assert stream
    async with asyncio.timeout(PATIENCE):
        return (await stream.readline()).decode()


def hear_ctrl_c() -> None:
    """As a terminal's shell starts programs; one that runs in the background has them ignore it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


async def interrupt(process: asyncio.subprocess.Process) -> int:
    """Ctrl-C; the exit code."""
    process.send_signal(signal.SIGINT)
    async with asyncio.timeout(PATIENCE):
        return await process.wait()


@asynccontextmanager
async def piped(event: Event, api: Server) -> AsyncIterator[asyncio.subprocess.Process]:
    """`seatlock watch`, its output read by a program."""
    process = await asyncio.create_subprocess_exec(
        *(SEATLOCK, "watch", encode_id("Event", event.id), "--url", url_of(api)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        preexec_fn=hear_ctrl_c,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_in_a_pipe_each_message_is_a_line(services: Services, event: Event, api: Server) -> None:
    await lock(services, event, "STALLS-A-4")
    async with piped(event, api) as watching:
        snapshot = await line_of(watching.stdout)
        assert re.fullmatch(rf"{INSTANT} version 2: 4 available, 1 locked, 0 booked; STALLS-A-4 HELD\n", snapshot)
        await lock(services, event, "STALLS-A-2", "STALLS-A-1")
        change = await line_of(watching.stdout)
        assert change.partition(" ")[2] == (
            "version 3: 2 available, 3 locked, 0 booked; STALLS-A-1 HELD, STALLS-A-2 HELD\n"
        )

        assert await interrupt(watching) == 0
        assert await line_of(watching.stdout) == await line_of(watching.stderr) == ""


async def test_more_seats_than_a_message_may_list_are_only_counted(services: Services, api: Server) -> None:
    event = await new_event(services, rows=[NewRow(f"R{number}", 1_000) for number in range(51)])
    for row in range(51):
        await lock(services, event, *(f"STALLS-R{row}-{number}" for number in range(1, 991)))
    async with piped(event, api) as watching:
        assert "version 52: 510 available, 50490 locked, 0 booked\n" in await line_of(watching.stdout)
        await lock(services, event, "STALLS-R0-1000")
        assert "version 53: 509 available, 50491 locked, 0 booked\n" in await line_of(watching.stdout)


async def test_it_comes_back_to_a_server_that_restarts_and_says_so(
    services: Services, event: Event, api: Server
) -> None:
    async with piped(event, api) as watching:
        assert "version 1: 5 available" in await line_of(watching.stdout)
        await asyncio.to_thread(api.stop)
        lost = "seatlock: the connection was closed: 1012 Service restart; trying again in "
        assert (await line_of(watching.stderr)).startswith(lost)
        await lock(services, event, "STALLS-A-1")
        refused = f"seatlock: no API answers at ws://127.0.0.1:{api.port}/graphql; trying again in "
        assert (await line_of(watching.stderr)).startswith(refused)
        await asyncio.to_thread(api.start)
        assert "version 2: 4 available, 1 locked, 0 booked; STALLS-A-1 HELD" in await line_of(watching.stdout)
        await lock(services, event, "STALLS-A-2")
        assert "version 3: 3 available, 2 locked, 0 booked; STALLS-A-2 HELD" in await line_of(watching.stdout)


async def test_what_another_connection_would_not_mend_is_the_end() -> None:
    """A server that has a fault is left for another connection, a broken protocol is not tried again."""
    counters = dict.fromkeys(["version", "totalSeats", "availableSeats", "lockedSeats", "bookedSeats"], 1)
    sales = {"salesOpen": True, "salesClosedReason": None, "asOf": "2030-01-01T00:00:00.000Z"}
    seats: dict[str, object] = {**counters, **sales, "snapshot": True, "changedSeats": []}
    connections = 0

    async def listen(socket: WebSocket) -> None:
        nonlocal connections
        connections += 1
        await accepted(socket)
        await socket.send_json({"id": "1", "type": "next", "payload": {"data": {"seatAvailability": seats}}})
        await socket.close(*((1013, "Later") if connections == 1 else (4400, "Not so")))

    async with pretending({"ReadEvent": {"event": event_named("Concert")}}, listen) as url:
        ended = await asyncio.to_thread(seatlock, "watch", encode_id("Event", PydanticObjectId()), "--url", url, env={})
    assert (ended.returncode, connections) == (1, 2)
    lost, final = ended.stderr.splitlines()
    assert "the connection was closed: 1013 Later; trying again in" in lost
    assert final == "seatlock: the connection was closed: 4400 Not so"


async def test_what_cannot_be_watched_is_one_line(api: Server) -> None:
    unknown = encode_id("Event", PydanticObjectId())
    there, nowhere = url_of(api), f"http://127.0.0.1:{free_port()}/graphql"
    for event_id, url, words in [
        (unknown, there, f"there is no event {unknown}"),
        (unknown, nowhere, f"no API answers at {nowhere}"),
        (unknown, there.replace("graphql", "health"), "/health: HTTP 405"),
        (unknown, "concert", "concert is no address of an API"),
        (unknown, "http://[concert", "http://[concert is no address of an API"),
    ]:
        result = await asyncio.to_thread(seatlock, "watch", event_id, "--url", url, env={})
        assert_one_line(result, 1, words)
    result = await asyncio.to_thread(seatlock, "watch", "concert", "--url", there, env={})
    assert_one_line(result, 2, "EVENT_ID: Not the id of an Event")


@dataclass
class Terminal:
    """A terminal, and what `seatlock watch` has written to it."""

    process: asyncio.subprocess.Process
    master: int
    written: bytes = b""

    @property
    def text(self) -> str:
        """Without colours and movements of the cursor."""
        return re.sub(r"\x1b\[[?\d;]*[A-Za-z]", "", self.written.decode(errors="ignore"))

    async def shows(self, *words: str) -> None:
        """Wait until it has drawn all of these."""

        async def drawn() -> bool:
            with suppress(BlockingIOError):
                self.written += os.read(self.master, 65_536)
            return all(word in self.text for word in words)

        await until(drawn)

    def read_rest(self) -> None:
        """What was written last, once the process has ended."""
        with suppress(OSError):
            while more := os.read(self.master, 65_536):
                self.written += more


@asynccontextmanager
async def terminal(event: Event, api: Server, lines: int) -> AsyncIterator[Terminal]:
    """`seatlock watch` in a terminal of so many lines."""
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (lines, 80))
    os.set_blocking(master, False)
    others = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "NO_COLOR")}
    process = await asyncio.create_subprocess_exec(
        *(SEATLOCK, "watch", encode_id("Event", event.id), "--url", url_of(api)),
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={**others, "TERM": "xterm-256color"},
        preexec_fn=hear_ctrl_c,
    )
    os.close(slave)
    try:
        yield Terminal(process, master)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        os.close(master)


async def test_in_a_terminal_the_event_is_drawn(services: Services, event: Event, api: Server) -> None:
    async with terminal(event, api, 24) as drawn:
        await drawn.shows("Concert  version 1", "available 5", "STALLS\r\nA ·····")
        await lock(services, event, "STALLS-A-2", "STALLS-A-3")
        await drawn.shows(
            "Concert  version 2", "available 3", "locked    2", "A ·HH··", "STALLS-A-2 HELD  STALLS-A-3 HELD"
        )
        await asyncio.to_thread(api.stop)
        await drawn.shows("1012 Service restart; trying again in 0.")
        assert await interrupt(drawn.process) == 0
        drawn.read_rest()
        assert drawn.written.endswith(b"\r\n" + CURSOR_SHOWN)


async def test_a_map_that_does_not_fit_is_left_out(services: Services, api: Server) -> None:
    event = await new_event(services, rows=[NewRow(name, 3) for name in "ABCDEFGHIJ"])
    async with terminal(event, api, 10) as drawn:
        await drawn.shows("available 30")
        await lock(services, event, "STALLS-J-1")
        await drawn.shows("available 29", "STALLS-J-1 HELD")
        assert "···" not in drawn.text
