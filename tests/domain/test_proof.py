"""Codes that letters carry: good for one user, one address and one thing, and not for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from domain.documents import LetterKind, User, new_id
from domain.errors import InvalidInput
from domain.proof import GOOD_FOR, check_code, holder_of, new_code

KEY = "k" * 32
NOW = datetime(2030, 1, 1, tzinfo=UTC)
ADA = User.model_construct(
    id=new_id(), email="Ada@x.test", email_key="ada@x.test", password_hash="hash", sessions_ended=0
)
KINDS = list(LetterKind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_code_is_good_until_it_ends_and_for_nothing_else(kind: LetterKind) -> None:
    code = new_code(KEY, kind, ADA, NOW)
    assert len(code) == 48
    assert holder_of(code) == ADA.id
    last = NOW + GOOD_FOR[kind] - timedelta(seconds=1)
    assert check_code(KEY, kind, f" {code}\n", ADA, last) is ADA
    refused = [
        (KEY, kind, ADA, last + timedelta(seconds=1)),
        ("x" * 32, kind, ADA, NOW),
        *((KEY, other, ADA, NOW) for other in KINDS if other is not kind),
        (KEY, kind, ADA.evolve(id=new_id()), NOW),
        (KEY, kind, ADA.evolve(email_key="other@x.test"), NOW),
        (KEY, kind, None, NOW),
    ]
    for key, asked, user, now in refused:
        with pytest.raises(InvalidInput) as error:
            check_code(key, asked, code, user, now)
        assert error.value.field == "token"


def test_one_that_sets_a_password_ends_with_the_password_and_the_sessions() -> None:
    others = [ADA.evolve(password_hash="another"), ADA.evolve(sessions_ended=1)]
    for kind, user in product(KINDS, others):
        code = new_code(KEY, kind, ADA, NOW)
        if kind is LetterKind.VERIFICATION:
            assert check_code(KEY, kind, code, user, NOW) is user
        else:
            with pytest.raises(InvalidInput):
                check_code(KEY, kind, code, user, NOW)


@pytest.mark.parametrize("change", [lambda c: c[:-1], lambda c: c + "A", lambda c: "", lambda c: "é" * 48])
def test_what_is_no_code_is_refused(change: object) -> None:
    code = new_code(KEY, LetterKind.VERIFICATION, ADA, NOW)
    with pytest.raises(InvalidInput):
        holder_of(change(code))  # type: ignore[operator]


def test_no_character_of_a_code_can_be_another() -> None:
    code = new_code(KEY, LetterKind.VERIFICATION, ADA, NOW)
    for place, character in enumerate(code):
        forged = code[:place] + ("A" if character != "A" else "B") + code[place + 1 :]
        with pytest.raises(InvalidInput):
            check_code(KEY, LetterKind.VERIFICATION, forged, ADA, NOW)
