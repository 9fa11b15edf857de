"""The least a server can do: Starlette WebSockets in a set, and a loop that sends all of them the text just posted."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

listeners: set[WebSocket] = set()


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await listen(WebSocket(scope, receive, send))
    else:
        text = (await Request(scope, receive).body()).decode()
        await Response()(scope, receive, send)
        await asyncio.sleep(0)  # the answer leaves before the first message, as a buyer's does
        for listener in list(listeners):
            await listener.send_text(text)


async def listen(listener: WebSocket) -> None:
    await listener.accept(subprotocol="graphql-transport-ws")
    listeners.add(listener)
    async for _ in listener.iter_text():
        pass
    listeners.discard(listener)
