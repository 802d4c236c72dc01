"""REST: targets with their progress, its explanation, and adjustments."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import KEPT_BY_PLANNERS, SEES, UnitViewSet
from accounts.models import Post, Unit
from common import clock
from common.dates import parse_date
from common.figures import parse_figure
from common.rest.errors import nested
from common.rest.fields import ByCode, DayField, FigureField, TextField, strict_boolean
from common.rest.shaping import beside
from common.rest.strict import StrictSerializer, Word
from common.rest.views import Numbered
from goals import planning
from goals.api.answers import ExplanationSerializer, SeriesSerializer
from goals.api.dependencies import PLAN_TABLES, READING_TABLES, TARGET_TABLES
from goals.api.indicators import Codes, IndicatorViewSet
from goals.api.plans import PlanViewSet, require_new_code
from goals.api.progress import AS_OF, FROM, KNOWN, TO, ProgressSerializer, known_then, progress_json
from goals.api.target_rows import Row, expand_progress, expand_series, expand_theme, rows_of
from goals.filters import TargetFilters
from goals.models import Adjustment, Indicator, Plan, Programme, Progress, Section, Target, Theme
from goals.models.progress import Status
from goals.models.target import Pace
from goals.progress import sentence
from goals.progress.store import parse_as_of, progress_of, series_of
from goals.progress.summary import today_of


@extend_schema_field({"type": "object", "additionalProperties": {"type": "number"}})
class FiguresBy(serializers.Field):  # type: ignore[type-arg]
    """Figures by key: by month's last day (planned), or by unit code (allocations)."""

    def to_internal_value(self, data: Any) -> dict[str, Decimal]:
        if not isinstance(data, dict) or len(data) > 1_000:
            raise serializers.ValidationError(_("应为 键: 数值 的对象。"), code="invalid")
        found, faults = {}, {}
        for key, value in data.items():
            try:
                found[str(key)] = parse_figure(value)
            except DjangoValidationError as error:
                faults[str(key)] = nested(error)
        if faults:
            raise serializers.ValidationError(faults)
        return found

    def to_representation(self, value: Any) -> dict[str, Decimal]:
        return {str(k): Decimal(v) for k, v in value.items()}


class PlannedField(FiguresBy):
    """{month's last day: figure}, stored as text."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        found = super().to_internal_value(data)
        for day in found:
            try:
                parse_date(day)
            except DjangoValidationError as error:
                raise serializers.ValidationError({day: nested(error)}) from error
        return {day: f"{value:f}" for day, value in sorted(found.items())}


class AdjustmentSerializer(StrictSerializer[Adjustment]):
    """New terms from a first day in force; what isn't given stays."""

    applicant, meeting = TextField(longest=200), TextField(longest=200)
    document_number = TextField(longest=100)
    in_force_from = DayField()
    goal = FigureField(required=False, allow_null=True)
    baseline = FigureField(required=False, allow_null=True)
    planned = PlannedField(required=False)
    due = DayField(required=False)
    weight = FigureField(required=False)
    band = FigureField(required=False, allow_null=True)

    class Meta:
        model = Adjustment
        fields = [
            *("id", "category", "applicant", "meeting", "document_number", "in_force_from"),
            *("goal", "baseline", "planned", "due", "weight", "band", "version", "updated_at"),
        ]
        validators: list[Any] = []


