"""The pictures of README and docs: both pages while a crowd buys. `make pictures` runs it.

The API runs in this process, because its clock is ours: it begins at the same moment each time, and hours of a sale
pass in seconds. So the plots have more than one bar. Only what the crowd holds at the end differs each time.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from beanie import PydanticObjectId
from playwright.async_api import Browser, Locator, Page, ViewportSize, async_playwright, expect
from starlette.routing import Router

from domain.caller import Caller
from domain.clock import system_clock
from domain.documents import Event, Role
from domain.errors import Refusal
from domain.inventory.parts import Counted, Named, Part
from domain.opening import open_services
from domain.payments import pay_booking
from domain.process.settings import Settings, load_settings
from domain.sale.buying import confirm_booking, lock_seats
from domain.services import Services
from graph.app import assemble
from ops.crowd.arrivals import Crowd, gather_crowd
from ops.crowd.choice import party
from ops.demo import make_demo_events
from ops.demo_halls import HALLS, Hall
from ops.embedded import embedded_servers
from ops.processes import counting_together
from tests.graph.conftest import serving
from tests.support.waiting import until
from tests.web.browser import launching

ROOT = Path(__file__).parents[2]
TARGET = ROOT / "docs" / "pictures"
CACHE = ROOT / ".pytest_cache" / "d" / "npm"
"""Where the tests keep their browser."""

BEGIN = datetime(2030, 3, 4, 8, 20, tzinfo=UTC)
ADMIN = {"admin_email": "grace@seatlock.example", "admin_password": "correct horse"}
PASSWORD = "correct horse battery"
THEATRE = "A Midsummer Night's Dream"

WIDE, LOW, TALL = (ViewportSize(width=1100, height=height) for height in (780, 420, 1180))
NARROW = ViewportSize(width=320, height=720)
ZONE = "Europe/Paris"
"""The visitor's: an hour from the theatre's."""

HOURS = (3, 9, 14, 22, 31, 24, 17, 12, 8)
"""Purchases in each event, hour by hour: a sale that begins, has its rush and goes on."""

BUYERS, REQUESTS_A_SECOND, HASTE = 16, 25, 0.5
HELD = 12
"""Seats that the crowd holds before there are pictures."""

THINKING = 23_000
"""ms that somebody looks at the seats that they hold."""

PATIENCE = 30_000
"""ms."""

expect.set_options(timeout=PATIENCE)


DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done))))"
"""In one frame a canvas has its size, and in the next one it is drawn."""


class Clock:
    """That of the API: the system's, but from `BEGIN` on, and it can be put forward."""

    def __init__(self) -> None:
        self._ahead = BEGIN - system_clock()

    def __call__(self) -> datetime:
        return system_clock() + self._ahead

    def pass_by(self, time: timedelta) -> None:
        self._ahead += time


@asynccontextmanager
async def _serving(services: Services, settings: Settings) -> AsyncIterator[str]:
    """The address of the API."""

    @asynccontextmanager
    async def lifespan(_app: Router) -> AsyncIterator[Mapping[str, Any]]:
        yield {"services": services}

    async with serving(assemble(settings, lifespan), settings) as client:
        yield f"{client.base_url}/"


async def _sell(services: Services, clock: Clock) -> None:
    """Some hours of a sale, the same each time."""
    mind = Random(17)
    events = {event.name: event for event in await Event.find_all().to_list()}
    for purchases in HOURS:
        buys = [_buy(services, events[hall.name], hall, mind) for hall in HALLS for _ in range(purchases)]
        await asyncio.gather(*buys)
        clock.pass_by(timedelta(hours=1))


async def _buy(services: Services, event: Event, hall: Hall, mind: Random) -> None:
    """A purchase by somebody new, unless others have these seats, or nothing is on sale."""
    buyer, key = Caller(PydanticObjectId(), Role.USER, "pictures"), secrets.token_hex(8)
    seats = _beside(hall, party(mind, hall.most_each), mind)
    with suppress(Refusal):
        locked = await lock_seats(services, buyer, event_id=event.id, items=[seats], idempotency_key=key)
        booking = (await confirm_booking(services, buyer, event_id=event.id, lock_id=locked.lock.id)).booking
        await pay_booking(
            services,
            buyer,
            event_id=event.id,
            booking_id=booking.id,
            token="sim_success",
            amount=None,
            idempotency_key=key,
        )


def _beside(hall: Hall, count: int, mind: Random) -> Part:
    """So many seats beside each other, rather in front and in the middle."""
    if hall.sections is None:
        return Counted(count, None)
    section = mind.choice(hall.sections)
    if section.rows is None:
        return Counted(count, section.name)
    row = section.rows[min(mind.randrange(len(section.rows)), mind.randrange(len(section.rows)))]
    first = 1 + round(mind.triangular(0, max(0, row.seat_count - count)))
    return Named(tuple(f"{section.name}-{row.name}-{number}" for number in range(first, first + count)))


@asynccontextmanager
async def _crowd(url: str) -> AsyncIterator[None]:
    """People who buy at the same time, so that seats are held."""
    stop, plan = asyncio.Event(), Crowd(BUYERS, f"{url}graphql", REQUESTS_A_SECOND, haste=HASTE)
    buying = asyncio.create_task(gather_crowd(plan, stop, lambda _: None, 1))

    async def is_there() -> bool:
        return sum([event.held for event in await Event.find_all().to_list()]) >= HELD

    await until(is_there, within=60)
    yield
    stop.set()
    sys.stdout.write(f"{await buying}\n")


