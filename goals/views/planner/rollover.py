"""接转下年计划: a draft from the year before, and the sheet of the goals that are to be entered."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common import clock
from common.errors import Refusal
from common.pages import allowed, tell_refusal
from goals import continuing
from goals.forms import GoalForm
from goals.models import Plan, Target
from goals.progress.store import progress_of
from goals.rollover import roll_over, set_goals
from goals.views.planner.base import plan_of, plans, user_of
from goals.words import Standing

# As many forms as one page posts with ease; the rest follows once these are entered.
SHEET = 200


@require_POST
@allowed(plans)
def next_year(request: HttpRequest, slug: str) -> HttpResponse:
    """Make the draft."""
    try:
        draft = roll_over(user_of(request), plan_of(request, slug))
    except (ValidationError, Refusal) as error:
        tell_refusal(request, error)
        return redirect("planner", slug)
    messages.success(request, _("已建立 %(year)s 年草案，请录入目标值。") % {"year": draft.year})
    return redirect("goals", draft.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(plans)
def goals(request: HttpRequest, slug: str) -> HttpResponse:
    """目标值录入: each waiting target with its goal and its figure of the year before."""
    plan = plan_of(request, slug)
    waiting = list(
        continuing.waiting(plan).select_related(
            "plan__profile", "indicator", "theme__section", "lead_office", "responsible_post"
        )[:SHEET]
    )
    forms = [GoalForm(request.POST or None, target=target) for target in waiting]
    if request.method == "POST" and _entered(request, plan, forms):
        return redirect("goals", plan.slug)
    context = {
        "page": "planner",
        "tab": "goals",
        "plan": plan,
        "rows": list(zip(_standings(waiting), forms, strict=True)),
        "discontinued": plan.discontinued.select_related("target").order_by("pk"),
        "carried": plan.targets.count(),
    }
    failed = request.method == "POST"
    return render(request, "goals/planner/goals.html", context, status=400 if failed else 200)


def _entered(request: HttpRequest, plan: Plan, forms: list[GoalForm]) -> bool:
    """Store what was entered, all of it or nothing; what is wrong stands beside its field."""
    wrong = [form for form in forms if not form.is_valid()]
    if wrong:
        return False
    found = [goal for form in forms if (goal := form.entered())]
    try:
        carried, dropped = set_goals(user_of(request), plan, found)
    except ValidationError as error:
        said = error.message_dict
        for form in forms:
            for line in said.get(form.target.code, ()):
                form.add_error("goal" if "goal" in form.fields else "dropped", line)
        return False
    except Refusal as error:
        tell_refusal(request, error)
        return False
    facts = {"carried": carried, "dropped": dropped}
    messages.success(request, _("已录入 %(carried)s 项，%(dropped)s 项不再列入。") % facts)
    return True


def _standings(targets: list[Target]) -> list[Standing]:
    """Where each stands on the year's last day, or today where that has not come."""
    if not targets:
        return []
    day = min(clock.today(), targets[0].plan.end)
    progress = progress_of(targets, day)
    return [Standing(target, progress[target.pk]) for target in targets]
