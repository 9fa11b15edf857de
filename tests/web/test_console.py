"""The console in a real browser: an ADMIN looks on while somebody else buys."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from urllib.parse import unquote

from playwright.async_api import Locator, Page, expect

from tests.clients.box_office import BoxOffice
from tests.support.waiting import until
from tests.web.clicking import double_click
from tests.web.conftest import ADMIN, COMPLAINTS, Visit

BUILT = Path(__file__).parents[2] / "graph" / "static" / "shop"
PASSWORD = "correct horse battery"
ZONE = "Europe/Paris"


def button(page: Page, name: str | re.Pattern[str]) -> Locator:
    return page.get_by_role("button", name=name)


PAINTED = """([canvas, colour]) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const count = (at) => (colour.every((part, place) => data[at + place] === part) ? 1 : 0);
  let found = 0;
  for (let at = 0; at < data.length; at += 4) found += count(at);
  return found;
}"""
"""How many pixels of a canvas have this colour."""


async def painted(page: Page, plot: str, *colour: int) -> int:
    """How much of this plot has the colour of its line."""
    drawn = page.get_by_role("figure").filter(has_text=re.compile(f"^{plot}")).locator("canvas")
    found: int = await page.evaluate(PAINTED, [await drawn.element_handle(), colour])
    return found


def figure(page: Page, name: str) -> Locator:
    """The number that stands under this name."""
    term = page.get_by_role("term").filter(has_text=re.compile(f"^{name}$"))
    return page.locator("dl > div").filter(has=term).get_by_role("definition").first


async def sign_in(page: Page, email: str, password: str) -> None:
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_label("Password").fill(password)
    await page.keyboard.press("Enter")


async def test_who_is_no_admin_is_told_so(visit: Visit, office: BoxOffice) -> None:
    email, _ = await office.register(PASSWORD)
    page = await visit("console", width=320)
    await sign_in(page, email, PASSWORD)
    await expect(page.get_by_role("alert")).to_contain_text("This console is for ADMINs, and you are not one.")
    await page.reload()
    await expect(button(page, "Sign in")).to_be_visible()


async def test_a_browser_whose_language_is_none(visit: Visit) -> None:
    """Chromium says en-US@posix where the system has no language: Intl refuses that."""
    for place, heading in (("console", "Sign in to the console"), ("", "What is on")):
        page = await visit(place)
        await page.add_init_script(
            "Object.defineProperty(Navigator.prototype, 'language', { get: () => 'en-US@posix', configurable: true })"
        )
        await page.reload()
        await expect(page.get_by_role("heading", name=heading)).to_be_visible()
        await expect(page.get_by_text("Looking …")).to_be_hidden()


async def test_an_admin_sees_a_sale_come_in(visit: Visit, office: BoxOffice, axe: str) -> None:
    """And does what ADMINs do, on a narrow screen; axe finds nothing to complain of, by day and by night."""
    event = await office.event()
    await office.rename(event, "The Seagull")
    page = await visit("console", width=320, timezone_id=ZONE)
    await page.evaluate(axe)

    async def look() -> None:
        assert await page.evaluate("document.documentElement.scrollWidth") == 320
        assert await page.evaluate(COMPLAINTS) == []

    await sign_in(page, ADMIN["admin_email"], ADMIN["admin_password"])
    await page.get_by_role("searchbox").fill("Seagull")
    await page.get_by_role("link", name="The Seagull").click()
    await expect(page.get_by_role("heading", name="The Seagull")).to_be_focused()
    await expect(figure(page, "Left")).to_have_text("20")

    email, buyer = await office.register(PASSWORD)
    booking = await office.book(buyer, event)
    await expect(figure(page, "Held")).to_have_text("1")
    await office.pay(buyer, booking)
    await expect(figure(page, "Sold")).to_have_text("1")
    await expect(figure(page, "Taken")).to_have_text("₹500.00")
    legend = page.locator(".u-legend").first
    await expect(legend).to_have_text("Bookings", use_inner_text=True)
    await page.locator(".u-over").first.hover()
    await expect(legend).to_have_text(re.compile("From.*Bookings[0-9]", re.DOTALL), use_inner_text=True)
    await until(lambda: painted(page, "Seats left", 154, 91, 0))  # also in the first hour, which is a point
    await until(lambda: painted(page, "Seats sold, by section", 11, 87, 208))
    await page.get_by_text("Bookings, as a table").click()
    last = page.get_by_role("region", name="Bookings", exact=True).get_by_role("row").last
    await expect(last.get_by_role("cell")).to_have_text("1")

    await page.get_by_label("Show").select_option("The last 7 days")
    await page.get_by_text("Seats sold, by section, as a table").click()
    lines = page.get_by_role("region", name="Seats sold, by section")
    await expect(lines.get_by_role("columnheader")).to_have_text(["From", "STALLS"])
    await expect(lines.get_by_role("row").last.get_by_role("cell")).to_have_text("1")

    await button(page, "Close sales").click()
    await button(page, "Yes, close them").click()
    await expect(page.get_by_text("Sales are closed by an ADMIN.")).to_be_visible()
    await button(page, "Open sales").click()
    await button(page, "No, go back").click()
    await look()
    await page.emulate_media(color_scheme="dark")
    await page.get_by_text("Keep seats back").click()
    await page.get_by_label("Name", exact=True).fill("Press")
    await page.get_by_label("How many").fill("4")
    await page.get_by_label("Seats for each buyer at most").fill("2")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("Only with an `accessCode`")
    await page.get_by_label("Access code").fill("open sesame")
    await expect(page.get_by_role("alert")).to_be_hidden()
    await page.get_by_label("The code opens on").fill("2099-06-01T12:00")
    await expect(page.get_by_text(f"Both times are in your time zone, {ZONE}.")).to_be_visible()
    await double_click(button(page, "Keep back"))
    kept = page.get_by_role("row", name="Press")
    await expect(kept).to_have_text(
        "PressRelease402open sesameMon, 1 Jun 2099, 12:00 CEST (10:00 UTC)–", use_inner_text=False
    )
    release = await button(page, "Release Press").bounding_box()
    assert release is not None
    assert release["x"] + release["width"] <= 320, "it is in sight without scrolling"
    await button(page, "Release Press").click()
    await button(page, "Yes, release it").click()
    await expect(page.get_by_role("row", name="Press")).to_contain_text("Released")
    await expect(figure(page, "Left")).to_have_text("19")
    actions = await office.history(event)
    for action in ("SALES_CLOSED", "ALLOCATION_CREATED", "ALLOCATION_RELEASED"):
        assert [each for each, _ in actions].count(action) == 1

    await page.get_by_role("link", name="How it was at a moment").click()
    await expect(figure(page, "Sold")).to_have_text("1")
    await page.get_by_role("slider").press("Home")
    await expect(figure(page, "Sold")).to_have_text("0")
    await page.get_by_text("By row").click()
    await look()
    await expect(page.get_by_role("row", name="STALLS-A")).to_have_text("STALLS-A1000–")

    await page.get_by_role("link", name="Jobs").click()
    await button(page, "Run now: Clean up").click()
    await expect(page.get_by_role("region", name="Last runs").get_by_role("row").nth(1)).to_contain_text(
        "Clean upnothing to do"
    )
    await button(page, "Check the seats").click()
    await expect(page.get_by_text("Every counter and seat is").first).to_be_visible()
    await look()

    await page.get_by_role("link", name="Audit trail").click()
    trail = page.get_by_role("region", name="Audit trail")
    reference = page.get_by_role("region", name="Bookings").get_by_role("link").first
    for words in (email, "its reference", "its id", "nobody"):
        if words == "its reference":
            words = await reference.inner_text()
        elif words == "its id":
            words = unquote((await reference.get_attribute("href") or "").rpartition("/")[2])
        await page.get_by_role("searchbox").fill(words)
        await button(page, "Find").click()
        if words == "nobody":
            await expect(page.get_by_text("Nothing is known by “nobody”.")).to_be_visible()
            break
        await expect(trail).to_contain_text("Payment succeeded")
        await expect(trail).to_contain_text("Amount: ₹500.00")
        await expect(trail).to_contain_text("Seats locked")
    await page.go_back()
    await trail.get_by_role("link").first.click()
    await expect(page.get_by_role("heading", name="What the request caused")).to_be_visible()
    await look()

    await page.evaluate("place => { location.hash = place }", f"#/events/{event}")
    await button(page, "Cancel the event").click()
    await page.get_by_label("Why, as buyers will read it").fill("Rain")
    await button(page, "Yes, cancel the event").click()
    await expect(page.get_by_text(re.compile("^Cancelled on .*: Rain$"))).to_be_visible()
    await expect(button(page, "Cancel the event")).to_be_hidden()
    await page.get_by_role("link", name="Events").click()
    await expect(page.get_by_role("row", name="The Seagull")).to_contain_text("Cancelled")


async def test_a_wrong_address_and_times_in_two_zones(visit: Visit, office: BoxOffice) -> None:
    event = await office.event(opens="2098-12-31T12:00:00Z")
    page = await visit(f"console#/events/{event}", timezone_id=ZONE)
    await sign_in(page, ADMIN["admin_email"], ADMIN["admin_password"])
    await expect(page.get_by_text("They begin on Wed, 31 Dec 2098, 13:00 CET (12:00 UTC).")).to_be_visible()
    for place in ("#/events/none", "#/events/none/history"):
        await page.evaluate("place => { location.hash = place }", place)
        await expect(page.get_by_role("heading", name="There is no such event")).to_be_visible()
    await page.get_by_role("link", name="See all events").click()
    await expect(page.get_by_role("heading", name="Events")).to_be_focused()


def test_it_is_small() -> None:
    assert sum(len(gzip.compress(file.read_bytes())) for file in BUILT.glob("console.*")) < 100_000
