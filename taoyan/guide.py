"""接口: what the REST API has and how to begin, for whoever may use it. Resources are read from the router."""

from dataclasses import dataclass
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
from taoyan.api import router
from taoyan.snippets import EXAMPLES, RECEIVE

ROOT = "/api/v1/"


@dataclass(frozen=True)
class Resource:
    """One of the API's lists: what it is called, what may be done, by what it is filtered."""

    path: str
    name: str
    methods: tuple[str, ...]
    filters: tuple[str, ...]


def sees_business(user: User) -> bool:
    """Everybody for whom the API has anything."""
    return Access.of(user).sees_business


def resources() -> list[Resource]:
    """Those that are registered, in the order in which they are."""
    return [_resource(prefix, view) for prefix, view, _name in router.registry]


@require_safe
@allowed(sees_business)
def guide(request: HttpRequest) -> HttpResponse:
    """What there is, a token, and three examples to copy."""
    portal = settings.PORTAL_URL or request.build_absolute_uri("/").rstrip("/")
    context = {
        "page": "api-guide",
        "root": portal + ROOT,
        "resources": resources(),
        "examples": [(each.name, each.hint, each.text(portal)) for each in EXAMPLES],
        "receive": RECEIVE,
        "tokens": _tokens(),
    }
    return render(request, "api_guide.html", context)


def _resource(prefix: str, view: Any) -> Resource:
    filters = getattr(view, "filterset_class", None)
    named = [*(filters.base_filters if filters else ()), *getattr(view, "extra_parameters", ())]
    verbs = {"create": "POST", "update": "PUT", "partial_update": "PATCH", "destroy": "DELETE"}
    methods = ["GET", *(verb for action, verb in verbs.items() if hasattr(view, action))]
    return Resource(ROOT + prefix + "/", _name(view), tuple(methods), tuple(dict.fromkeys(named)))


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
