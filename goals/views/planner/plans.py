"""年度计划: the plans that one sees; for planners a new draft from a file, previewed before it is loaded."""

from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Unit, User
from accounts.permissions import Access
from common.errors import Forbidden
from common.pages import allowed, origin
from goals.forms import PlanFileForm
from goals.loading import PlanFileError, Report, load_plan_text
from goals.models import Plan
from goals.permissions import may_plan
from goals.views.planner.base import plans as may_load
from goals.views.planner.base import user_of

PAGE_SIZE = 50
# Long enough to read a preview.
PREVIEWED_FOR = 3_600
SALT = "plan-file"


def sees_plans(user: User) -> bool:
    return Access.of(user).sees_business


@require_safe
@allowed(sees_plans)
def plan_list(request: HttpRequest) -> HttpResponse:
    """The plans, newest first."""
    return _page(request, _form(request))


@require_POST
@allowed(may_load)
def preview_plan_file(request: HttpRequest) -> HttpResponse:
    """What loading the file would change; nothing is stored."""
    form = _form(request, request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=400)
    text, document = form.cleaned_data["file"], form.cleaned_data["document"]
    try:
        report = load_plan_text(user_of(request), text, document, unit=form.unit_code, dry_run=True)
    except (PlanFileError, Forbidden) as error:
        return _page(request, form, mistakes=_mistakes(error), status=400)
    token = signing.dumps({"file": text, "document": document, "unit": form.unit_code}, salt=SALT, compress=True)
    return render(request, "goals/planner/plan_file.html", _preview(report) | {"token": token})


@require_POST
@allowed(may_load)
def load_plan_file(request: HttpRequest) -> HttpResponse:
    """Load what was previewed."""
    try:
        kept = signing.loads(request.POST.get("token", ""), salt=SALT, max_age=PREVIEWED_FOR)
    except signing.BadSignature:
        messages.error(request, _("预览已过期，请重新上传。"))
        return redirect("plans")
    try:
        report = load_plan_text(
            user_of(request), kept["file"], kept["document"], unit=kept["unit"], origin=origin(request)
        )
    except (PlanFileError, Forbidden) as error:
        return _page(request, _form(request), mistakes=_mistakes(error), status=400)
    facts = {"new": len(report.created), "changed": len(report.changed)}
    messages.success(request, _("计划已载入：新增 %(new)s 项，修改 %(changed)s 项。") % facts)
    return redirect("plans")


def _form(request: HttpRequest, *data: Any) -> PlanFileForm:
    """For a planner with the units that may have plans of their own; others load nothing."""
    user = user_of(request)
    found = Unit.objects.filter(Access.of(user).planned_units(), kind__in=[Unit.Kind.SUBDISTRICT, Unit.Kind.DISTRICT])
    return PlanFileForm(*data, units=list(found.order_by("path")) if may_load(user) else [])


def _mistakes(error: PlanFileError | Forbidden) -> list[str]:
    return error.mistakes if isinstance(error, PlanFileError) else [str(error.message)]


def _preview(report: Report) -> dict[str, object]:
    return {"page": "planner", "tab": "plans", "report": report}


def _page(
    request: HttpRequest, form: PlanFileForm, *, mistakes: list[str] | None = None, status: int = 200
) -> HttpResponse:
    user = user_of(request)
    found = Plan.objects.visible_to(user).defer("document").select_related("unit", "profile")
    page = Paginator(found.annotate(count=Count("targets")).order_by("-year", "slug"), PAGE_SIZE)
    rows = page.get_page(request.GET.get("page"))
    access = Access.of(user)
    context = {
        "page": "planner" if may_load(user) else "plans",
        "tab": "plans",
        "rows": rows,
        "plans": [(plan, may_plan(access, plan.unit)) for plan in rows],
        "may_load": may_load(user),
        "form": form,
        "mistakes": mistakes or [],
    }
    return render(request, "goals/planner/plans.html", context, status=status)
