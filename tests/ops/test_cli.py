"""The command line: what it needs, what it says, and how it exits."""

from __future__ import annotations

import json
import os
import resource
import subprocess
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

import httpx
import pytest

from domain.documents import AuditAction, AuditEntry, Event, Role, User
from domain.ids import api_id
from domain.people.accounts import login
from domain.process.settings import Settings
from domain.services import Services
from graph.schema.ids import encode_id, encode_routed_id
from ops.processes import free_port
from ops.reference import FILES
from tests.support.api import SEATLOCK as PROGRAM
from tests.support.commands import assert_one_line, environment, seatlock
from tests.support.forking import SEATLOCK, fork
from tests.support.processes import until
from tests.support.sale import Sale, Time, new_event, somebody
from tests.support.scenes import user
from tests.support.worker import Worker

ROOT = Path(__file__).parents[2]
COMMANDS = [
    "dev",
    "serve",
    "worker",
    "create-admin",
    "set-password",
    "check",
    "report",
    "export-schema",
    "export-reference",
    "demo",
    "watch",
    "race",
    "documents",
]
NEED_SETTINGS = [
    ["serve"],
    ["worker"],
    ["create-admin", "a@seatlock.example"],
    ["set-password", "a@b.c"],
    ["check"],
    ["report"],
    ["demo"],
]


