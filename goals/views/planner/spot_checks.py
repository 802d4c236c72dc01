"""抽查核验: draw a sample of approved figures, and record what was found of each."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import Refusal
from common.pages import allowed, origin, tell_refusal
from goals import spot_checks as service
from goals.forms import DrawForm
from goals.models import Plan, SpotCheck, SpotCheckItem
from goals.views.planner.base import done, plan_of, plans, user_of

PAGE_SIZE = 50


@dataclass(frozen=True)
class Line:
    """An item of a sample; what was sent back, with how far its correction has come."""

    item: SpotCheckItem
    request: service.Request | None


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(plans)
def spot_checks(request: HttpRequest, slug: str) -> HttpResponse:
    """The samples of a plan, newest first, their findings by unit, and a new one to draw."""
    plan = plan_of(request, slug)
    form = DrawForm(request.POST or None, plan=plan)
    drawn: list[SpotCheck] = []

    def act() -> None:
        asked = form.cleaned_data
        drawn.append(
            service.draw(
                user_of(request),
                plan,
                asked["size"],
                section=asked["section"],
                unit=asked["unit"],
                origin=origin(request),
            )
        )

    if request.method == "POST" and done(form, act):
        count = drawn[0].items.count()
        messages.success(request, ngettext("已抽取 %(n)s 项。", "已抽取 %(n)s 项。", count) % {"n": count})
        return redirect("spot-check", slug, drawn[0].pk)
    counted = plan.spot_checks.select_related("drawn_by").order_by("-drawn_at", "-pk")
    counted = counted.annotate(drawn=Count("items"), found=Count("items", filter=~Q(items__finding="")))
    context = {
        "page": "planner",
        "tab": "spot-checks",
        "plan": plan,
        "form": form,
        "rows": Paginator(counted, PAGE_SIZE).get_page(request.GET.get("page")),
        "units": service.by_unit(plan),
    }
    return render(request, "goals/planner/spot_checks.html", context, status=400 if form.errors else 200)


@require_safe
@allowed(plans)
def spot_check(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One sample, item by item."""
    return _page(request, plan_of(request, slug), pk)


@require_POST
@allowed(plans)
def record_finding(request: HttpRequest, slug: str, pk: int, item_pk: int) -> HttpResponse:
    """属实, 有误 or 退回更正; what was written stays on the page when it is refused."""
    plan = plan_of(request, slug)
    item = get_object_or_404(SpotCheckItem, pk=item_pk, spot_check=pk, spot_check__plan=plan)
    finding, note, seen = (request.POST.get(name, "") for name in ("finding", "note", "version"))
    known = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else -1
    try:
        service.record(user_of(request), item, finding, note, if_version=known, origin=origin(request))
    except ValidationError as error:
        return _page(request, plan, pk, refused={"pk": item_pk, "note": note, "faults": error.messages})
    except Refusal as error:
        tell_refusal(request, error)
        return redirect("spot-check", slug, pk)
    messages.success(request, _("已记录，数字和进度不变。"))
    return redirect("spot-check", slug, pk)


def _page(request: HttpRequest, plan: Plan, pk: int, refused: dict[str, object] | None = None) -> HttpResponse:
    check = get_object_or_404(plan.spot_checks.select_related("drawn_by"), pk=pk)
    items = list(check.items.select_related("reading__indicator", "reading__unit", "reading__reviewed_by", "found_by"))
    sent_back = {request.item.pk: request for request in service.requests_of(check.items.all())}
    context = {
        "page": "planner",
        "tab": "spot-checks",
        "plan": plan,
        "check": check,
        "lines": [Line(item, sent_back.get(item.pk)) for item in items],
        "findings": SpotCheckItem.Finding.choices,
        "left": sum(1 for item in items if not item.finding),
        "refused": refused,
    }
    return render(request, "goals/planner/spot_check.html", context, status=400 if refused else 200)
