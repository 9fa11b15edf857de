"""What several of the writer's tests need."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from domain.process.settings import Settings
from tests.support.remembering import Shop, open_shop


@pytest.fixture
async def shop(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Shop]:
    async with open_shop(settings, monkeypatch) as shop:
        yield shop
