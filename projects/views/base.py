"""What the pages of works share: which work, seen by whom."""

from django.http import Http404, HttpRequest

from accounts.models import User
from accounts.permissions import Access
from common.joined import joined
from goals.models import Plan
from goals.permissions import visible_or_404
from projects.models import Project
from projects.models.project import ProjectQuerySet


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
    return visible_or_404(_projects(), user_of(request), pk=pk)


def whole_project_of(request: HttpRequest, pk: int) -> Project:
    """The same with what its page shows of it in a line each, in one query."""
    found = joined(
        _projects().visible_to(user_of(request)).filter(pk=pk),
        programmes=lambda each: (each.order, each.code),
        cooperating_offices=lambda each: each.path,
        promised_again=lambda each: (each.order, each.code),
        acceptances=lambda each: (each.day, each.pk),
    )
    if not found:
        raise Http404
    return found[0]


def _projects() -> ProjectQuerySet:
    return Project.objects.select_related(
        "plan__unit", "plan__profile", "theme__section", "lead_office", "responsible_post", "same_as", "target"
    )
