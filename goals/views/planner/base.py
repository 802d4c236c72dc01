"""What the planner's pages share: who may, which plan, and saving what a form says."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts.models import User
from accounts.permissions import Access
from common.pages import done as done
from common.pages import require_version as require_version
from common.pages import saved as saved
from goals.models import Plan
from goals.permissions import may_plan, plans_anywhere, visible_or_404


def plans(user: User) -> bool:
    return plans_anywhere(Access.of(user))


def user_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def plan_of(request: HttpRequest, slug: str) -> Plan:
    """The plan, if the user sees it (else 404) and plans for it (else 403)."""
    user = user_of(request)
    plan = visible_or_404(Plan.objects.defer("document").select_related("unit", "profile"), user, slug=slug)
    if not may_plan(Access.of(user), plan.unit):
        raise PermissionDenied
    return plan
