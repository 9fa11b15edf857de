"""The plan of a hall under a mouse and under fingers, and what the clock above it offers."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from ops.embedded import Server
from tests.clients.box_office import BoxOffice
from tests.support.waiting import until
from tests.web.clicking import double_click
from tests.web.conftest import Visit
from tests.web.test_shop import button, done, hold, seat

FRAME = """() => {
  const canvas = document.querySelector(".map canvas");
  const pen = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
  pen.drawImage(canvas, 0, 0);
  const { data, width, height } = pen.getImageData(0, 0, canvas.width, canvas.height);
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let at = 0; at < data.length; at += 4) {
    if (data[at] !== 11 || data[at + 1] !== 87 || data[at + 2] !== 208) continue;
    const [x, y] = [(at / 4) % width, Math.floor(at / 4 / width)];
    [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
  }
  const box = canvas.getBoundingClientRect();
  return right < 0 ? null : { x: box.left + (left + right) / 2, y: box.top + (top + bottom) / 2, size: right - left };
}"""
"""The frame around the seat that the keyboard is at, on the plan: its middle and its size; null where there is none."""


INK = """({ x, y, size }) => {
  const canvas = document.querySelector(".map canvas");
  const pen = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
  pen.fillStyle = getComputedStyle(canvas).backgroundColor;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(canvas, 0, 0);
  const box = canvas.getBoundingClientRect();
  const { data } = pen.getImageData(x - box.left - size / 4, y - box.top - size / 4, size / 2, size / 2);
  const ground = pen.getImageData(0, 0, 1, 1).data;
  const part = (value) => (value / 255 <= 0.04045 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([red, green, blue]) => 0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue) + 0.05;
  const contrasts = [];
  for (let at = 0; at < data.length; at += 4) {
    const [one, other] = [light(data.slice(at, at + 3)), light(ground)];
    contrasts.push(Math.max(one, other) / Math.min(one, other));
  }
  const inked = contrasts.filter((contrast) => contrast > 2).length;
  return { share: inked / contrasts.length, contrast: Math.max(...contrasts) };
}"""
"""How much of the middle of a seat is not the ground's colour, and how far the strongest of it is from the ground."""

TEXTS = """() => {
  const { clearRect, fillText } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.clearRect = function (...where) {
    window.texts = [];
    clearRect.apply(this, where);
  };
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
    window.texts.push({ text, isSeen: x > 0 && y > 0 && x < this.canvas.clientWidth && y < this.canvas.clientHeight });
    fillText.call(this, text, x, y);
  };
}"""
"""Keeps what is written on the plan in its latest frame."""

MOVING = """() => [...document.querySelectorAll("*")].filter((element) => {
  const { scrollBehavior, animationName, transitionDuration } = getComputedStyle(element);
  return scrollBehavior !== "auto" || animationName !== "none" || /[1-9]/.test(transitionDuration);
}).map((element) => element.outerHTML)"""
"""Elements that would move by themselves, or on their way."""


async def go_to(page: Page, number: int) -> dict[str, float]:
    """Go to this seat of row A by the keyboard; where the plan shows it."""
    await seat(page, "A", 1).focus()
    await page.keyboard.press("Home")
    for _ in range(number - 1):
        await page.keyboard.press("ArrowRight")
    await expect(seat(page, "A", number)).to_be_focused()
    return await frame(page)


async def frame(page: Page) -> dict[str, float]:
    await page.locator(".map canvas").scroll_into_view_if_needed()
    await until(lambda: page.evaluate(FRAME))
    found: dict[str, float] = await page.evaluate(FRAME)
    return found


async def test_a_click_on_the_plan_chooses_the_seat_under_it(visit: Visit, office: BoxOffice) -> None:
    page = await visit(f"#/events/{await office.event()}")
    at = await go_to(page, 5)
    await page.mouse.click(at["x"], at["y"])
    await expect(seat(page, "A", 5)).to_have_accessible_name("Row A seat 5, chosen")
    await expect(button(page, "Hold 1 seat")).to_be_enabled()
    await page.mouse.click(at["x"], at["y"])
    await expect(seat(page, "A", 5)).to_have_accessible_name("Row A seat 5, free")


async def test_free_held_and_sold_seats_differ_in_shape(visit: Visit, office: BoxOffice) -> None:
    """And each of them stands out, by day and by night: held ones are hatched, sold ones crossed out."""
    event, buyer = await office.event(), await office.buyer()
    await office.pay(buyer, await office.book(buyer, event))
    await office.lock(buyer, event)
    page = await visit(f"#/events/{event}")
    places = {}
    for state in ("free", "held by somebody else", "sold"):
        name = await button(page, re.compile(f"^Row A seat [0-9]+, {state}$")).last.get_attribute("aria-label")
        places[state] = await go_to(page, int(re.findall("[0-9]+", name or "")[0]))
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        await page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        ink = {state: await page.evaluate(INK, at) for state, at in places.items()}
        assert min(each["contrast"] for each in ink.values()) >= 3
        free, held, sold = (each["share"] for each in ink.values())
        assert free > held + 0.1 > sold + 0.2 > 0.3


