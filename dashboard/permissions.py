"""Who may do what with 意见建议: one rule set for its pages and services."""

from accounts.models import User
from accounts.permissions import Access
from dashboard.models import Feedback
from goals.permissions import may_plan, plans_anywhere


def may_write(user: User) -> bool:
    """Everybody who logs in; a machine has no opinion."""
    return user.is_active and not user.is_machine


def may_answer(access: Access, feedback: Feedback) -> bool:
    """A planner of the subdistrict whose page it is about."""
    return may_plan(access, feedback.unit)


def sees_inbox(access: Access) -> bool:
    """The list of what is to be answered is the planners'."""
    return plans_anywhere(access)
