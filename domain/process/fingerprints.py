"""Keyed hashes: what stands for somebody's address or account where neither may be read.

Who has the hash and not SECRET_KEY can't find out what it is of, not even by trying all there are. With another
SECRET_KEY everything has another hash.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from ipaddress import IPv4Address, ip_address

LENGTH = 16
"""Hexadecimal digits: 64 bits, of which no two are the same by accident."""


class Fingerprints:
    """The hashes under one key."""

    def __init__(self, secret_key: str) -> None:
        # A key of its own: what signs tokens signs nothing else.
        self._key = hmac.digest(secret_key.encode(), b"seatlock fingerprints", "sha256")

    def of_address(self, address: str) -> str:
        """Of a client's address; of IPv6 of its /64, which one household or server has for itself."""
        return self._of("address", network_of(address))

    def of_account(self, email_key: str) -> str:
        """Of an account, by what its e-mail address is found by."""
        return self._of("account", email_key)

    def _of(self, kind: str, text: str) -> str:
        return hmac.new(self._key, f"{kind}:{text}".encode(), sha256).hexdigest()[:LENGTH]


def network_of(address: str) -> str:
    """The part of an address that one client can't change at will: IPv4 as it is, of IPv6 the first 64 bits."""
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:  # a Unix socket has none
        return address
    if isinstance(known, IPv4Address):
        return str(known)
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return known.exploded[:19]
