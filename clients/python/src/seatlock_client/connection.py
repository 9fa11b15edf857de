"""One API: requests that are repeated when they may be, and subscriptions that come back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

import httpx
from pydantic import BaseModel
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from .answers import data_of, failure_of, retry_after
from .errors import UNAVAILABLE, ConnectionEnded, RequestFailed
from .pauses import Pauses
from .session import Session
from .subscription import messages

AGAIN = frozenset({UNAVAILABLE, "RATE_LIMITED", "TOO_MANY_CONNECTIONS", "REQUEST_TIMEOUT"})
"""Codes of failures that may be gone in a moment."""

AGAIN_STATUSES = frozenset({408, 429, 502, 503, 504})
FINAL = frozenset({1002, 1003, 1007, 1009, 1010, 4400, 4401, 4406, 4409, 4429})
"""Close codes that the same messages would bring again."""

FORBIDDEN = 4403


@dataclass
class Attempts:
    """What became of the attempts at one request."""

    lost: bool = False
    """Whether one of them was perhaps carried out, and its answer never came."""


@dataclass
class Connection:
    """How to reach the API at `url`, as whoever is signed in. Generated code asks and listens through this."""

    url: str
    http: httpx.AsyncClient
    session: Session
    refusals: Mapping[str, type[BaseModel]]
    """What a refusal tells, by the name of its type."""
    patience: float
    """For how many seconds a request is repeated."""
    silence: float
    """After how many seconds without a word a line is dead."""
    on_lost: Callable[[str, float], object] | None = None
    """Told when a subscription has lost its connection: why, and in how many seconds there will be another."""
    _socket_url: str = field(init=False)

    def __post_init__(self) -> None:
        self._socket_url = self.url.replace("http", "ws", 1)

    async def ask(
        self,
        query: str,
        operation_name: str,
        variables: Mapping[str, Any],
        *,
        signed_in: bool = True,
        patience: float | None = None,
        attempts: Attempts | None = None,
    ) -> dict[str, Any]:
        """The data of a query or a mutation. Raises Refused, RequestFailed, SessionEnded.

        It is sent again as it is after a lost answer and whatever else may be gone in a moment, for as long as there is
        patience. So it must do nothing twice: by nature, or by its idempotency key.
        """
        give_up_at = time.monotonic() + (self.patience if patience is None else patience)
        request = {"query": query, "operationName": operation_name, "variables": variables}
        attempts, pauses, refused = attempts or Attempts(), Pauses(), ""
        while True:
            token = await self.session.token(refused) if signed_in else ""
            answer, after = await self._post(request, token)
            failure = failure_of(answer)
            if failure is None:
                return data_of(answer, self.refusals)
            attempts.lost |= failure.code == UNAVAILABLE
            if failure.code == "UNAUTHENTICATED" and token and not refused:
                refused = token  # renewed, then again
                continue
            if failure.code not in AGAIN:
                raise failure
            pause = pauses.next(failure.extensions.get("retryAfterSeconds", after))
            if time.monotonic() + pause > give_up_at:
                raise failure
            await asyncio.sleep(pause)

    async def _post(self, request: Mapping[str, Any], token: str) -> tuple[dict[str, Any], float]:
        """The answer, or one like the API's own where there is none; and for how many seconds it asks us to wait."""
        headers = {"Accept": "application/graphql-response+json, application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        after, code, message = 0.0, UNAVAILABLE, ""
        try:
            response = await self.http.post(self.url, json=request, headers=headers)
            after = retry_after(response.headers)
            message = f"HTTP {response.status_code}"
            if response.status_code not in AGAIN_STATUSES and 400 <= response.status_code < 500:
                code = f"HTTP_{response.status_code}"
            answer = response.json()
            if isinstance(answer, dict) and answer.keys() & {"data", "errors"}:
                return answer, after
        except (httpx.TransportError, ValueError) as lost:
            message = message or f"{type(lost).__name__} {lost}".strip()
        return {"errors": [{"message": message, "extensions": {"code": code}}]}, after

    async def listen(
        self, query: str, operation_name: str, variables: Mapping[str, Any]
    ) -> AsyncGenerator[dict[str, Any], None]:
        """The data of each message of a subscription, over one connection after another: it ends only by an exception.

        Raises RequestFailed, SessionEnded and ConnectionEnded when another connection would not mend it.
        """
        payload = {"query": query, "operationName": operation_name, "variables": variables}
        pauses, token, refused = Pauses(), "", ""
        while True:
            after = 0.0
            try:
                token = await self.session.token(refused)
                async with aclosing(messages(self._socket_url, payload, token, self.silence)) as heard:
                    async for answer in heard:
                        if failure := failure_of(answer):
                            raise failure
                        yield data_of(answer, self.refusals)
                        pauses, refused = Pauses(), ""
                why = "the server ended the subscription"
            except ConnectionClosed as closed:
                code, reason = (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (1006, "without a word")
                if code in FINAL or (code == FORBIDDEN and (refused or not token)):
                    raise ConnectionEnded(code, reason) from None
                refused = token if code == FORBIDDEN else refused
                why = str(ConnectionEnded(code, reason))
            except RequestFailed as failure:
                if failure.code == "UNAUTHENTICATED" and token and not refused:
                    refused = token
                elif failure.code not in AGAIN | {"INTERNAL"}:
                    raise
                after = failure.extensions.get("retryAfterSeconds", 0)
                why = failure.message
            except InvalidStatus as error:
                status = error.response.status_code
                if status < 500 and status not in AGAIN_STATUSES:
                    raise RequestFailed(f"HTTP_{status}", str(error)) from None
                after, why = retry_after(error.response.headers), f"{self._socket_url}: {error}"
            except TimeoutError as error:
                why = str(error) or f"no API answers at {self._socket_url}"
            except OSError:
                why = f"no API answers at {self._socket_url}"
            except InvalidHandshake as error:
                why = f"{self._socket_url}: {error}"
            pause = pauses.next(after)
            if self.on_lost:
                self.on_lost(why, pause)
            await asyncio.sleep(pause)
