"""A list of any selection as Excel."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.downloads import attachment
from common.workbook import CONTENT_TYPE, workbook
from dashboard import navigation
from dashboard.asof import as_of
from dashboard.selection import TABLES
from goals.permissions import visible_or_404


@require_safe
def selection(request: HttpRequest, slug: str, kind: str) -> HttpResponseBase:
    """What was ticked (`pick`), else what the filters of its list let through, as of the day. Empty is refused."""
    plan = visible_or_404(navigation.plans(), request.user, slug=slug)  # type: ignore[arg-type]
    if kind not in TABLES:
        raise Http404
    asof = as_of(request, plan)
    head, rows = TABLES[kind](request, plan, asof)
    if not rows:
        raise ValidationError(_("没有选中任何事项，无可导出。"), code="empty")
    name = {"targets": _("指标清单"), "projects": _("项目清单"), "items": _("全部事项")}[kind]
    day = asof.day.isoformat()
    about = [(_("年度计划"), plan.name), (_("时点"), f"{day}（{_('当时所知')}）" if asof.known_then else day)]
    about += [(_("条数"), str(len(rows)))]
    about += [(_("说明"), _("演示数据"))] if settings.DEMO else []
    file = workbook(name, head, rows, about)
    return attachment(file, f"{plan.name} {name} {asof.day}.xlsx", CONTENT_TYPE)