class Photographer:
    """Opens windows as visitors do, and keeps what they show."""

    def __init__(self, browser: Browser, url: str, clock: Clock) -> None:
        self._browser, self._url, self._clock = browser, url, clock

    async def open(self, place: str, size: ViewportSize, *, dark: bool = False) -> Page:
        context = await self._browser.new_context(
            viewport=size, locale="en-GB", timezone_id=ZONE, color_scheme="dark" if dark else "light"
        )
        await context.clock.install(time=self._clock())
        page = await context.new_page()
        await page.goto(self._url + place)
        return page

    async def take(self, page: Page, name: str, *, up_to: Locator | None = None) -> None:
        """What is in the window, whose upper edge is that of `up_to`."""
        await page.mouse.move(0, 0)
        await page.evaluate("scrollTo(0, 0), document.activeElement.blur(), document.fonts.ready")
        if up_to is not None:
            await up_to.evaluate("element => scrollTo(0, element.getBoundingClientRect().top - 16)")
        await page.evaluate(DRAWN)
        picture = await page.screenshot(path=TARGET / f"{name}.png", animations="disabled", caret="hide")
        sys.stdout.write(f"{name}.png: {len(picture):,} bytes\n")


async def _show_the_shop(of: Photographer) -> None:
    """From the list to the paid booking, with a second visitor by night, and a third with a narrow screen."""
    page = await of.open("", WIDE)
    await expect(page.get_by_text("seats left").first).to_be_visible()
    await of.take(page, "shop-events")
    await page.get_by_role("link", name=re.compile(THEATRE)).click()
    event = page.url.partition("#")[2]
    await _hold(page, "Ada")
    await of.take(page, "shop-hall")
    await page.get_by_role("button", name="Go on to pay").click()
    await page.get_by_role("button", name=re.compile("^Pay ")).click()
    await expect(page.get_by_text("Paid: the seats are yours").first).to_be_visible()
    await page.set_viewport_size(LOW)
    await of.take(page, "shop-paid")

    night = await of.open(f"#{event}", WIDE, dark=True)
    await _hold(night, "Bob")
    await _go_near(night)
    await of.take(night, "shop-hall-dark")
    narrow = await of.open(f"#{event}", NARROW)
    await _hold(narrow, "Cleo")
    await of.take(narrow, "shop-hall-narrow", up_to=narrow.locator(".map"))


async def _go_near(page: Page) -> None:
    """As close to the front as seats have numbers."""
    front = await page.locator(".map canvas").bounding_box()
    assert front is not None
    await page.mouse.move(front["x"] + front["width"] / 2, front["y"] + 30)
    for _ in range(3):
        await page.mouse.wheel(0, -170)


async def _hold(page: Page, name: str) -> None:
    await page.get_by_role("button", name="Hold the best together").click()
    await page.get_by_label("Name").fill(name)
    await page.get_by_label("E-mail").fill(f"{name.lower()}@seatlock.example")
    await page.get_by_label(re.compile("^Password")).fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="You hold")).to_be_visible()
    await page.clock.fast_forward(THINKING)


async def _show_the_console(of: Photographer) -> None:
    """What an ADMIN sees of all that."""
    page = await of.open("console", TALL)
    await page.get_by_label("E-mail").fill(ADMIN["admin_email"])
    await page.get_by_label("Password").fill(ADMIN["admin_password"])
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name=re.compile(THEATRE)).click()
    await expect(page.get_by_role("figure", name="Seats sold, by section").locator("canvas")).to_be_visible()
    await of.take(page, "console-sales")
    await page.set_viewport_size(WIDE)
    await of.take(page, "console-plots", up_to=page.get_by_role("heading", name="Over time"))
    await page.get_by_role("link", name="How it was at a moment").click()
    await expect(page.get_by_role("slider")).to_be_visible()
    now = await page.locator(".figures").inner_text()
    for _ in range(4):
        await page.get_by_role("button", name="1 hour earlier").click()
    await expect(page.locator(".figures")).not_to_have_text(now, use_inner_text=True)
    await of.take(page, "console-history")
    await page.get_by_role("link", name="Audit trail").click()
    await page.get_by_role("searchbox").fill("ada@seatlock.example")
    await page.get_by_role("button", name="Find").click()
    await expect(page.get_by_text("Payment succeeded")).to_be_visible()
    await of.take(page, "console-trail")


async def _photograph(settings: Settings) -> None:
    clock = Clock()
    async with (
        open_services(settings, clock) as services,
        _serving(services, settings) as url,
        async_playwright() as playwright,
    ):
        browser = await playwright.chromium.launch(**launching(CACHE))
        await make_demo_events(services)
        await _sell(services, clock)
        await make_demo_events(services)  # one has begun meanwhile, and another like it is to open soon
        of = Photographer(browser, url, clock)
        async with _crowd(url):
            await _show_the_shop(of)
            await _show_the_console(of)
        await browser.close()


def main() -> None:
    TARGET.mkdir(exist_ok=True)
    CACHE.mkdir(parents=True, exist_ok=True)
    with (
        counting_together(),
        tempfile.TemporaryDirectory() as scratch,
        embedded_servers(Path(scratch), keep_data=False) as servers,
    ):
        settings = load_settings(
            mongo_uri=servers.mongo_uri,
            redis_url=servers.redis_url,
            secret_key=secrets.token_hex(32),
            payment_provider="simulated",
            budgets_times=100,
            shop=True,
            console=True,
            **ADMIN,
        )
        asyncio.run(_photograph(settings))


if __name__ == "__main__":
    main()
