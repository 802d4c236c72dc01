"""REST: profiles, plans, and the headings of their documents."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import KEPT_BY_PLANNERS, SEES, UnitViewSet
from accounts.models import Unit
from common.rest.fields import ByCode, DayField, TextField
from common.rest.shaping import Row, beside
from common.rest.strict import StrictSerializer, Word
from common.rest.views import CODE, Numbered, Resource
from goals import parts, planning
from goals.api.answers import SummarySerializer
from goals.api.dependencies import PLAN_TABLES, READING_TABLES, TARGET_TABLES
from goals.api.progress import AS_OF, KNOWN, known_then
from goals.filters import OfPlan, PlanFilters, ThemeFilters
from goals.models import Plan, Programme, Section, Theme, WarningProfile
from goals.models.progress import Status
from goals.progress.store import parse_as_of
from goals.progress.summary import PlanSummary, plan_summaries, plan_summary


class Saved(StrictSerializer[Any]):
    """Writes through `planning.save_record`; a code taken in the plan is refused by name."""

    def create(self, validated_data: dict[str, Any]) -> Any:
        return self.update(self.Meta.model(), validated_data)  # type: ignore[attr-defined]

    def update(self, instance: Any, validated_data: dict[str, Any]) -> Any:
        user = validated_data.pop("user")
        before = planning.plain(instance) if instance.pk else {}
        for name, value in validated_data.items():
            setattr(instance, name, value)
        return planning.save_record(user, instance, before)


def require_new_code(serializer: serializers.BaseSerializer[Any], model: type[Model], attrs: dict[str, Any]) -> None:
    """Raises ValidationError for `code` when another row of the plan has it."""
    instance = serializer.instance
    plan = attrs.get("plan") or getattr(instance, "plan", None)
    code = attrs.get("code") or getattr(instance, "code", None)
    taken = model._default_manager.filter(plan=plan, code=code)
    if instance is not None:
        taken = taken.exclude(pk=instance.pk)
    if taken.exists():
        raise serializers.ValidationError({"code": [_("计划中已有此代码。")]}, code="unique")


@extend_schema_field({"type": "object", "additionalProperties": {"type": "object"}})
class Bands(serializers.JSONField):
    """Bands by rule; what they must hold is the service's affair."""


class ProfileSerializer(Saved):
    version = serializers.IntegerField(source="edition", min_value=1, max_value=32_767, required=False)
    source = TextField()
    bands = Bands()

    class Meta:
        model = WarningProfile
        fields = ["code", "version", "source", "bands", "updated_at"]


class ProfileViewSet(Resource):
    """Warning profiles: the bands behind the colours, with their source. Addressed as `code@version`."""

    permission_classes = KEPT_BY_PLANNERS
    queryset = WarningProfile.objects.order_by("code", "edition")
    serializer_class = ProfileSerializer
    search_fields = ("code", "source")
    depends_on = (*SEES, WarningProfile)
    lookup_value_regex = CODE + r"@[0-9]{1,5}"

    def get_queryset(self) -> "QuerySet[WarningProfile]":
        found = super().get_queryset()
        return found.filter(edition=int(self.edition)) if self.detail else found

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if self.detail:
            self.kwargs["code"], _at, self.edition = self.kwargs["code"].partition("@")
        super().initial(request, *args, **kwargs)

    def perform_destroy(self, instance: WarningProfile) -> None:
        planning.delete_record(self.request.user, instance)  # type: ignore[arg-type]


class _ByEdition(ByCode):
    def to_internal_value(self, data: Any) -> Model:
        code, at, edition = data.partition("@") if isinstance(data, str) else ("", "", "")
        found = None
        if at and edition.isascii() and edition.isdigit() and len(edition) < 6:
            found = WarningProfile.objects.filter(code=code[:100], edition=int(edition)).first()
        if found is None:
            raise serializers.ValidationError(_("没有这个预警方案。"), code="does_not_exist")
        return found

    def to_representation(self, value: Any) -> str:
        return str(value)


