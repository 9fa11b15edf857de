"""The shop in a real browser: the page that is served, the API behind it, and people who click."""

from __future__ import annotations

import gzip
import re
import secrets
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Locator, Page, Route, expect

from ops.embedded import Server
from tests.clients.box_office import BoxOffice
from tests.clients.installing import install_packages
from tests.support.hunting import hunt
from tests.support.waiting import until
from tests.web.clicking import double_click
from tests.web.conftest import COMPLAINTS, Visit
from web.build import BUILT, ROOT, build
from web.build import TARGET as SHOP

PASSWORD = "correct horse battery"


def button(page: Page, name: str | re.Pattern[str]) -> Locator:
    return page.get_by_role("button", name=name)


def seat(page: Page, row: str, number: int) -> Locator:
    return button(page, re.compile(f"^Row {row} seat {number}, "))


async def register(page: Page) -> None:
    """Fill in the dialog that asks who one is, by the keyboard alone."""
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_be_visible()
    for text in ("Ada", f"{datetime.now(UTC).timestamp()}@seatlock.test", PASSWORD):
        await page.keyboard.type(text)
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(dialog).to_be_hidden()


async def hold(page: Page, *numbers: int) -> None:
    """Seats of row A, held by somebody new."""
    for number in numbers:
        await seat(page, "A", number).click()
    await button(page, re.compile("^Hold [0-9]")).click()
    await register(page)
    await expect(page.get_by_role("heading", name="You hold")).to_be_visible()


async def done(office: BoxOffice, event: str) -> list[str]:
    """What was done, once for each time."""
    return sorted(action for action, is_retry in await office.history(event) if not is_retry)


async def test_a_whole_purchase_with_reloads_and_double_clicks(visit: Visit, office: BoxOffice) -> None:
    event = await office.event()
    await office.rename(event, "The Cherry Orchard")
    page = await visit()
    await page.get_by_role("link", name=re.compile("The Cherry Orchard.*20 seats left", re.DOTALL)).click()
    await expect(page.get_by_role("heading", name="The Cherry Orchard")).to_be_focused()

    await hold(page, 3, 4)
    await expect(seat(page, "A", 3)).to_have_accessible_name("Row A seat 3, yours")
    await seat(page, "A", 5).click()
    await seat(page, "A", 3).click()
    await double_click(button(page, "Change my seats"))
    basket = page.get_by_role("region", name="Your seats")
    await expect(basket).to_contain_text("STALLS-A-4, STALLS-A-5: ₹1,000.00")
    await page.reload()
    await expect(basket).to_contain_text("STALLS-A-4, STALLS-A-5: ₹1,000.00")
    await double_click(button(page, "Go on to pay"))

    await expect(page.get_by_text("Not paid yet", exact=True)).to_be_visible()
    await page.reload()
    await double_click(button(page, "Pay ₹1,000.00"))
    await expect(page.get_by_text("Paid: the seats are yours").first).to_be_visible()
    await page.go_back()
    await expect(seat(page, "A", 4)).to_have_accessible_name("Row A seat 4, sold")

    await page.get_by_role("link", name="My bookings").click()
    await page.get_by_role("link", name=re.compile("The Cherry Orchard")).click()
    await double_click(button(page, "Cancel this booking"))  # the second click finds another button in its place
    await expect(button(page, "Keep it")).to_be_visible()
    await expect(page.get_by_text("If you cancel now, ₹500.00 of ₹1,000.00 comes back")).to_be_visible()
    await double_click(button(page, "Yes, give the seats back"))
    await expect(page.get_by_role("main").get_by_text("Cancelled", exact=True)).to_be_visible()
    await expect(page.get_by_text(re.compile("^₹500.00 of ₹1,000.00 (is on its way back|came back)"))).to_be_visible()
    actions = await done(office, event)
    for action in ("SEATS_LOCKED", "LOCK_CHANGED", "BOOKING_CREATED", "PAYMENT_SUCCEEDED", "BOOKING_CANCELLED"):
        assert actions.count(action) == 1


