"""What text from outside may look like, and when two texts are the same.

Text is kept in Unicode's composed form (NFC), whichever way it was typed: `é` is one character here, never `e` and an
accent. What is only compared with itself, as keys and tokens of others, is kept as it came.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from zoneinfo import available_timezones

from email_validator import EmailNotValidError, validate_email

from domain.errors import InvalidInput
from domain.reference import LENGTH, read_reference

PASSWORD_SHORTEST, PASSWORD_LONGEST = 8, 200
EMAIL_LONGEST = 254  # RFC 3696, erratum 1690

DECOMPOSED = 4
"""One composed character is at most so many that are not."""

# Unicode general categories: control, surrogate, private use, unassigned; and line and paragraph separators.
_FORBIDDEN = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})

# Characters that make others be read in another order than they are written in.
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e")
_ISOLATES = frozenset("\u2066\u2067\u2068\u2069")

# What the general category takes for a letter or symbol and nobody can see: fillers of Hangul, a Braille blank.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")

LONGEST_WORD = 128
"""More of a word is not searched: it is the most that a key has."""

LONGEST_NAME_WORD = 20
"""More of a word is not searched in names, all of whose beginnings are kept."""

_ALONE = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
"""Characters of scripts that put no spaces between words: kana, and Chinese ones."""

_SIGNS_AROUND = re.compile(r"^\W+|\W+$")

_EDGES = "\u200b\u2060\ufeff"
"""Invisible at an end, and without a meaning there; copying brings them along."""


# ---------------------------------------------------------------- the same text


def normal(text: str) -> str:
    """The text in NFC: equal for all ways to write the same characters."""
    return unicodedata.normalize("NFC", text)


def folded(text: str) -> str:
    """What a search compares: equal for texts that differ in case, width, ligatures, or in what can't be seen.

    Unicode's full case folding (ß is ss). I, İ, ı and i are one letter here: which of them is the other's capital
    depends on the language, and a search doesn't know it.
    """
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    dotless = plain.replace("i\u0307", "i").replace("\u0131", "i")
    return unicodedata.normalize("NFKC", "".join(each for each in dotless if unicodedata.category(each) != "Cf"))


def words_of(text: str) -> list[str]:
    """The words of a text, each once, as a search compares them: folded, and without the signs around them."""
    words = (_SIGNS_AROUND.sub("", word)[:LONGEST_WORD] for word in folded(text).split())
    return list(dict.fromkeys(filter(None, words)))


def name_words(name: str) -> list[str]:
    """The words of a name, each once, as a search of names compares them.

    They are folded, and signs end a word: `AC/DC` is two. What is nothing but signs is a word as it is. Of scripts
    without spaces (Chinese, Japanese) each character is one.
    """
    words = []
    for written in _ALONE.sub(r" \g<0> ", folded(name)).split():
        apart = "".join(each if each.isalnum() or unicodedata.category(each)[0] == "M" else " " for each in written)
        words += apart.split() or [written]
    return list(dict.fromkeys(word[:LONGEST_NAME_WORD] for word in words))


def name_prefixes(name: str) -> list[str]:
    """All beginnings of the words of a name, sorted: by one of them an index finds it."""
    return sorted({word[:length] for word in name_words(name) for length in range(1, len(word) + 1)})


def seen(text: str) -> str:
    """The text as a reader sees it: equal for texts that differ in invisible characters or in kinds of space."""
    if text.isascii():
        return " ".join(text.split())
    visible = (each for each in text if unicodedata.category(each) != "Cf" and not _is_selector(each))
    return " ".join(normal("".join(visible)).split())


# ---------------------------------------------------------------- what is let in


def checked_text(field: str, value: str, *, longest: int, multiline: bool = False) -> str:
    """The text in NFC, without surrounding white space.

    Raises InvalidInput: too long, without anything to see, with control characters, or with characters that change the
    order in which others are read. `longest` counts code points. Line breaks, tabs and isolates pass where `multiline`.
    """
    if len(value) > DECOMPOSED * longest:  # before any work is done on it
        raise _too_long(field, longest)
    text = normal(value).strip().strip(_EDGES).strip()
    if len(text) > longest:
        raise _too_long(field, longest)
    if not text:
        raise InvalidInput(field, "Must not be empty.")
    if text.isascii() and text.isprintable():
        return text  # nearly always, and at once
    _check_characters(field, text, allowed="\n\r\t" if multiline else "")
    if not _OVERRIDES.isdisjoint(text) or not (multiline or _ISOLATES.isdisjoint(text)):
        raise InvalidInput(field, "Must not contain characters that change the direction of reading.")
    if not any(map(_is_visible, text)):
        raise InvalidInput(field, "Must not consist of invisible characters only.")
    return text


def checked_opaque(field: str, value: str, *, longest: int) -> str:
    """The text as it came, but for surrounding white space: something of others that is only handed back or on.

    Raises InvalidInput: empty, too long, or with control characters.
    """
    if len(value) > longest:
        raise _too_long(field, longest)
    text = value.strip()
    if not text:
        raise InvalidInput(field, "Must not be empty.")
    _check_characters(field, text)
    return text


def checked_email(email: str) -> str:
    """The address in its normal form. Raises InvalidInput. Whether mail arrives there is not asked."""
    if len(email) > EMAIL_LONGEST:
        raise InvalidInput("email", f"Must be at most {EMAIL_LONGEST} characters long.")
    if "=?" in email:  # as RFC 2047 begins an encoded word: in a letter's header it may stand for another address
        raise InvalidInput("email", "Must not contain =?.")
    try:
        # No look-ups, and .test is as good as any.
        return validate_email(email.strip(), check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        # As we spell it everywhere else.
        raise InvalidInput("email", re.sub(r"\bemail\b", "e-mail", str(error))[:200]) from None


def checked_password(password: str, field: str = "password") -> str:
    """The password in NFC: keyboards differ in how they send the same letters. Raises InvalidInput."""
    normalised = normal(password[: DECOMPOSED * PASSWORD_LONGEST + 1])
    if not PASSWORD_SHORTEST <= len(normalised) <= PASSWORD_LONGEST:
        raise InvalidInput(field, f"Must be {PASSWORD_SHORTEST} to {PASSWORD_LONGEST} characters long.")
    if any(unicodedata.category(character) == "Cc" for character in normalised):
        raise InvalidInput(field, "Must not have control characters.")
    if len(set(normalised)) == 1 or normalised.casefold() in _common_passwords():
        raise InvalidInput(field, "Is one of the most common passwords: choose another.")
    return normalised


@cache
def _common_passwords() -> frozenset[str]:
    """Those that people choose most, long enough to be allowed: zxcvbn's list of 30,000 that were found in breaches."""
    # Only now: reading its lists takes a tenth of a second, which not every command needs.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(word for word in FREQUENCY_LISTS["passwords"] if len(word) >= PASSWORD_SHORTEST)


