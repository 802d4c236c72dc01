"""审核: what waits for this reviewer; approve one or many, or return with a reason."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Role, User
from accounts.permissions import Access
from common.errors import Conflict
from common.pages import allowed, origin, tell_refusal
from goals import reporting, reviewing
from goals.models import Reading
from goals.models.reading import State
from goals.permissions import visible_or_404

PAGE_SIZE = 50
SHOWN = ("waiting", "warned", "returned", "approved")
# What is written most often; a click puts it into the reason.
REASONS = (
    gettext_lazy("缺佐证材料"),
    gettext_lazy("口径与规则不符"),
    gettext_lazy("数值存疑"),
    gettext_lazy("与部门数据不一致"),
    gettext_lazy("单位有误"),
)


def reviews(user: User) -> bool:
    return Access.of(user).has(Role.REVIEWER)


@require_safe
@allowed(reviews)
def review(request: HttpRequest) -> HttpResponse:
    """The queue, oldest first; or what this reviewer decided before."""
    assert isinstance(request.user, User)
    return render(request, "goals/review.html", _page(request, request.user))


def _page(request: HttpRequest, user: User) -> dict[str, object]:
    show = request.GET.get("show", "")
    show = show if show in SHOWN else "waiting"
    context: dict[str, object] = {"page": "review", "show": show, "query": _query(request), "reasons": REASONS}
    if show in (State.RETURNED, State.APPROVED):
        decided = _decided(user, show)
        return context | {"rows": Paginator(decided, PAGE_SIZE).get_page(request.GET.get("page"))}
    unit = request.GET.get("unit", "")
    context["counts"] = _counts(user)
    chosen, units = reviewing.queue(user, warned=show == "warned", unit=unit)
    page = Paginator(chosen, PAGE_SIZE).get_page(request.GET.get("page"))
    opened = request.GET.get("open", "")
    return context | {
        "rows": page,
        "waiting": reviewing.beside(list(page)),
        "units": units,
        "unit": unit if unit in units else "",
        "opened": int(opened) if opened.isascii() and opened.isdigit() and len(opened) < 19 else None,
    }


def _decided(user: User, state: str) -> "QuerySet[Reading]":
    found = Reading.objects.visible_to(user).filter(reviewed_by=user, state=state)
    return found.select_related("indicator", "unit", "reported_by").order_by("-reviewed_at", "-pk")


def _counts(user: User) -> dict[str, int]:
    """How many this reviewer returned and approved. One query."""
    returned, approved = (Count("pk", filter=Q(state=state)) for state in (State.RETURNED, State.APPROVED))
    found = Reading.objects.visible_to(user).filter(reviewed_by=user)
    return found.order_by().aggregate(returned=returned, approved=approved)


def _query(request: HttpRequest) -> str:
    """The filters, to come back to; nothing else of the address."""
    kept = {name: request.GET[name] for name in ("show", "unit") if request.GET.get(name)}
    return f"?{urlencode(kept)}" if kept else ""


def _back(request: HttpRequest) -> HttpResponse:
    return redirect(reverse("review") + _query(request))


@require_POST
@allowed(reviews)
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve one."""
    assert isinstance(request.user, User)
    reading = visible_or_404(Reading.objects.all(), request.user, pk=pk)
    try:
        reporting.approve(request.user, reading.pk, origin=origin(request))
        messages.success(request, _("已通过，进度随即更新。"))
    except Conflict as error:
        tell_refusal(request, error)
    return _back(request)


@require_POST
@allowed(reviews)
def approve_many(request: HttpRequest) -> HttpResponse:
    """Approve those that were ticked; each is told apart when somebody else was faster."""
    assert isinstance(request.user, User)
    ids = [int(pk) for pk in request.POST.getlist("ids") if pk.isascii() and pk.isdigit() and len(pk) < 19]
    if not ids:
        messages.error(request, _("还没有选择数据。"))
        return _back(request)
    results = [result for _pk, result in reporting.approve_many(request.user, ids, origin=origin(request))]
    done, late = results.count("approved"), results.count("conflict")
    if done:
        messages.success(request, ngettext("已通过 %(n)s 项。", "已通过 %(n)s 项。", done) % {"n": done})
    if late:
        said = ngettext("%(n)s 项已被他人处理或已月结。", "%(n)s 项已被他人处理或已月结。", late)
        messages.error(request, said % {"n": late})
    return _back(request)


@require_POST
@allowed(reviews)
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Return one with a reason; what was written stays on the page when it is refused."""
    assert isinstance(request.user, User)
    reading = visible_or_404(Reading.objects.all(), request.user, pk=pk)
    reason = request.POST.get("reason", "")
    try:
        reporting.return_reading(request.user, reading.pk, reason, origin=origin(request))
    except ValidationError as error:
        faults = error.message_dict.get("reason", error.messages)
        context = _page(request, request.user) | {"refused": reading.pk, "reason": reason, "faults": faults}
        return render(request, "goals/review.html", context | {"opened": reading.pk}, status=400)
    except Conflict as error:
        tell_refusal(request, error)
        return _back(request)
    messages.success(request, _("已退回。"))
    return _back(request)
