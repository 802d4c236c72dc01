"""Every page but a few needs a login, a session that isn't too old, and a password that is one's own."""

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware as DjangoLoginRequired
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts import drafts, sessions, views
from accounts.models import User
from common.htmx import asked_by_script

# They know for themselves who may: the API answers 401 instead of the login page.
OWN_ANSWERS = ("/api/", "/healthz", "/readyz")
# What somebody may still do whose password must be changed first.
STILL_OPEN = frozenset({"change-password", "logout", "set_language"})

View = Callable[..., HttpResponseBase]


class SessionAgeMiddleware:
    """Signs out who was idle for too long, or logged in for too long."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            sessions.end_if_too_old(request)
        return self.get_response(request)


class LoginRequiredMiddleware(DjangoLoginRequired):
    """Django's, but a script is told with 401 and the login's address, so that its page can keep what was typed."""

    def process_view(
        self, request: HttpRequest, view_func: View, view_args: object, view_kwargs: object
    ) -> HttpResponseBase | None:
        if request.path.startswith(OWN_ANSWERS):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)  # type: ignore[arg-type]

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: View
    ) -> HttpResponseBase:
        page = page_of(request)
        login = f"{reverse('login')}?{urlencode({'next': page}, safe='/')}"
        if asked_by_script(request):
            return JsonResponse({"login": login}, status=401, headers={"WWW-Authenticate": "Session"})
        if getattr(request, "signed_out", None):
            said = _("超过 %(minutes)s 分钟没有操作，或登录满 %(hours)s 小时，已自动退出。请重新登录。")
            ages = {"minutes": settings.SESSION_IDLE_MINUTES, "hours": settings.SESSION_HOURS}
            messages.info(request, said % ages)
        draft = drafts.kept(request)
        return views.login_again(request, draft, page) if draft else redirect(login)


class NewPasswordMiddleware:
    """Until an issued or an old password is changed, only the page that changes it opens."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view_func: View, view_args: object, view_kwargs: object
    ) -> HttpResponseBase | None:
        if request.path.startswith(OWN_ANSWERS) or not getattr(view_func, "login_required", True):
            return None
        match = request.resolver_match
        if match and not match.namespace and match.url_name in STILL_OPEN:
            return None
        if not isinstance(request.user, User) or not request.user.must_renew_password:
            return None
        change = f"{reverse('change-password')}?{urlencode({'next': page_of(request)}, safe='/')}"
        if asked_by_script(request):
            return JsonResponse({"change_password": change}, status=403)
        return redirect(change)


def page_of(request: HttpRequest) -> str:
    """Where the user is: the address asked for, or the page that a form or a script stands on."""
    if request.method in ("GET", "HEAD") and not asked_by_script(request):
        return request.get_full_path()
    referer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referer, {request.get_host()}):
        return reverse("home")
    parts = urlsplit(referer)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
