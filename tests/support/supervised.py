"""`python -m tests.support.supervised DIRECTORY COUNT`: a supervisor in a hurry, and processes that do as files say.

Each process writes its id into the directory once it serves. One that finds a file `broken` ends with 7 before it does;
one that finds `killed` is killed then, and one that finds `stubborn` does not end when it is told to.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path

from ops import supervisor
from ops.copies import start_copy
from ops.supervisor import Heart, Supervisor


def start(directory: Path, heart: Heart) -> BaseProcess:
    return start_copy(live, directory, heart)


def live(directory: Path, heart: Heart) -> None:
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
