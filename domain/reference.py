"""A booking's short name for people: to read out, to write down, to type in."""

from __future__ import annotations

import secrets

ALPHABET = "234679ACDEFGHJKMNPQRTVWXY"
"""Digits and capitals, of those that are taken for one another one at most: not 0 O, 1 I L, Z, 5 S, 8 B, U."""

LENGTH = 8

_SEPARATORS = str.maketrans("", "", "-\u2010\u2011\u2012\u2013\u2014 \t\u00a0")


def new_reference() -> str:
    """One of 150 thousand million, chosen by chance."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read_reference(text: str) -> str | None:
    """The reference that somebody typed, whatever its case, with hyphens or spaces in it; None when it can't be one."""
    reference = text[:100].translate(_SEPARATORS).upper()
    return reference if len(reference) == LENGTH and set(reference) <= set(ALPHABET) else None
