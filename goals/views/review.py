"""审核: what waits for this reviewer; approve one or many, or return with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Role, User
from accounts.permissions import Access
from common.errors import Conflict
from common.pages import allowed, origin, tell_refusal
from goals import reporting
from goals.models import Reading, Target
from goals.permissions import visible_or_404

PAGE_SIZE = 50
RECENT = 20


def reviews(user: User) -> bool:
    return Access.of(user).has(Role.REVIEWER)


@dataclass(frozen=True)
class Waiting:
    """A submitted reading beside the approved one before it, and the one that it corrects."""

    reading: Reading
    before: Reading | None
    corrects: Reading | None
    target_id: int | None

    @property
    def change(self) -> Decimal | None:
        """Against what it corrects, else against the period before; shares compare their ratio."""
        base = self.corrects or self.before
        now, then = _size(self.reading), _size(base) if base else None
        return None if now is None or then is None else now - then


def _size(reading: Reading) -> Decimal | None:
    if not reading.is_share:
        return reading.value
    if not reading.denominator or reading.numerator is None:
        return None
    return 100 * reading.numerator / reading.denominator


@require_safe
@allowed(reviews)
def review(request: HttpRequest) -> HttpResponse:
    """The queue, oldest first, and what was reviewed lately."""
    assert isinstance(request.user, User)
    return render(request, "goals/review.html", _queue(request, request.user))


def _queue(request: HttpRequest, user: User) -> dict[str, object]:
    page = Paginator(reporting.review_queue(user), PAGE_SIZE).get_page(request.GET.get("page"))
    done = Reading.objects.visible_to(user).filter(reviewed_by=user).select_related("indicator", "unit")
    return {
        "page": "review",
        "rows": page,
        "waiting": _beside(list(page)),
        "recent": done.order_by("-reviewed_at", "-pk")[:RECENT],
    }


def _beside(readings: Sequence[Reading]) -> list[Waiting]:
    """What stands beside each, in two queries."""
    if not readings:
        return []
    known: dict[tuple[int, int], list[Reading]] = {}
    earliest = min(r.period for r in readings)
    approved = Reading.objects.approved().filter(
        indicator__in={r.indicator_id for r in readings},
        unit__in={r.unit_id for r in readings},
        period__range=(date(earliest.year - 1, 1, 1), max(r.period for r in readings)),
    )
    for reading in approved.order_by("period"):
        known.setdefault((reading.indicator_id, reading.unit_id), []).append(reading)
    targets = Target.objects.filter(indicator__in={r.indicator_id for r in readings}).order_by("plan__year")
    pages = dict(targets.values_list("indicator_id", "pk"))
    found = []
    for reading in readings:
        others = known.get((reading.indicator_id, reading.unit_id), [])
        before = [r for r in others if r.period < reading.period]
        corrects = next((r for r in others if r.period == reading.period), None)
        found.append(Waiting(reading, before[-1] if before else None, corrects, pages.get(reading.indicator_id)))
    return found


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
    return redirect("review")


@require_POST
@allowed(reviews)
def approve_many(request: HttpRequest) -> HttpResponse:
    """Approve those that were ticked; each is told apart when somebody else was faster."""
    assert isinstance(request.user, User)
    ids = [int(pk) for pk in request.POST.getlist("ids") if pk.isascii() and pk.isdigit() and len(pk) < 19]
    if not ids:
        messages.error(request, _("还没有选择数据。"))
        return redirect("review")
    results = [result for _pk, result in reporting.approve_many(request.user, ids, origin=origin(request))]
    done, late = results.count("approved"), results.count("conflict")
    if done:
        messages.success(request, ngettext("已通过 %(n)s 项。", "已通过 %(n)s 项。", done) % {"n": done})
    if late:
        said = ngettext("%(n)s 项已被他人处理。", "%(n)s 项已被他人处理。", late)
        messages.error(request, said % {"n": late})
    return redirect("review")


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
        context = _queue(request, request.user) | {"refused": reading.pk, "reason": reason, "faults": faults}
        return render(request, "goals/review.html", context, status=400)
    except Conflict as error:
        tell_refusal(request, error)
        return redirect("review")
    messages.success(request, _("已退回。"))
    return redirect("review")
