"""A hold that runs out while somebody looks at it: on a server where that takes seconds."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import expect

from ops.embedded import RedisServer, Server
from tests.clients.box_office import BoxOffice
from tests.conftest import Servers
from tests.web.conftest import Visit, box_office_at, pages_served
from tests.web.test_shop import button, hold, seat

RUN_OUT = "Your hold has run out, so the seats are free again. You can choose anew."


@pytest.fixture
def brief(servers: Servers, redis: RedisServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose holds last eight seconds."""
    with pages_served(
        servers, redis, tmp_path_factory.mktemp("brief"), lock_ttl_seconds=8, lock_max_seconds=8
    ) as server:
        yield server


@pytest.fixture
async def brief_office(brief: Server) -> AsyncIterator[BoxOffice]:
    async with box_office_at(brief) as office:
        yield office


async def test_a_hold_that_runs_out_is_seen_and_heard(visit: Visit, brief: Server, brief_office: BoxOffice) -> None:
    """And the keyboard goes on at the basket, since the button that it was at has gone."""
    page = await visit(f"#/events/{await brief_office.event()}", at=brief)
    await hold(page, 1)
    await button(page, "Go on to pay").focus()
    basket = page.get_by_role("region", name="Your seats")
    await expect(basket.get_by_text(RUN_OUT)).to_be_visible()
    await expect(page.locator("[aria-live]")).to_have_text(RUN_OUT)
    await expect(basket.get_by_role("heading", name="Your choice")).to_be_focused()
    await expect(seat(page, "A", 1)).to_have_accessible_name("Row A seat 1, free")
    await seat(page, "A", 2).click()
    await expect(basket.get_by_text(RUN_OUT)).to_be_hidden()
    await button(page, re.compile("^Hold 1 seat")).click()
    await expect(page.get_by_role("heading", name="You hold")).to_be_visible()
