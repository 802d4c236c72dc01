"""Excel of a register: the template out, filled sheets in, and its rows out."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Role, Unit
from accounts.permissions import Access
from common.pages import allowed
from goals.importing.registry import importer_of
from goals.importing.templates import Entry, Field, write_template
from goals.views.importing import recent_uploads, take_table, workbook
from ledgers.export import as_csv, as_xlsx, table_of
from ledgers.filters import PageFilters, filters_for
from ledgers.keeping import keeping_of
from ledgers.lists import labels_of
from ledgers.registry import Ledger, ledger_of
from ledgers.views import own_root, sees_ledgers, user_of, writable_units

BLANK_ROWS = 300


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(sees_ledgers)
def excel(request: HttpRequest, section: str, code: str) -> HttpResponse:
    """导入: the register's template, and the way back with a preview."""
    ledger, access = ledger_of(section, code), Access.of(request.user)
    root = own_root(access)
    units = writable_units(access, ledger, root, keeping_of(ledger, root))
    if not access.has(Role.REPORTER) or not units:
        raise PermissionDenied
    importer = importer_of(f"ledger:{ledger.key}")
    own = units[0] if len(units) == 1 else None
    context = {"page": "ledgers", "ledger": ledger, "importer": importer, "own": own}
    if request.method == "POST":
        purpose = {"ledger": ledger.key, "unit": own.code if own else ""}
        return take_table(request, importer, own, purpose, "ledgers/excel.html", context)
    if "template" in request.GET:
        return workbook(template_of(ledger, list(units)), f"{ledger.name}-{_('模板')}.xlsx")
    return render(request, "ledgers/excel.html", context | {"recent": recent_uploads(user_of(request), importer.kind)})


def template_of(ledger: Ledger, units: list[Unit]) -> bytes:
    """An empty sheet of the register: headings locked, drop-downs for units and lists."""
    labels = labels_of(ledger.lists.values(), retired=False)
    fields = []
    for name in ledger.all_fields:
        heading = str(ledger.day_label) if name == "day" else str(getattr(ledger.field(name), "verbose_name", name))
        choices: list[str] = []
        if name == "unit":
            choices = [unit.name for unit in units]
        elif name in ledger.lists:
            choices = list(labels[ledger.lists[name].code].values())
        elif ledger.field(name).get_internal_type() == "BooleanField":
            choices = [_("是"), _("否")]
        fields.append(Field(heading, 26 if name == ledger.title else 14, choices))
    first = units[0].name if len(units) == 1 else None
    entries = [Entry([first, *[None] * (len(fields) - 1)], frozenset(range(len(fields)))) for _n in range(BLANK_ROWS)]
    return write_template(str(ledger.name), str(ledger.name), fields, entries)


@require_safe
@allowed(sees_ledgers)
def export(request: HttpRequest, section: str, code: str) -> HttpResponseBase:
    """The rows that the list shows, all pages of them."""
    ledger, access = ledger_of(section, code), Access.of(request.user)
    queryset = ledger.model.objects.visible_to(user_of(request))
    filters = filters_for(ledger, PageFilters)(request.GET, queryset=queryset, request=request)
    found = filters.qs if filters.is_valid() else queryset.none()
    head, lines = table_of(ledger, found.order_by("-day", "-pk"), access, keeping_of(ledger, own_root(access)))
    write = as_csv if request.GET.get("format") == "csv" else as_xlsx
    return write(str(ledger.name), head, lines)
