"""通报与台账: the bulletins of a plan, making one, its files, and the office's own template."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.permissions import Access
from common import downloads
from common.errors import Refusal
from common.htmx import page_or_fragment
from common.pages import listed_page, origin, tell_refusal
from dashboard import navigation
from dashboard.bulletin import making, templates
from dashboard.bulletin.sample import SAMPLE
from dashboard.models import Bulletin
from dashboard.permissions import may_keep_template, may_make_bulletins
from goals.models import Plan
from goals.permissions import visible_or_404

MONTHS = range(1, 13)


@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: HttpRequest, slug: str) -> HttpResponse:
    """The plan's bulletins, newest month first; a POST makes one for a month."""
    assert isinstance(request.user, User)
    plan = _plan(request, slug)
    if request.method != "POST":
        return _list(request, plan)
    try:
        made = making.order(request.user, plan, _month(request.POST.get("month", "")), origin=origin(request))
    except ValidationError as error:
        return _list(request, plan, error.messages, status=400)
    return redirect("bulletin", made.pk)


def _plan(request: HttpRequest, slug: str) -> Plan:
    plan: Plan = visible_or_404(navigation.plans(), request.user, slug=slug)  # type: ignore[arg-type]
    return plan


def _month(raw: str) -> int:
    if raw.isascii() and raw.isdigit() and len(raw) < 3 and int(raw) in MONTHS:
        return int(raw)
    raise ValidationError({"month": ValidationError(_("请选择月份。"), code="invalid")})


def _list(request: HttpRequest, plan: Plan, faults: Any = (), status: int = 200) -> HttpResponse:
    assert isinstance(request.user, User)
    access = Access.of(request.user)
    navigation.leave(request, plan)
    rows = Bulletin.objects.filter(plan=plan).select_related("made_by", "template").defer("facts")
    begun = [month for month in MONTHS if making.day_of(plan, month) is not None]
    context = {
        "page": "bulletins",
        "plan": plan,
        "rows": listed_page(request, rows),
        "months": list(reversed(begun)),
        "may_make": may_make_bulletins(access, plan),
        "may_keep": may_keep_template(access, plan),
        "template": templates.current_of(plan.unit),
        "fields": _fields(),
        "faults": faults,
    }
    return render(request, "dashboard/bulletins.html", context, status=status)


def _fields() -> list[tuple[str, list[str]]]:
    """What a template may name: by part, the fields of its own and of its rows."""
    plain = [name for name, value in SAMPLE.items() if not isinstance(value, dict | list)]
    found: list[tuple[str, list[str]]] = [("", plain)]
    for name, value in SAMPLE.items():
        if isinstance(value, dict):
            found.append((name, [each for each, inside in value.items() if not isinstance(inside, dict | list)]))
            for inner, inside in value.items():
                if isinstance(inside, list):
                    found.append((f"{name}.{inner}[ ]", list(inside[0])))
                elif isinstance(inside, dict):
                    found.append((f"{name}.{inner}", list(inside)))
    return found


@require_safe
def show(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A bulletin: how far it is, what it says, and its files."""
    assert isinstance(request.user, User)
    found = _bulletin(request, pk)
    template = page_or_fragment(request, "dashboard/bulletin.html", "dashboard/_bulletin_progress.html")
    context = {
        "page": "bulletins",
        "plan": found.plan,
        "bulletin": found,
        "steps": making.STEPS,
        "stuck": making.is_stuck(found),
        "may_make": may_make_bulletins(Access.of(request.user), found.plan),
        "files": [(kind, found.files[kind]) for kind in making.CONTENT_TYPES if kind in found.files],
    }
    if template.endswith("bulletin.html"):
        navigation.leave(request, found.plan)
    answer = render(request, template, context)
    if template.endswith("_bulletin_progress.html") and not found.is_waiting:
        answer["HX-Refresh"] = "true"
    return answer


def _bulletin(request: HttpRequest, pk: UUID) -> Bulletin:
    everything = Bulletin.objects.select_related("plan__unit", "plan__profile", "made_by", "template")
    found: Bulletin = visible_or_404(everything.defer("plan__document"), request.user, pk=pk)  # type: ignore[arg-type]
    return found


@require_POST
def again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One that failed, or whose worker was lost, once more."""
    assert isinstance(request.user, User)
    found = _bulletin(request, pk)
    if not may_make_bulletins(Access.of(request.user), found.plan):
        raise PermissionDenied
    try:
        making.again(request.user, found)
    except Refusal as error:
        tell_refusal(request, error)
    return redirect("bulletin", pk)


@require_safe
def download(request: HttpRequest, pk: UUID, kind: str) -> FileResponse:
    """A file of it, to be saved."""
    found = _bulletin(request, pk)
    if kind not in found.files:
        raise Http404
    file, name = making.opened(found, kind), making.name_of(found, kind)
    return downloads.attachment(file, name, making.CONTENT_TYPES[kind])


@require_http_methods(["GET", "HEAD", "POST"])
def template(request: HttpRequest, slug: str) -> HttpResponse | FileResponse:
    """The template in use, to be edited in Word; a POST replaces it, or says why not."""
    assert isinstance(request.user, User)
    plan = _plan(request, slug)
    if not may_keep_template(Access.of(request.user), plan):
        raise PermissionDenied
    if request.method != "POST":
        current = templates.current_of(plan.unit)
        name = current.name if current else f"{_('通报模板')}.docx"
        return downloads.attachment(templates.opened(current), name, making.CONTENT_TYPES["docx"])
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        return _list(request, plan, [_("请选择要上传的 Word 模板。")], status=400)
    try:
        templates.keep(request.user, plan, file, origin=origin(request))
    except ValidationError as error:
        return _list(request, plan, error.messages, status=400)
    messages.success(request, _("模板已更换，下一份通报起使用。"))
    return redirect("bulletins", plan.slug)


@require_POST
def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """Back to the portal's own form."""
    assert isinstance(request.user, User)
    plan = _plan(request, slug)
    templates.withdraw(request.user, plan, origin=origin(request))
    messages.success(request, _("已恢复平台自带的模板。"))
    return redirect("bulletins", plan.slug)
