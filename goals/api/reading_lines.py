"""Tables of readings, of hundreds of thousands: the lines of the list, without a record or a serializer for each.

PostgreSQL writes each line itself, as text that is CSV already. Elsewhere a table goes the common way.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import BigIntegerField, Exists, ExpressionWrapper, F, Func, OuterRef, QuerySet, Value
from django.db.models import TextField as Text
from django.utils import timezone

from common.fields import FigureField
from common.rest.export import CHUNK, cell_of, csv_lines
from goals.api.evidence import AttachedSerializer
from goals.models import Evidence, Reading

NAMED = {
    "indicator": "indicator__code",
    "unit": "unit__code",
    "reported_by": "reported_by__username",
    "reviewed_by": "reviewed_by__username",
    "supersedes": "supersedes_id",
}
# What somebody typed: a spreadsheet might run it, and it may have commas, quotes and line ends of its own.
TYPED = frozenset({"indicator", "unit", "note", "reason", "reported_by", "reviewed_by"})
MOMENTS = frozenset({"reported_at", "reviewed_at", "updated_at"})
EVIDENCE, EMPTY = "evidence", '""'
# A cell that would run as a formula, behind an apostrophe; and any cell in quotes.
_GUARDED = "CASE WHEN %(expressions)s ~ '^[-=+@\t\r]' THEN '''' || %(expressions)s ELSE %(expressions)s END"
_QUOTED = "'\"' || replace({}, '\"', '\"\"') || '\"'"


class _Figure(Func):
    """Whole ten-thousandths as a decimal, without zeros at its end."""

    template = "trim_scale(%(expressions)s / 10000::numeric)"
    output_field = Text()


class _Moment(Func):
    """In the portal's zone, which has the same offset all year, in ISO form as answers have it."""

    template = 'to_char(%(expressions)s, \'YYYY-MM-DD"T"HH24:MI:SS.US"+08:00"\')'
    output_field = Text()


class _Typed(Func):
    """A text as a cell: most have nothing that needs a quote or an apostrophe, which is asked first."""

    template = (
        "CASE WHEN %(expressions)s !~ '[-=+@\t\r\n\",]' THEN %(expressions)s "
        f"WHEN %(expressions)s !~ '[\r\n\",]' THEN {_GUARDED} ELSE {_QUOTED.format(_GUARDED)} END"
    )
    output_field = Text()


class _Warnings(Func):
    """The list as JSON, in quotes; nothing where it is empty."""

    template = _QUOTED.format("nullif(%(expressions)s::text, '[]')")
    output_field = Text()


class _AtZone(Func):
    template = "(%(expressions)s)"
    arg_joiner = " AT TIME ZONE "
    output_field = Text()


class _Joined(Func):
    """One text of several; what is NULL is left out."""

    function = "concat"
    output_field = Text()


def lines_of(columns: Sequence[str], readings: "QuerySet[Reading]") -> Iterator[str]:
    """The readings' lines, in their order, with these columns; their evidence is read by the chunk."""
    place = columns.index(EVIDENCE) if EVIDENCE in columns else len(columns)
    kind = ContentType.objects.get_for_model(Reading)
    has_some = Exists(Evidence.objects.filter(content_type=kind, object_id=OuterRef("pk")))
    found = (
        readings.select_related(None)
        .annotate(before=_line(columns[:place]), after=_line(columns[place + 1 :]))
        .annotate(has_some=has_some if EVIDENCE in columns else Value(False))
        .values_list("pk", "has_some", "before", "after")
    )
    opening = "," if 0 < place < len(columns) else ""
    closing = "," if place < len(columns) - 1 else ""
    raw = iter(found.iterator(chunk_size=CHUNK))
    while chunk := list(islice(raw, CHUNK)):
        attached = _attached(kind, [pk for pk, has_some, *_line in chunk if has_some])
        for pk, has_some, before, after in chunk:
            line = f"{before}{opening}{attached[pk] if has_some else ''}{closing}{after}"
            # A line with nothing in it would be none to who reads it.
            yield f"{line or EMPTY}\r\n"


def _attached(kind: ContentType, readings: Sequence[int]) -> dict[int, str]:
    """The cells of the readings' evidence, by reading; one query, none for no readings."""
    found: dict[int, list[Evidence]] = {pk: [] for pk in readings}
    for each in Evidence.objects.filter(content_type=kind, object_id__in=readings) if readings else ():
        found[each.object_id].append(each)
    cells = csv_lines([cell_of(AttachedSerializer(files, many=True).data)] for files in found.values())
    return {pk: cell.rstrip("\r\n") for pk, cell in zip(found, cells, strict=True)}


def _line(columns: Sequence[str]) -> _Joined:
    cells = [part for name in columns for part in (Value(","), _cell(name))]
    return _Joined(*cells[1:], Value(""))


def _cell(name: str) -> Any:
    if isinstance(Reading._meta.get_field(name), FigureField):
        return _Figure(ExpressionWrapper(F(name), output_field=BigIntegerField()))
    if name in MOMENTS:
        return _Moment(_AtZone(F(name), Value(timezone.get_default_timezone_name())))
    if name == "warnings":
        return _Warnings(F(name))
    if name in TYPED:
        return _Typed(F(NAMED.get(name, name)))
    return F(NAMED.get(name, name))
