"""What an answer of the API means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from .errors import Refused, RequestFailed


def failure_of(answer: Mapping[str, Any]) -> RequestFailed | None:
    """Its first top-level error."""
    for error in answer.get("errors") or ():
        extensions = error.get("extensions") or {}
        return RequestFailed(extensions.get("code", "UNKNOWN"), error["message"], extensions)
    return None


def data_of(answer: Mapping[str, Any], refusals: Mapping[str, type[BaseModel]]) -> dict[str, Any]:
    """Its data. Raises Refused for an `Error` of a result union, also for one that is newer than this client."""
    data: dict[str, Any] = answer["data"]
    for outcome in data.values():
        if isinstance(outcome, Mapping) and {"__typename", "code", "message"} <= outcome.keys():
            told = refusals.get(outcome["__typename"])
            raise Refused(outcome["code"], outcome["message"], told and told.model_validate(outcome))
    return data


def retry_after(headers: Mapping[str, str]) -> float:
    """For how many seconds the server asks to wait; 0 when it does not say, or says a date."""
    said = headers.get("Retry-After", "")
    return float(said) if said.isdecimal() else 0.0
