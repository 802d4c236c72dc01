"""What the pages of works share: which work, seen by whom."""

from django.http import HttpRequest

from accounts.models import User
from accounts.permissions import Access
from goals.models import Plan
from goals.permissions import visible_or_404
from projects.models import Project


def user_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def access_of(request: HttpRequest) -> Access:
    return Access.of(request.user)


def plan_of(request: HttpRequest, slug: str) -> Plan:
    """The plan, if the user sees it; 404 otherwise."""
    plans = Plan.objects.defer("document").select_related("unit", "profile")
    return visible_or_404(plans, user_of(request), slug=slug)


def project_of(request: HttpRequest, pk: int) -> Project:
    """The work, if the user sees it; 404 otherwise."""
    projects = Project.objects.select_related(
        "plan__unit", "plan__profile", "theme__section", "lead_office", "responsible_post", "same_as", "target"
    )
    return visible_or_404(projects, user_of(request), pk=pk)
