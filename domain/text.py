"""What text from outside may look like."""

from __future__ import annotations

import unicodedata

from email_validator import EmailNotValidError, validate_email

from domain.errors import InvalidInput

PASSWORD_SHORTEST, PASSWORD_LONGEST = 8, 200
EMAIL_LONGEST = 254  # RFC 3696, erratum 1690

# Unicode general categories: control, surrogate, private use, unassigned; and line and paragraph separators.
_FORBIDDEN = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})


def checked_text(field: str, value: str, *, longest: int, multiline: bool = False) -> str:
    """The text without surrounding white space. Raises InvalidInput: empty, too long, or with control characters.

    `longest` counts code points. Line breaks and tabs pass where `multiline`.
    """
    if len(value) > longest:
        raise InvalidInput(field, f"Must be at most {longest} characters long.")
    text = value.strip()
    if not text:
        raise InvalidInput(field, "Must not be empty.")
    if text.isprintable():
        return text  # nearly always, and at once
    for character in text:
        if unicodedata.category(character) in _FORBIDDEN and not (multiline and character in "\n\r\t"):
            raise InvalidInput(field, "Must not contain control characters.")
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
        raise InvalidInput("email", str(error)[:200]) from None


def checked_password(password: str) -> str:
    """The password, as it is. Raises InvalidInput."""
    if not PASSWORD_SHORTEST <= len(password) <= PASSWORD_LONGEST:
        raise InvalidInput("password", f"Must be {PASSWORD_SHORTEST} to {PASSWORD_LONGEST} characters long.")
    return password


def checked_key(key: str) -> str:
    """An idempotency key as clients send it, 1 to 128 characters. Raises InvalidInput."""
    return checked_text("idempotencyKey", key, longest=128)
