"""Which names this server answers to.

A page of another site can have its own name lead to this machine (DNS rebinding). Its browser then takes what is
here for that page's own, and only `Host` still tells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from starlette.types import Scope

from graph.execution.http_error import HttpError

FOR_ANY = frozenset({"/health", "/ready"})
"""Paths that tell nothing worth stealing: load balancers ask them by address."""

_without_port = re.compile(rb"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::[0-9]{1,5})?").fullmatch


class AllowedHosts:
    """The names of the settings. None: every name."""

    def __init__(self, hosts: Sequence[str]) -> None:
        self.any = not hosts
        self._names = frozenset(host.encode() for host in hosts if not host.startswith("*."))
        self._endings = tuple(host[1:].encode() for host in hosts if host.startswith("*."))

    def check(self, scope: Scope) -> None:
        """Raises HttpError: 400 where it can't be told, 421 where it is another's name."""
        if self.any or scope["path"] in FOR_ANY:
            return
        given = [value for name, value in scope["headers"] if name == b"host"]
        name = _without_port(given[0]) if len(given) == 1 else None
        if name is None:
            raise HttpError(400, "BAD_REQUEST", "Send one Host header with the name of this server.")
        host = name[1].lower().removesuffix(b".")
        if host not in self._names and not host.endswith(self._endings or (b" ",)):
            raise HttpError(421, "HOST_NOT_ALLOWED", "This server does not answer to this name.")
