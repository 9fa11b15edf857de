"""`python launch.py PARENT COMMAND …` becomes COMMAND, which the kernel kills when PARENT dies (Linux).

A program of its own because the alternative, `preexec_fn`, runs Python between fork and exec of a process
with threads, which may deadlock. It is run by path with `-I -S`: it imports only the standard library.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int) -> None:
    """Have the kernel send SIGKILL to this process when the thread that made it, in process `parent`, ends.

    Survives exec, is not inherited by children, and does nothing where there is no such thing as on macOS.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))
        if os.getppid() != parent:  # it died before the kernel was asked
            os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    die_with_parent(int(sys.argv[1]))
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606  (a shell is what is not wanted)
