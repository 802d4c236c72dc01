"""The pages of every register: list, row, add and edit, void, confirm; made from its declaration."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Role, Unit, User
from accounts.permissions import Access
from common import clock
from common.pages import allowed, origin, saved, tell_refusal
from common.paging import LongPaginator
from goals import evidence
from goals.permissions import visible_or_404
from goals.views import evidence as evidence_pages
from ledgers import services, upkeep
from ledgers.counting import ledger_measure
from ledgers.filters import PageFilters, filters_for
from ledgers.forms import ConfirmForm, VoidForm, form_for
from ledgers.history import history_of
from ledgers.keeping import Keeping, keeping_of, root_of
from ledgers.lists import labels_of
from ledgers.models import Row
from ledgers.permissions import keeps, may_confirm, may_set, may_write, sees_names
from ledgers.registry import Ledger, ledger_of
from ledgers.rowpage import facts
from ledgers.table import headings, is_unconfirmed, lines
from ledgers.values import said

ROWS_A_PAGE = 50


def sees_ledgers(user: Any) -> bool:
    return Access.of(user).sees_business


def user_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def own_root(access: Access) -> Unit:
    """The subdistrict whose registers a user works with; for a role in the whole portal the first one, else 404."""
    unit = next((grant.unit for grant in access.grants if grant.unit is not None), None)
    if unit is not None:
        return root_of(unit)
    found = Unit.objects.filter(kind=Unit.Kind.SUBDISTRICT).order_by("path").first()
    if found is None:
        raise Http404
    return found


def writable_units(access: Access, ledger: Ledger, root: Unit, keeping: Keeping) -> "Any":
    """The units whose rows the user writes."""
    units = Unit.objects.filter(path__startswith=root.path).order_by("path")
    if keeps(access, keeping) or access.everywhere(Role.REPORTER):
        return units
    return units.filter(pk__in=access.unit_ids(Role.REPORTER)) if not ledger.import_only else units.none()


@require_safe
@allowed(sees_ledgers)
def ledger_list(request: HttpRequest, section: str, code: str) -> HttpResponse:
    """A register: filtered, searched, in pages."""
    ledger, access = ledger_of(section, code), Access.of(request.user)
    root = own_root(access)
    keeping = keeping_of(ledger, root)
    queryset = ledger.model.objects.visible_to(user_of(request))
    labels = labels_of(ledger.lists.values())
    units = [unit for unit in access.seen_units if unit.path.startswith(root.path)]
    filters = filters_for(ledger, PageFilters)(
        request.GET, queryset=queryset, request=request, units=units, labels=labels, keepings={root.path: keeping}
    )
    found = filters.qs if filters.is_valid() else queryset.none()
    page = LongPaginator(found.order_by("-day", "-pk"), ROWS_A_PAGE).get_page(request.GET.get("page"))
    by_id = {unit.pk: unit for unit in access.seen_units}
    for row in page:
        row.unit = by_id[row.unit_id]
    measure = ledger_measure(request.GET.get("counted", ""))
    writes = access.has(Role.REPORTER) and any(may_write(access, ledger, unit, root, keeping) for unit in units)
    context = {
        "page": "ledgers",
        "ledger": ledger,
        "filters": filters,
        "rows": page,
        "headings": headings(ledger),
        "lines": lines(ledger, page.object_list, access, keeping, labels),
        "counted": measure.name if measure else "",
        "keeping": keeping,
        "may_confirm": bool(ledger.confirmation) and may_confirm(access, keeping),
        "may_set": may_set(access, root),
        "may_add": writes and not ledger.import_only,
        "may_import": writes,
        "today": clock.today(),
    }
    return render(request, "ledgers/list.html", context)


def row_of(request: HttpRequest, ledger: Ledger, pk: int) -> Row:
    found: Row = visible_or_404(
        ledger.model.objects.select_related("unit__parent", "author", "voided_by"), user_of(request), pk=pk
    )
    return found


@require_safe
@allowed(sees_ledgers)
def ledger_row(request: HttpRequest, section: str, code: str, pk: int) -> HttpResponse:
    """A row with its history and evidence."""
    return _row_page(request, section, code, pk)


# The token of the POST is checked by `take`: it is part of the body, which isn't read before its limits are set.
@csrf_exempt
@require_POST
@allowed(sees_ledgers)
def attach(request: HttpRequest, section: str, code: str, pk: int) -> HttpResponse:
    """Evidence of a row: all of the files or none."""
    ledger = ledger_of(section, code)
    row = row_of(request, ledger, pk)
    if not evidence.may_attach(user_of(request), row):
        raise PermissionDenied
    return evidence_pages.take(request, row, ledger.address_of(row), partial(_row_page, request, section, code, pk))


def _row_page(
    request: HttpRequest, section: str, code: str, pk: int, faults: Sequence[str] = (), status: int = 200
) -> HttpResponse:
    ledger, access = ledger_of(section, code), Access.of(request.user)
    row = row_of(request, ledger, pk)
    root = root_of(row.unit)
    keeping = keeping_of(ledger, root)
    labels = labels_of(ledger.lists.values())
    whole = not ledger.masked or sees_names(access, row, keeping)
    may = not row.is_void and may_write(access, ledger, row.unit, root, keeping)
    action = reverse("row-evidence", args=[section, code, pk])
    context = {
        "page": "ledgers",
        "ledger": ledger,
        "row": row,
        "title": said(ledger, row, ledger.title, labels, whole_names=whole),
        "evidence": evidence_pages.panel(
            user_of(request), row, action=action, back=ledger.address_of(row), faults=faults
        ),
        "facts": facts(ledger, row, labels, whole_names=whole),
        "history": history_of(ledger, row, labels, whole_names=whole),
        "may_edit": may and not ledger.import_only,
        "may_void": may,
        "is_unconfirmed": is_unconfirmed(ledger, row, keeping),
    }
    return render(request, "ledgers/row.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(sees_ledgers)
def add_row(request: HttpRequest, section: str, code: str) -> HttpResponse:
    """登记: a new row of one's own unit, or of any for the office that keeps the register."""
    ledger, access = ledger_of(section, code), Access.of(request.user)
    root = own_root(access)
    units = writable_units(access, ledger, root, keeping_of(ledger, root)) if access.has(Role.REPORTER) else None
    if units is None or ledger.import_only or not units:
        raise PermissionDenied
    row = ledger.model(day=clock.today())
    if len(units) == 1:
        row.unit = units[0]
    return _edit(request, ledger, row, units, _("登记%(ledger)s") % {"ledger": ledger.name})


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(sees_ledgers)
def edit_row(request: HttpRequest, section: str, code: str, pk: int) -> HttpResponse:
    """Change a row; the audit trail keeps what it was."""
    ledger, access = ledger_of(section, code), Access.of(request.user)
    row = row_of(request, ledger, pk)
    root = root_of(row.unit)
    keeping = keeping_of(ledger, root)
    if ledger.import_only or not may_write(access, ledger, row.unit, root, keeping):
        raise PermissionDenied
    return _edit(request, ledger, row, writable_units(access, ledger, root, keeping), ledger.title_of(row))


