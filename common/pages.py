"""What pages share: who may, where a request came from, refusals as messages."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from common.errors import Refusal, StaleVersion
from common.htmx import asked_by_script

View = Callable[..., HttpResponseBase]


def allowed(may: Callable[[Any], bool]) -> Callable[[View], View]:
    """Only for users of whom the rule is true; 403 for the others."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not may(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return checked

    return decorate


def origin(request: HttpRequest) -> str:
    """From where, for the audit trail."""
    return str(request.META.get("REMOTE_ADDR", ""))[:64]


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from a page that was opened too long ago, or from elsewhere."""
    if asked_by_script(request) or request.path.startswith("/api/"):
        error = {"code": "csrf_failed", "detail": _("表单已过期：请返回上一页，刷新后再提交。"), "attr": None}
        return JsonResponse({"type": "client_error", "errors": [error]}, status=403)
    return render(request, "csrf.html", status=403)


def tell_refusal(request: HttpRequest, error: Refusal | ValidationError) -> None:
    """Say on the next page why nothing was done."""
    said = error.messages if isinstance(error, ValidationError) else [str(error.message)]
    for line in said:
        messages.error(request, line)


def listed(request: HttpRequest, filters: Any, size: int = 50) -> dict[str, Any]:
    """Context of a filtered list in pages: `filters`, a filter set; `rows`, none where the filters are wrong."""
    found = filters.qs if filters.is_valid() else filters.queryset.none()
    return {"filters": filters, "rows": listed_page(request, found, size)}


def listed_page(request: HttpRequest, rows: "QuerySet[Any]", size: int = 50) -> "Page[Any]":
    """The page of a list that the address asks for."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def done(form: forms.BaseForm, act: Callable[[], object]) -> bool:
    """Do what a valid form asks for, unless the service objects; what is wrong stands beside its field."""
    if not form.is_valid():
        return False
    try:
        act()
    except ValidationError as error:
        found = error.error_dict if hasattr(error, "error_dict") else {"__all__": error.error_list}
        for name, errors in found.items():
            form.add_error(name if name in form.fields else None, errors)
        return False
    except Refusal as error:
        form.add_error(None, str(error.message))
        return False
    return True


def saved(request: HttpRequest, form: forms.BaseForm, version: int | None, save: Callable[[], object]) -> bool:
    """Save unless the form, the service or a faster colleague objects.

    `version` is that of the record as it was read; None where there is nothing yet to be overtaken.
    """

    def act() -> None:
        if version is not None:
            require_version(request, version)
        save()

    if not done(form, act):
        return False
    messages.success(request, _("已保存。"))
    return True


def require_version(request: HttpRequest, version: int) -> None:
    """Raises StaleVersion when the record was changed since the form was made."""
    if request.POST.get("version") != str(version):
        raise StaleVersion(_("这条记录已被他人修改。您填写的内容仍在下面，请核对后再保存。"))
