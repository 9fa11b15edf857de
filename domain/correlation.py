"""Correlation ids: which of them mean that nobody asked, and which a request may bring. Knows nothing else."""

from __future__ import annotations

import re

EXPIRY = "expiry"
"""Of a sweep; what it expires has that of the request that made it."""

REPAIR = "repair"
"""Of what happens because something was found wrong."""

LEFT_OUT = "left-out"
"""Of the entry that says how many rejections were not written one by one."""

SCHEDULE = "worker"
"""Of what the clock asks for."""

SET_PASSWORD = "set-password"  # noqa: S105
CREATE_ADMIN = "create-admin"
DEMO = "demo"
"""Of commands of `seatlock`."""

OURS = frozenset({EXPIRY, REPAIR, LEFT_OUT, SCHEDULE, SET_PASSWORD, CREATE_ADMIN, DEMO})

LONGEST = 128

_safe = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._:/@+=~-]{{0,{LONGEST - 1}}}").fullmatch
_ours = re.compile(rf"(?:{'|'.join(sorted(OURS))})(?![A-Za-z0-9])", re.IGNORECASE).match


def may_be_given(text: str) -> bool:
    """Whether a request may bring this id: nothing that breaks a log line, and nothing that looks like ours.

    Who reads the audit log takes `repair` for ours, and `repair-2` and `Repair` as well.
    """
    return _safe(text) is not None and _ours(text) is None
