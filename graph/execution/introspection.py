"""Answers about the schema are remembered: the schema is the same for as long as the process runs."""

from __future__ import annotations

from collections import OrderedDict

import orjson

MAX_ANSWERS = 32
MAX_BYTES = 4 * 1024 * 1024
"""How many answers are remembered, and how long they are together. The whole schema takes 200 kB."""

Question = tuple[str, str | None]
"""A document that declares no variables, and which of its operations."""


class SchemaAnswers:
    """What was asked of the schema last, already as JSON."""

    def __init__(self) -> None:
        self._answers: OrderedDict[Question, bytes] = OrderedDict()
        self._size = 0

    def get(self, question: Question) -> dict[str, object] | None:
        """The answer, if it is remembered."""
        answer = self._answers.get(question)
        if answer is None:
            return None
        self._answers.move_to_end(question)
        return {"data": orjson.Fragment(answer)}

    def keep(self, question: Question, answer: dict[str, object]) -> None:
        """Remember this answer, unless it tells of an error."""
        if answer.keys() != {"data"} or question in self._answers:
            return
        data = orjson.dumps(answer["data"])
        self._answers[question] = data
        self._size += len(question[0]) + len(data)
        while self._size > MAX_BYTES or len(self._answers) > MAX_ANSWERS:
            (text, _), forgotten = self._answers.popitem(last=False)
            self._size -= len(text) + len(forgotten)
