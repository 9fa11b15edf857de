"""All that is wrong with one input, told at once: who fills in a form mends it in one go."""

from __future__ import annotations

from types import TracebackType

from domain.errors import InvalidInput, Issue

MOST = 100
"""How many faults of one input are told: more than anybody mends in one go."""


class Faults:
    """Each check runs `with` it, so that one that fails does not keep the others from running; then `refuse`.

        faults = Faults()
        with faults:
            name = checked_text("name", name, longest=100)
        with faults:
            email = checked_email(email)
        faults.refuse()

    Until `refuse` nothing may be done: what failed its check may still be there.
    """

    def __init__(self) -> None:
        self._issues: list[Issue] = []

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, InvalidInput):
            return False
        self._issues += error.issues
        if len(self._issues) >= MOST:
            self.refuse()
        return True

    def __bool__(self) -> bool:
        return bool(self._issues)

    def add(self, field: str, message: str) -> None:
        """One more."""
        with self:
            raise InvalidInput(field, message)

    def refuse(self) -> None:
        """Raises InvalidInput with all that was found, in the order of the checks; nothing if there is nothing."""
        if self._issues:
            first, *others = self._issues[:MOST]
            raise InvalidInput(first.field, first.message, others)
