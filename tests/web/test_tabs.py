"""Tabs of one browser share a session, whose refresh token is good for one use."""

from __future__ import annotations

import asyncio

from playwright.async_api import Page, expect

from tests.clients.box_office import BoxOffice
from tests.web.conftest import Visit
from tests.web.test_shop import hold

EXPIRE = """() => localStorage.setItem('seatlock.tokens', JSON.stringify(
  {...JSON.parse(localStorage.getItem('seatlock.tokens')), expiresAt: '2000-01-01T00:00:00Z'}))"""


async def test_tabs_that_renew_at_once_stay_signed_in(visit: Visit, office: BoxOffice) -> None:
    event = await office.event()
    page = await visit(f"#/events/{event}")
    await hold(page, 3)

    async def opened(tab: Page) -> None:
        await tab.goto(page.url)
        await expect(tab.get_by_role("heading", name="You hold")).to_be_visible()

    for _ in range(2):  # the second time with what the first has renewed
        await page.evaluate(EXPIRE)
        tabs = [await page.context.new_page() for _ in range(4)]
        await asyncio.gather(*(opened(tab) for tab in tabs))
        for tab in tabs:
            await tab.close()
    await page.reload()
    await expect(page.get_by_role("heading", name="You hold")).to_be_visible()
