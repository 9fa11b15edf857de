"""One subscription on one WebSocket, by graphql-transport-ws."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import NegotiationError
from websockets.typing import Subprotocol

PROTOCOL = Subprotocol("graphql-transport-ws")
OPENED_WITHIN = 10.0
"""Seconds."""


async def messages(
    url: str, payload: Mapping[str, Any], token: str, silence: float
) -> AsyncGenerator[dict[str, Any], None]:
    """Each answer of a subscription, until the server completes it.

    Raises ConnectionClosed, InvalidHandshake, OSError; and TimeoutError when nothing was heard for `silence` seconds:
    the server sends a ping every 12.
    """
    async with connect(
        url,
        subprotocols=[PROTOCOL],
        open_timeout=OPENED_WITHIN,
        close_timeout=1,
        ping_interval=None,  # its pings are answered, and its silence is noticed, below
        max_size=None,  # a snapshot of a large map is long
    ) as socket:
        if socket.subprotocol != PROTOCOL:
            raise NegotiationError(f"it does not speak {PROTOCOL}")
        authorization = {"Authorization": f"Bearer {token}"} if token else {}
        await _send(socket, type="connection_init", payload=authorization)
        while True:
            try:
                message = json.loads(await asyncio.wait_for(socket.recv(), silence))
            except TimeoutError:
                socket.transport.abort()  # nobody is there to say good-bye to
                raise TimeoutError(f"the server was silent for {silence:g} s") from None
            match message:
                case {"type": "connection_ack"}:
                    await _send(socket, id="1", type="subscribe", payload=payload)
                case {"type": "ping"}:
                    await _send(socket, type="pong")
                case {"type": "next", "payload": answer}:
                    yield answer
                case {"type": "error", "payload": errors}:
                    yield {"errors": errors}
                case {"type": "complete"}:
                    return


async def _send(socket: ClientConnection, **message: object) -> None:
    await socket.send(json.dumps(message))
