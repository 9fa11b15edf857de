"""What resolvers spend before they do what costs: see domain/process/budgets.py, and there how to add a budget."""

from __future__ import annotations

from domain.process.budgets import Budget
from graph.schema.context import Context


async def spend(context: Context, budget: Budget) -> None:
    """Have the user and the address pay once. An ADMIN pays nothing. Raises OverBudget."""
    caller = context.caller
    if not context.pays or (caller is not None and caller.is_admin):
        return
    user_id = caller.user_id if caller else None
    await context.services.budgets.spend(budget, user_id=user_id, address=context.address)


async def spend_by_address(context: Context, budget: Budget) -> None:
    """Have the address pay once, whoever asks: accounts can be had by the hundred. Raises OverBudget."""
    await context.services.budgets.spend(budget, address=context.address)
