"""The administrator's pages: accounts, their passwords and their roles."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import administration
from accounts.filters import UserFilters
from accounts.forms import AccountForm, GrantForm, NameForm
from accounts.models import Grant, PostHolder, Role, User
from accounts.permissions import Access
from common import clock
from common.errors import Refusal
from common.pages import allowed, listed, origin, saved, tell_refusal

PAGE_SIZE = 50


def administers(user: User) -> bool:
    return Access.of(user).has(Role.ADMINISTRATOR)


@require_safe
@allowed(administers)
def users(request: HttpRequest) -> HttpResponse:
    """Every account with its roles, and the posts that bring some."""
    held = PostHolder.objects.on(clock.today()).select_related("post__unit").order_by("post__code")
    everybody = User.objects.order_by("username").prefetch_related(
        Prefetch("grants", Grant.objects.select_related("unit").order_by("pk")),
        Prefetch("posts_held", held, to_attr="holding"),
    )
    context = listed(request, UserFilters(request.GET, everybody), PAGE_SIZE)
    status = 200 if context["filters"].is_valid() else 400
    return render(request, "accounts/users.html", {"page": "users"} | context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(administers)
def add_user(request: HttpRequest) -> HttpResponse:
    """A person's account; its password is on the answer to this one request and nowhere else."""
    assert isinstance(request.user, User)
    user, issued = request.user, []
    form = AccountForm(request.POST or None)

    def save() -> None:
        issued.append(administration.add_account(user, origin=origin(request), **form.cleaned_data))

    if request.method == "POST" and saved(request, form, None, save):
        account, password = issued[0]
        return render(request, "accounts/issued.html", {"page": "users", "account": account, "password": password})
    context = {"page": "users", "title": _("新增用户"), "form": form, "section": _("用户"), "back": reverse("users")}
    return render(request, "accounts/form.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(administers)
def user(request: HttpRequest, pk: int) -> HttpResponse:
    """An account: its name to edit, its roles to grant and revoke."""
    assert isinstance(request.user, User)
    editor, account = request.user, get_object_or_404(User, pk=pk)
    form = NameForm(request.POST or None, initial={"name": account.name})
    if request.method == "POST" and saved(
        request,
        form,
        None,
        lambda: administration.rename(editor, account, form.cleaned_data["name"], origin=origin(request)),
    ):
        return redirect("user", pk)
    return _account(request, account, form, GrantForm())


def _account(request: HttpRequest, account: User, form: NameForm, grant_form: GrantForm) -> HttpResponse:
    holdings = account.posts_held.until(clock.today())  # type: ignore[attr-defined]
    context = {
        "page": "users",
        "account": account,
        "form": form,
        "grant_form": grant_form,
        "grants": account.grants.select_related("unit").order_by("pk"),
        "holdings": holdings.select_related("post__unit").order_by("held_from"),
        "is_self": request.user.pk == account.pk,
    }
    return render(request, "accounts/user.html", context, status=400 if form.errors or grant_form.errors else 200)


@require_POST
@allowed(administers)
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """One more role."""
    assert isinstance(request.user, User)
    editor, account = request.user, get_object_or_404(User, pk=pk)
    form = GrantForm(request.POST)
    given = form.cleaned_data if form.is_valid() else {}
    if saved(
        request,
        form,
        None,
        lambda: administration.grant(editor, account, given["role"], given["unit"], origin=origin(request)),
    ):
        return redirect("user", pk)
    return _account(request, account, NameForm(initial={"name": account.name}), form)


@require_POST
@allowed(administers)
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """One role less; from the user's next click on."""
    assert isinstance(request.user, User)
    found = get_object_or_404(Grant.objects.select_related("user"), pk=pk)
    try:
        administration.revoke(request.user, found, origin=origin(request))
        messages.success(request, _("已收回角色。"))
    except (ValidationError, Refusal) as error:
        tell_refusal(request, error)
    return redirect("user", found.user_id)


@require_POST
@allowed(administers)
def set_active(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch off, or on again where `active` is sent."""
    assert isinstance(request.user, User)
    account, active = get_object_or_404(User, pk=pk), request.POST.get("active") == "1"
    try:
        administration.set_active(request.user, account, active, origin=origin(request))
        messages.success(request, _("账号已启用。") if active else _("账号已停用，已登录的也随即失效。"))
    except Refusal as error:
        tell_refusal(request, error)
    return redirect("user", pk)


@never_cache
@require_POST
@allowed(administers)
def issue_password(request: HttpRequest, pk: int) -> HttpResponse:
    """A new password, shown on the answer to this one request."""
    assert isinstance(request.user, User)
    account = get_object_or_404(User, pk=pk)
    try:
        password = administration.issue_password(request.user, account, origin=origin(request))
    except Refusal as error:
        tell_refusal(request, error)
        return redirect("user", pk)
    return render(request, "accounts/issued.html", {"page": "users", "account": account, "password": password})