def spellings(password: str) -> list[str]:
    """The ways in which this password may have been hashed, the likeliest first: before it was normalised, too.

    How many there are depends on what was typed, and on nobody's account.
    """
    typed = password[: DECOMPOSED * PASSWORD_LONGEST + 1]
    return list(dict.fromkeys([normal(typed), typed, unicodedata.normalize("NFD", typed)]))


def checked_time_zone(field: str, name: str) -> str:
    """The name of a time zone, as it is. Raises InvalidInput unless it is one of the IANA database."""
    if name not in _time_zones():
        raise InvalidInput(field, "Must be a time zone of the IANA database, as Europe/Paris or UTC.")
    return name


@cache
def _time_zones() -> frozenset[str]:
    # Two that machines have, and that name no place.
    return frozenset(available_timezones() - {"localtime", "Factory"})


def checked_reference(field: str, text: str) -> str:
    """A booking's reference as it is stored, whichever way it was typed. Raises InvalidInput when it can't be one."""
    reference = read_reference(text)
    if reference is None:
        form = f"{LENGTH} letters and digits, as K7QM2XRT, and none of 0 O, 1 I L Z, 5 S, 8 B, U"
        raise InvalidInput(field, f"Must be a reference: {form}.")
    return reference


def checked_key(key: str) -> str:
    """An idempotency key as clients send it, 1 to 128 characters. Raises InvalidInput."""
    return checked_opaque("idempotencyKey", key, longest=128)


def _too_long(field: str, longest: int) -> InvalidInput:
    return InvalidInput(field, f"Must be at most {longest:,} characters long.")


def _check_characters(field: str, text: str, allowed: str = "") -> None:
    for character in text:
        if unicodedata.category(character) in _FORBIDDEN and character not in allowed:
            raise InvalidInput(field, "Must not contain control characters.")


def _is_visible(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNPS" and character not in _BLANK


def _is_selector(character: str) -> bool:
    """Whether it only chooses between looks of the character before it."""
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
