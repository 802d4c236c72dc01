"""外发通知: the planners' hooks with their messages and attempts, and the administrators' list of addresses."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Unit, User
from accounts.permissions import Access
from common.errors import Refusal
from common.pages import allowed, done, origin, require_version, tell_refusal
from goals.forms import AddressForm, HookForm
from goals.models import AllowedAddress, Delivery, Hook, Plan
from goals.permissions import keeps_addresses, visible_or_404
from goals.views.planner.base import plans, user_of
from goals.webhooks import keeping
from goals.webhooks.words import problem_word

PAGE_SIZE = 50
State = Delivery.State


def administers_addresses(user: User) -> bool:
    return keeps_addresses(Access.of(user))


@require_safe
@allowed(plans)
def hooks(request: HttpRequest) -> HttpResponse:
    """Every hook of the units planned for: whether it arrives."""
    found = Hook.objects.visible_to(user_of(request)).select_related("owner", "unit", "plan")
    arrived = Max("deliveries__made_at", filter=Q(deliveries__state=State.DELIVERED))
    found = found.annotate(
        waiting=Count("deliveries", filter=Q(deliveries__state=State.PENDING)),
        expired=Count("deliveries", filter=Q(deliveries__state=State.EXPIRED)),
        arrived=arrived,
    )
    rows = Paginator(found.order_by("name", "pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "goals/webhooks/hooks.html", {"page": "planner", "tab": "hooks", "rows": rows})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(plans)
def add_hook(request: HttpRequest) -> HttpResponse:
    """A hook; its secret is on the answer to this one request and nowhere else."""
    user = user_of(request)
    form = _form(request, Hook())
    issued: list[str | None] = []

    def save() -> None:
        issued.append(keeping.save_hook(user, form.instance, origin=origin(request)))

    if request.method == "POST" and done(form, save):
        return _secret(request, form.instance, str(issued[0]))
    return _edit(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(plans)
def edit_hook(request: HttpRequest, pk: int) -> HttpResponse:
    found = _hook(request, pk)
    version = found.version
    form = _form(request, found)

    def save() -> None:
        require_version(request, version)
        keeping.save_hook(user_of(request), form.instance, origin=origin(request))

    if request.method == "POST" and done(form, save):
        messages.success(request, _("已保存。"))
        return redirect("hook", pk)
    return _edit(request, form, version)


@require_safe
@allowed(plans)
def hook(request: HttpRequest, pk: int) -> HttpResponse:
    """A hook and its messages, newest first."""
    found = _hook(request, pk)
    state = request.GET.get("state", "")
    listed = found.deliveries.defer("body", "about").order_by("-made_at", "-pk")
    if state in State.values:
        listed = listed.filter(state=state)
    counts = dict(found.deliveries.order_by().values_list("state").annotate(n=Count("pk")))
    context = {
        "page": "planner",
        "tab": "hooks",
        "hook": found,
        "rows": Paginator(listed, PAGE_SIZE).get_page(request.GET.get("page")),
        "states": [(value, label, counts.get(value, 0)) for value, label in State.choices],
        "state": state,
    }
    return render(request, "goals/webhooks/hook.html", context)


@require_safe
@allowed(plans)
def message(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A message as it is sent, and each attempt with what was answered."""
    found = visible_or_404(Delivery.objects.select_related("hook"), user_of(request), pk=pk)
    tries = list(found.tries.all())
    context = {
        "page": "planner",
        "tab": "hooks",
        "message": found,
        "tries": [(each, problem_word(each)) for each in tries],
    }
    return render(request, "goals/webhooks/message.html", context)


@require_POST
@allowed(plans)
def send_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    visible_or_404(Delivery.objects.all(), user_of(request), pk=pk)
    try:
        keeping.send_again(user_of(request), pk, origin=origin(request))
        messages.success(request, _("已排入发送，稍后刷新可看结果。"))
    except Refusal as error:
        tell_refusal(request, error)
    return redirect("hook-message", pk)


@require_POST
@allowed(plans)
def test_hook(request: HttpRequest, pk: int) -> HttpResponse:
    """试发: sent while the planner waits, a few seconds at most."""
    try:
        made = keeping.send_test(user_of(request), _hook(request, pk), origin=origin(request))
    except Refusal as error:
        tell_refusal(request, error)
        return redirect("hook", pk)
    if made.state == State.DELIVERED:
        messages.success(request, _("试发已送达。"))
    else:
        messages.error(request, _("试发没有送达。"))
    return redirect("hook-message", made.pk)


@never_cache
@require_POST
@allowed(plans)
def new_secret(request: HttpRequest, pk: int) -> HttpResponse:
    """换发密钥: shown on the answer to this one request."""
    found = _hook(request, pk)
    try:
        secret = keeping.new_secret(user_of(request), found, origin=origin(request))
    except Refusal as error:
        tell_refusal(request, error)
        return redirect("hook", pk)
    return _secret(request, found, secret)


@require_POST
@allowed(plans)
def delete_hook(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        keeping.delete_hook(user_of(request), _hook(request, pk), origin=origin(request))
        messages.success(request, _("已删除。"))
    except Refusal as error:
        tell_refusal(request, error)
        return redirect("hook", pk)
    return redirect("hooks")


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(administers_addresses)
def addresses(request: HttpRequest) -> HttpResponse:
    """外发地址: what hooks may reach, and one more."""
    form = AddressForm(request.POST or None)

    def act() -> None:
        keeping.allow(user_of(request), form.instance, origin=origin(request))

    if request.method == "POST" and done(form, act):
        messages.success(request, _("已保存。"))
        return redirect("hook-addresses")
    context = {"page": "hook-addresses", "listed": AllowedAddress.objects.all(), "form": form}
    return render(request, "goals/webhooks/addresses.html", context, status=400 if form.errors else 200)


@require_POST
@allowed(administers_addresses)
def disallow(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(AllowedAddress, pk=pk)
    try:
        keeping.disallow(user_of(request), pk, origin=origin(request))
        messages.success(request, _("已删除。"))
    except Refusal as error:
        tell_refusal(request, error)
    return redirect("hook-addresses")


def _hook(request: HttpRequest, pk: int) -> Hook:
    return visible_or_404(Hook.objects.select_related("owner", "unit", "plan"), user_of(request), pk=pk)


def _form(request: HttpRequest, instance: Hook) -> HookForm:
    user = user_of(request)
    units = Unit.objects.filter(Access.of(user).planned_units()).order_by("path")
    seen = Plan.objects.visible_to(user).defer("document").order_by("-year", "slug")
    return HookForm(request.POST or None, instance=instance, units=units, plans=seen)


def _edit(request: HttpRequest, form: HookForm, version: int | None) -> HttpResponse:
    context = {"page": "planner", "tab": "hooks", "form": form, "version": version, "hook": form.instance}
    return render(request, "goals/webhooks/edit.html", context, status=400 if form.errors else 200)


def _secret(request: HttpRequest, found: Hook, secret: str) -> HttpResponse:
    context = {"page": "planner", "tab": "hooks", "hook": found, "secret": secret}
    return render(request, "goals/webhooks/secret.html", context)
