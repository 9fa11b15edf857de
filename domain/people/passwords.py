"""Password hashes: argon2id, made and checked in threads of their own that leave most of the machine to sales."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from domain.process.fair_line import FairLine

ResultT = TypeVar("ResultT")

AT_ONCE = max(1, (os.cpu_count() or 1) // 2)
"""Half of the cores at most: each hash takes some 50 ms of one, and 64 MiB."""

LINE, LINES = 50, 1_000
"""How many of one address may wait, and of all; more are turned away rather than served after their client gave up."""

NICENESS = 5
"""By how much: where sales want the same core, they get three quarters of it."""


def password_hasher() -> PasswordHasher:
    """argon2id with RFC 9106's low-memory profile, but one lane: a hash takes one core, not four for a moment."""
    return PasswordHasher(parallelism=1)


def _be_nice() -> None:
    if sys.platform == "linux":  # elsewhere it is the whole process that would be
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + NICENESS)


_hasher = password_hasher()
_threads = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="argon2", initializer=_be_nice)
_lines: dict[asyncio.AbstractEventLoop, FairLine] = {}


@asynccontextmanager
async def turn(address: str) -> AsyncIterator[None]:
    """The right to hash something, once it is the turn of this address. Raises Overloaded."""
    loop = asyncio.get_running_loop()
    if loop not in _lines:
        _lines.clear()  # what is left of loops before, as in tests
        _lines[loop] = FairLine(AT_ONCE, LINE, LINES, "Too many people are signing in; try again in a moment.")
    async with _lines[loop].turn(address):
        yield


async def hash_password(password: str, address: str = "") -> str:
    """The hash to keep, in PHC form. Raises Overloaded."""
    async with turn(address):
        return await _in_thread(lambda: _hasher.hash(password))


async def password_matches(password_hash: str | None, spellings: Sequence[str]) -> bool:
    """Whether one of these is the password hashed; never, but after as long, without a hash. Take a `turn` before."""

    def check(password: str) -> bool:
        try:
            return _hasher.verify(password_hash or _nobodys_hash(), password) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False

    return await _in_thread(lambda: any(map(check, spellings)))


def _nobodys_hash() -> str:
    """One that no password has: of zeros, and as much work to compare with as any other."""
    salt, digest = (b64encode(bytes(length)).decode().rstrip("=") for length in (_hasher.salt_len, _hasher.hash_len))
    costs = f"m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    return f"$argon2id$v=19${costs}${salt}${digest}"


async def _in_thread(work: Callable[[], ResultT]) -> ResultT:
    return await asyncio.get_running_loop().run_in_executor(_threads, work)
