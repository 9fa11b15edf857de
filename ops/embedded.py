"""Real MongoDB and Redis for a machine that has none running: for `seatlock dev`, the tests and the benches.

with embedded_servers(Path(".seatlock")) as servers:
    servers.mongo_uri, servers.redis_url
    servers.mongod.kill()       # as a crash would
    servers.mongod.start()      # on the same port, with the same data

with embedded_servers(Path("three"), members=3) as servers:
    servers.mongods[0].kill()   # the others elect a new primary within seconds
    servers.mongods[0].start()  # joins them again
"""

from __future__ import annotations

import fcntl
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from pymongo import MongoClient
from pymongo.errors import AutoReconnect, OperationFailure

from ops.binaries import ServerError, find_binary
from ops.processes import free_port, start_child, stop_child

REPLICA_SET = "rs0"
_START_SECONDS = 60.0
_PREDECESSOR_SECONDS = 5.0
_STOP_SECONDS = 15.0
_NOT_YET_INITIALIZED = 94
_BUSY_WITH_CONFIG = {23, 109}  # AlreadyInitialized, ConfigurationInProgress
_SETTINGS = {
    # A primary that is silent for so long is replaced.
    "electionTimeoutMillis": 1500,
    # While a former primary hangs the others learn of one another's progress by heartbeat alone: a commit takes two.
    "heartbeatIntervalMillis": 200,
    # The new primary waits so long to learn what only the old one has. Nobody was told of that: we acknowledge what a
    # majority has.
    "catchUpTimeoutMillis": 1000,
    "heartbeatTimeoutSecs": 1,
    # A secondary that hangs would otherwise stop whoever replicates from it, and with it every majority.
    "chainingAllowed": False,
}


class Server:
    """A server process: its command, its loopback port and its log."""

    def __init__(self, name: str, command: list[str], port: int, log: Path) -> None:
        self.name = name
        self.port = port
        self.log = log
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._started = False

    @property
    def pid(self) -> int:
        """The process id while it runs. Raises ServerError when it does not."""
        if self._process is None:
            raise ServerError(f"{self.name} is not running")
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs or was stopped on purpose; else how it died."""
        return self._process.poll() if self._process else None

    def start(self) -> None:
        """Start, and return when it answers. Raises ServerError when it does not, or runs already."""
        if self._process is not None:
            raise ServerError(f"{self.name} is running already")
        with self.log.open("ab" if self._started else "wb") as output:
            self._process = self._spawn(output)
        self._started = True
        try:
            self._until(self._listens)
        except BaseException:
            self.kill()
            raise

    def _spawn(self, output: IO[bytes]) -> subprocess.Popen[bytes]:
        return start_child(self._command, output)

    def stop(self) -> None:
        """Let it write what it holds and end."""
        self._end(_STOP_SECONDS)

    def kill(self) -> None:
        """kill -9, as a crash would."""
        self._end(0)

    def _end(self, grace: float) -> None:
        if self._process is not None:
            stop_child(self._process, grace)
            self._process = None

    def _listens(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False

    def _until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not condition():
            if self.exit_code is not None:
                raise ServerError(f"{self.name} did not start (exit code {self.exit_code}): {self._last_words()}")
            if time.monotonic() > deadline:
                raise ServerError(f"{self.name} does not answer after {_START_SECONDS:.0f} s; its log is {self.log}")
            time.sleep(0.02)

    def _last_words(self) -> str:
        lines = [line for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        errors = [line for line in lines if '"s":"E"' in line or '"s":"F"' in line]
        return (errors or lines or ["it said nothing"])[-1]


class Mongod(Server):
    """A member of a replica set, which transactions need; alone in it, as a rule."""

    def __init__(self, data: Path, copies: Path, log: Path, cache_gb: float) -> None:
        self._data = data
        data.mkdir(parents=True, exist_ok=True)
        port_file = data.with_suffix(".port")
        port = free_port(int(port_file.read_text()) if port_file.exists() else None)
        port_file.write_text(str(port))
        self.members: Sequence[Mongod] = [self]
        """All members of its set; the first founds it."""
        command = [find_binary("mongod", copies), "--dbpath", str(data), "--port", str(port)]
        command += [
            "--bind_ip",
            "127.0.0.1",
            "--nounixsocket",
            "--replSet",
            REPLICA_SET,
            "--oplogSize",
            "512",
        ]
        command += ["--wiredTigerCacheSizeGB", str(cache_gb)]
        # Nobody waits for a member to hand over to, and nobody reads the diagnostics.
        command += ["--setParameter", "shutdownTimeoutMillisForSignaledShutdown=0"]
        command += ["--setParameter", "diagnosticDataCollectionEnabled=false"]
        # An API that is killed half way leaves its transaction open, which blocks the event: ours take milliseconds.
        # MongoDB looks for such each 1.5 s then, half the limit.
        command += ["--setParameter", "transactionLifetimeLimitSeconds=3"]
        # How long a secondary waits for a primary that hangs before it replicates from the new one.
        command += ["--setParameter", "oplogNetworkTimeoutBufferSeconds=1"]
        # The past is read as of seconds ago, not minutes, for which the files of all that was dropped would be kept.
        command += ["--setParameter", "minSnapshotHistoryWindowInSeconds=60"]
        super().__init__("mongod", command, port, log)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start, and return when it is primary, or secondary of another."""
        self.launch()
        self.join()

    def launch(self) -> None:
        """Start, and return when it answers."""
        self._await_predecessor()
        super().start()

    def join(self) -> None:
        """Return when it has found its place in the set, which is made if there is none yet."""
        try:
            with MongoClient[dict[str, Any]]("127.0.0.1", self.port, directConnection=True) as client:
                self._until(lambda: self._take_place(client))
        except BaseException:
            self.kill()
            raise

    def _take_place(self, client: MongoClient[dict[str, Any]]) -> bool:
        """One step towards being primary, or secondary of another; whether it is."""
        try:
            hello = client.admin.command("hello")
            if hello.get("isWritablePrimary") or (hello.get("secondary") and hello.get("primary")):
                return True
            if self is self.members[0]:
                self._configure(client)
        except AutoReconnect:
            pass  # a change of role closes connections
        return False

    def _configure(self, client: MongoClient[dict[str, Any]]) -> None:
        """Make the set, unless its configuration is right already."""
        members = [{"_id": number, "host": member.address} for number, member in enumerate(self.members)]
        try:
            config = client.admin.command("replSetGetConfig")["config"]
            if [member["host"] for member in config["members"]] != [member["host"] for member in members]:
                # The port of an earlier run was taken, so that by its configuration this server is no member.
                config |= {"members": members, "version": config["version"] + 1}
                client.admin.command("replSetReconfig", config, force=True)
        except OperationFailure as error:
            if error.code == _NOT_YET_INITIALIZED:
                config = {"_id": REPLICA_SET, "members": members, "settings": _SETTINGS}
                self._initiate(client, config)
            elif error.code not in _BUSY_WITH_CONFIG:
                raise

    def _initiate(self, client: MongoClient[dict[str, Any]], config: dict[str, Any]) -> None:
        try:
            client.admin.command("replSetInitiate", config)
        except OperationFailure as error:
            # It is not new after all: it was still reading its configuration.
            if error.code not in _BUSY_WITH_CONFIG:
                raise

    def _await_predecessor(self) -> None:
        """Wait while a mongod that is just dying still holds the data."""
        lock = self._data / "mongod.lock"
        if not lock.exists():
            return
        deadline = time.monotonic() + _PREDECESSOR_SECONDS
        with lock.open("r+") as file:
            while True:
                with suppress(BlockingIOError):
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    return
                if time.monotonic() > deadline:
                    raise ServerError(
                        f"{self._data} is in use by another mongod (process {file.read().strip()}): "
                        "stop that one, or use another directory"
                    )
                time.sleep(0.05)


