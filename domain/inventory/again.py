"""Why a command has no answer yet, and is asked again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from domain.inventory.commands import Command


class AskAgain(Exception):
    """No answer yet: the command goes back to the head of its line."""

    def again(self, command: Command[Any]) -> Command[Any]:
        """What goes back there."""
        return command


class MoreDue(AskAgain):
    """Dead locks are left that this batch has not loaded; what was refused may succeed once they are swept."""

    def again(self, command: Command[Any]) -> Command[Any]:
        return replace(command, wants_dead=True)


class NotRead(AskAgain):
    """What this batch did before showed that the command needs more than was read for it: it is read the next time."""


class RowsNeeded(NotRead):
    """All rows of this section must be read, which the command does not tell by itself."""

    def __init__(self, section: str) -> None:
        super().__init__(section)
        self.section = section

    def again(self, command: Command[Any]) -> Command[Any]:
        return replace(command, whole_sections=command.whole_sections | {self.section})


class ReferenceTaken(Exception):
    """Another booking has the reference that this one was to get: ask again with another."""