def _edit(request: HttpRequest, ledger: Ledger, row: Row, units: Any, title: str) -> HttpResponse:
    user, version = user_of(request), row.version if row.pk else None
    form = form_for(ledger)(request.POST or None, instance=row, units=units)

    def save() -> None:
        services.save_row(user, ledger, form.instance, version=version, origin=origin(request))

    if request.method == "POST" and saved(request, form, version, save):
        return redirect(ledger.address_of(form.instance))
    back = ledger.address_of(row) if row.pk else ledger.address
    context = {"page": "ledgers", "ledger": ledger, "title": title, "form": form, "version": version, "back": back}
    return render(request, "ledgers/form.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(sees_ledgers)
def void(request: HttpRequest, section: str, code: str, pk: int) -> HttpResponse:
    """作废, with a reason."""
    ledger, access, user = ledger_of(section, code), Access.of(request.user), user_of(request)
    row = row_of(request, ledger, pk)
    root = root_of(row.unit)
    if not may_write(access, ledger, row.unit, root, keeping_of(ledger, root)):
        raise PermissionDenied
    form = VoidForm(request.POST or None)

    def save() -> None:
        services.void_row(user, ledger, row, form.cleaned_data["reason"], version=row.version, origin=origin(request))

    if request.method == "POST" and saved(request, form, row.version, save):
        return redirect(ledger.address_of(row))
    context = {
        "page": "ledgers",
        "ledger": ledger,
        "title": _("作废 · %(row)s") % {"row": ledger.title_of(row)},
        "hint": _("作废后这条台账仍可查看，但不再计入任何指标；不能恢复。"),
        "form": form,
        "version": row.version,
        "back": ledger.address_of(row),
    }
    return render(request, "ledgers/form.html", context, status=400 if form.errors else 200)


@require_POST
@allowed(sees_ledgers)
def confirm(request: HttpRequest, section: str, code: str) -> HttpResponse:
    """核对一致: one click for the office that keeps the register."""
    ledger, access, user = ledger_of(section, code), Access.of(request.user), user_of(request)
    root = own_root(access)
    if not may_confirm(access, keeping_of(ledger, root)):
        raise PermissionDenied
    form = ConfirmForm(request.POST)

    def save() -> None:
        upkeep.confirm(user, ledger, root, form.cleaned_data["through"], origin=origin(request))

    if not saved(request, form, None, save):
        for errors in form.errors.values():
            for error in errors:
                tell_refusal(request, ValidationError(error))
    return redirect(reverse("ledger", args=[section, code]))
