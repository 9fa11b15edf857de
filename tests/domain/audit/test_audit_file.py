"""The audit log as a file: every entry has a line there in the end, whatever happens to disks and processes."""

from __future__ import annotations

import asyncio
import json
import resource
import secrets
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from domain.audit import file as files
from domain.audit import rotation
from domain.audit.chain import hashes_of
from domain.documents import AuditEntry
from domain.ids import api_id
from domain.opening import open_services
from domain.people import accounts
from domain.process.settings import Settings
from domain.services import Services
from tests.support.api import command
from tests.support.hunting import hunt
from tests.support.sale import Sale, somebody
from tests.support.waiting import until

PASSWORD, TOKEN, KEY = "correct horse battery", "sim_success", "key-that-nobody-else-has"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "logs" / "audit.log"


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is done again after seconds is done again at once."""
    monkeypatch.setattr(files, "AGAIN_SECONDS", 0.02)
    monkeypatch.setattr(files, "SETTLING_SECONDS", 0.02)


@asynccontextmanager
async def opened(settings: Settings, log: Path) -> AsyncIterator[Services]:
    async with open_services(settings.model_copy(update={"audit_log": log})) as services:
        yield services


def lines(log: Path) -> list[dict[str, Any]]:
    """Every line, of files put aside as well, that is one; torn ones are none."""
    told = []
    for path in sorted(log.parent.glob("audit.log*")):
        for line in path.read_bytes().splitlines() if path.suffix != ".lock" else ():
            try:
                told.append(json.loads(line))
            except ValueError:
                continue
    return told


def content(log: Path) -> bytes:
    return log.read_bytes()


def files_of(directory: Path) -> dict[str, bytes]:
    """What is in each file, but for the lock."""
    return {path.name: path.read_bytes() for path in directory.iterdir() if path.suffix != ".lock"}


def others_rights(log: Path) -> int:
    return log.stat().st_mode & 0o007


def exists(log: Path) -> bool:
    return log.exists()


def sale_of(services: Services) -> Sale:
    return Sale([services], services.clock)  # type: ignore[arg-type]  # nobody moves it


async def sell(services: Services, purchases: int = 3) -> None:
    """Somebody registers and buys; some lock twice, some cancel."""
    sale, buyer = sale_of(services), somebody()
    event = await sale.event(purchases)
    for number in range(purchases):
        key = f"{KEY} {number}"
        locked = await sale.lock(event, buyer, key=key)
        await sale.lock(event, buyer, key=key)
        booking = (await sale.confirm(locked.lock, buyer)).booking
        await sale.pay(booking, buyer, key=key)
        if number % 2:
            await sale.cancel(booking, buyer)
    email = f"{secrets.token_hex(6)}@seatlock.test"
    await accounts.register(services, name="Ada", email=email, password=PASSWORD, correlation_id="test")


async def missing(log: Path) -> set[str]:
    """Entries that have no line."""
    written = {line["id"] for line in lines(log)}
    return {api_id("AuditEntry", entry.id) for entry in await AuditEntry.find_all().to_list()} - written


async def until_whole(log: Path) -> None:
    async def is_whole() -> bool:
        return not await missing(log)

    await until(is_whole)


async def test_an_entry_a_line_with_its_hash(settings: Settings, log: Path) -> None:
    async with opened(settings, log) as services:
        await sell(services)
        await until_whole(log)
        entries = await AuditEntry.find_all().to_list()
        hashes = await hashes_of(services.database, [entry.id for entry in entries])
    told = {line["id"]: line for line in lines(log)}
    assert len(lines(log)) == len(told) == len(entries)
    for entry in entries:
        line = told[api_id("AuditEntry", entry.id)]
        assert (line["hash"], line["previous"]) == (hashes[entry.id].hex(), entry.previous.hex())
        assert (line["chain"], line["sequence"]) == (str(entry.chain_id), entry.sequence)
        assert (line["action"], line["correlationId"]) == (entry.action, entry.correlation_id)
        assert line["metadata"] == entry.metadata
        assert line["isRetry"] is entry.is_retry
    # Whoever has only the file can follow the chains.
    chains: dict[str, list[dict[str, Any]]] = {}
    for line in sorted(told.values(), key=lambda line: int(line["sequence"])):
        chains.setdefault(line["chain"], []).append(line)
    for chain in chains.values():
        assert [line["previous"] for line in chain] == ["", *(line["hash"] for line in chain[:-1])]


async def test_no_secret_is_in_it(settings: Settings, log: Path) -> None:
    async with opened(settings, log) as services:
        await sell(services)
        await until_whole(log)
    told = content(log).decode()
    for secret in (PASSWORD, TOKEN, KEY, "@seatlock.test", settings.secret_key.get_secret_value()):
        assert secret not in told
    assert others_rights(log) == 0


async def test_rotation_loses_nothing(settings: Settings, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation, "MEGABYTES", 3_000 / 2**20)
    async with opened(settings, log) as services:
        for _ in range(3):  # lines that are made at about the same time are written together
            await sell(services, 2)
            await until_whole(log)
        count = await AuditEntry.count()
    put_aside = files_of(log.parent)
    assert 3 <= len(put_aside) <= rotation.KEPT + 1
    assert len(lines(log)) == count
    assert all(content.endswith(b"\n") for content in put_aside.values())


def test_the_oldest_are_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation, "MEGABYTES", 0)
    monkeypatch.setattr(rotation, "KEPT", 3)
    for number in range(8):
        rotation.RotatedFile(tmp_path / "audit.log").append(b"%d\n" % number)
    kept = {"audit.log": b"7\n", "audit.log.1": b"6\n", "audit.log.2": b"5\n", "audit.log.3": b"4\n"}
    assert files_of(tmp_path) == kept


def test_who_looks_through_it_rests_whatever_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread that computes without a pause holds up the event loop, and so each buyer."""
    log, read_before = tmp_path / "audit.log", list[int]()
    read = 0

    def count(line: bytes) -> None:
        nonlocal read
        read += 1

    monkeypatch.setattr(rotation, "written_in", count)  # no line is one that is asked for
    # Its own clock: other threads sleep by the one that all share.
    monkeypatch.setattr(rotation, "time", SimpleNamespace(sleep=lambda seconds: read_before.append(read)))
    file = rotation.RotatedFile(log)
    file.append(b"a line\n" * (3 * rotation.AT_ONCE + 1))
    assert list(file.lines(datetime.now(UTC))) == []
    assert read_before == [0, rotation.AT_ONCE, 2 * rotation.AT_ONCE, 3 * rotation.AT_ONCE]
    assert rotation.REST_SECONDS > 0


