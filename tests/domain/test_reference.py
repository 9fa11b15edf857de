"""References of bookings: short, unmistakable, and read however they were typed."""

from __future__ import annotations

import pytest

from domain.errors import InvalidInput
from domain.reference import ALPHABET, new_reference
from domain.text import checked_reference, checked_time_zone


def test_no_two_characters_look_alike() -> None:
    for alike in ("0OQ", "1IL", "2Z", "5S", "8B", "UV"):
        assert len(set(alike) & set(ALPHABET)) <= 1, alike
    assert len(set(ALPHABET)) == len(ALPHABET) == 25


def test_references_are_eight_of_them_and_differ() -> None:
    references = {new_reference() for _ in range(1_000)}
    assert len(references) == 1_000
    assert {len(reference) for reference in references} == {8}
    assert {character for reference in references for character in reference} == set(ALPHABET)


@pytest.mark.parametrize(
    "typed",
    ["K7RM2XRT", "k7rm2xrt", "K7RM-2XRT", " k7 rm 2x rt ", "K7RM\u20132XRT", "K7RM\u00a02xrt", "K-7-R-M-2-X-R-T"],
)
def test_a_reference_is_read_however_it_is_typed(typed: str) -> None:
    assert checked_reference("reference", typed) == "K7RM2XRT"


@pytest.mark.parametrize(
    "typed", ["", "K7RM2XR", "K7RM2XRTT", "K7RM2XR0", "K7RM2XRI", "K7RM.2XRT", "ſ7RM2XRT", "x" * 10**6]
)
def test_what_can_be_no_reference_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        checked_reference("reference", typed)
    assert refusal.value.field == "reference"


@pytest.mark.parametrize("name", ["UTC", "Europe/Paris", "America/Argentina/Buenos_Aires", "Asia/Kolkata", "GMT"])
def test_time_zones(name: str) -> None:
    assert checked_time_zone("timeZone", name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Paris",
        "Europe",
        "europe/paris",
        "Europe/Paris ",
        "../etc/passwd",
        "/etc/localtime",
        "localtime",
        "+01:00",
        "CEST",
        "Factory",
        "\0",
    ],
)
def test_what_is_no_time_zone_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        checked_time_zone("timeZone", name)
    assert refusal.value.field == "timeZone"
