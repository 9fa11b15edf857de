"""Real servers for every test, and a database of its own for each."""

from __future__ import annotations

import asyncio
import gc
import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest
import structlog
import uvloop
from argon2 import PasswordHasher
from beanie import Document
from graphql import ASTValidationRule, DocumentNode, GraphQLError, GraphQLSchema, validate
from pymongo.asynchronous.database import AsyncDatabase
from structlog.dev import ConsoleRenderer, plain_traceback

from domain.opening import open_services
from domain.people import passwords
from domain.process.settings import Settings, load_settings
from domain.services import Services
from ops import processes
from ops.embedded import embedded_servers
from ops.env_file import ENV_FILE
from tests.support.connections import bind, connections_kept, lent_client
from tests.support.databases import finish_tidying, has_its_indexes, lent_database, new_database
from tests.support.hunting import HUNTING
from tests.support.servers import close_servers

# Tests that don't ask for it write no audit log into the directory they were started in, nor do their children.
os.environ.setdefault("SEATLOCK_AUDIT_LOG", "")
# Two workers must not choose the same port: from then until its server listens it looks free.
if _worker := os.environ.get("PYTEST_XDIST_WORKER"):
    processes.PORTS = processes.PORTS[int(_worker.removeprefix("gw")) :: int(os.environ["PYTEST_XDIST_WORKER_COUNT"])]
# Hundreds of users sign up from one address.
os.environ.setdefault("SEATLOCK_BUDGETS_TIMES", "100")
# Nor do reports rest here: whoever tests what an ADMIN sees has bought something just before.
os.environ.setdefault("SEATLOCK_REPORTS_REST", "0")
# A machine that is busy with other tests is no Redis that is away: else each process counts alone now and then.
os.environ.setdefault("SEATLOCK_REDIS_PATIENCE_MS", "2000")
# Commands that tests run must not take settings from a developer's .env.
os.environ[ENV_FILE] = ""


Rules = tuple[type[ASTValidationRule], ...]
MEMORY, ROOM = Path("/dev/shm"), 8 * 2**30


class Servers(Protocol):
    """Where MongoDB and Redis are."""

    @property
    def mongo_uri(self) -> str: ...

    @property
    def redis_url(self) -> str: ...


@dataclass(frozen=True, slots=True)
class GivenServers:
    """Servers somebody else runs."""

    mongo_uri: str
    redis_url: str


@contextmanager
def _servers(data: Path) -> Iterator[Servers]:
    mongo_uri, redis_url = (
        os.environ.get("SEATLOCK_TEST_MONGO_URI"),
        os.environ.get("SEATLOCK_TEST_REDIS_URL"),
    )
    if mongo_uri and redis_url:
        yield GivenServers(mongo_uri, redis_url)
    else:
        with embedded_servers(data, cache_gb=0.5, keep_data=False) as embedded:
            yield embedded


@pytest.fixture(scope="session")
def run_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """MongoDB and Redis for the whole run: SEATLOCK_TEST_MONGO_URI and _REDIS_URL, else embedded ones."""
    with ExitStack() as stack:
        # In memory where there is plenty: a sixth of the time goes into waiting for disks otherwise.
        if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="seatlock-", dir=MEMORY)))
        else:
            folder = tmp_path_factory.mktemp("servers")
        yield stack.enter_context(_servers(folder))


@pytest.fixture(scope="session")
def servers(run_servers: Servers) -> Servers:
    """Those of the whole run. A module whose tests kill servers has a fixture of this name with its own."""
    return run_servers


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> Iterator[None]:
    """Passwords hashed in no time, in this process: the tests of passwords ask for `real_hashes`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session", autouse=True)
def plain_tracebacks() -> Iterator[None]:
    """Errors logged as our programs do: structlog's own way, with all local variables, takes longer than most tests."""
    *others, _ = structlog.get_config()["processors"]
    structlog.configure([*others, ConsoleRenderer(exception_formatter=plain_traceback)])
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session", autouse=True)
def quick_opening() -> Iterator[None]:
    """Services open without making sure of indexes that are there for certain, and on connections that were kept."""

    async def prepare(*, database: AsyncDatabase[dict[str, Any]], document_models: list[type[Document]]) -> None:
        await bind(database, document_models, is_indexed=has_its_indexes(database))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("domain.opening.init_beanie", prepare)
        patch.setattr("domain.opening.AsyncMongoClient", lent_client)
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_validation() -> Iterator[None]:
    """A document that was valid in one test is in the next: each has a server that never saw it before."""
    valid: set[tuple[object, ...]] = set()

    def validated(schema: GraphQLSchema, document: DocumentNode, rules: Rules, **options: Any) -> list[GraphQLError]:
        text = document.loc.source.body if document.loc else None
        key = (id(schema), text, rules, *options.items())
        if text is not None and key in valid:
            return []
        errors = validate(schema, document, rules, **options)
        if not errors:
            valid.add(key)
        return errors

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("graph.execution.documents.validate", validated)
        yield


@pytest.fixture(scope="session")
async def kept_connections(run_servers: Servers) -> AsyncIterator[None]:
    """Tests that use the run's own MongoDB, one after the other, use the same connections."""
    async with connections_kept(run_servers.mongo_uri):
        yield


@pytest.fixture
def real_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords hashed as users' are."""
    monkeypatch.setattr(passwords, "_hasher", passwords.password_hasher())


@pytest.fixture
def database(request: pytest.FixtureRequest, servers: Servers, kept_connections: None) -> Iterator[str]:
    """The name of an empty database nobody else uses meanwhile; of a new one for a test marked `fresh_database`."""
    is_fresh = request.node.get_closest_marker("fresh_database") is not None
    lending = new_database(servers.mongo_uri) if is_fresh else lent_database(servers.mongo_uri, servers.redis_url)
    with lending as name:
        yield name


@pytest.fixture(scope="module")
def server_settings(servers: Servers) -> Settings:
    """Settings with the servers, read once a module: some have servers of their own."""
    return load_settings(
        mongo_uri=servers.mongo_uri,
        mongo_database="test",
        redis_url=servers.redis_url,
        secret_key=secrets.token_hex(32),
        payment_provider="simulated",
        webhook_private_targets=True,
        mongo_pool_size=20,
    )


@pytest.fixture
def settings(server_settings: Settings, database: str) -> Settings:
    """Settings with a database nobody else uses."""
    return server_settings.model_copy(update={"mongo_database": database})


@pytest.fixture
async def services(settings: Settings) -> AsyncIterator[Services]:
    """Everything the domain needs, on an empty database."""
    async with open_services(settings) as opened:
        yield opened
        await close_servers(opened)


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The loop that servers and workers run on, too."""
    return {"uvloop": uvloop.new_event_loop}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what is fast, and leave the hunts out unless we are hunting."""
    for item in items:
        asks_servers = "servers" in item.fixturenames  # type: ignore[attr-defined]  # all of ours are functions
        if not asks_servers and {"domain", "graph"} & set(item.path.parts):
            item.add_marker("fast")
    hunts = [item for item in items if item.get_closest_marker("hunt") is not None and not HUNTING]
    if hunts:
        config.hook.pytest_deselected(items=hunts)
        items[:] = [item for item in items if item not in set(hunts)]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Look for garbage when all is loaded, and never again in that; afterwards as often as `serve` does."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.set_threshold(10_000, 5, 5)
        gc.enable()


def pytest_sessionfinish() -> None:
    finish_tidying()
