"""Who may do what with the ten livelihood projects: everybody who sees the plan reads, its planners keep them."""

from accounts.permissions import Access
from goals.models import Plan
from goals.permissions import may_plan


def may_choose(access: Access, plan: Plan) -> bool:
    """Keep candidates, enter the ballot, the decision and the surveys, and publish."""
    return may_plan(access, plan.unit) and not plan.is_closed