class TargetSerializer(StrictSerializer[Target]):
    plan = ByCode(Plan.objects.all, by="slug")
    theme = Word(max_length=100)
    indicator = ByCode(Indicator.objects.all)
    name = TextField(longest=200)
    goal = FigureField(required=False, allow_null=True)
    baseline = FigureField(required=False, allow_null=True)
    pace = serializers.ChoiceField(choices=Pace.choices, required=False, allow_null=True, allow_blank=True)
    planned = PlannedField(required=False)
    due = DayField(required=False)
    weight = FigureField(required=False)
    band = FigureField(required=False, allow_null=True)
    in_doubt = strict_boolean()
    allocations = FiguresBy(required=False)
    lead_office = ByCode(Unit.objects.all, required=False, allow_null=True)
    cooperating_offices = Codes(required=False)
    responsible_post = ByCode(Post.objects.all, required=False, allow_null=True)
    programmes = Codes(required=False)
    quote, note = TextField(required=False, allow_blank=True), TextField(required=False, allow_blank=True)
    literal = TextField(longest=100, required=False, allow_blank=True)
    modality = TextField(longest=50, required=False, allow_blank=True)
    section = serializers.CharField(source="theme.section.code", read_only=True)
    unit_of_measure = serializers.CharField(source="indicator.unit_of_measure", read_only=True)
    progress = ProgressSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Target
        fields = [
            *("id", "plan", "theme", "indicator", "code", "name", "rule", "comparator", "goal", "baseline", "pace"),
            *("planned", "due", "weight", "band", "in_doubt", "allocations", "lead_office", "cooperating_offices"),
            *("responsible_post", "programmes", "quote", "literal", "modality", "note", "section"),
            *("unit_of_measure", "progress", "version", "updated_at"),
        ]
        extra_kwargs = {"code": {"required": False}}
        validators: list[Any] = []

    def to_representation(self, instance: Target) -> dict[str, Any]:
        return rows_of([instance.pk])[0]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        plan = attrs.get("plan") or self.instance.plan
        if not Plan.objects.visible_to(self.context["request"].user).filter(pk=plan.pk).exists():
            raise serializers.ValidationError({"plan": [_("没有这个计划。")]}, code="does_not_exist")
        if self.instance is not None and plan != self.instance.plan:
            raise serializers.ValidationError({"plan": [_("不能移到另一个计划。")]})
        if self.instance is None and not attrs.get("code"):
            attrs["code"] = attrs["indicator"].code
        require_new_code(self, Target, attrs | {"plan": plan})
        if "theme" in attrs:
            attrs["theme"] = self._in_plan(Theme, plan, "theme", [attrs["theme"]])[0]
        if "programmes" in attrs:
            attrs["programmes"] = self._in_plan(Programme, plan, "programmes", attrs["programmes"])
        if "cooperating_offices" in attrs:
            attrs["cooperating_offices"] = self._units("cooperating_offices", attrs["cooperating_offices"])
        if "allocations" in attrs:
            units = self._units("allocations", list(attrs["allocations"]))
            attrs["allocations"] = {unit: attrs["allocations"][unit.code] for unit in units}
        return attrs

    @staticmethod
    def _in_plan(model: Any, plan: Plan, name: str, codes: Sequence[str]) -> list[Any]:
        found = {row.code: row for row in model.objects.filter(plan=plan, code__in=codes)}
        missing = [c for c in codes if c not in found]
        if missing:
            message = _("计划中没有 %(code)s。") % {"code": missing[0]}
            raise serializers.ValidationError({name: [message]}, code="does_not_exist")
        return [found[c] for c in codes]

    @staticmethod
    def _units(name: str, codes: Sequence[str]) -> list[Unit]:
        found = {u.code: u for u in Unit.objects.filter(code__in=codes)}
        missing = [c for c in codes if c not in found]
        if missing:
            message = _("没有 %(code)s。") % {"code": missing[0]}
            raise serializers.ValidationError({name: [message]}, code="does_not_exist")
        return [found[c] for c in codes]

    def create(self, validated_data: dict[str, Any]) -> Target:
        plan = validated_data["plan"]
        validated_data.setdefault("due", plan.end)
        return self.update(Target(plan=plan, order=plan.targets.count() + 1), validated_data)

    def update(self, instance: Target, validated_data: dict[str, Any]) -> Target:
        user = validated_data.pop("user")
        cooperating = validated_data.pop("cooperating_offices", None)
        programmes = validated_data.pop("programmes", None)
        allocations = validated_data.pop("allocations", None)
        if "pace" in validated_data:
            validated_data["pace"] = validated_data["pace"] or ""
        for name, value in validated_data.items():
            setattr(instance, name, value)
        return planning.save_target(
            user, instance, cooperating=cooperating, programmes=programmes, allocations=allocations
        )