async def test_a_double_click_reads_more_of_a_list_once(visit: Visit, office: BoxOffice) -> None:
    name = f"Matinee {secrets.token_hex(4)}"
    for _ in range(21):
        # After all others, which are looked for in the first page of the list.
        await office.rename(await office.event(starts="2199-12-31T19:30:00Z"), name)
    page = await visit()
    await page.get_by_role("searchbox").fill(name)
    shown = page.get_by_role("heading", name=name)
    await expect(shown).to_have_count(20)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.post_data or ""))
    await double_click(button(page, "More"))
    await expect(shown).to_have_count(21)
    assert len([text for text in asked if '"after":"' in text]) == 1


async def test_two_who_want_one_seat(visit: Visit, office: BoxOffice) -> None:
    event = await office.event()
    ada, bob = [await visit(f"#/events/{event}") for _ in range(2)]
    await seat(bob, "A", 1).click()
    await seat(bob, "A", 2).click()
    await hold(ada, 1)
    await expect(seat(bob, "A", 1)).to_have_accessible_name("Row A seat 1, held by somebody else")
    await expect(bob.get_by_text("Somebody was quicker: STALLS-A-1. Please choose others.").first).to_be_visible()
    await expect(button(bob, "Hold 1 seat")).to_be_visible()
    await button(ada, "Let go").click()
    await expect(seat(bob, "A", 1)).to_have_accessible_name("Row A seat 1, free")


async def test_a_seat_that_was_taken_before_the_page_heard_of_it(visit: Visit, office: BoxOffice) -> None:
    event = await office.event()
    page = await visit(f"#/events/{event}")
    await page.route_web_socket("**/graphql", lambda _socket: None)  # which says nothing
    await page.reload()
    await seat(page, "A", 5).click()
    await office.lock(await office.buyer(), event)  # the best one: A-5
    await button(page, "Hold 1 seat").click()
    await register(page)
    await expect(page.get_by_text("Somebody was quicker: STALLS-A-5. Please choose others.").first).to_be_visible()


async def test_places_without_numbers_and_a_hold_that_runs_out(visit: Visit, office: BoxOffice) -> None:
    event = await office.standing()
    page = await visit()
    await page.clock.install()
    await page.get_by_role("link", name=re.compile("Festival.*from ₹200.50.*20 seats left", re.DOTALL)).click()
    floor = page.get_by_role("spinbutton", name=re.compile("^FLOOR"))
    await floor.fill("3")
    await hold(page, 1)
    basket = page.get_by_role("region", name="Your seats")
    await expect(basket).to_contain_text("STALLS-A-1, 3 × FLOOR: ₹1,101.50")
    await floor.fill("1")
    await button(page, "Change my seats").click()
    await expect(basket).to_contain_text("STALLS-A-1, 1 × FLOOR: ₹700.50")
    await expect(page.get_by_text("₹200.50, 9 seats left")).to_be_visible()
    await page.clock.fast_forward("04:10")
    await expect(page.get_by_text("for less than a minute")).to_be_attached()
    await button(page, "Let go").click()
    await expect(page.get_by_text("20 seats left")).to_be_visible()
    assert (await done(office, event)).count("LOCK_RELEASED") == 1


async def test_what_is_not_there_says_so(visit: Visit, office: BoxOffice) -> None:
    for event in ("none", "%"):
        page = await visit(f"#/events/{event}")
        await expect(page.get_by_role("heading", name="There is no such event")).to_be_visible()
    await button(page, "Sign in").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("heading")).to_have_text("Sign in")
    await expect(dialog).to_contain_text("Then you see what you hold and what you have booked.")
    await button(page, "I am new here").click()
    await page.get_by_label("Name").fill("Ada")
    await page.get_by_label("E-mail").fill("ada@seatlock")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_text(re.compile("^E-mail: The part after the @-sign is not valid")).first).to_be_visible()
    await page.get_by_label("E-mail").fill("")
    await page.get_by_label("Name").fill("")
    await page.get_by_label("Password").fill("")
    await page.get_by_label("Name").focus()
    await register(page)
    await expect(page.get_by_role("heading", name="There is no such event")).to_be_focused()
    await page.evaluate("location.hash = '#/bookings/none'")
    await expect(page.get_by_role("heading", name="You have no such booking")).to_be_visible()


