"""/simulated-bank/{page}: the bank that asks the buyer, as the simulated payment provider plays it.

One form, no script, nothing from elsewhere. Whoever has the page's address, which cannot be guessed, is the buyer.
"""

from __future__ import annotations

import asyncio
from base64 import b64encode
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING, cast
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from domain.documents import Event, Payment, SimulatedAnswer, SimulatedCharge
from domain.payments.ask import ask_about_bookings
from domain.providers.simulated import PAGES
from graph.execution.http_error import HttpError
from graph.schema.ids import encode_routed_id
from graph.transport.files import is_navigation
from graph.transport.shop import booking_page

if TYPE_CHECKING:
    from domain.providers.simulated import SimulatedProvider
    from domain.services import Services

ANSWERS = {"approve": SimulatedAnswer.APPROVED, "refuse": SimulatedAnswer.REFUSED}
SAID = {
    SimulatedAnswer.APPROVED: "You approved this payment. You can go back to the shop.",
    SimulatedAnswer.REFUSED: "You refused this payment. You can go back to the shop and try again.",
    SimulatedAnswer.CALLED_OFF: "This payment was called off: its time was over, or the shop began another.",
}
_FORM = """<form method="post">
<p>Do you approve this payment?</p>
<button name="answer" value="approve">Approve</button>
<button name="answer" value="refuse">Refuse</button>
</form>"""
_STYLE = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:3rem auto;padding:0 1rem}"
    "button{font:inherit;padding:.6rem 1.4rem;margin:0 .6rem .6rem 0}"
    "@media(prefers-color-scheme:dark){body{background:#111;color:#eee}}"
)
_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Simulated bank</title><style>{style}</style></head>
<body><main>
<h1>Simulated bank</h1>
<p>{shop} asks for <strong>{amount}</strong>. No real money moves here.</p>
{body}
</main></body>
</html>
"""
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
}


def bank_route(*, leads_back: bool) -> Route:
    """Its pages; only where the simulated provider charges. Browsers are sent back to the shop where there is one."""

    async def bank(request: Request) -> Response:
        return await _bank(request, leads_back=leads_back)

    return Route(PAGES + "{page}", bank, methods=["GET", "POST"])


async def _bank(request: Request, *, leads_back: bool) -> Response:
    services: Services = request.state.services
    provider = cast("SimulatedProvider", services.provider)
    page = request.path_params["page"]
    asked = await (provider.challenge(page) if request.method != "POST" else _answer(request, provider, page))
    payment = await Payment.get(asked.id) if asked else None
    if asked is None or payment is None:
        raise HttpError(404, "NOT_FOUND", "There is nothing at this path.")
    if request.method == "POST":
        # As a bank's provider would tell it: whoever waits for the booking hears of it at once.
        await asyncio.shield(services.tasks.keep(ask_about_bookings(services, [payment.booking_id])))
        if leads_back and is_navigation(request):
            shop = booking_page(encode_routed_id("Booking", payment.booking_id, payment.event_id))
            return RedirectResponse(shop, 303, headers=_HEADERS)
    return HTMLResponse(await _render(asked, payment), headers=_HEADERS)


async def _answer(request: Request, provider: SimulatedProvider, page: str) -> SimulatedCharge | None:
    told = parse_qs((await request.body()).decode("utf-8", "replace")).get("answer", [])
    if len(told) != 1 or told[0] not in ANSWERS:
        raise HttpError(400, "BAD_REQUEST", "Send answer=approve or answer=refuse, as a form does.")
    return await provider.answer_challenge(page, ANSWERS[told[0]])


async def _render(asked: SimulatedCharge, payment: Payment) -> str:
    event = await Event.get(payment.event_id)
    body = _FORM if asked.answer is None else f"<p>{SAID[asked.answer]}</p>"
    shop = escape(f"The shop of “{event.name}”" if event else "The shop")
    amount = f"{payment.amount.to_decimal()} {payment.currency}"
    return _PAGE.format(style=_STYLE, shop=shop, amount=escape(amount), body=body)
