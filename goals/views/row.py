"""A row of 我填报 by itself: the panel beside the sheet, and without a script a page of its own."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import Access
from common import graphics
from common.display import figure
from common.htmx import page_or_fragment
from common.pages import allowed
from common.templatetags.portal import month
from goals.permissions import may_report
from goals.row_panel import RowPanel, row_panel
from goals.views import evidence
from goals.views.report import reports, unlisted


@require_safe
@allowed(reports)
def row(request: HttpRequest) -> HttpResponse:
    """One row by its key: what it was in the last periods, who else reports it, what its figure does, its files."""
    assert isinstance(request.user, User)
    key = request.GET.get("row", "")
    line = unlisted(request, key)
    if line is None:
        raise Http404
    if not may_report(Access.of(request.user), line.indicator, line.unit):
        raise PermissionDenied
    panel = row_panel(request.user, line)
    held = panel.draft or panel.handed_in
    back = f"{reverse('report')}?{urlencode({'open': key})}"
    context = {
        "page": "report",
        "panel": panel,
        "line": line,
        "chart": _chart(panel),
        "evidence": evidence.panel(request.user, held, back=back) if held else None,
    }
    return render(request, page_or_fragment(request, "goals/row.html", "goals/_row_panel.html"), context)


def _chart(panel: RowPanel) -> str:
    figures = [(month(past.period), figure(past.value), past.value) for past in panel.pasts]
    label = "；".join(f"{name} {shown}" for name, shown, _value in figures)
    return graphics.columns(figures, "is-warn" if panel.line.warnings else "is-now", f"{_('各期数值')}：{label}")
