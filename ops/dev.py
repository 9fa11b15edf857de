"""`seatlock dev`: MongoDB, Redis, API, worker and demo events, started together and stopped together."""

from __future__ import annotations

import http.client
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from domain.process.settings import Settings, load_settings
from domain.signature import new_secret
from ops.embedded import Server, embedded_servers
from ops.env_file import ENV_FILE
from ops.processes import SHARED_METRICS, STOP_SECONDS, free_port, port_is_free, start_child, stop_child

ADMIN_EMAIL = "admin@seatlock.example"
ADMIN_PASSWORD = "seatlock-dev-admin"  # noqa: S105  (for loopback only, and printed at every start)

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_START_SECONDS = 60.0
_STOP_SECONDS = STOP_SECONDS + 2.0
_POLL_SECONDS = 0.2
_RESTART_SECONDS = 1.0


class DevError(Exception):
    """`seatlock dev` cannot go on; the text is one line saying why."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run. `data` None: a directory that is gone afterwards. `port` 0: a free one."""

    port: int
    data: Path | None
    api_workers: int
    worker: bool
    demo: bool


def run(plan: Plan) -> None:
    """Run until Ctrl-C, SIGTERM or SIGHUP. Raises DevError, ServerError, SettingsError: each one clear line."""
    for number in _STOP_SIGNALS:
        signal.signal(number, _stop)
    try:
        with ExitStack() as stack:
            port = _choose_port(plan.port)
            data = plan.data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="seatlock-")))
            data.mkdir(mode=0o700, parents=True, exist_ok=True)
            servers = stack.enter_context(_servers(data, keep_data=plan.data is not None))
            _prepare_environment(data, port, ours=bool(servers))
            children = stack.enter_context(_children(plan, port))
            _await_ready(port, children)
            if plan.demo:
                _run_demo(stack, must=bool(servers))
            _tell_of_pages(f"http://127.0.0.1:{port}")
            _say(f"ready http://127.0.0.1:{port}/graphql")
            _supervise(children, servers)
    except KeyboardInterrupt:
        _say("stopped")


def _tell_of_pages(address: str) -> None:
    from graph.transport.console import CONSOLE
    from graph.transport.shop import SHOP

    settings = load_settings()
    if settings.shop:
        _say(f"shop {address}{SHOP}")
    if settings.console:
        _say(f"console {address}{CONSOLE}")


def _stop(number: int, frame: FrameType | None) -> None:
    _ignore_signals()
    raise KeyboardInterrupt


def _ignore_signals() -> None:
    """From here on everything is being stopped, within a deadline: a second Ctrl-C would leave it half done."""
    for number in _STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _choose_port(port: int) -> int:
    if port == 0:
        return free_port()
    if not port_is_free(port):
        raise DevError(
            f"port {port} is in use: stop what listens there, or choose another with --port (0: any) or, of make run, "
            f"with PORT={port + 1}"
        )
    return port


@contextmanager
def _servers(data: Path, keep_data: bool) -> Iterator[list[Server]]:
    """Embedded servers, unless the environment names some; either way the environment says where they are."""
    given = [name for name in ("SEATLOCK_MONGO_URI", "SEATLOCK_REDIS_URL") if os.environ.get(name)]
    if len(given) == 1:
        raise DevError(f"{given[0]} is set alone: set SEATLOCK_MONGO_URI and SEATLOCK_REDIS_URL, or neither")
    if given:
        yield []
        return
    with embedded_servers(data, keep_data=keep_data) as embedded:
        os.environ["SEATLOCK_MONGO_URI"] = embedded.mongo_uri
        os.environ["SEATLOCK_REDIS_URL"] = embedded.redis_url
        _say(f"mongodb {embedded.mongo_uri}")
        _say(f"redis {embedded.redis_url}")
        yield [embedded.mongod, embedded.redis]


