"""Who comes back after which close code: the table of docs/reference/http.md is what clients do."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import unquote

import websockets
from websockets.asyncio.server import ServerConnection
from websockets.typing import Subprotocol

from ops.reference.http import CLOSE_CODES
from tests.clients.client import open_client

AGAIN = {code for code, close in CLOSE_CODES.items() if close.again != "No."}
BY_DEFAULT = {code for code, close in CLOSE_CODES.items() if close.by_default}


async def test_after_these_codes_clients_come_back_and_after_others_they_end(scripts: Path) -> None:
    seen: set[str] = set()
    returned: asyncio.Queue[str] = asyncio.Queue()

    async def serve(socket: ServerConnection) -> None:
        assert socket.request
        _, name, code = unquote(socket.request.path).split("/")
        who = f"{name} {code}"
        await socket.recv()
        if who in seen:
            returned.put_nowait(who)
            await socket.wait_closed()
        seen.add(who)
        await socket.close(int(code))

    codes = [*CLOSE_CODES, 1011]
    async with websockets.serve(serve, "127.0.0.1", 0, subprotocols=[Subprotocol("graphql-transport-ws")]) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with open_client(scripts, "close-codes", url, None, codes=codes) as client:
            default = {f"by default {code}" for code in BY_DEFAULT}
            example = {f"example {code}" for code in AGAIN}
            came = {await asyncio.wait_for(returned.get(), 10) for _ in default | example}
            ended = {f"{name} {code}" for name in ("by default", "example") for code in codes} - default - example
            for who in ended:
                assert await client.hear(who) == {"ended": True}
    assert came == default | example
