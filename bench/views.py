"""What the API is measured against: the same data through nested serializers, and by a plain view."""

from decimal import Decimal
from typing import Any

import orjson
from django.contrib.auth.decorators import login_not_required
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Post, Token, Unit
from accounts.tokens import token_of
from goals.models import Allocation, Indicator, Plan, Programme, Progress, Section, Target, Theme

OWN = [
    *("id", "code", "name", "rule", "comparator", "goal", "baseline", "pace", "planned", "due", "weight", "band"),
    *("in_doubt", "quote", "literal", "modality", "note", "version", "updated_at"),
]
NAMED = [
    *("plan__slug", "theme__code", "theme__section__code", "indicator__code", "indicator__unit_of_measure"),
    *("lead_office__code", "responsible_post__code"),
]
PROGRESS = [
    *("as_of", "data_period", "actual", "expected", "attainment", "gap", "deviation", "met", "status", "reason"),
    *("stale", "forecast", "catch_up", "units_reported", "units_expected", "computed_at"),
]


def nested(of: Any, *names: str, **others: serializers.BaseSerializer[Any]) -> Any:
    """A ModelSerializer as everybody writes it."""
    meta = type("Meta", (), {"model": of, "fields": [*names, *others]})
    return type(f"Nested{of.__name__}", (serializers.ModelSerializer,), {"Meta": meta, **others})


NestedUnit = nested(Unit, "code")
NestedTarget = nested(
    Target,
    *OWN,
    plan=nested(Plan, "slug")(),
    theme=nested(Theme, "code", section=nested(Section, "code")())(),
    indicator=nested(Indicator, "code", "unit_of_measure")(),
    lead_office=NestedUnit(),
    responsible_post=nested(Post, "code")(),
    cooperating_offices=NestedUnit(many=True),
    programmes=nested(Programme, "code")(many=True),
    allocations=nested(Allocation, "goal", unit=NestedUnit())(many=True),
    progress_rows=nested(Progress, *PROGRESS)(many=True),
)


class NestedTargets(generics.ListAPIView):  # type: ignore[type-arg]
    """targets/ through nested ModelSerializers with `select_related`."""

    serializer_class = NestedTarget
    pagination_class = None
    filter_backends: list[Any] = []

    def get_queryset(self) -> Any:
        found = Target.objects.filter(plan__slug=self.request.query_params["plan"])
        related = found.select_related("plan", "theme__section", "indicator", "lead_office", "responsible_post")
        today = Prefetch("progress_rows", Progress.objects.filter(slot=0))
        return related.prefetch_related("cooperating_offices", "programmes", "allocations__unit", today)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError


@login_not_required
def plain_targets(request: HttpRequest) -> HttpResponse:
    """The same by `.values_list()` and orjson, with the same token, without a framework or a promise."""
    token = token_of(request, request.META["HTTP_AUTHORIZATION"].partition(" ")[2])  # type: ignore[arg-type]
    assert isinstance(token, Token)
    found = Target.objects.filter(plan__slug=request.GET["plan"]).order_by("order", "code")
    rows = {raw[0]: dict(zip([*OWN, *NAMED], raw, strict=True)) for raw in found.values_list(*OWN, *NAMED)}
    ids = list(rows)
    for row in rows.values():
        row |= {"offices": [], "programmes": [], "allocations": {}, "series": []}
    offices: Any = Target.cooperating_offices.through
    for pk, code in offices.objects.filter(target__in=ids).values_list("target_id", "unit__code"):
        rows[pk]["offices"].append(code)
    programmes: Any = Target.programmes.through
    for pk, code in programmes.objects.filter(target__in=ids).values_list("target_id", "programme__code"):
        rows[pk]["programmes"].append(code)
    allocations = Allocation.objects.filter(target__in=ids)
    for pk, code, goal in allocations.values_list("target_id", "unit__code", "goal"):
        rows[pk]["allocations"][code] = goal
    stored = Progress.objects.filter(target__in=ids)
    if "series" not in request.GET:
        stored = stored.filter(slot=0)
    for pk, slot, *raw in stored.order_by("slot").values_list("target_id", "slot", *PROGRESS):
        progress = dict(zip(PROGRESS, raw, strict=True))
        if slot:
            rows[pk]["series"].append(progress)
        else:
            rows[pk]["progress"] = progress
    return HttpResponse(orjson.dumps(list(rows.values()), default=_plain), content_type="application/json")


class Bare(APIView):
    """Nothing but the token."""

    def get(self, request: Request) -> Response:
        return Response({})
