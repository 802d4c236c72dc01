"""Who is really asking, in which language, and what is answered to what can't be done."""

from collections.abc import Callable, Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _

from common.errors import Forbidden, Refusal, StaleVersion, TooLarge
from common.htmx import asked_by_script

LONGEST_COOKIE = 8_192


class PeerMiddleware:
    """`X-Forwarded-…` counts only from the proxies that `BEHIND_PROXY` names; nobody else says where they come from.

    `BEHIND_PROXY=1` believes any peer's protocol, and no address but the peer's own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = request.META.pop("HTTP_X_FORWARDED_FOR", "")
        if settings.PROXIES:
            if _among(request.META.get("REMOTE_ADDR", ""), settings.PROXIES):
                # The last one is what the proxy itself saw; those before it anybody may have made up.
                nearest = told.rpartition(",")[2].strip()
                request.META["REMOTE_ADDR"] = nearest if _is_address(nearest) else request.META["REMOTE_ADDR"]
            else:
                request.META.pop("HTTP_X_FORWARDED_PROTO", None)
        return self.get_response(request)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _among(address: str, networks: Iterable[IPv4Network | IPv6Network]) -> bool:
    return _is_address(address) and any(ip_address(address) in network for network in networks)


class HostileRequestMiddleware:
    """TRACE is 405, an oversized cookie header 400."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "TRACE":
            return HttpResponseNotAllowed(["GET", "POST", "HEAD", "OPTIONS"])
        if len(request.META.get("HTTP_COOKIE", "")) > LONGEST_COOKIE:
            why = _("浏览器保存的 Cookie 过大，请清除本站的 Cookie 后重新登录。")
            return render(request, "400.html", {"why": why}, status=400)
        return self.get_response(request)


class LanguageMiddleware(LocaleMiddleware):
    """Pages are Chinese until the reader chooses English; the API speaks the language that a client accepts."""

    def process_request(self, request: HttpRequest) -> None:
        if request.path.startswith("/api/"):
            super().process_request(request)
            return
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        translation.activate(chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()  # type: ignore[attr-defined]


class RefusalMiddleware:
    """Refusals that a page lets through become its answer, in words: 400, 403, 409, 412 or 413; 405 gets words too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if isinstance(answer, HttpResponseNotAllowed) and not answer.content and not asked_by_script(request):
            page = render(request, "405.html", status=405)
            page["Allow"] = answer["Allow"]
            return page
        return answer

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, ValidationError):
            return render(request, "400.html", _said(request, exception), status=400)
        if isinstance(exception, Forbidden):
            return render(request, "403.html", {"why": exception.message}, status=403)
        if isinstance(exception, Refusal):
            status = {StaleVersion: 412, TooLarge: 413}.get(type(exception), 409)
            return render(request, f"{status}.html", {"why": exception.message}, status=status)
            status = {StaleVersion: 412, TooLarge: 413}.get(type(exception), 409)
            return render(request, "400.html", {"why": exception.message}, status=status)
        return None


def _said(request: HttpRequest, refused: ValidationError) -> dict[str, str]:
    """Why, with the names of the fields where it knows them; and the page without what was refused, if one reads it."""
    if not hasattr(refused, "error_dict"):
        return {"why": " ".join(refused.messages)}
    by_field = {name: " ".join(error.messages[0] for error in errors) for name, errors in refused.error_dict.items()}
    fields = by_field.keys() & request.GET.keys()
    if not fields or request.method not in ("GET", "HEAD"):
        return {"why": " ".join(refused.messages)}
    left = request.GET.copy()
    for name in fields:
        left.pop(name)
    again = f"{request.path}?{left.urlencode()}" if left else request.path
    return {"why": " ".join(f"{name}：{said}" for name, said in by_field.items()), "again": again}
