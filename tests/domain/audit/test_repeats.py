"""The first few of the same are written, of the rest their number."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.audit import repeats
from domain.audit.repeats import FEW, Repeats
from domain.audit.sign_ins import failed_entry
from domain.documents import AuditEntry

NOW = datetime(2026, 7, 1, tzinfo=UTC)


async def test_whatever_is_left_out_is_told_once() -> None:
    noted: list[AuditEntry] = []
    counted = Repeats(noted.append, lambda: NOW)
    for key in ("ann", "bo", "ann"):
        entry = failed_entry(NOW, account=key, address=None, correlation_id="test")
        for _ in range(5):
            if counted.room(key):
                counted.wrote(key)
            else:
                counted.left_out(key, entry)
    assert noted == []
    assert counted.room("ann") == 0
    assert counted.room("cy") == FEW
    counted.flush(older_than=repeats.SECONDS)
    assert noted == []
    counted.flush()
    counted.flush()
    assert [entry.metadata for entry in noted] == [{"account": "ann", "count": 7}, {"account": "bo", "count": 2}]
    assert counted.room("ann") == FEW


async def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "MOST", 3)
    noted: list[AuditEntry] = []
    counted = Repeats(noted.append, lambda: NOW)
    entry = failed_entry(NOW, account="-", address=None, correlation_id="test")
    for number in range(7):
        counted.left_out(number, entry)
    assert len(noted) == 6
    counted.flush()
    assert len(noted) == 7
