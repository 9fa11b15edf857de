"""Our client for TypeScript, in a Node of its own, through a proxy that fails, with somebody else who buys."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest

from tests.clients.box_office import BoxOffice
from tests.clients.client import open_client
from tests.clients.installing import NODE, OURS, install_packages
from tests.clients.ours import Ours
from tests.clients.proxy import Proxy
from tests.clients.test_our_python import PASSWORD, TOKEN_TTL, clock, office, proxy, served, services, settings
from tests.graph.schema.test_refusals import MovableClock
from tests.support.hunting import hunt

__all__ = ["clock", "office", "proxy", "served", "services", "settings"]  # fixtures

ADA = {"name": "Ada", "email": "ada@seatlock.test", "password": PASSWORD}
CONSUMER = """
import { connect, lockSeats, refusal, watchSeats } from "seatlock-client";
const api = connect({ url: "https://tickets.example/graphql" });
try {
  const { lock } = await lockSeats(api, { eventId: "1", seats: 2 });
  const amount: string = lock.total.amount;
  console.log(amount);
} catch (error) {
  const left: number | undefined = refusal(error, "NotEnoughSeats")?.availableSeats;
  console.log(left);
}
for await (const { changedRows } of watchSeats(api, { eventId: "1" })) console.log(changedRows);
"""
READER = """
import { connect, event } from "seatlock-client";
console.log((await event(connect({ url: "https://tickets.example/graphql" }), "1"))?.name);
"""


@pytest.fixture(scope="session")
def packages(pytestconfig: pytest.Config) -> Path:
    """What the client's lock names."""
    return install_packages(pytestconfig.cache.mkdir("npm"), OURS)


@pytest.fixture
async def ours(scripts: Path, proxy: Proxy) -> AsyncIterator[Ours]:
    async with open_client(scripts, "ours", proxy.url, None, silence=1_000) as client:
        yield Ours(client)


async def test_a_whole_purchase_while_another_buys(ours: Ours, office: BoxOffice, proxy: Proxy) -> None:
    """With a swap, a card that is declined, a bank that asks, and every answer lost once."""
    event, other = await office.event(), await office.buyer()
    proxy.lose("register")
    assert (await ours.call("register", ADA))["name"] == "Ada"
    watching = await ours.start("watchSeats", {"eventId": event})
    assert (await ours.next(watching))["availableSeats"] == 20
    await office.lock(other, event)
    assert (await ours.next(watching))["lockedSeats"] == 1

    refused = await ours.fails("lockSeats", {"eventId": event, "seats": 20})
    assert (refused["name"], refused["code"], refused["outcome"]["availableSeats"]) == (
        *("Refused", "NOT_ENOUGH_SEATS", 19),
    )
    busy = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 0\r\nContent-Length: 4\r\n\r\nbusy"
    proxy.lose("lockSeats", busy)
    locked = await ours.call("lockSeats", {"eventId": event, "seats": ["STALLS-B-1", "STALLS-B-2"]})
    lock = locked["lock"]["id"]
    proxy.lose("changeLock")
    swap = {"lockId": lock, "add": ["STALLS-B-3"], "remove": ["STALLS-B-1"]}
    changed = await ours.call("changeLock", swap)
    assert (changed["lock"]["seats"], changed["replayed"]) == (["STALLS-B-2", "STALLS-B-3"], True)
    rows: dict[str, str] = {}
    while rows.get("B") != "AHHAAAAAAA":
        rows |= {row["name"]: row["statuses"] for row in (await ours.next(watching))["changedRows"]}
    assert (await ours.call("extendLock", lock))["id"] == lock

    proxy.lose("confirmBooking")
    booking = (await ours.call("confirm", lock))["id"]
    waiting = await ours.start("watchBooking", {"bookingId": booking})
    assert (await ours.next(waiting))["status"] == "PAYMENT_PENDING"
    declined = await ours.fails("pay", {"bookingId": booking, "paymentToken": "sim_declined"})
    assert declined["outcome"]["attemptsLeft"] == 4
    payment = {"bookingId": booking, "paymentToken": "sim_challenge", "key": "mine"}
    proxy.lose("payBooking")
    asks = await ours.call("pay", payment)
    assert asks["__typename"] == "PaymentActionRequired"
    async with httpx.AsyncClient() as bank:
        await bank.post(urljoin(proxy.url, asks["redirectUrl"]), data={"answer": "approve"})
    while (await ours.next(waiting))["status"] != "CONFIRMED":
        pass
    assert (await ours.call("pay", payment))["booking"]["status"] == "CONFIRMED"

    assert [mine["id"] for mine in (await ours.call("myBookings"))["nodes"]] == [booking]
    proxy.lose("cancelBooking")
    assert (await ours.call("cancel", booking))["refund"]["amount"]["amount"] == "500.00"
    done = [action for action, is_retry in await office.history(event) if not is_retry]
    for action in ("LOCK_CHANGED", "BOOKING_CREATED", "PAYMENT_SUCCEEDED", "BOOKING_CANCELLED"):
        assert done.count(action) == 1
    await ours.client.tell({"about": watching})
    while "ended" not in await ours.client.hear(watching):
        pass


