"""The shop, for browsers that open /. Its script is made by `make web`; everything it needs is served from here."""

from __future__ import annotations

from starlette.routing import Route

from graph.transport.pages import page_routes

SHOP = "/"


def shop_routes() -> list[Route]:
    """The page, and a route for each file of its own."""
    return page_routes(
        SHOP,
        "shop",
        "Tickets",
        "What is on, which seats are left at this moment, and tickets for them.",
        "This shop shows seats as they are sold, and needs JavaScript for it.",
    )


def booking_page(booking_id: str) -> str:
    """Where the shop shows this booking, by its global id."""
    return f"{SHOP}#/bookings/{booking_id}"
