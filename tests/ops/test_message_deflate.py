"""permessage-deflate: large messages get small, and no message inflates to more than may be sent."""

from __future__ import annotations

import json
import zlib
from collections.abc import AsyncIterator, Callable

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.client import ClientProtocol
from websockets.exceptions import ConnectionClosed, PayloadTooBig
from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import Frame, Opcode
from websockets.typing import Subprotocol

from domain.sale.events import NewRow
from domain.services import Services
from graph.app import assemble
from graph.schema.ids import encode_id
from ops import message_deflate
from ops.message_deflate import INFLATED, LEAST, TIMES, MessageDeflate
from tests.graph.conftest import given, serving
from tests.support.sale import new_event

MAP = "query ($event: ID!) { event(id: $event) { seats { label status section row } } }"


def server_side() -> MessageDeflate:
    return MessageDeflate(PerMessageDeflate(True, True, 15, 15))


def client_side() -> PerMessageDeflate:
    return PerMessageDeflate(True, True, 15, 15)


def text(data: bytes) -> Frame:
    return Frame(Opcode.TEXT, data, True)


def message(operation_id: str, payload: bytes) -> bytes:
    return b'{"id":"%b","type":"next","payload":%b}' % (operation_id.encode(), payload)


def test_short_messages_leave_as_they_are() -> None:
    frame = text(b"s" * (LEAST - 1))
    assert server_side().encode(frame) is frame


@pytest.mark.parametrize(
    "data",
    [message("1", b"[1234567890]" * 2_000), message("é" * 100, b"0" * LEAST), b"x" * LEAST, b'"payload":' * 2_000],
)
def test_long_ones_are_read_by_any_client(data: bytes) -> None:
    sent = server_side().encode(text(data))
    assert (sent.rsv1, len(sent.data) < len(data) / 5) == (True, True)
    read = client_side()
    for _ in range(2):  # nothing of the one before is needed
        assert bytes(read.decode(sent).data) == data


def test_what_many_are_told_is_compressed_once() -> None:
    message_deflate._deflated.cache_clear()
    payload = json.dumps([{"label": f"A-{number}"} for number in range(2_000)]).encode()
    for number in range(50):
        data = message(f"listener {number}", payload)
        assert bytes(client_side().decode(server_side().encode(text(data))).data) == data
    assert message_deflate._deflated.cache_info().misses == 1


def deflated(data: bytes) -> bytes:
    compressor = zlib.compressobj(9, wbits=-15)
    return (compressor.compress(data) + compressor.flush(zlib.Z_SYNC_FLUSH))[:-4]


def pieces(data: bytes, size: int) -> list[Frame]:
    """A compressed message in frames of this size."""
    parts = [data[at : at + size] for at in range(0, len(data), size)]
    return [
        Frame(Opcode.CONT if number else Opcode.TEXT, part, number == len(parts) - 1, not number)
        for number, part in enumerate(parts)
    ]


def inflated(frames: list[Frame], most: int) -> bytes:
    """As websockets puts a message together, whose own limit counts what came before."""
    deflate, whole = server_side(), b""
    for frame in frames:
        whole += deflate.decode(frame, max_size=most - len(whole)).data
    return whole


@pytest.mark.parametrize("size", [10, 1_000, 1_000_000])
def test_what_clients_send_is_inflated(size: int) -> None:
    for data in (b"", b"{}", json.dumps([{"seat": number} for number in range(9_000)]).encode(), b"0" * INFLATED):
        assert inflated(pieces(deflated(data), size), 2**20) == data


@pytest.mark.parametrize("size", [10, 100, 1_000_000])
@pytest.mark.parametrize(("length", "most"), [(INFLATED + 1, 2**20), (2**24, 2**30), (50_000, 40_000)])
def test_a_bomb_is_not(size: int, length: int, most: int) -> None:
    bomb = deflated(b"0" * length)
    assert length > TIMES * len(bomb) or length > most
    with pytest.raises(PayloadTooBig):
        inflated(pieces(bomb, size), most)


# ---------------------------------------------------------------- on a server


@pytest.fixture
async def url(services: Services) -> AsyncIterator[str]:
    services.settings = services.settings.model_copy(update={"compression": True})
    async with serving(assemble(services.settings, given(services)), services.settings) as client:
        yield str(client.base_url).replace("http", "ws", 1) + "/graphql"


async def connected(url: str) -> ClientConnection:
    connection = await connect(url, subprotocols=[Subprotocol("graphql-transport-ws")], proxy=None, max_size=None)
    await connection.send('{"type": "connection_init"}')
    assert json.loads(await connection.recv()) == {"type": "connection_ack"}
    return connection


async def test_a_large_answer_is_sent_small(services: Services, url: str) -> None:
    event = await new_event(services, rows=[NewRow(f"R{row}", 100) for row in range(20)])
    connection = await connected(url)
    protocol: ClientProtocol = connection.protocol
    [agreed] = protocol.extensions
    came: list[tuple[int, bool]] = []
    decode: Callable[..., Frame] = agreed.decode

    def noted(frame: Frame, **more: int | None) -> Frame:
        came.append((len(frame.data), frame.rsv1))
        return decode(frame, **more)

    agreed.decode = noted  # type: ignore[method-assign]
    variables = {"event": encode_id("Event", event.id)}
    await connection.send(
        json.dumps({"id": "1", "type": "subscribe", "payload": {"query": MAP, "variables": variables}})
    )
    answer = await connection.recv()
    assert len(json.loads(answer)["payload"]["data"]["event"]["seats"]) == 2_000
    assert json.loads(await connection.recv()) == {"id": "1", "type": "complete"}
    (large, is_compressed), small = came
    assert is_compressed
    assert large < len(answer) / 5
    assert small == (len('{"id":"1","type":"complete"}'), False)
    await connection.close()


async def test_a_bomb_closes_the_connection(url: str) -> None:
    connection = await connected(url)
    await connection.send(json.dumps({"type": "ping", "payload": {"x": "0" * 900_000}}))
    with pytest.raises(ConnectionClosed):
        await connection.recv()
    assert connection.close_code == 1009


async def test_unless_set_nothing_is_agreed(services: Services) -> None:
    async with serving(assemble(services.settings, given(services)), services.settings) as client:
        address = str(client.base_url).replace("http", "ws", 1) + "/graphql"
        connection = await connected(address)
        assert connection.protocol.extensions == []
        await connection.close()