class TargetViewSet(Numbered):
    """Targets: what a plan promises of an indicator, and where each stands (`as_of`, `known=then`)."""

    permission_classes = KEPT_BY_PLANNERS
    serializer_class = TargetSerializer
    filterset_class = TargetFilters
    queryset = Target.objects.none()
    ordering_fields = ("code", "name", "due", "weight", "updated_at")
    extra_parameters = ("status", "stale", "as_of", "known")
    locked_through = "plan"
    expandable = {
        "progress": expand_progress,
        "series": expand_series,
        "indicator": beside("indicator", lambda: IndicatorViewSet),
        "plan": beside("plan", lambda: PlanViewSet, by="slug"),
        "lead_office": beside("lead_office", lambda: UnitViewSet),
        "theme": expand_theme,
    }
    depends_on = (*SEES, *PLAN_TABLES, *READING_TABLES, Theme, Section, Programme, *TARGET_TABLES)
    parameter_choices = {"status": Status.values}

    def get_queryset(self) -> "QuerySet[Target]":
        found = Target.objects.visible_to(self.request.user).order_by("plan", "order", "code")  # type: ignore[arg-type]
        if self.action == "list" and not self._asks_a_day():
            return found.only("pk", "updated_at")
        return found.select_related("plan__profile", "plan__unit", "indicator", "theme__section")

    def filter_queryset(self, queryset: "QuerySet[Target]") -> "QuerySet[Target]":
        found = super().filter_queryset(queryset)
        status, stale = (self.request.query_params.get(name) for name in ("status", "stale"))
        if self.detail or (status is None and stale is None):
            return found
        if status is not None and status not in Status.values:
            raise serializers.ValidationError({"status": [_("没有这个状态。")]}, code="invalid_choice")
        if stale not in (None, "true", "false"):
            raise serializers.ValidationError({"stale": [_("应为 true 或 false。")]})
        plain = Target.objects.filter(pk__in=found.values("pk")).select_related("plan__profile", "indicator")
        rows = self._progress(list(plain))
        wanted = [
            pk
            for pk, row in rows.items()
            if (status is None or row.status == status) and (stale is None or row.stale == (stale == "true"))
        ]
        return found.filter(pk__in=wanted)

    def rows(self, records: Sequence[Target]) -> Sequence[Row]:
        found = self._progress(list(records)) if self._asks_a_day() else None
        return rows_of([target.pk for target in records], progress=found)

    def _asks_a_day(self) -> bool:
        return any(name in self.request.query_params for name in ("as_of", "known"))

    def _progress(self, targets: list[Target]) -> dict[int, Progress]:
        raw, known_then = self.request.query_params.get("as_of"), self._known_then()
        if raw is None and not known_then:
            return {target.pk: row for target, row in today_of(targets)}
        plans = {t.plan_id: t.plan for t in targets}
        days = {parse_as_of(plan, raw) for plan in plans.values()} or {_any_day(raw)}
        found: dict[int, Progress] = {}
        for day in days:
            chosen = [t for t in targets if parse_as_of(t.plan, raw) == day]
            found |= progress_of(chosen, day, known_then=known_then)
        return found

    def _known_then(self) -> bool:
        return known_then(self.request)

    def perform_destroy(self, instance: Target) -> None:
        planning.delete_record(self.request.user, instance)  # type: ignore[arg-type]

    @extend_schema(responses=SeriesSerializer, parameters=[FROM, TO], filters=False)
    @action(detail=True, methods=["get"])
    def progress(self, request: Request, pk: str) -> Response:
        """The series, one row per period (`from`, `to`)."""
        first, last = (_day(request, name) for name in ("from", "to"))
        rows = [progress_json(row) for row in series_of(self.get_object(), first=first, last=last)]
        return Response({"count": len(rows), "next": None, "previous": None, "results": rows})

    @extend_schema(responses=ExplanationSerializer, parameters=[AS_OF, KNOWN])
    @action(detail=True, methods=["get"])
    def explanation(self, request: Request, pk: str) -> Response:
        """The numbers behind the progress, and the arithmetic as a sentence."""
        target = self.get_object()
        row = self._progress([target])[target.pk]
        terms = {name: _number(value) for name, value in row.terms.items()}
        said = sentence(
            row.terms,
            status=row.status,
            reason=row.reason,
            data_period=row.data_period,
            actual=row.actual,
            expected=row.expected,
            unit=target.indicator.unit_of_measure,
        )
        return Response({"as_of": row.as_of, "terms": terms, "sentence": said})

    @extend_schema(request=AdjustmentSerializer, responses={201: AdjustmentSerializer})
    @action(detail=True, methods=["post"])
    def adjust(self, request: Request, pk: str) -> Response:
        """Adjust a target (目标调整): a new version of its terms."""
        target = self.get_object()
        planning.require_planner(request.user, target.plan.unit)  # type: ignore[arg-type]
        given = AdjustmentSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        adjustment = planning.adjust(request.user, target, given.validated_data)  # type: ignore[arg-type]
        return Response(AdjustmentSerializer(adjustment).data, status=201)


def _any_day(raw: str | None) -> date:
    """A day asked of an empty list is checked all the same."""
    try:
        day = parse_date(raw) if raw else clock.today()
    except DjangoValidationError as error:
        raise serializers.ValidationError({"as_of": nested(error)}) from error
    if day > clock.today():
        raise serializers.ValidationError({"as_of": [_("时点晚于今天。")]})
    return day


def _day(request: Request, name: str) -> date | None:
    raw = request.query_params.get(name)
    if raw is None:
        return None
    try:
        return parse_date(raw)
    except DjangoValidationError as error:
        raise serializers.ValidationError({name: nested(error)}) from error


def _number(value: Any) -> Any:
    try:
        return Decimal(value) if isinstance(value, str) else value
    except ArithmeticError:
        return value