async def test_from_near_rows_have_names_also_where_their_first_seat_is_out_of_sight(
    visit: Visit, office: BoxOffice
) -> None:
    page = await visit(width=320)
    await page.add_init_script(f"({TEXTS})()")
    await page.goto(f"{page.url}#/events/{await office.event()}")
    await page.reload()
    await seat(page, "A", 10).focus()
    await page.keyboard.press("End")  # brings it into sight
    await button(page, "Nearer").focus()
    for _ in range(4):
        await page.keyboard.press("Enter")

    async def seen() -> bool:
        texts = {text["text"] for text in await page.evaluate("window.texts") if text["isSeen"]}
        return {"A", "B"} <= texts and "1" not in texts

    await until(seen)


async def test_two_fingers_go_nearer_and_further_and_choose_nothing(visit: Visit, office: BoxOffice) -> None:
    page = await visit(f"#/events/{await office.event()}", width=400, has_touch=True)
    at = await go_to(page, 5)
    fingers = await page.context.new_cdp_session(page)

    async def pinch(*apart: int) -> float:
        """Two fingers this far from each other, in px, one distance after another; the size of a seat then."""
        for kind, distance in (("touchStart", apart[0]), *(("touchMove", each) for each in apart[1:])):
            points = [{"x": at["x"] + side * distance / 2, "y": at["y"], "id": side} for side in (-1, 1)]
            await fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        await fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        before = at["size"]
        await until(lambda: page.evaluate(f"before => Math.abs(({FRAME})()?.size - before) > 3", before))
        return (await frame(page))["size"]

    nearer = await pinch(60, 75, 90)
    assert nearer > 1.2 * at["size"]
    at["size"] = nearer
    assert await pinch(120, 90, 60) < 0.8 * nearer
    await expect(page.get_by_text("Nothing yet")).to_be_visible()


async def test_who_holds_seats_can_have_more_time(visit: Visit, office: BoxOffice) -> None:
    event = await office.event()
    page = await visit(f"#/events/{event}")
    await hold(page, 1)
    await double_click(button(page, "More time"))
    await expect(page.get_by_text("You have more time.")).to_be_attached()
    await expect(page.locator(".clock")).to_have_text(re.compile("^(5:00|4:5)"))
    assert (await done(office, event)).count("LOCK_EXTENDED") == 1


@pytest.mark.parametrize(("apart", "extended"), [(0.1, 1), (1.0, 2)])
async def test_a_double_click_acts_once_also_when_the_answer_comes_between(
    visit: Visit, office: BoxOffice, apart: float, extended: int
) -> None:
    event = await office.event()
    page = await visit(f"#/events/{event}")
    await hold(page, 1)
    more = button(page, "More time")

    async def have_extended(times: int) -> bool:
        return (await done(office, event)).count("LOCK_EXTENDED") == times

    async def answered() -> None:
        await until(lambda: have_extended(1))
        await expect(more).to_be_enabled()

    await double_click(more, answered, apart)
    await until(lambda: have_extended(extended))
    await button(page, "Let go").click()
    await expect(page.get_by_text("20 seats left")).to_be_visible()
    assert await have_extended(extended)


async def test_nothing_moves_for_who_wants_less_motion(visit: Visit, office: BoxOffice) -> None:
    page = await visit(f"#/events/{await office.event()}", reduced_motion="reduce")
    await hold(page, 1)
    assert await page.evaluate(MOVING) == []


@pytest.mark.parametrize(
    ("locale", "zone", "begins", "costs"),
    [
        ("de-DE", "Asia/Tokyo", "Fr., 1. Jan. 2100, 04:30 GMT+9 (Do., 31. Dez., 19:30 UTC)", "500,00 ₹"),
        ("en-US", "America/New_York", "Thu, Dec 31, 2099, 02:30 PM EST (07:30 PM UTC)", "₹500.00"),
        ("en-GB", "UTC", "Thu, 31 Dec 2099, 19:30 UTC", "₹500.00"),
        ("en-GB", "Europe/London", "Thu, 31 Dec 2099, 19:30 GMT", "₹500.00"),
    ],
)
async def test_times_and_money_are_the_visitors_and_the_venues_time_is_beside(
    visit: Visit, office: BoxOffice, locale: str, zone: str, begins: str, costs: str
) -> None:
    page = await visit(f"#/events/{await office.event()}", locale=locale, timezone_id=zone)
    await expect(page.locator(".where")).to_have_text(begins)
    await seat(page, "A", 1).click()
    await expect(page.get_by_text(f"STALLS-A-1: {costs}")).to_be_visible()


async def test_a_purchase_goes_on_without_redis_and_seats_are_live_again_after_it(
    visit: Visit, office: BoxOffice, redis: Server
) -> None:
    event, other = await office.event(), await office.buyer()
    page = await visit(f"#/events/{event}")
    await hold(page, 1)
    redis.kill()
    await button(page, "Go on to pay").click()
    await button(page, "Pay ₹500.00").click()
    await expect(page.get_by_text("Paid: the seats are yours").first).to_be_visible()
    redis.start()
    await page.get_by_role("link", name="To the event").click()
    await expect(page.get_by_text("19 seats left")).to_be_visible()
    await office.lock(other, event)
    await expect(page.get_by_text("18 seats left")).to_be_visible()
