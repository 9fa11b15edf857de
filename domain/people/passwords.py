"""Password hashes: argon2id, made and checked in threads of their own, a bounded number at a time."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from domain.errors import Overloaded

ResultT = TypeVar("ResultT")

AT_ONCE = 2
"""Each takes some 50 ms of a core and 64 MiB."""

LINE = 50
"""How many may wait; more are turned away at once rather than served after their client gave up."""

# argon2id with the library's parameters: RFC 9106's low-memory profile.
_hasher = PasswordHasher()
_threads = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="argon2")
_waiting = 0


async def hash_password(password: str) -> str:
    """The hash to keep, in PHC form. Raises Overloaded."""
    return await _in_line(lambda: _hasher.hash(password))


async def password_matches(password_hash: str | None, spellings: Sequence[str]) -> bool:
    """Whether one of these is the password hashed; never, but after as long, without a hash. Raises Overloaded."""

    def check(password: str) -> bool:
        try:
            return _hasher.verify(password_hash or _nobodys_hash(), password) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False

    return await _in_line(lambda: any(map(check, spellings)))


def _nobodys_hash() -> str:
    """One that no password has: of zeros, and as much work to compare with as any other."""
    salt, digest = (b64encode(bytes(length)).decode().rstrip("=") for length in (_hasher.salt_len, _hasher.hash_len))
    costs = f"m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    return f"$argon2id$v=19${costs}${salt}${digest}"


async def _in_line(work: Callable[[], ResultT]) -> ResultT:
    global _waiting
    if _waiting >= LINE:
        raise Overloaded("Too many people are signing in; try again in a moment.")
    _waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_threads, work)
    finally:
        _waiting -= 1
