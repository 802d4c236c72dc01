"""The planner's pages of units: the tree, add, edit and move, delete what nothing refers to."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, ProtectedError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import services
from accounts.filters import UnitPageFilters
from accounts.forms import UnitForm
from accounts.models import Post, Role, Unit, User
from accounts.permissions import Access
from common.converters import code_or_nothing
from common.errors import Refusal
from common.pages import allowed, listed, saved, tell_refusal

PAGE_SIZE = 100


def plans(user: User) -> bool:
    return Access.of(user).has(Role.PLANNER)


def visible_unit(request: HttpRequest, code: str) -> Unit:
    """A unit of the planner's own subdistrict; 404 for another."""
    mine = Unit.objects.select_related("parent").filter(Access.of(request.user).planned_units())
    return get_object_or_404(mine, code=code)


def asked_unit(request: HttpRequest, name: str) -> Unit | None:
    """The unit that the address proposes for a new record, if the planner may see it."""
    mine = Unit.objects.filter(Access.of(request.user).planned_units())
    return mine.filter(code=code_or_nothing(request.GET.get(name))).first()


@require_safe
@allowed(plans)
def units(request: HttpRequest) -> HttpResponse:
    """The tree."""
    mine = Unit.objects.filter(Access.of(request.user).planned_units()).annotate(post_count=Count("posts"))
    context = listed(request, UnitPageFilters(request.GET, mine.order_by("path")), PAGE_SIZE)
    for unit in context["rows"]:
        unit.depth = min(len(unit.ancestor_codes()), 6)
    status = 200 if context["filters"].is_valid() else 400
    return render(request, "accounts/units.html", {"page": "units"} | context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(plans)
def add_unit(request: HttpRequest) -> HttpResponse:
    """A new unit, under `?parent=` where given."""
    parent = Unit.objects.filter(
        Access.of(request.user).planned_units(), code=code_or_nothing(request.GET.get("parent"))
    ).first()
    return _edit(request, Unit(parent=parent), _("新增单位"))


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(plans)
def edit_unit(request: HttpRequest, code: str) -> HttpResponse:
    """Name, kind, and where it stands in the tree."""
    unit = visible_unit(request, code)
    return _edit(request, unit, unit.name)


def _edit(request: HttpRequest, unit: Unit, title: str) -> HttpResponse:
    assert isinstance(request.user, User)
    user, version = request.user, unit.version if unit.pk else None
    form = UnitForm(request.POST or None, instance=unit, access=Access.of(user))
    if request.method == "POST" and saved(request, form, version, lambda: services.save_place(user, form.instance)):
        return redirect("units")
    context = {
        "page": "units",
        "title": title,
        "form": form,
        "version": version,
        "section": _("单位"),
        "back": reverse("units"),
        "delete": reverse("delete-unit", args=[unit.code]) if unit.pk else "",
        "hint": _("改变上级单位，就把它连同下级一起移过去。") if unit.pk else "",
    }
    return render(request, "accounts/form.html", context, status=400 if form.errors else 200)


@require_POST
@allowed(plans)
def delete_unit(request: HttpRequest, code: str) -> HttpResponse:
    """Only what nothing refers to."""
    return delete_place(request, visible_unit(request, code), "units")


def delete_place(request: HttpRequest, place: Unit | Post, back: str) -> HttpResponse:
    """Delete a unit or post, or say why that isn't done."""
    assert isinstance(request.user, User)
    try:
        services.delete_place(request.user, place)
        messages.success(request, _("已删除。"))
    except ProtectedError:
        said = _("“%(name)s”仍被下级单位、岗位、授权、指标或数据引用，不能删除。")
        messages.error(request, said % {"name": place.name})
    except (ValidationError, Refusal) as error:
        tell_refusal(request, error)
    return redirect(back)
