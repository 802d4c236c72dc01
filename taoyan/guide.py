"""接口: what the REST API has and how to begin, for whoever may use it. Resources are read from the router."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.encoding import force_str
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import Access
from common.pages import allowed
from goals.models import Plan, Section
from ledgers.filters import RowFilters
from ledgers.registry import Ledger
from taoyan.api import router
from taoyan.snippets import EXAMPLES, RECEIVE

ROOT = "/api/v1/"
# What every register is filtered by.
SHARED = tuple(name for name, each in RowFilters.base_filters.items() if each is not None)


@dataclass(frozen=True)
class Resource:
    """One of the API's lists: what it is called, what may be done, by what it is filtered."""

    path: str
    name: str
    methods: tuple[str, ...]
    filters: tuple[str, ...]
    # Of a register: the section that it belongs to.
    section: str = ""


@dataclass(frozen=True)
class Registers:
    """A section's registers, and what is the same of all registers: told once."""

    section: str
    resources: tuple[Resource, ...]


def sees_business(user: User) -> bool:
    """Everybody for whom the API has anything."""
    return Access.of(user).sees_business


def resources() -> list[Resource]:
    """Those that are registered, in the order in which they are."""
    return [_resource(prefix, view) for prefix, view, _name in router.registry]


def registers(names: Mapping[str, str], found: Iterable[Resource]) -> list[Registers]:
    """By section, in the order of the plan's; `names`: what the sections are called."""
    of_section: dict[str, list[Resource]] = {code: [] for code in names}
    for each in found:
        if each.section:
            own = tuple(name for name in each.filters if name not in SHARED)
            of_section.setdefault(each.section, []).append(replace(each, filters=own))
    return [Registers(names.get(code, code), tuple(several)) for code, several in of_section.items() if several]


@require_safe
@allowed(sees_business)
def guide(request: HttpRequest) -> HttpResponse:
    """What there is, a token, and three examples to copy."""
    portal, found = settings.PORTAL_URL or request.build_absolute_uri("/").rstrip("/"), resources()
    sections = Section.objects.filter(plan__in=Plan.objects.visible_to(request.user))  # type: ignore[arg-type]
    names = dict(sections.order_by("plan__year", "order", "pk").values_list("code", "name"))
    context = {
        "page": "api-guide",
        "root": portal + ROOT,
        "resources": [each for each in found if not each.section],
        "count": len(found),
        "registers": registers(names, found),
        "shared": SHARED,
        "examples": [(each.name, each.hint, each.text(portal)) for each in EXAMPLES],
        "receive": RECEIVE,
        "tokens": _tokens(),
    }
    return render(request, "api_guide.html", context)


def _resource(prefix: str, view: Any) -> Resource:
    filters = getattr(view, "filterset_class", None)
    named = [*(filters.base_filters if filters else ()), *getattr(view, "extra_parameters", ())]
    verbs = {"create": "POST", "update": "PUT", "partial_update": "PATCH", "destroy": "DELETE"}
    known = [verb for action, verb in verbs.items() if hasattr(view, action)]
    methods = ["GET", *(verb for verb in known if verb.lower() in view.http_method_names)]
    ledger: Ledger | None = getattr(view, "ledger", None)
    name, section = (str(ledger.name), ledger.section) if ledger is not None else (_name(view), "")
    return Resource(ROOT + prefix + "/", name, tuple(methods), tuple(dict.fromkeys(named)), section)


def _name(view: Any) -> str:
    """What its records are called in the reader's language."""
    queryset = getattr(view, "queryset", None)
    return force_str(queryset.model._meta.verbose_name) if queryset is not None else ""


def _tokens() -> str:
    """Where tokens are made, if the portal has a page for it; else they come from the administrator."""
    try:
        return reverse("tokens")
    except NoReverseMatch:
        return ""
