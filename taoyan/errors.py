"""What is answered where no view answers: pages in the design, the API in its own shape of errors (`rest.md`)."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views import defaults


def _answer(status: int, type_: str, code: str, detail: str) -> JsonResponse:
    error = {"code": code, "detail": detail, "attr": None}
    return JsonResponse({"type": type_, "errors": [error]}, status=status, json_dumps_params={"ensure_ascii": False})


def _page(status: int) -> HttpResponse:
    """A page that needs neither request nor database: both may be what failed."""
    return HttpResponse(render_to_string(f"{status}.html", {"demo": settings.DEMO}), status=status)


def _asks_the_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _asks_the_api(request):
        return _answer(400, "client_error", "bad_request", _("请求有误。"))
    too_much = isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent)
    return _page(413 if too_much else 400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _asks_the_api(request):
        return _answer(404, "client_error", "not_found", _("未找到。"))
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest, *args: Any) -> HttpResponse:
    if _asks_the_api(request):
        return _answer(500, "server_error", "error", _("服务器出错，请稍后再试。"))
    return _page(500)