# ---------------------------------------------------------------- disks that fail


async def test_a_directory_that_can_t_be_made_fails_no_sale(settings: Settings, log: Path) -> None:
    log.parent.write_text("not a directory")
    async with opened(settings, log) as services:
        await sell(services)
        log.parent.unlink()
        await until_whole(log)
        await sell(services)
        await until_whole(log)


async def test_a_directory_that_goes_away_for_a_while(settings: Settings, log: Path) -> None:
    async with opened(settings, log) as services:
        await sell(services)
        await until_whole(log)
        aside = log.parent.with_name("aside")
        shutil.move(log.parent, aside)
        log.parent.write_text("not a directory")
        await sell(services)
        log.parent.unlink()
        shutil.move(aside, log.parent)
        await until_whole(log)


@contextmanager
def full(size: int) -> Iterator[None]:
    """No file of this process's grows beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("room", [0, 130, 700])
async def test_a_full_disk_fails_no_sale(settings: Settings, log: Path, room: int) -> None:
    """The last line that had room may have had half the room it needs: it is written anew."""
    async with opened(settings, log) as services:
        await sell(services, 1)
        await until_whole(log)
        with full(len(content(log)) + room):
            await sell(services)

            async def is_failing() -> bool:
                return services.audit_file._failing

            await until(is_failing)
            assert await missing(log)
        await until_whole(log)


async def test_more_than_can_wait_is_looked_up(settings: Settings, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_WAITING", 0)
    async with opened(settings, log) as services:
        await sell(services, 5)
        monkeypatch.setattr(files, "MOST_WAITING", 50_000)
        await until_whole(log)


async def test_what_comes_later_and_is_older_is_looked_up_too(
    services: Services, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chains commit side by side: an entry may reach the file after one that was made later."""
    await sell(services)
    entries = await AuditEntry.find_all().to_list()
    file = files.AuditFile(log, services.database, services.clock)
    monkeypatch.setattr(files, "MOST_WAITING", 0)
    for entry in sorted(entries, key=lambda entry: entry.created_at, reverse=True):
        file.write([entry], b"")
    monkeypatch.setattr(files, "MOST_WAITING", 50_000)
    file.start()
    await until_whole(log)
    await file.close()