async def test_it_comes_back_after_a_dead_line_an_absent_server_and_an_expired_token(
    ours: Ours, office: BoxOffice, proxy: Proxy, clock: MovableClock
) -> None:
    event, other = await office.event(), await office.buyer()
    await ours.call("register", ADA)
    watching = await ours.start("watchSeats", {"eventId": event})
    await ours.next(watching)
    proxy.die()
    await office.lock(other, event)
    seats = await ours.next(watching)
    assert (seats["snapshot"], seats["lockedSeats"]) == (True, 1)

    proxy.stop()
    await office.lock(other, event)
    await proxy.start()
    seats = await ours.next(watching)
    assert (seats["snapshot"], seats["lockedSeats"]) == (True, 2)

    async def expire() -> None:
        clock.ahead = TOKEN_TTL

    proxy.meanwhile("lockSeats", expire)
    proxy.lose("refreshSession")  # what was lost is given again
    several = [await ours.start("lockSeats", {"eventId": event, "seats": 1}) for _ in range(4)]
    locks = [(await ours.next(each))["lock"]["id"] for each in several]
    assert proxy.asked["refreshSession"] == 2
    booking = (await ours.call("confirm", locks[0]))["id"]
    waiting = await ours.start("watchBooking", {"bookingId": booking})
    await ours.next(waiting)
    clock.ahead *= 2
    proxy.cut()
    assert (await ours.next(waiting))["id"] == booking


@hunt
async def test_a_session_is_kept_and_ends_with_logout(
    ours: Ours, scripts: Path, office: BoxOffice, proxy: Proxy
) -> None:
    await ours.call("register", ADA)
    tokens = (await ours.client.hear("tokens"))["value"]
    async with open_client(scripts, "ours", proxy.url, None, tokens=tokens) as client:
        later = Ours(client)
        assert (await later.call("myLocks"))["nodes"] == []
        assert await later.call("logout") == 1
        assert (await later.fails("myLocks"))["code"] == "UNAUTHENTICATED"
    assert (await ours.fails("myLocks"))["name"] == "SessionEnded"
    assert (await ours.client.hear("tokens"))["value"] is None
    assert (await ours.call("events"))["nodes"] == []  # what is public is there for nobody, too


def compile_it(packages: Path, project: Path) -> None:
    """Or fail with what is wrong."""
    command: list[str | Path] = [NODE, packages / "typescript" / "bin" / "tsc", "--project", project]
    compiled = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (compiled.stdout, compiled.returncode) == ("", 0)


@pytest.fixture
def built(packages: Path, tmp_path: Path) -> Path:
    """The package as it would be published."""
    copy = Path(shutil.copytree(OURS, tmp_path / "ours", ignore=shutil.ignore_patterns("node_modules", "dist")))
    (copy / "node_modules").symlink_to(packages)
    compile_it(packages, copy / "tsconfig.build.json")
    return copy


def test_it_is_typed_and_can_be_built(built: Path) -> None:
    exported = json.loads((built / "package.json").read_text())["exports"]["."]
    assert [(built / file).is_file() for file in exported.values()] == [True, True]


@hunt
def test_who_uses_the_package_has_its_types_and_only_the_code_that_is_used(
    packages: Path, built: Path, tmp_path: Path
) -> None:
    modules = tmp_path / "node_modules"
    modules.mkdir()
    (modules / "seatlock-client").symlink_to(built)
    for package in packages.iterdir():
        (modules / package.name).symlink_to(package)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "page.ts").write_text(CONSUMER)
    (tmp_path / "small.ts").write_text(READER)
    options = {"strict": True, "module": "nodenext", "target": "es2022", "lib": ["es2022", "dom"], "noEmit": True}
    (tmp_path / "tsconfig.json").write_text(json.dumps({"compilerOptions": options, "files": ["page.ts", "small.ts"]}))
    compile_it(packages, tmp_path)
    esbuild = packages / "@esbuild" / "linux-x64" / "bin" / "esbuild"
    sizes = []
    for page in ("page.ts", "small.ts"):
        command = [esbuild, page, "--bundle", "--minify", "--format=esm"]
        sizes.append(len(subprocess.run(command, cwd=tmp_path, capture_output=True, check=True).stdout))
    assert sizes[0] < 20_000
    assert sizes[1] < 5_000
