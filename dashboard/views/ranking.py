"""Whether 总览 lists units by what they have on pace: the planner's choice, kept with the plan."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.permissions import Access
from common.pages import saved
from dashboard import navigation
from dashboard.models import Ranking, ranking_of
from dashboard.views.base import user_of
from goals.permissions import may_plan, visible_or_404
from goals.planning import plain, save_record


class RankingForm(forms.ModelForm):  # type: ignore[type-arg]
    """Two switches."""

    class Meta:
        model = Ranking
        fields = ["offices", "villages"]


@require_http_methods(["GET", "HEAD", "POST"])
def ranking(request: HttpRequest, slug: str) -> HttpResponse:
    """The switches, for the plan's planners."""
    user = user_of(request)
    plan = visible_or_404(navigation.plans(), user, slug=slug)
    if not may_plan(Access.of(user), plan.unit):
        raise PermissionDenied
    navigation.leave(request, plan)
    record = ranking_of(plan)
    before, version = plain(record), record.version
    form = RankingForm(request.POST if request.method == "POST" else None, instance=record)
    known = version if record.pk else None
    if request.method == "POST" and saved(request, form, known, lambda: save_record(user, form.instance, before)):
        return redirect("planner", slug)
    context = {"page": "planner", "plan": plan, "form": form, "version": version}
    return render(request, "dashboard/ranking.html", context, status=400 if form.errors else 200)
