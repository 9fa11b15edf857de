"""`python -m tests.support.supervised DIRECTORY COUNT`: a supervisor in a hurry, and processes that do as files say.

Each process writes its id into the directory once it serves. One that finds a file `broken` ends with 7 before it does;
one that finds `killed` is killed then, and one that finds `stubborn` does not end when it is told to.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from functools import partial
from multiprocessing.context import SpawnProcess
from pathlib import Path

from ops import supervisor
from ops.launch import die_with_parent
from ops.supervisor import Heart, Supervisor


def start(directory: Path, heart: Heart) -> SpawnProcess:
    process = multiprocessing.get_context("spawn").Process(target=live, args=(directory, heart))
    process.start()
    return process


def live(directory: Path, heart: Heart) -> None:
    parent = multiprocessing.parent_process()
    die_with_parent(parent.pid if parent and parent.pid else 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if (directory / "broken").exists():
        sys.exit(7)
    if (directory / "killed").exists():
        os.kill(os.getpid(), signal.SIGKILL)
    (directory / str(os.getpid())).touch()
    if (directory / "stubborn").exists():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        heart.beat(serving=True)
        time.sleep(0.05)


if __name__ == "__main__":
    supervisor.BEAT_SECONDS = 0.1
    sys.exit(Supervisor(partial(start, Path(sys.argv[1])), int(sys.argv[2]), grace_seconds=5).run())
