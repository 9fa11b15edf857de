"""`python -m bench.ahead serve …`: the command line of a server whose clock is 200 ms ahead.

The processes that `serve` starts run this module, too, before they import anything that tells the time.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from domain import clock

AHEAD = timedelta(milliseconds=200)

right_clock = clock.system_clock


def clock_ahead() -> datetime:
    """What that server takes for now."""
    return right_clock() + AHEAD


clock.system_clock = clock_ahead

if __name__ == "__main__":
    from ops.cli import main

    main()
