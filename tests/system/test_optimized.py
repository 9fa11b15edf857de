"""`python -O` takes every `assert` out of our code: nothing that decides may be one."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.conftest import Servers

DRIFT = [
    "tests/domain/inventory/test_rules.py",
    "tests/domain/integrity/test_check.py",
    "tests/domain/integrity/test_repair.py",
]
DAMAGE = (
    "test_rules or everything_that_can_happen or (is_found and (counter or marked or deleted or inserted))"
    " or (test_the_next_command_heals and lock_three)"
)


def test_drift_is_found_and_never_written_without_asserts(servers: Servers) -> None:
    env = {**os.environ, "SEATLOCK_TEST_MONGO_URI": servers.mongo_uri, "SEATLOCK_TEST_REDIS_URL": servers.redis_url}
    # pytest says that asserts outside of tests are gone: that is what this is about.
    command = [
        sys.executable,
        "-O",
        "-m",
        "pytest",
        "-q",
        "-n0",
        "-W",
        "ignore::pytest.PytestConfigWarning",
        "-k",
        DAMAGE,
        *DRIFT,
    ]
    ended = subprocess.run(command, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert ended.returncode == 0, ended.stdout[-3000:]
    assert "[100%]" in ended.stdout
