"""Who may do what with 意见建议, walls, bulletins and their templates: one rule set for pages and services."""

from accounts.models import Role, User
from accounts.permissions import Access
from dashboard.models import Feedback
from goals.models import Plan
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


def may_open_screens(access: Access, plan: Plan) -> bool:
    """Make and revoke links to the plan's wall: its leaders and planners."""
    return access.commands(Role.LEADER, plan.unit) or access.commands(Role.PLANNER, plan.unit)


def may_make_bulletins(access: Access, plan: Plan) -> bool:
    """The same: who answers for what leaves the house."""
    return may_open_screens(access, plan)


def may_keep_template(access: Access, plan: Plan) -> bool:
    """The form of the bulletin is the planner's (督查办)."""
    return access.commands(Role.PLANNER, plan.unit)