class PlanSerializer(Saved):
    name = TextField(longest=200)
    unit = ByCode(Unit.objects.all)
    start, end = DayField(required=False), DayField(required=False)
    profile = _ByEdition(WarningProfile.objects.all, required=False)
    completion = serializers.SerializerMethodField()
    expected_completion = serializers.SerializerMethodField()
    counts = serializers.SerializerMethodField()

    class Meta:
        model = Plan
        fields = [
            *("slug", "name", "unit", "start", "end", "profile", "state", "completion", "expected_completion"),
            *("counts", "version", "updated_at"),
        ]
        read_only_fields = ["state"]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        start = attrs.pop("start", None) or (self.instance.start if self.instance else None)
        end = attrs.pop("end", None) or (self.instance.end if self.instance else None)
        if start is None and end is None:
            raise serializers.ValidationError({"start": [_("请填写计划起止日。")]}, code="required")
        year = (start or end).year
        if start not in (None, date(year, 1, 1)):
            raise serializers.ValidationError({"start": [_("计划从 1 月 1 日开始。")]})
        if end not in (None, date(year, 12, 31)):
            raise serializers.ValidationError({"end": [_("计划到同年 12 月 31 日结束。")]})
        if year < 2001:
            raise serializers.ValidationError({"start": [_("年度应在 2001 至 2099 之间。")]})
        if self.instance and self.instance.year != year and self.instance.targets.exists():
            raise serializers.ValidationError({"start": [_("计划已有目标，年度不能改变。")]})
        if self.instance is None and "profile" not in attrs:
            attrs["profile"] = WarningProfile.objects.get(code="default", edition=1)
        return attrs | {"year": year}

    def _overall(self, plan: Plan) -> Any:
        return self.context["summaries"][plan.pk] if "summaries" in self.context else None

    def get_completion(self, plan: Plan) -> Decimal | None:
        overall = self._overall(plan)
        return overall.completion if overall else None

    def get_expected_completion(self, plan: Plan) -> Decimal | None:
        overall = self._overall(plan)
        return overall.expected_completion if overall else None

    def get_counts(self, plan: Plan) -> dict[str, int]:
        overall = self._overall(plan)
        return dict(overall.counts) if overall else dict.fromkeys(Status.values, 0)


class PlanViewSet(Resource):
    """Plans: the commitments of one unit for one calendar year."""

    permission_classes = KEPT_BY_PLANNERS
    queryset = Plan.objects.none()
    serializer_class = PlanSerializer
    filterset_class = PlanFilters
    lookup_field = "slug"
    search_fields = ("slug", "name")
    ordering_fields = ("slug", "year", "updated_at")
    expandable = {"unit": beside("unit", lambda: UnitViewSet)}
    depends_on = (*SEES, *PLAN_TABLES, *READING_TABLES, *TARGET_TABLES)

    def get_queryset(self) -> "QuerySet[Plan]":
        found = Plan.objects.visible_to(self.request.user)  # type: ignore[arg-type]
        return found.select_related("unit", "profile").defer("document").order_by("-year", "slug")

    def rows(self, records: Sequence[Plan]) -> Sequence[Row]:
        context = self.get_serializer_context() | {"summaries": plan_summaries(records)}
        return list(PlanSerializer(records, many=True, context=context).data)

    def perform_destroy(self, instance: Plan) -> None:
        planning.delete_record(self.request.user, instance)  # type: ignore[arg-type]

    @extend_schema(responses=SummarySerializer, parameters=[AS_OF, KNOWN])
    @action(detail=True, methods=["get"])
    def summary(self, request: Request, slug: str) -> Response:
        """The plan rolled up on a day (`as_of`, `known=then`)."""
        plan = self.get_object()
        as_of = parse_as_of(plan, request.query_params.get("as_of"))
        then = known_then(request)
        found = summary_json(plan_summary(plan, as_of, known_then=then))
        return Response(found | parts.summary(plan, as_of, known_then=then))

    @extend_schema(request=None, responses=PlanSerializer)
    @action(detail=True, methods=["post"])
    def adopt(self, request: Request, slug: str) -> Response:
        """Adopt a draft (印发)."""
        return self._answer(planning.adopt(request.user, self.get_object()))  # type: ignore[arg-type]

    @extend_schema(request=None, responses=PlanSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, slug: str) -> Response:
        """Close a plan whose year is over (年终交账)."""
        return self._answer(planning.close(request.user, self.get_object()))  # type: ignore[arg-type]

    def _answer(self, plan: Plan) -> Response:
        context = self.get_serializer_context() | {"summaries": plan_summaries([plan])}
        return Response(PlanSerializer(plan, context=context).data)


