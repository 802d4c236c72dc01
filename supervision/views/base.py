"""What the pages of orders share: which order, seen by whom."""

from django.http import HttpRequest

from goals.models import Target
from goals.permissions import visible_or_404
from projects.models import Project
from projects.views.base import access_of, plan_of, project_of, user_of
from supervision.models import Order

__all__ = ["access_of", "order_of", "plan_of", "project_of", "target_of", "user_of"]


def order_of(request: HttpRequest, pk: int) -> Order:
    """The order, if the user sees it; 404 otherwise."""
    return visible_or_404(Order.objects.with_everything(), user_of(request), pk=pk)


def target_of(request: HttpRequest, pk: int) -> Target:
    """The target, if the user sees it; 404 otherwise."""
    targets = Target.objects.select_related("plan__unit", "theme__section", "lead_office", "responsible_post")
    return visible_or_404(targets, user_of(request), pk=pk)


def item_of(request: HttpRequest, kind: str, pk: int) -> Target | Project:
    return target_of(request, pk) if kind == "target" else project_of(request, pk)
