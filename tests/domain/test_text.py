"""Text from outside: one form for what looks the same, and nothing that deceives the eye."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInput
from domain.text import (
    LONGEST_NAME_WORD,
    checked_email,
    checked_key,
    checked_opaque,
    checked_password,
    checked_text,
    folded,
    name_prefixes,
    name_words,
    normal,
    seen,
    spellings,
)


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


@given(st.text(max_size=50))
def test_whichever_way_it_is_typed_it_is_one_text(text: str) -> None:
    assert folded(decomposed(text)) == folded(normal(text))
    assert seen(decomposed(text)) == seen(normal(text))
    assert spellings(decomposed(text))[0] == spellings(normal(text))[0]


@pytest.mark.parametrize(
    ("search", "name"),
    [
        ("påske", "PÅSKEREVY"),
        ("strasse", "Große Straße"),
        ("STRAẞE", "Straßenfest"),
        ("istanbul", "İSTANBUL gecesi"),
        ("İstanbul", "istanbul"),
        ("ısparta", "ISPARTA"),
        ("σίσυφος", "ΣΊΣΥΦΟΣ"),
        ("office", "Oﬃce"),
        ("live", "ＬＩＶＥ"),
        ("soirée", "Soi\u00adrée"),
        ("ǰazz", "J\u030cazz"),
    ],
)
def test_a_search_finds_it_in_any_case_and_form(search: str, name: str) -> None:
    for each in (search, decomposed(search)):
        for stored in (normal(name), decomposed(name)):
            assert folded(each) in folded(stored)


def test_a_search_tells_letters_apart() -> None:
    assert folded("pa") not in folded("På")
    assert folded("resume") not in folded("résumé")


@pytest.mark.parametrize(
    "text", ["Café", "नमस्ते", "می\u200cخواهم", "👩\u200d👩\u200d👧", "שלום 2030", "한국어", "❤\ufe0f", "9¾"]
)
def test_names_of_all_scripts_pass(text: str) -> None:
    assert checked_text("name", decomposed(text), longest=50) == normal(text)


@pytest.mark.parametrize(
    "text",
    ["\u200b", "\u200d\u200c", "\u2060 \ufeff", "\u3164", "\u2800\u2800", "\u115f\u1160", "\u00ad", "\ufe0f", "\u0301"],
)
def test_what_nobody_can_see_is_no_name(text: str) -> None:
    for multiline in (False, True):
        with pytest.raises(InvalidInput) as refused:
            checked_text("sections.0.name", text, longest=50, multiline=multiline)
        assert refused.value.field == "sections.0.name"


@pytest.mark.parametrize("character", ["\u202a", "\u202b", "\u202c", "\u202d", "\u202e"])
def test_what_turns_the_order_of_reading_is_refused(character: str) -> None:
    for multiline in (False, True):
        with pytest.raises(InvalidInput) as refused:
            checked_text("name", f"cod{character}.exe", longest=50, multiline=multiline)
        assert refused.value.field == "name"


def test_an_isolate_is_for_longer_texts() -> None:
    text = "ראו \u2066seatlock.example\u2069 לפרטים"
    assert checked_text("description", text, longest=50, multiline=True) == text
    with pytest.raises(InvalidInput):
        checked_text("name", text, longest=50)


def test_lengths_are_those_of_the_composed_text() -> None:
    assert checked_text("name", decomposed("é" * 50), longest=50) == "é" * 50
    assert checked_text("name", "  \u200bAda\ufeff ", longest=50) == "Ada"
    for much in ("é" * 51, "e\u0301" * 1_000_000):
        with pytest.raises(InvalidInput):
            checked_text("name", much, longest=50)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Café", "Cafe\u0301"), ("Stalls", "Sta\u200blls"), ("A B", "A\u00a0 B"), ("A", "A\ufe0f"), ("A", "\u2060A")],
)
def test_two_that_look_the_same_are_one(one: str, other: str) -> None:
    assert seen(one) == seen(other)


def test_a_password_is_the_same_on_every_keyboard() -> None:
    composed = "contrase\u00f1a"
    assert checked_password(decomposed(composed)) == checked_password(composed) == composed
    assert spellings(decomposed(composed)) == spellings(composed) == [composed, decomposed(composed)]
    assert spellings("correct horse") == ["correct horse"]
    with pytest.raises(InvalidInput):
        checked_password("e\u0301" * 7)
    assert checked_password("e\u0301a" * 100) == "éa" * 100


def test_what_others_made_is_not_touched() -> None:
    assert checked_key("e\u0301-1") == "e\u0301-1"
    for bad in ("", " ", "a\nb", "x" * 129):
        with pytest.raises(InvalidInput) as refused:
            checked_opaque("idempotencyKey", bad, longest=128)
        assert refused.value.field == "idempotencyKey"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("The Grand Gala", ["the", "grand", "gala"]),
        ("AC/DC: Rock'n'Roll", ["ac", "dc", "rock", "n", "roll"]),
        ("  Straßenfest ", ["strassenfest"]),
        ("Gala gala GALA", ["gala"]),
        ("!!! live", ["!!!", "live"]),
        ("東京 JAZZ", ["東", "京", "jazz"]),
        ("हिन्दी", ["हिन्दी"]),
        ("x" * 200, ["x" * LONGEST_NAME_WORD]),
    ],
)
def test_the_words_of_a_name(name: str, words: list[str]) -> None:
    assert name_words(name) == words
    assert set(words) <= set(name_prefixes(name))


def test_a_name_is_found_by_the_beginnings_of_its_words() -> None:
    assert name_prefixes("Café Ca") == ["c", "ca", "caf", "café"]


@pytest.mark.parametrize("address", ["ada", "ada@", "ada@@seatlock.test", "ada@localhost"])
def test_what_is_wrong_with_an_address_is_spelled_as_everywhere_else(address: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked_email(address)
    assert "email" not in refused.value.message