def summary_json(summary: PlanSummary) -> dict[str, Any]:
    """A plan's summary as `rest.md` gives it."""
    overall = summary.overall
    return {
        "plan": summary.plan.slug,
        "as_of": summary.as_of.isoformat(),
        "counts": dict(overall.counts),
        "targets": overall.targets,
        "with_data": overall.with_data,
        "completion": overall.completion,
        "expected_completion": overall.expected_completion,
        "stale": overall.stale,
        "due_now": overall.stale,
        "sections": [
            {
                "code": section.code,
                "name": section.name,
                "counts": dict(part.counts),
                "completion": part.completion,
                "expected_completion": part.expected_completion,
                "worst": [target.code for target, _progress in part.worst],
            }
            for section, part in summary.sections
        ],
        "offices": [
            {"code": o.office.code, "name": o.office.name, "targets": o.targets, "on_pace": o.on_pace}
            for o in summary.offices
        ],
    }


class _OfPlan(Numbered):
    """A heading: by number; its code is known within its plan."""

    locked_through = "plan"
    depends_on = (*SEES, Plan, Section, Theme, Programme)
    permission_classes = KEPT_BY_PLANNERS
    filterset_class: Any = OfPlan
    ordering_fields = ("order", "code", "updated_at")

    def get_queryset(self) -> "QuerySet[Any]":
        visible = Plan.objects.visible_to(self.request.user)  # type: ignore[arg-type]
        model = self.serializer_class.Meta.model  # type: ignore[union-attr]
        found = model.objects.filter(plan__in=visible).select_related("plan__unit")
        return found.order_by("plan", "order", "code")  # type: ignore[no-any-return]

    def perform_destroy(self, instance: Model) -> None:
        planning.delete_record(self.request.user, instance)  # type: ignore[arg-type]


class _HeadingSerializer(Saved):
    name = TextField(longest=200)
    plan = ByCode(Plan.objects.all, by="slug")
    order = serializers.IntegerField(min_value=0, max_value=32_767, required=False)

    def validate_plan(self, plan: Plan) -> Plan:
        visible = Plan.objects.visible_to(self.context["request"].user)
        if not visible.filter(pk=plan.pk).exists():
            raise serializers.ValidationError(_("没有这个计划。"), code="does_not_exist")
        if self.instance is not None and self.instance.plan_id != plan.pk:
            raise serializers.ValidationError(_("不能移到另一个计划。"))
        return plan

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        require_new_code(self, self.Meta.model, attrs)  # type: ignore[attr-defined]
        return attrs


class SectionSerializer(_HeadingSerializer):
    heading = TextField(longest=500, required=False, allow_blank=True)

    class Meta:
        model = Section
        fields = ["id", "plan", "code", "name", "heading", "order", "version", "updated_at"]
        validators: list[Any] = []


class ThemeSerializer(_HeadingSerializer):
    section = Word()

    class Meta:
        model = Theme
        fields = ["id", "plan", "section", "code", "name", "order", "version", "updated_at"]
        validators: list[Any] = []

    def to_representation(self, instance: Theme) -> dict[str, Any]:
        return super().to_representation(instance) | {"section": instance.section.code}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        if "section" in attrs:
            plan = attrs.get("plan") or self.instance.plan
            section = Section.objects.filter(plan=plan, code=attrs["section"]).first()
            if section is None:
                raise serializers.ValidationError({"section": [_("计划中没有这个板块。")]}, code="does_not_exist")
            attrs["section"] = section
        return attrs


class ProgrammeSerializer(_HeadingSerializer):
    group = TextField(longest=100, required=False, allow_blank=True)

    class Meta:
        model = Programme
        fields = ["id", "plan", "code", "name", "group", "version", "updated_at"]
        validators: list[Any] = []


class SectionViewSet(_OfPlan):
    """The parts of a plan's document."""

    serializer_class = SectionSerializer
    queryset = Section.objects.none()


class ThemeViewSet(_OfPlan):
    """The paragraphs of a section."""

    serializer_class = ThemeSerializer
    filterset_class = ThemeFilters
    queryset = Theme.objects.none()

    def get_queryset(self) -> "QuerySet[Any]":
        return super().get_queryset().select_related("section")


class ProgrammeViewSet(_OfPlan):
    """What cuts across the sections."""

    serializer_class = ProgrammeSerializer
    queryset = Programme.objects.none()
