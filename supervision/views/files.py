"""佐证 of a feedback or an answer, on a page of its own: listed for who sees the order, attached by its author."""

from collections.abc import Sequence
from functools import partial

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from goals import evidence
from goals.permissions import visible_or_404
from goals.views.evidence import panel, take
from supervision.models import PROVED, Step
from supervision.views.base import order_of, user_of


# The token of a POST is checked by `take`: it is part of the body, which isn't read before its limits are set.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def step_files(request: HttpRequest, pk: int) -> HttpResponse:
    """The files of one step; a POST attaches some, all of them or none."""
    step = visible_or_404(Step.objects.select_related("user"), user_of(request), pk=pk)
    if step.kind not in PROVED:
        raise Http404
    step.order = order_of(request, step.order_id)
    if request.method != "POST":
        return _page(request, step)
    if not evidence.may_attach(user_of(request), step):
        raise PermissionDenied
    return take(request, step, _address(step), partial(_page, request, step))


def _address(step: Step) -> str:
    return reverse("step-files", args=[step.pk])


def _page(request: HttpRequest, step: Step, faults: Sequence[str] = (), status: int = 200) -> HttpResponse:
    shown = panel(user_of(request), step, action=_address(step), back=_address(step), faults=faults)
    context = {"page": "orders", "plan": step.order.plan, "order": step.order, "step": step, "evidence": shown}
    return render(request, "supervision/files.html", context, status=status)
