"""REST: readings, one or many, and their way through review."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import SEES, SeesBusiness, UnitViewSet
from accounts.models import Unit
from accounts.permissions import Access
from audit import trail
from common.bulk import without_collector
from common.rest.errors import nested
from common.rest.fields import DayField, FigureField, TextField
from common.rest.shaping import beside
from common.rest.strict import Word
from common.rest.views import NUMBER, Listed
from goals import evidence, reporting
from goals.api import posted_rows
from goals.api.answers import ReviewedManySerializer
from goals.api.dependencies import READING_TABLES
from goals.api.evidence import AttachedSerializer
from goals.api.indicators import IndicatorViewSet
from goals.api.reading_lines import lines_of
from goals.filters import ReadingFilters
from goals.models import Evidence, Indicator, Reading
from goals.models.reading import State

MOST_ROWS = 5_000
FEW = 100
LARGEST_ID = BigIntegerField.MAX_BIGINT


class Figures(serializers.Serializer[Any]):
    """The figures of a reading."""

    value = FigureField(required=False, allow_null=True)
    numerator = FigureField(required=False, allow_null=True)
    denominator = FigureField(required=False, allow_null=True)
    rank = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=32_767)
    rank_of = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=32_767)
    note = TextField(required=False, allow_blank=True)


class RowSerializer(Figures):
    """A reading as it is posted."""

    indicator = Word(max_length=200)
    unit = Word(max_length=200)
    period = DayField()
    state = serializers.ChoiceField(choices=State.choices, required=False, default=State.DRAFT)


class WarnedSerializer(serializers.Serializer[Any]):
    """What a check noticed about a posted figure; it is stored all the same."""

    code = serializers.CharField()
    attr = serializers.CharField(help_text="Row and field, such as `readings.3.value`.")
    detail = serializers.CharField()
    suggestion = serializers.CharField(required=False, help_text="The figure that was perhaps meant.")


class PostedSerializer(serializers.Serializer[Any]):
    """What became of posted readings."""

    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    revised = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    ids = serializers.ListField(child=serializers.IntegerField())
    warnings = WarnedSerializer(many=True, required=False, help_text="Only where a check warns of a figure.")


def _add_evidence(readings: Sequence[Reading]) -> None:
    attached = evidence.of(readings)
    for reading in readings:
        reading.attached = attached[reading.pk]  # type: ignore[attr-defined]


class WithEvidence(serializers.ListSerializer[Any]):
    """Reads the evidence of all its readings at once."""

    def to_representation(self, data: Any) -> list[Any]:
        readings = list(data)
        _add_evidence(readings)
        return super().to_representation(readings)


class ReadingSerializer(serializers.ModelSerializer[Reading]):
    """A reading as it is sent."""

    indicator = serializers.CharField(source="indicator.code")
    unit = serializers.CharField(source="unit.code")
    value = FigureField(allow_null=True)
    numerator = FigureField(allow_null=True)
    denominator = FigureField(allow_null=True)
    evidence = AttachedSerializer(many=True, source="attached")
    reported_by = serializers.CharField(source="reported_by.username", default=None, allow_null=True)
    reviewed_by = serializers.CharField(source="reviewed_by.username", default=None, allow_null=True)

    class Meta:
        model = Reading
        fields = [
            *("id", "indicator", "unit", "period", "value", "numerator", "denominator", "rank", "rank_of", "note"),
            *("state", "evidence", "warnings", "reported_by", "reported_at", "reviewed_by", "reviewed_at"),
            *("reason", "supersedes", "revision", "version", "updated_at"),
        ]

        list_serializer_class = WithEvidence

    def to_representation(self, instance: Reading) -> dict[str, Any]:
        if not hasattr(instance, "attached"):
            _add_evidence([instance])
        return super().to_representation(instance)


class ReasonSerializer(serializers.Serializer[Any]):
    reason = TextField()


class IdsSerializer(serializers.Serializer[Any]):
    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_ID), min_length=1, max_length=MOST_ROWS
    )


class ReadingViewSet(Listed):
    """Readings: what was reported, and how it was reviewed."""

    permission_classes = [*Listed.permission_classes, SeesBusiness]
    serializer_class = ReadingSerializer
    filterset_class = ReadingFilters
    queryset = Reading.objects.none()
    lookup_value_regex = NUMBER
    ordering_fields = ("period", "updated_at", "id", "state")
    search_fields = ("indicator__code", "indicator__name", "unit__code", "unit__name")
    by_cursor = True
    expandable = {
        "indicator": beside("indicator", lambda: IndicatorViewSet),
        "unit": beside("unit", lambda: UnitViewSet),
    }
    depends_on = (*SEES, *READING_TABLES, Evidence)

    def get_queryset(self) -> "QuerySet[Reading]":
        found = Reading.objects.visible_to(self.request.user)  # type: ignore[arg-type]
        return found.select_related("indicator", "unit", "reported_by", "reviewed_by").order_by("-period", "pk")

    def csv_lines(
        self, queryset: "QuerySet[Reading]", wanted: Sequence[str]
    ) -> tuple[Sequence[str], Iterable[str]] | None:
        if connection.vendor != "postgresql":
            return None
        columns = wanted or ReadingSerializer.Meta.fields
        return columns, lines_of(columns, queryset)

    @property
    def origin(self) -> str:
        return str(self.request.META.get("REMOTE_ADDR", ""))[:64]

    @extend_schema(request=RowSerializer, responses={200: PostedSerializer, 201: PostedSerializer})
    def create(self, request: Request) -> Response:
        """One reading, or `{"readings": […]}` of up to 5,000: all or nothing."""
        many = "readings" in request.data
        raw = request.data["readings"] if many else [request.data]
        if not isinstance(raw, list) or not raw or not all(isinstance(row, dict) for row in raw):
            raise ValidationError({"readings": [_("应为填报数据的清单。")]})
        if len(raw) > MOST_ROWS:
            raise ValidationError({"readings": [_("一次最多 %(n)s 条。") % {"n": MOST_ROWS}]}, code="max_length")
        try:
            rows = self._rows(raw)
            # So many are told to the trail as a file of them is: in one event.
            source = trail.Entry("post_readings", "reading", f"{len(rows)}") if len(rows) > FEW else None
            with without_collector():
                posted = reporting.post_readings(request.user, rows, origin=self.origin, source=source)  # type: ignore[arg-type]
        except Exception as error:
            raise _placed(error, many) from error
        answer = {name: getattr(posted, name) for name in ("created", "updated", "revised", "unchanged", "ids")}
        if any(posted.warnings):
            answer["warnings"] = _warned(posted.warnings, many)
        return Response(answer, status=201 if posted.created or posted.revised else 200)

    def _rows(self, raw: list[dict[str, Any]]) -> list[dict[str, Any]]:
        rows = posted_rows.read(raw)
        if rows is None:
            given = RowSerializer(data=raw, many=True)
            if not given.is_valid():
                faults = given.errors
                by_row = faults.items() if isinstance(faults, dict) else enumerate(faults)
                raise ValidationError({str(i): found for i, found in by_row if found})
            rows = given.validated_data
        indicators = Indicator.objects.in_bulk({r["indicator"] for r in rows}, field_name="code")
        visible = Unit.objects.filter(Access.of(self.request.user).visible_units())
        units = {u.code: u for u in visible.filter(code__in={r["unit"] for r in rows})}
        faults: dict[str, Any] = {}
        for index, row in enumerate(rows):
            for name, known in (("indicator", indicators), ("unit", units)):
                found = known.get(row[name])
                if found is None:
                    message = _("没有 %(code)s。") % {"code": row[name][:100]}
                    faults.setdefault(str(index), {})[name] = [serializers.ErrorDetail(str(message), "does_not_exist")]
                row[name] = found
        if faults:
            raise ValidationError(faults)
        return rows  # type: ignore[no-any-return]

    @extend_schema(request=Figures, responses=ReadingSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a draft of the own unit."""
        reading = self.get_object()
        given = Figures(data=request.data)
        given.is_valid(raise_exception=True)
        changed = reporting.edit_draft(request.user, reading.pk, given.validated_data)  # type: ignore[arg-type]
        return self._answer(changed)

    @extend_schema(request=Figures, responses=ReadingSerializer)
    def update(self, request: Request, pk: str) -> Response:
        """Replace the figures of a draft of the own unit."""
        return self.partial_update(request, pk)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Throw a draft away."""
        reporting.delete_draft(request.user, self.get_object().pk)  # type: ignore[arg-type]
        return Response(status=204)

    @extend_schema(request=None, responses=ReadingSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str) -> Response:
        """Hand a draft in for review."""
        reading = self.get_object()
        return self._answer(reporting.submit(request.user, [reading.pk], origin=self.origin)[0])  # type: ignore[arg-type]

    @extend_schema(request=None, responses=ReadingSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        """Approve a submitted reading."""
        reading = self.get_object()
        return self._answer(reporting.approve(request.user, reading.pk, origin=self.origin))  # type: ignore[arg-type]

    @extend_schema(request=ReasonSerializer, responses=ReadingSerializer)
    @action(detail=True, methods=["post"], url_path="return")
    def send_back(self, request: Request, pk: str) -> Response:
        """Send a submitted reading back with a reason."""
        reading = self.get_object()
        given = ReasonSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        reason = given.validated_data["reason"]
        answer = reporting.return_reading(request.user, reading.pk, reason, origin=self.origin)  # type: ignore[arg-type]
        return self._answer(answer)

    @extend_schema(request=IdsSerializer, responses=ReviewedManySerializer, operation_id="readings_approve_many")
    @action(detail=False, methods=["post"], url_path="approve", url_name="approve-many")
    def approve_many(self, request: Request) -> Response:
        """Approve many: `approved` or `conflict` for each, in order; one that isn't allowed refuses the whole call."""
        given = IdsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        ids = given.validated_data["ids"]
        results = reporting.approve_many(request.user, ids, origin=self.origin)  # type: ignore[arg-type]
        return Response({"results": [{"id": pk, "result": result} for pk, result in results]})

    def _answer(self, reading: Reading) -> Response:
        return Response(ReadingSerializer(self.get_queryset().get(pk=reading.pk)).data)


def _warned(warnings: list[list[dict[str, Any]]], many: bool) -> list[dict[str, Any]]:
    """The warnings of all rows, their fields as paths."""
    return [
        warning | {"attr": f"readings.{index}.{warning['attr']}" if many else warning["attr"]}
        for index, found in enumerate(warnings)
        for warning in found
    ]


def _placed(error: Exception, many: bool) -> Exception:
    """Errors of rows as paths: `readings.3.value`, or `value` where one was posted alone."""
    tree: Any = None
    if isinstance(error, ValidationError) and isinstance(error.detail, dict):
        tree = dict(error.detail)
    elif hasattr(error, "error_dict"):
        tree = nested(error)
    if tree is None or not all(str(k).isdigit() for k in tree):
        return error
    if not many:
        return ValidationError(tree.get("0") or tree.get(0))
    return ValidationError({"readings": {str(k): v for k, v in tree.items()}})
