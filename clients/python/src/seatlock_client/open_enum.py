"""Enums that take values which are newer than this client."""

from __future__ import annotations

from enum import Enum
from typing import Self


class OpenEnum(str, Enum):  # noqa: UP042 - a StrEnum prints its value only, and that of a new one has no name
    """An enum of the API. A value that it does not know becomes a member for once, which equals none of the others."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = member._value_ = value
        return member
