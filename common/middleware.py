"""Refuses what no browser or client of the portal sends."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseNotAllowed
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import render
from django.utils import translation

from common.errors import Forbidden, Refusal, StaleVersion

LONGEST_COOKIE = 8_192


class HostileRequestMiddleware:
    """TRACE is 405, an oversized cookie header 400."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "TRACE":
            return HttpResponseNotAllowed(["GET", "POST", "HEAD", "OPTIONS"])
        if len(request.META.get("HTTP_COOKIE", "")) > LONGEST_COOKIE:
            return HttpResponseBadRequest("cookies too large")
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
    """Refusals that a page lets through become its answer: 400, 403, 409 or 412, in words."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, ValidationError):
            return render(request, "400.html", {"why": " ".join(exception.messages)}, status=400)
        if isinstance(exception, Forbidden):
            return render(request, "403.html", {"why": exception.message}, status=403)
        if isinstance(exception, Refusal):
            status = 412 if isinstance(exception, StaleVersion) else 409
            return render(request, "400.html", {"why": exception.message}, status=status)
        return None
