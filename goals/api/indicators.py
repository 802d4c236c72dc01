"""REST: indicators."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.api import KEPT_BY_PLANNERS, SEES
from accounts.models import Role, Unit, User
from common import clock
from common.rest.fields import FigureField, TextField, strict_boolean
from common.rest.strict import StrictSerializer, Word
from common.rest.views import Resource
from goals import planning
from goals.filters import IndicatorFilters
from goals.models import Indicator, ReportingUnit


class Codes(serializers.ListField):
    """A list of codes."""

    child = Word(max_length=200)
    max_length = 1_000


class IndicatorSerializer(StrictSerializer[Indicator]):
    name = TextField(longest=200)
    unit_of_measure = TextField(longest=50, required=False, allow_blank=True)
    minimum = FigureField(required=False, allow_null=True)
    maximum = FigureField(required=False, allow_null=True)
    whole = strict_boolean()
    published = strict_boolean()
    reporting_units = Codes(required=False)
    feeds = Codes(required=False)
    measure_from = serializers.IntegerField(required=False, write_only=True, min_value=2000, max_value=2099)
    measure_reason = TextField(required=False, write_only=True, allow_blank=True)

    class Meta:
        model = Indicator
        fields = [
            *("code", "name", "unit_of_measure", "basis", "frequency", "aggregation", "whole", "minimum", "maximum"),
            *("deadline_day", "deadline_lag", "published", "reporting_units", "feeds", "measure"),
            *("measure_from", "measure_reason"),
            *("version", "updated_at"),
        ]

    def validate_reporting_units(self, codes: list[str]) -> list[Unit]:
        return _named(Unit.objects.all(), "code", codes)

    def validate_feeds(self, names: list[str]) -> list[User]:
        return _named(User.objects.filter(grants__role=Role.DATA_FEED).distinct(), "username", names)

    def to_representation(self, instance: Indicator) -> dict[str, Any]:
        spans = getattr(instance, "standing", None)
        if spans is None:
            spans = instance.reporting.on(clock.today()).select_related("unit")
        data = {
            name: field.to_representation(getattr(instance, name)) if getattr(instance, name) is not None else None
            for name, field in self.fields.items()
            if name not in ("reporting_units", "feeds") and not field.write_only
        }
        data["reporting_units"] = sorted(span.unit.code for span in spans)
        data["feeds"] = sorted(user.username for user in instance.feeds.all())
        return {name: data[name] for name in self.Meta.fields if name in data}

    def create(self, validated_data: dict[str, Any]) -> Indicator:
        return self.update(Indicator(), validated_data)

    def update(self, instance: Indicator, validated_data: dict[str, Any]) -> Indicator:
        user = validated_data.pop("user")
        units = validated_data.pop("reporting_units", None)
        feeds = validated_data.pop("feeds", None)
        change = {
            name: validated_data.pop(name) for name in ("measure_from", "measure_reason") if name in validated_data
        }
        for name, value in validated_data.items():
            setattr(instance, name, value)
        saved = planning.save_indicator(user, instance, reporting_units=units, feeds=feeds, **change)
        return Indicator.objects.get(pk=saved.pk)


def _named(known: "QuerySet[Any]", by: str, names: list[str]) -> list[Any]:
    found = {getattr(row, by): row for row in known.filter(**{f"{by}__in": names})}
    missing = [name for name in names if name not in found]
    if missing:
        raise serializers.ValidationError(_("没有 %(code)s。") % {"code": missing[0]}, code="does_not_exist")
    return [found[name] for name in dict.fromkeys(names)]


class IndicatorViewSet(Resource):
    """Indicators: what is measured, by whom it is reported, what feeds it."""

    permission_classes = KEPT_BY_PLANNERS
    serializer_class = IndicatorSerializer
    filterset_class = IndicatorFilters
    queryset = Indicator.objects.none()
    depends_on = (*SEES, Indicator, ReportingUnit, Indicator.feeds.through)

    def get_queryset(self) -> "QuerySet[Indicator]":
        standing = ReportingUnit.objects.on(clock.today()).select_related("unit")
        return Indicator.objects.order_by("code").prefetch_related(
            Prefetch("reporting", queryset=standing, to_attr="standing"), "feeds"
        )

    def perform_destroy(self, instance: Indicator) -> None:
        planning.delete_record(self.request.user, instance)  # type: ignore[arg-type]
