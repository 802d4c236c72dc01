"""Every page but a few needs a login."""

from collections.abc import Callable

from django.contrib.auth.middleware import LoginRequiredMiddleware as DjangoLoginRequired
from django.http import HttpRequest, HttpResponseBase


class LoginRequiredMiddleware(DjangoLoginRequired):
    """Django's, leaving the API to its own authentication, which answers 401 instead of the login page."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase], view_args: object, view_kwargs: object
    ) -> HttpResponseBase | None:
        if request.path.startswith(("/api/", "/healthz", "/readyz")):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)  # type: ignore[arg-type]
