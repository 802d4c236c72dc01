"""编辑目标."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from common.pages import allowed
from goals import planning
from goals.forms import TargetForm
from goals.models import Target
from goals.permissions import visible_or_404
from goals.views.planner.base import plan_of, plans, saved, user_of


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(plans)
def edit_target(request: HttpRequest, pk: int) -> HttpResponse:
    """A target's terms, and who answers for it."""
    user = user_of(request)
    found = visible_or_404(Target.objects.select_related("plan__unit", "plan__profile", "indicator"), user, pk=pk)
    plan = plan_of(request, found.plan.slug)
    version = found.version
    form = TargetForm(request.POST or None, instance=found)

    def save() -> None:
        several = {"cooperating": "cooperating_offices", "programmes": "programmes"}
        planning.save_target(user, form.instance, **{k: form.cleaned_data[name] for k, name in several.items()})

    if request.method == "POST" and saved(request, form, version, save):
        return redirect("target", pk)
    context = {"page": "planner", "plan": plan, "target": found, "form": form, "version": version}
    return render(request, "goals/edit_target.html", context, status=400 if form.errors else 200)
