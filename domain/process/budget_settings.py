"""Settings of budgets: how often somebody may ask for what costs. What each pays for: domain/process/budgets.py."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings

from domain.process.counts import Rate


def check_rate(text: str) -> str:
    """The text itself. Raises ValueError unless it says a rate."""
    if not re.fullmatch(r"[1-9][0-9]{0,6}/([1-9][0-9]{0,3} )?(second|minute|hour|day)s?", text):
        raise ValueError("must be a number and a time, as in 20/minute or 100/10 minutes")
    Rate.of(text)
    return text


RateText = Annotated[str, AfterValidator(check_rate)]
"""How often in which time, as in `20/minute`."""


class BudgetSettings(BaseSettings):
    """What an operator may set about budgets, a setting for each."""

    budget_sign_in: RateText = Field(default="120/minute", description="How often one address may call `login`.")
    budget_refresh: RateText = Field(
        default="30/minute",
        description="How often one session may be renewed; all of one address together may be ten times as often.",
    )
    budget_register: RateText = Field(
        default="100/10 minutes", description="How often one address may call `register`."
    )
    budget_search: RateText = Field(
        default="120/minute", description="How often one user or address may search events by name."
    )
    budget_seat_maps: RateText = Field(
        default="60/minute", description="How often one user or address may list the seats of an event one by one."
    )
    budget_introspection: RateText = Field(
        default="60/minute", description="How often one user or address may ask for the schema."
    )
    budget_access_code: RateText = Field(
        default="20/hour", description="How often one user may give `lockSeats` an access code that is wrong."
    )
    budget_cancel: RateText = Field(default="60/10 minutes", description="How often one user may call `cancelBooking`.")
    budget_letters: RateText = Field(
        default="5/hour",
        description="How many letters with a code one e-mail address gets, whoever asks for them.",
    )
    budget_ask_letters: RateText = Field(
        default="30/hour", description="How often one user or address may ask for a letter with a code."
    )
    new_documents_ms: int = Field(
        default=3_000,
        ge=100,
        le=60_000,
        description="How many milliseconds a minute one address may have a process prepare GraphQL documents that it "
        "does not remember, and parse long bodies.",
    )
    reports_rest: int = Field(
        default=8,
        ge=0,
        le=100,
        description="While somebody buys, a process makes one report for ADMINs at a time, and then rests so many "
        "times as long as it took; two seconds at most. 0: it never rests.",
    )
    budgets_times: int = Field(
        default=1,
        ge=1,
        le=10_000,
        description=(
            "By how much all budgets are multiplied, for tests from one address. `seatlock dev` and `make run` set 100."
        ),
    )