async def test_lines_gather_and_are_written_together(
    settings: Settings, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opening the file costs a lone sale more than its lines do."""
    monkeypatch.setattr(files, "GATHERED_SECONDS", 3_600)
    written: list[int] = []
    append = rotation.RotatedFile.append

    def counting(file: rotation.RotatedFile, added: bytes) -> None:
        written.append(len(added.splitlines()))
        append(file, added)

    monkeypatch.setattr(rotation.RotatedFile, "append", counting)
    started, last_run = asyncio.Event(), files.AuditFile._last_run

    async def starting(audit_file: files.AuditFile, file: rotation.RotatedFile) -> datetime | None:
        found = await last_run(audit_file, file)
        started.set()
        return found

    monkeypatch.setattr(files.AuditFile, "_last_run", starting)
    async with opened(settings, log) as services:
        await started.wait()  # what was there before it waits for no other
        await sell(services)
        assert written == []
    # A server that stops waits for nothing more to gather.
    assert written == [len(lines(log))]
    async with opened(settings, log):
        assert await missing(log) == set()


# ---------------------------------------------------------------- processes that end


SELLS = """
import asyncio, signal, sys
from domain.opening import open_services
from domain.process.settings import load_settings
from tests.domain.audit.test_audit_file import sell
async def main():
    async with open_services(load_settings()) as services:
        print("ready", flush=True)
        for number in range(int(sys.argv[1])):
            await asyncio.gather(*(sell(services) for _ in range(4)))
asyncio.run(main())
"""


async def start(settings: Settings, log: Path, rounds: int) -> asyncio.subprocess.Process:
    own = settings.model_copy(update={"audit_log": log})
    program = command(own, sys.executable, "-c", SELLS, str(rounds))
    process = await asyncio.create_subprocess_exec(*program, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    while (line := await process.stdout.readline()) != b"ready\n":
        assert line, "it ended"  # before it is ready it may log what it did to old data
    return process


@pytest.mark.fresh_database
@hunt
async def test_two_processes_write_one_file(settings: Settings, log: Path) -> None:
    async with opened(settings, log) as services:
        other = await start(settings, log, 2)
        for _ in range(4):
            await sell(services)
        assert await other.wait() == 0
        await until_whole(log)
        count = await AuditEntry.count()
    # Some perhaps twice: whoever starts looks for what is missing while another is writing it.
    assert len(lines(log)) == len(content(log).splitlines())
    assert len({line["id"] for line in lines(log)}) == count


@pytest.mark.fresh_database
async def test_after_kill_9_the_next_to_start_writes_what_is_missing(settings: Settings, log: Path) -> None:
    doomed = await start(settings, log, 1_000)

    async def is_written() -> bool:
        return exists(log)

    await until(is_written)
    doomed.kill()
    assert await doomed.wait() == -signal.SIGKILL
    async with opened(settings, log):
        await until_whole(log)


async def test_killed_before_its_first_line_a_process_leaves_an_empty_file(settings: Settings, log: Path) -> None:
    async with opened(settings, log.with_name("another.log")) as services:
        await sell(services)
    make_empty(log)
    async with opened(settings, log):
        await until_whole(log)


def make_empty(log: Path) -> None:
    log.touch()


def spoil(log: Path, kept: str) -> None:
    """Leave of the file what a process leaves that is killed there."""
    *most, last = log.read_bytes().splitlines(keepends=True)
    if kept == "half of the last":
        log.write_bytes(b"".join(most) + last[:-20])
    else:
        log.with_name("audit.log.1").write_bytes(b"".join(most[:-3]))
        log.unlink()
        if kept != "none":
            log.write_bytes(last[:100] if kept == "half a line" else b"")


@pytest.mark.fresh_database
@pytest.mark.parametrize("kept", ["none", "empty", "half a line", "half of the last"])
async def test_after_kill_9_at_a_bad_moment(settings: Settings, log: Path, kept: str) -> None:
    """Just put aside and nothing written yet, or half of a line."""
    async with opened(settings, log) as services:
        await sell(services)
        await until_whole(log)
        count = await AuditEntry.count()
    spoil(log, kept)
    async with opened(settings, log):
        assert await AuditEntry.count() == count
        assert await missing(log)
        await until_whole(log)


async def test_without_a_path_there_is_no_file(services: Services, tmp_path: Path) -> None:
    await sell(services)
    assert files_of(tmp_path) == {}