class RedisServer(Server):
    """A Redis that keeps nothing on disk: what matters is in MongoDB."""

    def __init__(self, data: Path, copies: Path, log: Path) -> None:
        data.mkdir(parents=True, exist_ok=True)
        port = free_port()
        command = [find_binary("redis-server", copies), "--port", str(port), "--bind", "127.0.0.1"]
        command += ["--dir", str(data), "--save", "", "--appendonly", "no"]
        super().__init__("redis-server", command, port, log)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"


@dataclass(frozen=True, slots=True)
class Servers:
    """The servers, running: a replica set, of one member or several, and Redis."""

    mongods: list[Mongod]
    redis: RedisServer

    @property
    def mongod(self) -> Mongod:
        """The first member; the only one, as a rule."""
        return self.mongods[0]

    @property
    def mongo_uri(self) -> str:
        return f"mongodb://{','.join(mongod.address for mongod in self.mongods)}/?replicaSet={REPLICA_SET}"

    @property
    def redis_url(self) -> str:
        return self.redis.url


@contextmanager
def embedded_servers(
    data_dir: Path, *, members: int = 1, cache_gb: float = 1.0, keep_data: bool = True
) -> Iterator[Servers]:
    """MongoDB and Redis with their data and logs in `data_dir`; gone on leaving, and when this process dies.

    MongoDB is a replica set of so many members, each with a cache of `cache_gb`. Without `keep_data` they are killed
    rather than stopped, which is two seconds quicker. Raises ServerError with one clear line.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    data_dir = data_dir.absolute()
    copies = data_dir / "bin"
    mongods = [
        Mongod(data_dir / f"mongo{number}", copies, data_dir / f"mongod{number}.log", cache_gb)
        for number in ("", *range(2, members + 1))
    ]
    for mongod in mongods:
        mongod.members = mongods
    redis = RedisServer(data_dir / "redis", copies, data_dir / "redis.log")
    servers = Servers(mongods, redis)
    try:
        # All of them before any looks for the others.
        for mongod in mongods:
            mongod.launch()
        for mongod in mongods:
            mongod.join()
        redis.start()
        yield servers
    finally:
        for server in (redis, *mongods):
            if keep_data:
                server.stop()
            else:
                server.kill()
