"""permessage-deflate (RFC 7692) for messages that are worth it, with limits that hold on what they inflate to.

Nothing is kept from one message to the next: an idle connection costs no memory for it. What many listeners are told
alike is compressed once: messages differ in the operation's id, at their beginning, only.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import lru_cache

from websockets.exceptions import PayloadTooBig
from websockets.extensions import Extension
from websockets.extensions.permessage_deflate import PerMessageDeflate, ServerPerMessageDeflateFactory
from websockets.frames import Frame, Opcode
from websockets.typing import ExtensionParameter

LEAST = 8 * 1024
"""Shorter messages leave as they are. Most tell of a few seats, and compressing them for each listener costs more."""

LEVEL = 3

KEPT = 8
"""So many compressed payloads are remembered, the latest: a snapshot, and what came after it."""

LONGEST_HEAD = 2_048
"""A payload begins before that: an id has 256 characters."""

_PAYLOAD = b'"payload":'

_END = b"\x00\x00\xff\xff"
"""What ends a part of a compressed message, and is left away at the end of all (§7.2.1)."""

INFLATED, TIMES = 64 * 1024, 32
"""A message may inflate to so many bytes, or to so many times its own length. Lists of a document shrink to a tenth."""


class MessageDeflate(PerMessageDeflate):
    """The extension on one connection."""

    def __init__(self, agreed: PerMessageDeflate) -> None:
        super().__init__(
            agreed.remote_no_context_takeover,
            agreed.local_no_context_takeover,
            agreed.remote_max_window_bits,
            agreed.local_max_window_bits,
        )
        self._come = self._inflated = 0

    def encode(self, frame: Frame) -> Frame:
        if frame.opcode is not Opcode.TEXT or len(frame.data) < LEAST:
            return frame
        # Two parts of one message, of which the second knows nothing of the first.
        data = bytes(frame.data)
        start = max(0, data.find(_PAYLOAD, 0, LONGEST_HEAD))
        head, rest = data[:start], _deflated(data[start:], self.local_max_window_bits)
        body = (_part(head, self.local_max_window_bits) if head else b"") + rest[: -len(_END)]
        return Frame(frame.opcode, body, frame.fin, True, frame.rsv2, frame.rsv3)

    def decode(self, frame: Frame, *, max_size: int | None = None) -> Frame:
        if frame.opcode is Opcode.CONT:
            is_compressed = self.decode_cont_data
        else:
            is_compressed = frame.rsv1
            if frame.opcode in (Opcode.TEXT, Opcode.BINARY):
                self._come = self._inflated = 0
        if not is_compressed:
            return super().decode(frame, max_size=max_size)
        self._come += len(frame.data)
        left = max(INFLATED, TIMES * self._come) - self._inflated
        # zlib takes 0 for no limit.
        most = max(1, left if max_size is None else min(left, max_size))
        inflated = super().decode(frame, max_size=most)
        self._inflated += len(inflated.data)
        if self._inflated > max(INFLATED, TIMES * self._come):
            raise PayloadTooBig(None, max_size)
        return inflated


class MessageDeflateFactory(ServerPerMessageDeflateFactory):
    """Agrees with clients that neither side keeps anything between messages."""

    def __init__(self) -> None:
        super().__init__(server_no_context_takeover=True, client_no_context_takeover=True)

    def process_request_params(
        self, params: Sequence[ExtensionParameter], accepted_extensions: Sequence[Extension]
    ) -> tuple[list[ExtensionParameter], PerMessageDeflate]:
        response, agreed = super().process_request_params(params, accepted_extensions)
        return response, MessageDeflate(agreed)


def _part(data: bytes, window_bits: int) -> bytes:
    """A part of a message by itself."""
    compressor = zlib.compressobj(LEVEL, wbits=-window_bits)
    return compressor.compress(data) + compressor.flush(zlib.Z_SYNC_FLUSH)


_deflated = lru_cache(maxsize=KEPT)(_part)
