"""Our programs as processes of their own, without importing everything anew for each: forked from one that has.

`python -m tests.support.forking` is that one. It is told what to run by lines of JSON. When its input ends, or it is
killed, it is gone with all that it has started.
"""

from __future__ import annotations

import atexit
import gc
import json
import multiprocessing
import os
import runpy
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any

from ops.launch import die_with_parent

SEATLOCK = "seatlock"
"""The program that is our command line; every other is a module with a `__main__` part."""

IMPORTED_BY_COMMANDS = (
    "ops.check",
    "ops.crowd.run",
    "ops.demo",
    "ops.people",
    "ops.race",
    "ops.reference",
    "ops.report",
    "ops.serving",
    "ops.watch",
    "workers.main",
)
"""Inside their functions, which takes longer than most of them do. None may start a thread: a fork would lose it."""

_one_at_a_time = threading.Lock()
"""Some tests start several from threads."""

_numbers = count()


class Forked(subprocess.Popen[bytes]):
    """One of them, for whoever takes the process of any program. Its input and output are files."""

    _child_created = False  # by Popen: it has nothing to collect

    def __init__(self, args: Sequence[str], pid: int, code: Path) -> None:
        # Nothing of Popen is started: another process has done so.
        self.args = list(args)
        self.pid = pid
        self.returncode: int | None = None
        self.stdin = self.stdout = self.stderr = None
        self._code = code

    def poll(self) -> int | None:
        if self.returncode is None and self._code.exists():
            self.returncode = int(self._code.read_text())
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        deadline = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
            time.sleep(0.005)
        return code

    def send_signal(self, sig: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, sig)


def fork(
    program: str, *arguments: str, env: Mapping[str, str], stdout: Path, stderr: Path, stdin: str = "", cwd: Path
) -> Forked:
    """Start this program with exactly this environment; what it prints is added to these files."""
    folder = _folder() / str(next(_numbers))
    folder.mkdir()
    (folder / "stdin").write_text(stdin)
    order = {
        "program": program,
        "arguments": arguments,
        "env": dict(env),
        "cwd": str(cwd),
        "folder": str(folder),
        "stdout": str(stdout),
        "stderr": str(stderr),
    }
    with _one_at_a_time:
        server = _server()
        assert server.stdin is not None
        server.stdin.write(json.dumps(order).encode() + b"\n")
        server.stdin.flush()
    pid = folder / "pid"
    while not pid.exists():
        assert server.poll() is None, "what forks has ended"
        time.sleep(0.002)
    return Forked([program, *arguments], int(pid.read_text()), folder / "code")


@cache
def _folder() -> Path:
    made = tempfile.mkdtemp(prefix="seatlock-forked-")
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return Path(made)


@cache
def _server() -> subprocess.Popen[bytes]:
    # A session of its own: a Ctrl-C in the terminal is pytest's.
    program = [sys.executable, "-m", "tests.support.forking"]
    server = subprocess.Popen(program, stdin=subprocess.PIPE, start_new_session=True)
    atexit.register(server.communicate)
    return server


def _serve() -> None:
    gc.disable()
    for module in IMPORTED_BY_COMMANDS:
        import_module(module)
    gc.enable()
    assert threading.active_count() == 1
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, lambda *_: _forget_who_has_ended())
    us = os.getpid()
    for line in sys.stdin:
        if os.fork() == 0:
            die_with_parent(us)
            _run_and_tell(json.loads(line))


def _forget_who_has_ended() -> None:
    """Of those who wait, who have told all that there is to tell."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass


def _run_and_tell(order: dict[str, Any]) -> None:
    """In a process that waits for the program, which is another one."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    folder, us = Path(order["folder"]), os.getpid()
    # It ends as processes of multiprocessing do, without taking to pieces all that was imported: half a second.
    process = multiprocessing.get_context("fork").Process(target=_become, args=(order, folder, us))
    process.start()
    _tell(folder / "pid", process.pid or 0)
    process.join()
    _tell(folder / "code", process.exitcode or 0)
    os._exit(0)


def _tell(file: Path, number: int) -> None:
    """Written whole: whoever sees the file may read it."""
    new = file.with_suffix(".new")
    new.write_text(str(number))
    new.rename(file)


def _become(order: dict[str, Any], folder: Path, waiting: int) -> None:
    die_with_parent(waiting)
    os.setsid()
    for number, name in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(order[name], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), number)
    os.dup2(os.open(folder / "stdin", os.O_RDONLY), 0)
    sys.stdin = open(0)  # noqa: SIM115  # the one there was may have read the next order already
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["env"])
    sys.argv = [order["program"], *order["arguments"]]
    if order["program"] == SEATLOCK:
        from ops import cli

        sys.modules["__main__"] = cli  # what processes that it starts import first
        cli.main()
    else:
        runpy.run_module(order["program"], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _serve()
