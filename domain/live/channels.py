"""The Redis channels that news travel on, and the seal that tells them from what somebody else wrote there."""

from __future__ import annotations

from hashlib import blake2b
from hmac import compare_digest

from beanie import PydanticObjectId

from domain.live.news import News

SEAL_BYTES = 16


class Channels:
    """Those of one shop. Whoever can write to its Redis, and does not know its secret, can make nobody believe it."""

    def __init__(self, prefix: str, secret_key: str) -> None:
        self.every_process = f"{prefix}:live"
        self._key = blake2b(secret_key.encode(), person=b"live feed", digest_size=32).digest()

    def of(self, event_id: PydanticObjectId) -> str:
        """Where an event's news go to."""
        return f"{self.every_process}:{event_id}"

    def sealed(self, event_id: PydanticObjectId, news: News) -> bytes:
        """The news as they travel."""
        text = news.to_json()
        return self._seal(event_id, text) + text

    def opened(self, event_id: PydanticObjectId, message: str) -> News:
        """The news of this event in what was received. Raises ValueError when no process of this shop sent it."""
        raw = message.encode()
        seal, text = raw[: 2 * SEAL_BYTES], raw[2 * SEAL_BYTES :]
        if not compare_digest(seal, self._seal(event_id, text)):
            raise ValueError("not sealed with this shop's key")
        return News.from_json(text)

    def _seal(self, event_id: PydanticObjectId, text: bytes) -> bytes:
        # With the event: news of one are no news of another.
        mac = blake2b(event_id.binary, key=self._key, digest_size=SEAL_BYTES)
        mac.update(text)
        return mac.hexdigest().encode()