def _prepare_environment(data: Path, port: int, *, ours: bool) -> None:
    """What the children need to know, where the environment does not say otherwise.

    The administrator whom everybody knows is made only in a database of `ours`: another may be reached by strangers.
    """
    # A .env here may be a real deployment's, and its database is not to be filled with demo events.
    os.environ[ENV_FILE] = ""
    defaults = {
        "SEATLOCK_CONSOLE": "true",
        SHARED_METRICS: _fresh(data / "metrics"),
        "SEATLOCK_SECRET_KEY": _secret_key(data / "secret_key"),
        "SEATLOCK_GRAPHQL_IDE": "true",
        "SEATLOCK_COMPRESSION": "true",
        "SEATLOCK_LOG_FORMAT": "console",
        "SEATLOCK_LOG_REQUESTS": "true",
        "SEATLOCK_AUDIT_LOG": str(data / "logs" / "audit.log"),
        "SEATLOCK_PAYMENT_PROVIDER": "simulated",
        "SEATLOCK_WEBHOOK_PRIVATE_TARGETS": "true",
        "SEATLOCK_BUDGETS_TIMES": "100",
        "SEATLOCK_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "SEATLOCK_ALLOWED_HOSTS": "localhost,*.localhost,127.0.0.1,[::1]",
    }
    if os.environ.get("SEATLOCK_PAYMENT_PROVIDER", "simulated") == "simulated":
        defaults["SEATLOCK_SHOP"] = "true"
        if "SEATLOCK_SIMULATED_WEBHOOK_URL" not in os.environ:
            # Without an address, what the simulated bank tells later is lost: that a refund came back, for one.
            defaults["SEATLOCK_SIMULATED_WEBHOOK_URL"] = f"http://127.0.0.1:{port}/webhooks/payments/simulated"
            defaults["SEATLOCK_WEBHOOK_SECRET"] = new_secret()
    if ours:
        defaults |= {"SEATLOCK_ADMIN_EMAIL": ADMIN_EMAIL, "SEATLOCK_ADMIN_PASSWORD": ADMIN_PASSWORD}
    for name, value in defaults.items():
        os.environ.setdefault(name, value)
    _say(_administrator(load_settings()))


def _administrator(settings: Settings) -> str:
    """Who can sign in as an ADMIN, in words."""
    if settings.admin_email is None or settings.admin_password is None:
        return "admin none is made in a database that was there: `seatlock create-admin EMAIL` makes one"
    if settings.admin_password.get_secret_value() == ADMIN_PASSWORD:
        return f"admin {settings.admin_email} (password {ADMIN_PASSWORD})"
    return f"admin {settings.admin_email} (password as in SEATLOCK_ADMIN_PASSWORD)"


def _fresh(directory: Path) -> str:
    """Empty: what processes counted before the last start is nobody's any more."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir()
    return str(directory.resolve())


def _secret_key(path: Path) -> str:
    """The key made at the first start, so that access tokens are good after a restart."""
    if not path.exists():
        new = path.with_suffix(".new")
        new.touch(mode=0o600)
        new.write_text(secrets.token_urlsafe(48))
        new.replace(path)
    return path.read_text()


@dataclass(slots=True)
class _Child:
    name: str
    command: list[str]
    restart: bool = False
    process: subprocess.Popen[bytes] = field(init=False)

    def start(self) -> None:
        # -P: modules of the directory this happens to run in are not ours.
        self.process = start_child([sys.executable, "-P", "-m", "ops.cli", *self.command])

    def stop(self) -> None:
        stop_child(self.process, _STOP_SECONDS)


@contextmanager
def _children(plan: Plan, port: int) -> Iterator[list[_Child]]:
    children = [_Child("API", ["serve", "--port", str(port), "--workers", str(plan.api_workers)])]
    if plan.worker:
        children.append(_Child("worker", ["worker"], restart=True))
    with ExitStack() as stack:
        for child in children:
            child.start()
            stack.callback(child.stop)
        try:
            yield children
        finally:
            _ignore_signals()


def _run_demo(stack: ExitStack, *, must: bool) -> None:
    """Make the demo events; where nothing `must` go well, go on without them. It says itself why it can't."""
    demo = _Child("demo", ["demo"])
    demo.start()
    stack.callback(demo.stop)
    if demo.process.wait() != 0 and must:
        raise DevError(f"the demo events could not be made (exit code {demo.process.returncode})")


def _await_ready(port: int, children: list[_Child]) -> None:
    """Return when GET /ready answers 200."""
    deadline = time.monotonic() + _START_SECONDS
    while not _is_ready(port):
        _look_after(children)
        if time.monotonic() > deadline:
            raise DevError(f"the API is not ready after {_START_SECONDS:.0f} s")
        time.sleep(0.05)


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    with closing(connection), suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/ready")
        return connection.getresponse().status == http.client.OK
    return False


def _supervise(children: list[_Child], servers: list[Server]) -> None:
    while True:
        _look_after(children)
        for server in servers:
            if server.exit_code is not None:
                raise DevError(f"{server.name} died (exit code {server.exit_code}); its log is {server.log}")
        time.sleep(_POLL_SECONDS)


def _look_after(children: list[_Child]) -> None:
    for child in children:
        code = child.process.poll()
        if code is None:
            continue
        if not child.restart:
            raise DevError(f"the {child.name} died (exit code {code})")
        _say(f"the {child.name} died (exit code {code}): starting it again")
        time.sleep(_RESTART_SECONDS)
        child.start()


def _say(line: str) -> None:
    print(line, flush=True)
