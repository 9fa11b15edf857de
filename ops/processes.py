"""Child processes that never outlive this one, and the ports they listen on."""

from __future__ import annotations

import errno
import os
import random
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

SHARED_METRICS = "PROMETHEUS_MULTIPROC_DIR"
"""Says where processes count together, if it is set before they begin (domain/process/metrics.py)."""

GRACEFUL_SECONDS = 10
"""How long requests under way may take to finish when the API is asked to stop."""

STOP_SECONDS = GRACEFUL_SECONDS + 5
"""How long one of its processes may take to end altogether."""

_LAUNCHER = Path(__file__).with_name("launch.py")

# The kernel's "parent" is the thread that started the child: one that ends with the process, not before.
_spawner = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spawner")

# Below the ports the kernel gives to outgoing connections, so that none of those, not even a client's
# attempt to reconnect, sits on a server's port while the server restarts.
PORTS = range(20_000, 32_000)


@contextmanager
def counting_together() -> Iterator[None]:
    """Somewhere for processes to count together, for /metrics, unless whoever started us has seen to it.

    For who has not yet imported what counts (domain/process/metrics.py).
    """
    if os.environ.get(SHARED_METRICS):
        yield
        return
    with TemporaryDirectory(prefix="seatlock-metrics-") as fresh:
        os.environ[SHARED_METRICS] = fresh
        yield


def start_child(command: Sequence[str], output: IO[bytes] | None = None) -> subprocess.Popen[bytes]:
    """Start `command` (an absolute path first), its output to `output`, else to ours.

    However this process ends, kill -9 included, the child is gone with it (on Linux). It has a session of its
    own: a Ctrl-C in the terminal reaches this process only, which then stops its children in order.
    """

    def spawn() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-I", "-S", str(_LAUNCHER), str(os.getpid()), *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )

    return _spawner.submit(spawn).result()


def stop_child(process: subprocess.Popen[bytes], grace: float) -> None:
    """Ask the child to end; after `grace` seconds, or at once if that is 0, kill it. It is gone on return."""
    if grace > 0:
        process.terminate()
        try:
            process.wait(grace)
        except subprocess.TimeoutExpired:
            pass
        else:
            return
    process.kill()
    process.wait()


def port_is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen()
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise
    return True


def free_port(preferred: int | None = None) -> int:
    """A loopback port nobody listens on: the preferred one if it is free."""
    if preferred is not None and port_is_free(preferred):
        return preferred
    return next(port for port in random.sample(PORTS, len(PORTS)) if port_is_free(port))