async def test_a_card_that_is_declined_and_a_bank_that_asks(visit: Visit, office: BoxOffice) -> None:
    event = await office.event()
    page = await visit(f"#/events/{event}")
    await button(page, "Hold the best together").click()
    await register(page)
    await button(page, "Go on to pay").click()
    pay = button(page, "Pay ₹1,000.00")

    await page.get_by_label("A card that is declined").check()
    await pay.click()
    await expect(page.get_by_text("You can try 4 times")).to_be_visible()
    await expect(page.get_by_text("you still hold your seats").first).to_be_visible()
    await page.get_by_label("A card whose bank asks you").check()
    await pay.click()
    await button(page, "Refuse").click()
    await expect(page.get_by_text("You can try 3 times")).to_be_visible()
    await page.get_by_label("A card whose bank asks you").check()
    await pay.click()
    await expect(button(page, "Approve")).to_be_visible()
    await page.go_back()
    await page.get_by_role("link", name="Go to your bank").click()
    await expect(button(page, "Approve")).to_be_visible()
    bank = page.url
    await button(page, "Approve").click()
    await expect(page.get_by_text("Paid: the seats are yours").first).to_be_visible()
    async with httpx.AsyncClient() as program:
        assert (await program.post(bank, data={"answer": "approve"})).status_code == 200, "programs stay at the bank"
    assert (await done(office, event)).count("PAYMENT_SUCCEEDED") == 1


async def test_the_keyboard_alone_buys_a_seat_on_a_narrow_screen(visit: Visit, office: BoxOffice, axe: str) -> None:
    """And axe finds nothing to complain of, by day and by night."""
    event = await office.event()
    page = await visit(f"#/events/{event}", width=320)
    await expect(seat(page, "A", 1)).to_be_visible()
    await seat(page, "A", 5).evaluate("element => element.scrollIntoView({ block: 'center' })")
    for number in (1, 10):
        await expect(seat(page, "A", number)).to_be_in_viewport(ratio=1)

    async def tab_to(meant: Locator) -> None:
        for _ in range(40):
            if await meant.evaluate("element => element === document.activeElement"):
                return
            await page.keyboard.press("Tab")
        raise AssertionError("the tab key does not lead there")

    await tab_to(seat(page, "A", 1))
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        await page.keyboard.press(key)
    await expect(seat(page, "B", 3)).to_be_focused()
    for _ in range(2):
        await page.keyboard.down("Enter")  # held down
    await page.keyboard.up("Enter")
    await expect(page.get_by_text("STALLS-B-3 chosen.")).to_be_attached()
    await tab_to(button(page, "Hold 1 seat"))
    await page.keyboard.press("Enter")
    await register(page)
    await expect(page.get_by_role("heading", name="You hold")).to_be_focused()
    await tab_to(button(page, "Let go"))
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Your choice")).to_be_focused()
    await tab_to(button(page, "Hold the best together"))
    await page.keyboard.press("Enter")
    await tab_to(button(page, "Go on to pay"))
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Concert")).to_be_focused()
    await tab_to(button(page, "Pay ₹1,000.00"))
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Paid: the seats are yours").first).to_be_visible()
    await expect(page.get_by_role("heading", name="Concert")).to_be_focused()
    await page.evaluate(axe)
    for place, shown in (("#/bookings", "Paid"), ("#/", "seats left"), (f"#/events/{event}", "a seat")):
        await page.evaluate("place => { location.hash = place }", place)
        await expect(page.get_by_text(shown).first).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth") == 320
        assert await page.evaluate(COMPLAINTS) == []
    await page.emulate_media(color_scheme="dark")
    assert await page.evaluate(COMPLAINTS) == []


