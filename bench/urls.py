"""The portal's addresses, and beside them what its pages are measured against: a plain table page and a bare view."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from bench import views
from goals.models import Target
from ledgers.views import ROWS_A_PAGE
from projects.models import Project
from safety.models import Hazard

_TABLE = engines["django"].from_string(
    "<!doctype html><title>plain</title><table>{% for t in targets %}<tr><td>{{ t.name }}</td><td>{{ t.rule }}</td>"
    "<td>{{ t.goal }}</td><td>{{ t.due|date:'Y-m-d' }}</td><td>{{ t.lead_office.name }}</td></tr>{% endfor %}</table>"
)


def plain_table(request: HttpRequest) -> HttpResponse:
    """The same rows as 总览 has, in a table without anything computed."""
    return HttpResponse(_TABLE.render({"targets": Target.objects.select_related("lead_office")}, request))


# 总览 is held against a plain page of the portal with so many rows of a table.
PLAIN_ROWS = 80
_PLAIN = engines["django"].from_string(
    "{% extends 'base.html' %}{% block body %}<table>{% for t in works %}<tr><td>{{ t.name }}</td>"
    "<td>{{ t.get_kind_display }}</td><td>{{ t.weight }}</td><td>{{ t.due|date:'Y-m-d' }}</td>"
    "<td>{{ t.lead_office.name }}</td><td>{{ t.theme.name }}</td></tr>{% endfor %}</table>{% endblock %}"
)


def plain_page(request: HttpRequest) -> HttpResponse:
    """80 rows as they are, in the portal's shell: nothing computed, counted or judged."""
    works = Project.objects.select_related("lead_office", "theme")[:PLAIN_ROWS]
    return HttpResponse(_PLAIN.render({"works": works, "page": "plain"}, request))


_CELLS = (
    "<td>{{ r.what }}</td><td>{{ r.unit.name }}</td><td>{{ r.day|date:'Y-m-d' }}</td><td>{{ r.subject }}</td>"
    "<td>{{ r.area }}</td><td>{{ r.grade }}</td><td>{{ r.get_stage_display }}</td><td>{{ r.limit }}</td>"
    "<td>{{ r.closed_on }}</td>"
)
_ROWS = engines["django"].from_string(
    "{% extends 'base.html' %}{% block body %}<table>{% for r in rows %}<tr>"
    + _CELLS
    + "</tr>{% endfor %}</table>{% endblock %}"
)


def plain_rows(request: HttpRequest) -> HttpResponse:
    """As many rows and columns as a page of the register shows, in a plain table of the portal: no filters, no count,
    nothing in words."""
    rows = Hazard.objects.valid().select_related("unit").order_by("-day", "-pk")[:ROWS_A_PAGE]
    return HttpResponse(_ROWS.render({"rows": rows, "page": "ledgers"}, request))


def bare(request: HttpRequest) -> HttpResponse:
    """Nothing but the login."""
    return HttpResponse(f"{request.user}")


urlpatterns = [
    path("bench/table/", plain_table),
    path("bench/page/", plain_page),
    path("bench/rows/", plain_rows),
    path("bench/bare/", bare),
    path("bench/nested/", views.NestedTargets.as_view()),
    path("bench/targets/", views.plain_targets),
    path("bench/token/", views.Bare.as_view()),
    path("", include("taoyan.urls")),
]