def start(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a shell does."""
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=60, check=False)


def test_help_names_every_command_at_once() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = start("--help")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert result.returncode == 0
    for command in COMMANDS:
        assert command in result.stdout
    # Of the processor: how long it waits for one is up to the machine.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 5


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str) -> None:
    assert seatlock(command, "--help", env={}).returncode == 0


@pytest.mark.parametrize("arguments", NEED_SETTINGS, ids=lambda arguments: arguments[0])
def test_missing_settings_are_one_line(arguments: list[str]) -> None:
    result = seatlock(*arguments, env={})
    assert_one_line(result, 2, "SEATLOCK_MONGO_URI is missing", "SEATLOCK_SECRET_KEY is missing")


@pytest.mark.parametrize("command", ["serve", "worker", "check"])
def test_nobody_takes_play_money_by_accident(settings: Settings, command: str) -> None:
    """Nor compares the books with those of a provider that nobody uses."""
    without = {name: value for name, value in environment(settings).items() if name != "SEATLOCK_PAYMENT_PROVIDER"}
    assert_one_line(seatlock(command, env=without), 2, "SEATLOCK_PAYMENT_PROVIDER is missing", "stripe", "simulated")


def test_a_bad_setting_is_one_line_without_its_value(settings: Settings) -> None:
    result = seatlock("check", env={**environment(settings), "SEATLOCK_SECRET_KEY": "hunter2"})
    assert_one_line(result, 2, "SEATLOCK_SECRET_KEY", "32 characters")
    assert "hunter2" not in result.stderr


def test_no_mongodb_is_one_line(settings: Settings) -> None:
    env = {
        **environment(settings),
        "SEATLOCK_MONGO_URI": f"mongodb://user:hunter2@127.0.0.1:{free_port()},127.0.0.2:{free_port()}/?replicaSet=rs0",
        "SEATLOCK_ADMIN_PASSWORD": "long enough",
        "SEATLOCK_START_TIMEOUT_SECONDS": "0",
    }
    with ThreadPoolExecutor() as all_at_once:  # each waits for MongoDB for seconds
        for result in all_at_once.map(lambda arguments: seatlock(*arguments, env=env), NEED_SETTINGS):
            assert_one_line(result, 1, "cannot reach MongoDB (SEATLOCK_MONGO_URI)")
            assert "hunter2" not in result.stderr
            assert result.stderr.count("Connect call failed") == 2, "each member is named"
            assert "Topology" not in result.stderr


def test_a_bad_mongo_uri_is_one_line(settings: Settings) -> None:
    result = seatlock("check", env={**environment(settings), "SEATLOCK_MONGO_URI": "mongo://nowhere"})
    assert_one_line(result, 2, "SEATLOCK_MONGO_URI")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SEATLOCK_REDIS_URL", "127.0.0.1:6379"),
        ("SEATLOCK_MONGO_DATABASE", "a b/c"),
        ("SEATLOCK_ADMIN_EMAIL", "nobody@seatlock.test"),
        ("SEATLOCK_SECRET_KEY", "short"),
    ],
)
def test_a_bad_setting_is_one_line(settings: Settings, variable: str, value: str) -> None:
    assert_one_line(seatlock("serve", env={**environment(settings), variable: value}), 2, variable)


def test_worker_check_tells_whether_one_is_at_work(settings: Settings, tmp_path: Path) -> None:
    env = environment(settings)
    assert_one_line(seatlock("worker", "--check", env=env), 1, "no worker is at work")
    worker = Worker(settings, tmp_path / "log")
    try:
        until(lambda: seatlock("worker", "--check", env=env).returncode == 0)
        assert worker.stop(within=30) == 0
    finally:
        worker.kill()
    assert_one_line(seatlock("worker", "--check", env=env), 1, "no worker is at work")


async def test_create_admin(services: Services) -> None:
    env = {**environment(services.settings), "SEATLOCK_ADMIN_PASSWORD": "correct horse battery"}
    result = seatlock("create-admin", "Ada@seatlock.example", "--name", "Ada", env=env)
    assert (result.returncode, result.stdout) == (0, "Ada@seatlock.example is an ADMIN\n")
    ada = await User.find_one(User.email_key == "ada@seatlock.example")
    assert ada is not None
    assert (ada.name, ada.role) == ("Ada", Role.ADMIN)

    again = seatlock("create-admin", "ada@seatlock.example", env=env)
    assert (again.returncode, again.stdout.count("\n")) == (0, 1)
    assert "Ada@seatlock.example is an ADMIN already" in again.stdout


async def test_create_admin_makes_one_of_who_is_registered(services: Services) -> None:
    ada = await user(services)
    promoted = seatlock("create-admin", ada.email.upper(), env=environment(services.settings), stdin="not asked for\n")
    assert (promoted.returncode, promoted.stdout.count("\n")) == (0, 1), promoted.stderr
    for words in (f"{ada.email} was registered, and is an ADMIN", "the password stays"):
        assert words in promoted.stdout
    stored = await User.find_one(User.id == ada.id)
    assert stored is not None
    assert stored.to_bson() == ada.evolve(role=Role.ADMIN, email_verified=True).to_bson()
    entry = await AuditEntry.find_one(AuditEntry.action == AuditAction.USER_ROLE_CHANGED)
    assert entry is not None
    assert (entry.actor_id, entry.from_status, entry.to_status) == (None, "USER", "ADMIN")
    assert (entry.correlation_id, entry.metadata) == ("create-admin", {"userId": api_id("User", ada.id)})


async def test_set_password_is_the_way_back_to_an_account(services: Services) -> None:
    ada = await user(services)
    env = environment(services.settings)
    changed = seatlock("set-password", ada.email.upper(), env=env, stdin="a new passphrase\n")
    assert (changed.returncode, changed.stdout.count("\n")) == (0, 1), changed.stderr
    assert f"{ada.email} has a new password" in changed.stdout
    assert (await login(services, email=ada.email, password="a new passphrase")).id == ada.id
    entry = await AuditEntry.find_one(AuditEntry.action == AuditAction.PASSWORD_CHANGED)
    assert entry is not None
    assert (entry.actor_id, entry.metadata) == (None, {"userId": api_id("User", ada.id)})

    for password, words in (("short", "password: Must be 8"), ("", "password: Must be 8")):
        assert_one_line(seatlock("set-password", ada.email, env=env, stdin=password), 2, words)
    nobody = seatlock("set-password", "nobody@seatlock.test", env=env, stdin="a new passphrase")
    assert_one_line(nobody, 1, "Nobody is registered with this e-mail address.")
    assert (await login(services, email=ada.email, password="a new passphrase")).id == ada.id


async def test_create_admin_refuses_a_short_password(services: Services) -> None:
    env = {**environment(services.settings), "SEATLOCK_ADMIN_PASSWORD": "short"}
    assert_one_line(seatlock("create-admin", "ada@seatlock.example", env=env), 2, "password: ")
    assert_one_line(seatlock("create-admin", "not-an-address", env=env), 2, "email: ")
    assert await User.count() == 0


async def test_demo_makes_its_events_once(services: Services) -> None:
    env = {
        **environment(services.settings),
        "SEATLOCK_ADMIN_EMAIL": "admin@seatlock.example",
        "SEATLOCK_ADMIN_PASSWORD": "correct horse battery",
    }
    first = seatlock("demo", env=env)
    assert (first.returncode, first.stdout.count("event ")) == (0, 6), first.stderr
    again = seatlock("demo", env=env)
    assert (again.returncode, again.stdout) == (0, "")
    assert await Event.count() == 6


async def test_demo_without_an_admin_says_what_to_do(services: Services) -> None:
    assert_one_line(seatlock("demo", env=environment(services.settings)), 1, "seatlock create-admin")


async def test_check_is_clean_and_then_is_not(services: Services) -> None:
    env = {
        **environment(services.settings),
        "SEATLOCK_REDIS_URL": f"redis://127.0.0.1:{free_port()}/0",  # it needs none
        "SEATLOCK_ADMIN_EMAIL": "admin@seatlock.example",
        "SEATLOCK_ADMIN_PASSWORD": "correct horse battery",
    }
    assert seatlock("demo", env=env).returncode == 0
    clean = seatlock("check", env=env)
    assert (clean.returncode, clean.stdout) == (
        0,
        "clean: 6 events, 0 locks, 0 bookings, 0 payments, 0 refunds, 0 allocations, 7 audit entries\n",
    ), clean.stderr

    event = await Event.find_one(Event.name == "Warehouse Night")
    assert event is not None
    await Event.get_pymongo_collection().update_one(
        {"_id": event.id}, {"$inc": {"sections.0.held": 1, "sections.0.available": -1}}
    )
    drifted = seatlock("check", env=env)
    assert drifted.returncode == 1
    assert f"{encode_id('Event', event.id)} Warehouse Night: " in drifted.stdout
    assert drifted.stderr == ""


def test_export_schema_prints_writes_and_compares(tmp_path: Path) -> None:
    printed = seatlock("export-schema", env={})
    assert printed.returncode == 0, printed.stderr
    assert printed.stdout == (ROOT / "schema.graphql").read_text()

    file = tmp_path / "schema.graphql"
    assert seatlock("export-schema", "--output", str(file), env={}).returncode == 0
    assert file.read_text() == printed.stdout
    assert seatlock("export-schema", "--check", str(file), env={}).returncode == 0

    file.write_text(printed.stdout + "type Stray { id: ID! }\n")
    assert_one_line(seatlock("export-schema", "--check", str(file), env={}), 1, "make schema")

    possible = ROOT / "possibleTypes.json"
    assert seatlock("export-schema", "--possible-types", env={}).stdout == possible.read_text()


def test_export_reference_prints_writes_and_compares(tmp_path: Path) -> None:
    assert seatlock("export-reference", "--check", str(ROOT), env={}).returncode == 0

    printed = seatlock("export-reference", env={})
    assert printed.returncode == 0, printed.stderr
    written = seatlock("export-reference", "--output", str(tmp_path), env={})
    assert (written.returncode, written.stdout) == (0, ""), written.stderr
    names = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert names == set(FILES)
    for name in names:
        assert (tmp_path / name).read_text() == (ROOT / name).read_text()
        assert (tmp_path / name).read_text() in printed.stdout
    assert seatlock("export-reference", "--check", str(tmp_path), env={}).returncode == 0

    (tmp_path / "docs/reference/errors.md").unlink()
    with (tmp_path / "docs/reference/settings.md").open("a") as page:
        page.write("SEATLOCK_STRAY\n")
    stale = seatlock("export-reference", "--check", str(tmp_path), env={})
    assert_one_line(stale, 1, "docs/reference/settings.md, docs/reference/errors.md", "make docs")


@pytest.mark.parametrize("command", [["serve"], ["worker"], ["check"], ["dev", "--ephemeral", "--port", "0"]], ids=str)
def test_a_name_that_is_no_setting_stops_every_command(settings: Settings, command: list[str]) -> None:
    env = {**environment(settings), "SEATLOCK_LOCK_TLL_SECONDS": "60"}
    result = seatlock(*command, env=env)
    assert (result.returncode, result.stderr) == (
        2,
        "seatlock: bad settings: there is no setting SEATLOCK_LOCK_TLL_SECONDS; "
        "did you mean SEATLOCK_LOCK_TTL_SECONDS?\n",
    )


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_redis_that_is_not_there_when_the_api_starts_is_one_line(
    settings: Settings, tmp_path: Path, workers: str
) -> None:
    env = {**environment(settings), "SEATLOCK_REDIS_URL": f"redis://:hunter2@127.0.0.1:{free_port()}/0"}
    port, log = free_port(), tmp_path / "log"
    command = ["serve", "--port", str(port), "--workers", workers]
    api = fork(SEATLOCK, *command, env={**os.environ, **env}, stdout=log, stderr=log, cwd=Path.cwd())
    try:
        until(lambda: _answers(port))
    finally:
        api.terminate()
        assert api.wait(30) == 0
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    told = [line for line in lines if line["event"] == "Redis does not answer"]
    assert [(line["level"], line["setting"], line["reason"]) for line in told] == [
        ("warning", "SEATLOCK_REDIS_URL", "ConnectionError")
    ]
    assert "hunter2" not in log.read_text()


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health", verify=False).status_code == 200
    except httpx.TransportError:
        return False


def test_it_says_its_version() -> None:
    result = seatlock("--version", env={})
    assert (result.returncode, result.stdout) == (0, f"seatlock {version('seatlock')}\n")


@pytest.mark.parametrize("command", ["export-schema", "export-reference"])
def test_a_file_that_cannot_be_written_is_one_line(tmp_path: Path, command: str) -> None:
    (tmp_path / "file").touch()
    for where in ("missing/schema.graphql", "file/schema.graphql") if command == "export-schema" else ("file",):
        result = seatlock(command, "--output", str(tmp_path / where), env={})
        assert_one_line(result, 2, f"cannot write {tmp_path}")


NOBODYS_ID = "6b0acc97d998e784d14beef7"
WRONG_IDS = [
    ["audit", "--event", "sold-out"],
    ["audit", "--booking", "RXZlbnQ6"],
    ["audit", "--user", "6b0acc97d998e784d14bee"],
    ["report", "--event", "sold-out"],
    ["watch", "sold-out"],
    ["race", "sold-out"],
]


@pytest.mark.parametrize("arguments", WRONG_IDS, ids=" ".join)
def test_what_is_no_id_is_one_line_and_the_same_exit_code_everywhere(settings: Settings, arguments: list[str]) -> None:
    assert_one_line(seatlock(*arguments, env=environment(settings)), 2, "Not the id of ")


@pytest.mark.parametrize("option", ["--since", "--until"])
def test_an_instant_that_is_none_is_one_line_that_names_its_option(settings: Settings, option: str) -> None:
    other = {"--since": "--until", "--until": "--since"}[option]
    result = seatlock("audit", option, "yesterday", other, "2030-01-31T19:30:00Z", env=environment(settings))
    assert_one_line(result, 2, f"{option}: DateTime must be an RFC 3339 instant")


async def test_commands_take_the_ids_that_commands_and_logs_print(services: Services) -> None:
    event = await new_event(services, seats=3)
    env = environment(services.settings)
    for given in (str(event.id), encode_id("Event", event.id)):
        assert "EVENT_CREATED" in seatlock("audit", "--event", given, env=env).stdout
        assert "0 of 3" in seatlock("report", "--event", given, env=env).stdout
    assert_one_line(seatlock("report", "--event", NOBODYS_ID, env=env), 1, "no event")


async def test_what_happened_to_a_booking_is_found_by_each_of_its_ids(services: Services) -> None:
    sale, buyer = Sale([services], Time()), somebody()
    booking = await sale.book(await sale.event(seats=1), buyer)
    names = [encode_routed_id(kind, booking.id, booking.event_id) for kind in ("Booking", "SeatLock")]
    for given in (str(booking.id), *names):
        told = seatlock("audit", "--booking", given, env=environment(services.settings)).stdout.splitlines()
        assert len(told) == 3, "a line of names, and what was done: locked and confirmed"
        assert all(line.rstrip().endswith(f"{names[0]} ({booking.reference})") for line in told[1:])