async def test_lost_answers_and_a_second_tab_change_nothing(visit: Visit, office: BoxOffice) -> None:
    event = await office.event()
    page = await visit(f"#/events/{event}")
    lost: set[str] = set()

    async def lose(route: Route) -> None:
        """Each mutation is carried out, and the first answer to it never comes."""
        found = re.search(r"mutation (\w+)", route.request.post_data or "")
        if found is None or found[1] in lost:
            await route.continue_()
            return
        lost.add(found[1])
        await route.fetch()
        await route.abort()

    await page.route("**/graphql", lose)
    await hold(page, 1)
    other = await page.context.new_page()
    await other.goto(page.url)
    await expect(seat(other, "A", 1)).to_have_accessible_name("Row A seat 1, yours")
    await seat(page, "A", 2).click()
    await button(page, "Change my seats").click()
    await expect(seat(other, "A", 2)).to_have_accessible_name("Row A seat 2, yours")
    await button(page, "Go on to pay").click()
    await expect(other.get_by_text("not paid yet")).to_be_visible()
    await button(page, "Pay ₹1,000.00").click()
    await expect(page.get_by_text("Paid: the seats are yours").first).to_be_visible()
    assert lost == {"Register", "Login", "LockSeats", "ChangeLock", "ConfirmBooking", "PayBooking"}
    actions = await done(office, event)
    for action in ("SEATS_LOCKED", "LOCK_CHANGED", "BOOKING_CREATED", "PAYMENT_SUCCEEDED"):
        assert actions.count(action) == 1
    await expect(other.get_by_text("not paid yet")).to_be_hidden()
    await expect(seat(other, "A", 1)).to_have_accessible_name("Row A seat 1, sold")
    await page.unroute("**/graphql")
    await page.context.set_offline(True)
    await button(page, "Sign out").click()
    await expect(button(other, "Sign in")).to_be_visible()
    await until(lambda: page.evaluate("localStorage.length + sessionStorage.length === 0"))


async def test_a_server_that_restarts_is_waited_for(visit: Visit, office: BoxOffice, api: Server) -> None:
    event, buyer = await office.event(), await office.buyer()
    page = await visit(f"#/events/{event}")
    await seat(page, "A", 10).click()
    api.kill()
    await expect(page.get_by_text("The connection is lost")).to_be_visible()
    api.start()
    await office.lock(buyer, event)
    await expect(page.get_by_text("19 seats left")).to_be_visible()
    await expect(page.get_by_text("The connection is lost")).to_be_hidden()
    await expect(button(page, "Hold 1 seat")).to_be_visible()


async def test_a_sale_opens_by_itself_whatever_the_visitors_clock_says(visit: Visit, office: BoxOffice) -> None:
    opens = datetime.now(UTC) + timedelta(hours=1)
    event = await office.event(opens=opens.isoformat())
    page = await visit(f"#/events/{event}")
    await page.clock.install(time=opens)
    await page.reload()
    await expect(page.get_by_text(re.compile("On sale in (1:00:00|59:)"))).to_be_visible()
    await seat(page, "A", 1).click()
    await expect(button(page, "Hold 1 seat")).to_be_disabled()
    await office.open_sales(event)
    await expect(page.get_by_text("Sales are open.")).to_be_attached()
    await button(page, "Hold 1 seat").click()
    await register(page)
    await button(page, "Go on to pay").click()
    await expect(button(page, "Pay ₹500.00")).to_be_visible()
    await page.reload()
    await expect(page.get_by_text(re.compile("Pay within (10:0|9:)"))).to_be_visible()


async def test_a_sale_that_opens_much_later_has_its_day_and_friends_buy_before(visit: Visit, office: BoxOffice) -> None:
    event = await office.event(opens="2098-12-31T12:00:00Z")
    page = await visit(f"#/events/{event}", timezone_id="UTC")
    await expect(page.get_by_text("On sale from Wed, 31 Dec 2098, 12:00 UTC")).to_be_visible()
    await office.keep_back(event, "open sesame", "STALLS-B-1", "STALLS-B-2")
    await page.get_by_text("I have an access code").click()
    await expect(page.get_by_text("We choose the best of the seats that are kept for it")).to_be_visible()
    await page.get_by_label("Access code").fill("open sesame")
    await button(page, "Hold the best together").click()
    await register(page)
    await expect(page.get_by_text("STALLS-B-1, STALLS-B-2: ₹1,000.00")).to_be_visible()


