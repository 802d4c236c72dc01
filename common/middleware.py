"""Refuses what no browser or client of the portal sends."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseNotAllowed

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
