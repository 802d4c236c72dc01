"""All registers on one page, and what planners decide of them: office, what counts, closed lists."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Role, Unit
from accounts.permissions import Access
from common import clock
from common.errors import Refusal
from common.pages import allowed, origin, saved, tell_refusal
from ledgers import upkeep
from ledgers.counting import measures_over
from ledgers.forms import EntryForm, UpkeepForm
from ledgers.keeping import keeping_of
from ledgers.lists import ListEntry, all_lists, labels_of, list_of
from ledgers.overview import cards_of
from ledgers.permissions import may_set
from ledgers.registry import ledger_of
from ledgers.views import own_root, sees_ledgers, user_of


@require_safe
@allowed(sees_ledgers)
def ledgers(request: HttpRequest) -> HttpResponse:
    """台账: every register with how many rows it holds, by section."""
    access = Access.of(request.user)
    root = own_root(access)
    context = {
        "page": "ledgers",
        "sections": cards_of(root, clock.today()),
        "may_set": may_set(access, root),
    }
    return render(request, "ledgers/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(sees_ledgers)
def settings(request: HttpRequest, section: str, code: str) -> HttpResponse:
    """设置: which office keeps the register, and what of it counts."""
    ledger, access, user = ledger_of(section, code), Access.of(request.user), user_of(request)
    root = own_root(access)
    if not may_set(access, root):
        raise PermissionDenied
    keeping = keeping_of(ledger, root)
    offices = Unit.objects.filter(path__startswith=root.path).exclude(kind__in=[Unit.Kind.VILLAGE]).order_by("path")
    initial = {"office": keeping.office_id}
    form = UpkeepForm(request.POST or None, ledger=ledger, keeping=keeping, units=offices, initial=initial)

    def save() -> None:
        office = form.cleaned_data["office"]
        upkeep.set_up(user, ledger, root, office=office, counts=form.counts(), origin=origin(request))

    if request.method == "POST" and saved(request, form, None, save):
        return redirect(ledger.address)
    fed = "、".join(str(measure.name) for measure in measures_over(ledger))
    hint = _("计入：%(names)s") % {"names": fed} if fed else _("这个台账不计入指标。")
    context = {"page": "ledgers", "ledger": ledger, "form": form, "back": ledger.address, "hint": hint}
    context["title"] = _("设置 · %(ledger)s") % {"ledger": ledger.name}
    return render(request, "ledgers/form.html", context, status=400 if form.errors else 200)


def _planner(request: HttpRequest) -> None:
    if not Access.of(request.user).has(Role.PLANNER):
        raise PermissionDenied


@require_safe
@allowed(sees_ledgers)
def lists(request: HttpRequest) -> HttpResponse:
    """清单: the closed lists with their entries, for planners to extend."""
    _planner(request)
    known = all_lists()
    labels = labels_of(known)
    retired = set(ListEntry.objects.filter(is_retired=True).values_list("list", "code"))
    shown: list[dict[str, Any]] = [
        {
            "list": each,
            "entries": [(code, name, (each.code, code) in retired) for code, name in labels[each.code].items()],
        }
        for each in known
    ]
    return render(request, "ledgers/lists.html", {"page": "ledgers", "lists": shown})


@require_POST
@allowed(sees_ledgers)
def add_entry(request: HttpRequest, code: str) -> HttpResponse:
    """One more entry of a list."""
    _planner(request)
    closed = list_of(code)
    if closed is None:
        raise Http404
    form = EntryForm(request.POST)
    if not saved(
        request,
        form,
        None,
        lambda: upkeep.add_entry(user_of(request), closed, form.cleaned_data["name"], origin=origin(request)),
    ):
        for error in (e for errors in form.errors.as_data().values() for e in errors):
            tell_refusal(request, error)
    return redirect(reverse("ledger-lists") + f"#{code}")


@require_POST
@allowed(sees_ledgers)
def retire_entry(request: HttpRequest, code: str, entry: str) -> HttpResponse:
    """Offer an entry no more, or again."""
    _planner(request)
    closed = list_of(code)
    if closed is None:
        raise Http404
    try:
        retired = request.POST.get("retired") == "1"
        upkeep.retire_entry(user_of(request), closed, entry, retired=retired, origin=origin(request))
    except Refusal as error:
        tell_refusal(request, error)
    return redirect(reverse("ledger-lists") + f"#{code}")
