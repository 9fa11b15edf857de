"""Fields of the same name are compared with one another, only as long as that takes milliseconds."""

from __future__ import annotations

from collections.abc import Sequence

from graphql import GraphQLError, OverlappingFieldsCanBeMergedRule, ValidationContext
from graphql.validation.validate import ValidationAbortedError

MOST_WORK = 15_000
"""In graphql-core's units, of one to three microseconds each; comparing two fields takes two.

Documents of clients take some hundred. Thirty fragments with eight fields each, spread side by side, take 11,000.
"""

GIVEN_UP = "Validation aborted."
"""What graphql-core says when the work is used up, and of too many mistakes it says more."""

TOO_MUCH = "The document repeats fields, or spreads fragments, so often that checking it takes too long."


class BoundedOverlaps(OverlappingFieldsCanBeMergedRule):
    """graphql-core's rule, which allows itself thirty times as much work: seconds."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self.rule_context.remaining_complexity_budget = MOST_WORK


def gave_up(errors: Sequence[GraphQLError]) -> bool:
    """Whether a document was not checked to its end because that took too long."""
    return any(isinstance(error, ValidationAbortedError) and error.message == GIVEN_UP for error in errors)
