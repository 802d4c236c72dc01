"""佐证: the files of a reading, attached, handed out and removed."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.permissions import Access
from common import downloads, uploads
from common.errors import Conflict
from common.pages import allowed, origin, tell_refusal
from goals import evidence, evidence_files
from goals.models import Evidence, Reading
from goals.permissions import visible_or_404


def sees(user: User) -> bool:
    return Access.of(user).sees_business


def panel(user: User, record: Model, *, action: str = "", back: str = "", faults: Sequence[str] = ()) -> dict[str, Any]:
    """What `goals/_evidence.html` shows of a record, on whatever page: there as `evidence`.

    `action` is where files are sent to, a reading's own page unless given; `back` is the page to return to after a
    change, the evidence's own page unless given.
    """
    return {
        "record": record,
        "action": action or reverse("evidence", args=[record.pk]),
        "files": evidence.of([record])[record.pk],
        "may_change": evidence.may_change(user, record),
        "is_required": isinstance(record, Reading) and evidence.is_required(record),
        "accept": evidence_files.ACCEPT,
        "largest": evidence_files.LARGEST,
        "most": evidence.MOST_FILES,
        "back": back,
        "faults": faults,
    }


# The token of a POST is checked by `_upload`: it is part of the body, which isn't read before its limits are set.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(sees)
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The evidence of one reading; a POST attaches files, all of them or none."""
    assert isinstance(request.user, User)
    reading = _reading(request, pk)
    if request.method != "POST":
        return _page(request, reading)
    if not evidence.may_attach(request.user, reading):
        raise PermissionDenied
    return take(request, reading, reverse("evidence", args=[reading.pk]), partial(_page, request, reading))


def take(request: HttpRequest, record: Model, after: str, again: Callable[..., HttpResponse]) -> HttpResponse:
    """Attach what a POST brings, then go where it came from or to `after`; `again` shows the page with the faults.

    Called by views that are `csrf_exempt`: the token is checked here, once the body's limits are set.
    """
    uploads.bound(request, largest_file=evidence_files.LARGEST, largest_body=evidence.LARGEST_BODY)
    answer: HttpResponse = _upload(request, record, after, again)
    return answer


def _reading(request: HttpRequest, pk: int) -> Reading:
    assert isinstance(request.user, User)
    return visible_or_404(Reading.objects.select_related("indicator", "unit"), request.user, pk=pk)


def _page(request: HttpRequest, reading: Reading, faults: Sequence[str] = (), status: int = 200) -> HttpResponse:
    assert isinstance(request.user, User)
    context = {"page": "report", "reading": reading, "evidence": panel(request.user, reading, faults=faults)}
    return render(request, "goals/evidence.html", context, status=status)


@csrf_protect
def _upload(request: HttpRequest, record: Model, after: str, again: Callable[..., HttpResponse]) -> HttpResponse:
    assert isinstance(request.user, User)
    try:
        made = evidence.attach_all(request.user, record, request.FILES.getlist("file"), origin=origin(request))
    except ValidationError as error:
        return again(error.messages, status=400)
    except Conflict as error:
        return again([str(error.message)], status=409)
    said = ngettext("已上传 %(n)s 个文件。", "已上传 %(n)s 个文件。", len(made))
    messages.success(request, said % {"n": len(made)})
    return redirect(_back(request) or after)


def _back(request: HttpRequest) -> str:
    """The page that it was done on, if it is one of the portal's."""
    asked = request.POST.get("next", "")
    known = url_has_allowed_host_and_scheme(asked, {request.get_host()}, request.is_secure())
    return asked if known and asked.startswith("/") else ""


@require_safe
@allowed(sees)  # type: ignore[arg-type]
def download(request: HttpRequest, pk: int) -> FileResponse:
    """Hand a file out, to be saved."""
    assert isinstance(request.user, User)
    found = _visible(request.user, pk)
    return downloads.attachment(evidence.opened(found), found.name, evidence.content_type_of(found))


def _visible(user: User, pk: int) -> Evidence:
    found = evidence.visible_to(user).select_related("content_type").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_POST
@allowed(sees)
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file away."""
    assert isinstance(request.user, User)
    found = _visible(request.user, pk)
    is_readings = isinstance(found.record, Reading)
    try:
        evidence.remove(request.user, found, origin=origin(request))
        messages.success(request, _("已删除 %(name)s。") % {"name": found.name})
    except Conflict as error:
        tell_refusal(request, error)
    return redirect(_back(request) or (reverse("evidence", args=[found.object_id]) if is_readings else "home"))
