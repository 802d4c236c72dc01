"""REST: how progress is sent."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request

from goals.models.progress import Progress, Status

AS_OF = OpenApiParameter("as_of", OpenApiTypes.DATE, description="The day asked for; today where none is given.")
KNOWN = OpenApiParameter("known", str, enum=["then"], description="Leave out what was approved after that day.")
FROM, TO = (OpenApiParameter(name, OpenApiTypes.DATE) for name in ("from", "to"))


def known_then(request: Request) -> bool:
    """Is `known=then` asked for? Raises ValidationError for anything else."""
    known = request.query_params.get("known")
    if known not in (None, "then"):
        raise serializers.ValidationError({"known": [_("只能是 then。")]})
    return known == "then"


class ProgressSerializer(serializers.Serializer[Any]):
    """Where a target stands (`progress-rules.md`); a number not known is null."""

    as_of = serializers.DateField()
    data_period = serializers.DateField(allow_null=True)
    actual = serializers.FloatField(allow_null=True)
    expected = serializers.FloatField(allow_null=True)
    attainment = serializers.FloatField(allow_null=True)
    gap = serializers.FloatField(allow_null=True)
    deviation = serializers.FloatField(allow_null=True)
    met = serializers.BooleanField(allow_null=True)
    status = serializers.ChoiceField(choices=Status.choices)
    reason = serializers.CharField(allow_null=True)
    stale = serializers.BooleanField()
    forecast = serializers.FloatField(allow_null=True)
    catch_up = serializers.FloatField(allow_null=True)
    units_reported = serializers.IntegerField(allow_null=True)
    units_expected = serializers.IntegerField(allow_null=True)
    computed_at = serializers.DateTimeField()


NAMES = (
    *("as_of", "data_period", "actual", "expected", "attainment", "gap", "deviation", "met", "status", "stale"),
    *("forecast", "catch_up", "units_reported", "units_expected", "computed_at"),
)


def progress_json(row: Progress) -> dict[str, Any]:
    """A progress row as `rest.md` names it."""
    return {name: getattr(row, name) for name in NAMES} | {"reason": row.reason or None}
