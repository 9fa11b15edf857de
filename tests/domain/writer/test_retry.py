"""Which answers of MongoDB are asked for again."""

from __future__ import annotations

from typing import Any

import pytest
from pymongo.errors import OperationFailure
from pymongo.helpers_shared import _check_command_response

from domain.writer.retry import may_pass


def refusal(code: int, *labels: str) -> OperationFailure:
    """What PyMongo makes of such an answer."""
    answer: dict[str, Any] = {"ok": 0.0, "errmsg": "refused", "code": code, "errorLabels": list(labels)}
    with pytest.raises(OperationFailure) as refused:
        _check_command_response(answer, 17)
    return refused.value


@pytest.mark.parametrize("code", [6, 24, 43, 112, 134, 237, 239, 246, 262, 11601])
def test_what_a_read_meets_by_chance_passes(code: int) -> None:
    """A shard that moves, an index that is being made, an operation that somebody ended."""
    assert may_pass(refusal(code))


@pytest.mark.parametrize("code", [8, 13, 59, 10334, 14031])
def test_what_would_be_so_again_does_not(code: int) -> None:
    """Nobody may write, there is no room, or it is too large."""
    assert not may_pass(refusal(code))


def test_who_is_busy_is_asked_again() -> None:
    assert may_pass(refusal(462, "SystemOverloadedError", "RetryableError"))
