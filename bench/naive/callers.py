"""Who asks: by the same access tokens as ours, read in the same way."""

from __future__ import annotations

from bson import ObjectId
from starlette.requests import HTTPConnection

from domain.clock import system_clock
from domain.people.accounts import read_token


def user_of(request: HTTPConnection) -> ObjectId:
    """The id of who sent this."""
    token = request.headers["authorization"].removeprefix("Bearer ")
    return read_token(request.app.state.settings, token, system_clock()).user_id
