"""Tables of readings, of hundreds of thousands: the cells of the list, without a record or a serializer for each row.

Everything is text when it arrives: PostgreSQL writes the cells itself. Elsewhere a table goes the common way.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import BigIntegerField, Exists, ExpressionWrapper, F, Func, OuterRef, QuerySet, Value
from django.db.models import TextField as Text
from django.db.models.functions import Cast
from django.utils import timezone

from common.fields import FigureField
from common.rest.export import CHUNK, cell_of
from common.sheet import FORMULA, safe
from goals.api.evidence import AttachedSerializer
from goals.models import Evidence, Reading

NAMED = {
    "indicator": "indicator__code",
    "unit": "unit__code",
    "reported_by": "reported_by__username",
    "reviewed_by": "reviewed_by__username",
    "supersedes": "supersedes_id",
}
# What somebody typed, and a spreadsheet might run.
TYPED = frozenset({"indicator", "unit", "note", "reason", "reported_by", "reviewed_by"})
MOMENTS = frozenset({"reported_at", "reviewed_at", "updated_at"})


class _Figure(Func):
    """Whole ten-thousandths as a decimal, without zeros at its end."""

    template = "trim_scale(%(expressions)s / 10000::numeric)"
    output_field = Text()


class _Moment(Func):
    """In the portal's zone, which has the same offset all year, in ISO form as answers have it."""

    template = 'to_char(%(expressions)s, \'YYYY-MM-DD"T"HH24:MI:SS.US"+08:00"\')'
    output_field = Text()


class _Warnings(Func):
    """The list as JSON; nothing where it is empty."""

    template = "nullif(%(expressions)s::text, '[]')"
    output_field = Text()


class _AtZone(Func):
    template = "(%(expressions)s)"
    arg_joiner = " AT TIME ZONE "
    output_field = Text()


def lines_of(columns: Sequence[str], readings: "QuerySet[Reading]") -> Iterator[Sequence[Any]]:
    """The readings' lines, in their order; their evidence is read by the chunk."""
    cells = {f"cell_{name}": _cell(name) for name in columns if name != "evidence"}
    kind = ContentType.objects.get_for_model(Reading)
    has_some = Exists(Evidence.objects.filter(content_type=kind, object_id=OuterRef("pk")))
    found = readings.select_related(None).annotate(**cells, has_some=has_some).values_list("pk", "has_some", *cells)
    raw, place = iter(found.iterator(chunk_size=CHUNK)), columns.index("evidence")
    guarded = [n for n, name in enumerate(columns) if name in TYPED]
    while chunk := list(islice(raw, CHUNK)):
        attached: dict[int, list[Evidence]] = {}
        with_some = [line[0] for line in chunk if line[1]]
        for each in Evidence.objects.filter(content_type=kind, object_id__in=with_some) if with_some else ():
            attached.setdefault(each.object_id, []).append(each)
        for pk, _some, *line in chunk:
            files = attached.get(pk)
            line.insert(place, cell_of(AttachedSerializer(files, many=True).data) if files else "")
            for n in guarded:
                if line[n] and line[n].startswith(FORMULA):
                    line[n] = safe(line[n])
            yield line


def _cell(name: str) -> Any:
    if isinstance(Reading._meta.get_field(name), FigureField):
        return _Figure(ExpressionWrapper(F(name), output_field=BigIntegerField()))
    if name in MOMENTS:
        return _Moment(_AtZone(F(name), Value(timezone.get_default_timezone_name())))
    if name == "warnings":
        return _Warnings(F(name))
    return Cast(F(NAMED.get(name, name)), Text())
