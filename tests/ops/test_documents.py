"""`seatlock documents check`, and a start with trusted documents: what is wrong is said before anybody is served."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.commands import assert_one_line, seatlock

GOOD = "query Events { events(first: 10) { nodes { id name } } }"
ELSEWHERE = {
    "SEATLOCK_MONGO_URI": "mongodb://127.0.0.1:1",
    "SEATLOCK_REDIS_URL": "redis://127.0.0.1:1",
    "SEATLOCK_SECRET_KEY": "-" * 32,
    "SEATLOCK_PAYMENT_PROVIDER": "simulated",
}


def written(folder: Path, content: object) -> str:
    file = folder / "documents.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return str(file)


def test_each_that_may_not_run_is_named(tmp_path: Path) -> None:
    bad = {"b2": "{\n  weather\n}", "c3": "{ events {", "d4": "{ events { totalCount } }"}
    file = written(tmp_path, {"a1": GOOD, **bad})
    result = seatlock("documents", "check", file, env={"SEATLOCK_GRAPHQL_MAX_COST": "50"})
    assert result.returncode == 1
    assert result.stdout.splitlines() == [
        "document b2, line 2: Cannot query field 'weather' on type 'Query'.",
        "document c3, line 1: Syntax Error: Expected Name, found <EOF>.",
        "document d4: The operation costs 101; the limit is 50.",
    ]
    assert result.stderr == f"seatlock: {file}: 3 faults in 4 documents\n"


def test_one_fault_in_one_document_is_said_as_one(tmp_path: Path) -> None:
    file = written(tmp_path, {"b2": "{ weather }"})
    assert seatlock("documents", "check", file, env={}).stderr == f"seatlock: {file}: 1 fault in 1 document\n"
    assert seatlock("documents", "check", written(tmp_path, {"a1": GOOD}), env={}).stdout == "1 document may run\n"


def test_a_bad_one_stops_the_start_with_one_line(tmp_path: Path) -> None:
    file = written(tmp_path, {"a1": GOOD, "b2": "{ weather }", "c3": "{ news }"})
    result = seatlock("serve", "--workers", "2", env={**ELSEWHERE, "SEATLOCK_TRUSTED_DOCUMENTS": file})
    fault = f"SEATLOCK_TRUSTED_DOCUMENTS: {file}: document b2, line 1: Cannot query field 'weather' on type 'Query'."
    assert_one_line(result, 2, fault, f"; and 1 more, see `seatlock documents check {file}`")
