"""The planner's pages of posts: what they are, who holds them from when, appointing and handing over."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import appointments, services
from accounts.filters import PostPageFilters
from accounts.forms import AppointForm, EndForm, HandOverForm, PostForm
from accounts.models import Post, PostHolder, User
from accounts.permissions import Access
from accounts.views.units import asked_unit, delete_place, plans
from common import clock
from common.pages import allowed, listed, origin, saved

PAGE_SIZE = 100


def _visible_post(request: HttpRequest, code: str) -> Post:
    mine = Post.objects.select_related("unit").filter(Access.of(request.user).planned_units("unit"))
    return get_object_or_404(mine, code=code)


def _visible_holding(request: HttpRequest, pk: int) -> PostHolder:
    mine = PostHolder.objects.select_related("post__unit", "user")
    return get_object_or_404(mine.filter(Access.of(request.user).planned_units("post__unit")), pk=pk)


@require_safe
@allowed(plans)
def posts(request: HttpRequest) -> HttpResponse:
    """Every post of the planner's units with who holds it today."""
    today = PostHolder.objects.active().on(clock.today()).select_related("user").order_by("is_deputy", "held_from")
    mine = (
        Post.objects.filter(Access.of(request.user).planned_units("unit"))
        .select_related("unit")
        .prefetch_related(Prefetch("holders", today, to_attr="holding"))
        .order_by("unit__path", "code")
    )
    context = listed(request, PostPageFilters(request.GET, mine), PAGE_SIZE)
    status = 200 if context["filters"].is_valid() else 400
    return render(request, "accounts/posts.html", {"page": "posts"} | context, status=status)


@require_safe
@allowed(plans)
def post(request: HttpRequest, code: str) -> HttpResponse:
    """A post and everybody who held it, holds it or will."""
    found, today = _visible_post(request, code), clock.today()
    holdings = list(found.holders.select_related("user").order_by("-held_from", "is_deputy", "-pk"))
    for each in holdings:
        each.is_over = each.held_to is not None and each.held_to < today  # type: ignore[attr-defined]
        each.is_now = each.held_from <= today and not each.is_over  # type: ignore[attr-defined]
    context = {
        "page": "posts",
        "post": found,
        "holdings": holdings,
        "is_vacant": not any(each.is_now and each.user.is_active for each in holdings),  # type: ignore[attr-defined]
    }
    return render(request, "accounts/post.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(plans)
def add_post(request: HttpRequest) -> HttpResponse:
    """A new post, of `?unit=` where given."""
    unit = asked_unit(request, "unit")
    return _edit(request, Post(unit=unit) if unit else Post(), _("新增岗位"))


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(plans)
def edit_post(request: HttpRequest, code: str) -> HttpResponse:
    """Name, unit, and the role that comes with it."""
    found = _visible_post(request, code)
    return _edit(request, found, found.name)


def _edit(request: HttpRequest, found: Post, title: str) -> HttpResponse:
    assert isinstance(request.user, User)
    user, version = request.user, found.version if found.pk else None
    form = PostForm(request.POST or None, instance=found, access=Access.of(user))
    if request.method == "POST" and saved(request, form, version, lambda: services.save_place(user, form.instance)):
        return redirect("post", form.instance.code)
    more = {
        "version": version,
        "back": reverse("post", args=[found.code]) if found.pk else reverse("posts"),
        "delete": reverse("delete-post", args=[found.code]) if found.pk else "",
    }
    return _form(request, form, title, more)


@require_POST
@allowed(plans)
def delete_post(request: HttpRequest, code: str) -> HttpResponse:
    """Only what nobody ever held and no target names."""
    return delete_place(request, _visible_post(request, code), "posts")


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(plans)
def appoint(request: HttpRequest, code: str) -> HttpResponse:
    """A holder or deputy, from a day on."""
    found = _visible_post(request, code)
    form = AppointForm(request.POST or None, access=Access.of(request.user))

    def save(user: User) -> Any:
        given = dict(form.cleaned_data)
        return appointments.appoint(user, found, given.pop("user"), origin=origin(request), **given)

    return _arranged(request, found, form, save, _("任命 · %(post)s") % {"post": found.name})


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(plans)
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """From one holder to the next; drafts and what is due stay with the unit, and so move along."""
    holding = _visible_holding(request, pk)
    form = HandOverForm(request.POST or None, access=Access.of(request.user))

    def save(user: User) -> Any:
        given = dict(form.cleaned_data)
        successor = given.pop("successor")
        return appointments.hand_over(user, holding, successor, origin=origin(request), **given)

    named = {"post": holding.post.name, "who": holding.user}
    hint = _("%(who)s自 %(day)s 起任职。未办的草稿、应报和待审事项随岗位移交，不需要逐项处理。") % {
        "who": holding.user,
        "day": holding.held_from.isoformat(),
    }
    return _arranged(request, holding.post, form, save, _("交接 · %(post)s · %(who)s") % named, hint)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(plans)
def end_holding(request: HttpRequest, pk: int) -> HttpResponse:
    """A last day without a successor yet."""
    holding = _visible_holding(request, pk)
    form = EndForm(request.POST or None)

    def save(user: User) -> Any:
        return appointments.end_holding(user, holding, form.cleaned_data["last_day"], origin=origin(request))

    named = {"post": holding.post.name, "who": holding.user}
    hint = _("没有接任人时，岗位从次日起空缺；已有接任人请用“交接”。")
    return _arranged(request, holding.post, form, save, _("免去 · %(post)s · %(who)s") % named, hint)


def _arranged(
    request: HttpRequest, found: Post, form: forms.Form, save: Callable[[User], Any], title: str, hint: str = ""
) -> HttpResponse:
    assert isinstance(request.user, User)
    user = request.user
    if request.method == "POST" and saved(request, form, None, lambda: save(user)):
        return redirect("post", found.code)
    return _form(request, form, title, {"back": reverse("post", args=[found.code]), "hint": hint})


def _form(request: HttpRequest, form: forms.BaseForm, title: str, more: dict[str, Any]) -> HttpResponse:
    context = {"page": "posts", "title": title, "form": form, "section": _("岗位")} | more
    return render(request, "accounts/form.html", context, status=400 if form.errors else 200)
