"""What pages share: who may, where a request came from, refusals as messages."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from common.errors import Refusal
from common.htmx import asked_by_script

View = Callable[..., HttpResponse]


def allowed(may: Callable[[Any], bool]) -> Callable[[View], View]:
    """Only for users of whom the rule is true; 403 for the others."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
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