async def test_who_buys_knows_the_terms_before_and_what_becomes_of_the_money(visit: Visit, office: BoxOffice) -> None:
    event = await office.event()
    page = await visit(f"#/events/{event}", timezone_id="UTC")
    basket = page.get_by_role("region", name="Your seats")
    await expect(basket).to_contain_text("If you cancel before the event begins, you get 50% back.")
    await office.set_terms(event, 4, full_until="2099-12-01T12:00:00Z", percentage=0, venue="Odeon")
    await page.reload()
    await expect(basket).to_contain_text(
        "You can have 4 seats at most. If you cancel before Tue, 1 Dec 2099, 12:00 UTC, you get all of it back; later "
        "nothing comes back."
    )
    await hold(page, 1)
    await button(page, "Go on to pay").click()
    await button(page, "Pay ₹500.00").click()
    await expect(page.get_by_text("Paid: the seats are yours").first).to_be_visible()
    await expect(page.get_by_text("Thu, 31 Dec 2099, 19:30 UTC, Odeon. To the event")).to_be_visible()
    await office.cancel(event)
    await office.end_cancelled()
    shown = page.get_by_role("main")
    await expect(shown.get_by_text("Cancelled", exact=True)).to_be_visible()
    for place in ("the booking", "the list"):
        await expect(shown.get_by_text("The event was cancelled: Rain", exact=True), place).to_be_visible()
        await expect(
            shown.get_by_text(re.compile("^₹500.00 of ₹500.00 (is on its way back|came back)")), place
        ).to_be_visible()
        await expect(shown.get_by_text("Odeon"), place).to_be_visible()
        await page.get_by_role("link", name="My bookings").click()


async def test_a_buyer_is_told_why_nothing_can_be_had(visit: Visit, office: BoxOffice) -> None:
    """At once when that changes; and in the list."""
    event = await office.event()
    await office.rename(event, "The Three Sisters")
    page = await visit(f"#/events/{event}")
    await expect(page.get_by_text("20 seats left")).to_be_visible()
    await office.close_sales(event)
    await expect(page.get_by_text("Sales are paused at the moment. This page shows when they go on.")).to_be_visible()
    await expect(button(page, "Hold the best together")).to_have_attribute("aria-disabled", "true")
    await office.reopen_sales(event)
    await expect(page.get_by_text("20 seats left")).to_be_visible()
    buyer = await office.buyer()
    for _ in range(20):
        lock = await office.lock(buyer, event)
    await expect(page.get_by_text("All held")).to_be_visible()
    await office.release(buyer, lock)
    await expect(page.get_by_text("1 seat left")).to_be_visible()
    await office.cancel(event)
    await expect(page.get_by_text("The event was cancelled. Who has paid gets all of it back.")).to_be_visible()
    await expect(page.get_by_role("region", name="Your seats")).to_be_hidden()
    await page.get_by_role("link", name="Tickets").click()
    await page.get_by_role("searchbox").fill("Three Sisters")
    await expect(page.get_by_role("link", name="The Three Sisters")).to_contain_text("Cancelled")


@hunt
def test_it_is_built_from_these_sources_byte_by_byte(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    copy = tmp_path / "copy"
    for tree in ("web", "clients/typescript"):
        shutil.copytree(ROOT / tree, copy / tree, ignore=shutil.ignore_patterns("node_modules"))
    (copy / "web" / "node_modules").symlink_to(install_packages(pytestconfig.cache.mkdir("npm"), ROOT / "web"))
    built = tmp_path / "built"
    built.mkdir()
    build(copy / "web", built)
    assert {name: (built / name).read_bytes() for name in BUILT} == {name: (SHOP / name).read_bytes() for name in BUILT}


def test_it_is_small() -> None:
    assert sum(len(gzip.compress(file.read_bytes())) for file in SHOP.glob("shop.*")) < 150_000


async def test_the_page_lets_nothing_in_from_elsewhere(api: Server) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{api.port}") as http:
        page = await http.get("/")
        assert page.headers["content-security-policy"] == (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        for url in re.findall(r'(?:src|href)="([^"]*)"', page.text):
            file = await http.get(url)
            assert file.status_code == 200
            assert file.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert (await http.get("/shop/digests.txt")).status_code == 404
