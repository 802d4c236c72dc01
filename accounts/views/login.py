"""Logging in and out, with a lock after wrong passwords, and one's own account."""

from math import ceil
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.password_validation import password_validators_help_texts
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language

from accounts import drafts, keys, lockout, own
from accounts.forms import LoginForm, NewPasswordForm
from accounts.models import PostHolder, User
from accounts.permissions import Access
from common import clock


def local_next(request: HttpRequest) -> str:
    """Where `next` leads, if to a page of the portal; never elsewhere, and not back to the login."""
    target = request.POST.get("next", request.GET.get("next", ""))
    odd = not target.startswith("/") or not target.isprintable() or "\\" in target
    if odd or not url_has_allowed_host_and_scheme(target, {request.get_host()}):
        return ""
    return "" if urlsplit(target).path == reverse("login") else target


class Login(LoginView):
    """The login page; who is logged in already goes on."""

    form_class = LoginForm
    template_name = "accounts/login.html"
    redirect_authenticated_user = True

    def get_redirect_url(self, request: HttpRequest | None = None) -> str:
        return local_next(self.request)

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(**more) | {"draft": self.request.POST.get("draft", "")}

    def form_valid(self, form: Any) -> HttpResponse:
        user = form.get_user()
        own.log_in(self.request, user)
        draft = drafts.of(self.request)
        answer: HttpResponse = HttpResponseRedirect(self.get_success_url())
        if draft:
            context = {"draft": draft, "back": self.get_success_url()}
            answer = render(self.request, "accounts/resume.html", context)
        if user.language:
            speak(answer, user.language)
        return answer


def login_again(request: HttpRequest, draft: str, next_page: str) -> HttpResponse:
    """The login page in place of an answer, with what was sent, for nothing typed is lost."""
    context = {"form": LoginForm(request), "next": next_page, "draft": draft}
    return render(request, "accounts/login.html", context, status=401)


class Logout(LogoutView):
    """A POST; told to the trail."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        own.log_out(request)
        return HttpResponseRedirect(self.get_success_url())


class ChangePassword(PasswordChangeView):
    """改密码: of one's own will, or because the password was issued or is too old."""

    form_class = NewPasswordForm

    def get_template_names(self) -> list[str]:
        assert isinstance(self.request.user, User)
        renews = self.request.user.must_renew_password
        return ["accounts/new_password.html" if renews else "accounts/password.html"]

    def form_valid(self, form: Any) -> HttpResponse:
        user = self.request.user
        assert isinstance(user, User)
        own.change_password(self.request, user, form.cleaned_data["new_password1"])
        messages.success(self.request, _("密码已修改，其他设备上的登录已退出。"))
        return redirect(local_next(self.request) or "account")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        user = self.request.user
        assert isinstance(user, User)
        issued, renew = user.must_change_password, user.must_renew_password
        return super().get_context_data(**more) | {
            "page": "account",
            "next": local_next(self.request),
            "renew": renew,
            "issued": issued,
            "days": settings.PASSWORD_DAYS,
            "rules": password_validators_help_texts(),
        }


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """What django-axes answers once there were too many wrong passwords: until when, and what then."""
    name = lockout.name_of(request, getattr(request, "axes_credentials", None))
    lock = lockout.lock_on(name, lockout.address_of(request))
    now = timezone.now()
    until = lock.until if lock else now
    context = {"until": until, "lock": lock, "tries": settings.AXES_FAILURE_LIMIT}
    answer = render(request, "accounts/locked.html", context, status=429)
    answer["Retry-After"] = str(max(1, ceil((until - now).total_seconds())))
    return answer


@login_not_required
def choose_language(request: HttpRequest) -> HttpResponse:
    """Django's, which sets the cookie; the choice of who is logged in is kept for the next login."""
    if request.method == "POST" and isinstance(request.user, User):
        own.choose_language(request.user, request.POST.get("language", ""))
    return set_language(request)


def speak(answer: HttpResponse, language: str) -> None:
    """The cookie that the pages go by."""
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """我的账号: who one is here, and what one may change of it."""
    assert isinstance(request.user, User)
    held = PostHolder.objects.on(clock.today()).filter(user=request.user).select_related("post__unit")
    context = {
        "page": "account",
        "grants": Access.of(request.user).grants,
        "held": held.order_by("post__code"),
        "languages": settings.LANGUAGES,
        "days": settings.PASSWORD_DAYS,
        "may_have_tokens": keys.may_have_tokens(request.user),
    }
    return render(request, "accounts/account.html", context)


@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """在所有设备退出."""
    assert isinstance(request.user, User)
    own.sign_out_everywhere(request, request.user)
    messages.success(request, _("已在所有设备退出。"))
    return redirect("login")
