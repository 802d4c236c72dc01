"""Targets as the API sends them, for whole pages: read in one query, without a record for each row.

Figures go from the database into the answer digit by digit: as whole ten-thousandths, or (what is computed) as text.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, tzinfo
from decimal import Decimal
from functools import cache
from typing import Any

import orjson
from django.db import connection
from django.db.models import BigIntegerField, ExpressionWrapper, F, FilteredRelation, Func, OuterRef, Q, Subquery
from django.db.models import TextField as Text
from django.utils import timezone

from common import clock
from common.fields import SCALE
from common.rest.renderers import number
from common.rest.shaping import EXPANDED
from goals.api.progress import NAMES, progress_json
from goals.models import Allocation, Progress, Target, Theme
from goals.models.progress import TODAY_SLOT
from goals.models.target import TargetProgramme
from goals.progress.recompute import recompute
from goals.progress.summary import today_of

Row = dict[str, Any]
# The answer's fields in its order; where the database has another name for one, that.
FIELDS = {
    "id": "",
    "plan": "plan__slug",
    "theme": "theme__code",
    "indicator": "indicator__code",
    **dict.fromkeys(("code", "name", "rule", "comparator", "goal", "baseline", "pace", "planned", "due"), ""),
    **dict.fromkeys(("weight", "band", "in_doubt", "allocations"), ""),
    "lead_office": "lead_office__code",
    "cooperating_offices": "",
    "responsible_post": "responsible_post__code",
    **dict.fromkeys(("programmes", "quote", "literal", "modality", "note"), ""),
    "section": "theme__section__code",
    "unit_of_measure": "indicator__unit_of_measure",
    **dict.fromkeys(("progress", "version", "updated_at"), ""),
}
FIGURES = ("goal", "baseline", "weight", "band")
COMPUTED = ("actual", "expected", "attainment", "gap", "deviation", "forecast", "catch_up")
PROGRESS = (*NAMES, "reason")


class _Collected(Subquery):
    """What a query finds, as the text of one JSON list; null where it finds nothing (but `[]` in SQLite)."""

    output_field = Text()

    def as_sql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        function = "json_group_array(one)" if connection.vendor == "sqlite" else "json_agg(one)::text"
        return super().as_sql(compiler, connection, template=f"(SELECT {function} FROM (%(subquery)s) found)", **more)


class _Digits(Func):
    """A computed figure as text of at most 4 places."""

    template = "trim_scale(round(%(expressions)s, 4))::text"
    output_field = Text()


class _Pair(Func):
    """Two values as a JSON list."""

    output_field = Text()

    def as_sql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        function = "json_array" if connection.vendor == "sqlite" else "json_build_array"
        return super().as_sql(compiler, connection, function=function, **more)


def rows_of(ids: Sequence[int], *, progress: Mapping[int, Progress] | None = None) -> list[Row]:
    """The rows of these targets, in their order, with the progress given, or else today's as it is stored."""
    zone, today = timezone.get_current_timezone(), clock.today()
    found = {raw[0]: _row(raw, zone) for raw in _read(ids)}
    if progress is None:
        # Where none is stored, or an old one, it is computed; a row remembers the plan's year for that.
        lacking = [pk for pk, row in found.items() if not _is_of(today, row["progress"], row.pop("year"))]
        targets = Target.objects.filter(pk__in=lacking).select_related("plan__profile", "indicator")
        progress = {target.pk: row for target, row in today_of(targets)} if lacking else {}
        for pk in lacking:
            found[pk]["progress"] = progress_json(progress[pk])
    else:
        for pk, row in found.items():
            row.pop("year")
            row["progress"] = progress_json(progress[pk]) if pk in progress else None
    return [found[pk] for pk in ids if pk in found]


def _is_of(today: date, row: Row | None, year: int) -> bool:
    return row is not None and row["as_of"] == max(today, date(year, 1, 1))


def _read(ids: Sequence[int]) -> Iterable[Sequence[Any]]:
    if connection.vendor != "postgresql":
        return _query().filter(pk__in=ids)
    # Django takes longer to put so many columns into words than the database to find them: once is enough.
    sql, params = _statement()
    with connection.cursor() as cursor:
        cursor.execute(f'{sql} WHERE "goals_target"."id" = ANY (%s)', [*params, list(ids)])
        found: list[Sequence[Any]] = cursor.fetchall()
    return found


@cache
def _statement() -> tuple[str, Sequence[Any]]:
    sql, params = _query().query.sql_with_params()
    return sql, params


def _query() -> Any:
    joined = FilteredRelation("progress_rows", condition=Q(progress_rows__slot=TODAY_SLOT))
    own = {f"own_{name}": _expression(name, path) for name, path in FIELDS.items() if name != "progress"}
    today = {f"today_{name}": _computed(f"today__{name}", name) for name in PROGRESS}
    found = Target.objects.order_by().annotate(today=joined).annotate(**own, **today)
    return found.annotate(of_year=_of_another("plan__year")).values_list(*own, "of_year", *today)


def _expression(name: str, path: str) -> Any:
    if name in FIGURES:
        return _raw(name)
    if name == "cooperating_offices":
        through = Target.cooperating_offices.through.objects.filter(target=OuterRef("pk"))
        return _Collected(through.order_by("unit__path").values(one=F("unit__code")))
    if name == "programmes":
        through = TargetProgramme.objects.filter(target=OuterRef("pk"))
        return _Collected(through.order_by("programme__order", "programme__code").values(one=F("programme__code")))
    if name == "allocations":
        pair = _Pair(F("unit__code"), _raw("goal"))
        return _Collected(Allocation.objects.filter(target=OuterRef("pk")).order_by("pk").values(one=pair))
    return _of_another(path) if "__" in path else F(path or name)


def _of_another(path: str) -> Subquery:
    """What a record beside the target says, looked up by its key. Of joins PostgreSQL tries every order before it
    begins: with so many that takes longer than the rows do."""
    beside, _dots, name = path.partition("__")
    key = Target._meta.get_field(beside)
    return Subquery(key.related_model._base_manager.filter(pk=OuterRef(key.attname)).values(name))  # type: ignore[union-attr]


def _raw(name: str) -> ExpressionWrapper:
    """Whole ten-thousandths, as they are stored."""
    return ExpressionWrapper(F(name), output_field=BigIntegerField())


def _computed(path: str, name: str) -> Any:
    return _Digits(F(path)) if name in COMPUTED and connection.vendor == "postgresql" else F(path)


_NAMES = [name for name in FIELDS if name != "progress"]
_OWN = len(_NAMES)


def _row(raw: Sequence[Any], zone: tzinfo) -> Row:
    """One line of the query as the answer has it; `year` is for the caller."""
    row: Row = dict(zip(_NAMES, raw, strict=False))
    for name in FIGURES:
        row[name] = scaled(row[name])
    planned = row["planned"]
    if isinstance(planned, str):
        planned = orjson.loads(planned)
    row["planned"] = {day: orjson.Fragment(number(Decimal(v))) for day, v in planned.items()}
    row["pace"] = row["pace"] or None
    row["allocations"] = {code: scaled(goal) for code, goal in _pairs(row["allocations"])}
    row["cooperating_offices"] = orjson.loads(row["cooperating_offices"] or "[]")
    row["programmes"] = orjson.loads(row["programmes"] or "[]")
    version, changed = row.pop("version"), row.pop("updated_at")
    row["progress"] = _progress(raw[_OWN + 1 :])
    row["version"], row["updated_at"] = version, changed.astimezone(zone)
    row["year"] = raw[_OWN]
    return row


def _pairs(text: str | None) -> Iterable[Any]:
    for pair in orjson.loads(text or "[]"):
        # SQLite hands a list inside a list over as text.
        yield orjson.loads(pair) if isinstance(pair, str) else pair


def _progress(raw: Sequence[Any]) -> Row | None:
    row = dict(zip(PROGRESS, raw, strict=True))
    if row["as_of"] is None:
        return None
    for name in COMPUTED:
        value = row[name]
        if isinstance(value, str):
            row[name] = orjson.Fragment(value)
    row["reason"] = row["reason"] or None
    return row


def expand_progress(view: Any, rows: Sequence[Row]) -> None:
    """Every target shows its progress already."""


def expand_series(view: Any, rows: Sequence[Row]) -> None:
    """In `series` the target's months so far, oldest first, as `targets/{id}/progress/` has them. One query."""
    found: dict[int, list[Row]] = {row["id"]: [] for row in rows}
    if not _read_series(found):
        return
    lacking = [pk for pk, series in found.items() if not series]
    if lacking:
        recompute(lacking)
        _read_series({pk: found[pk] for pk in lacking})
    for row in rows:
        row["series"] = found[row["id"]]


def _read_series(found: dict[int, list[Row]]) -> bool:
    columns = {f"as_{name}": _computed(name, name) for name in PROGRESS}
    months = Progress.objects.filter(target__in=list(found), slot__gt=TODAY_SLOT).order_by("slot").annotate(**columns)
    for target_id, *raw in months.values_list("target_id", *columns):
        found[target_id].append(_progress(raw))  # type: ignore[arg-type]
    return bool(found)


def expand_theme(view: Any, rows: Sequence[Row]) -> None:
    """In `expanded.theme` the target's theme. One query."""
    named = {(row["plan"], row["theme"]) for row in rows}
    found = Theme.objects.filter(plan__slug__in={p for p, _t in named}, code__in={t for _p, t in named})
    themes = {(t.plan.slug, t.code): t for t in found.select_related("plan", "section")}
    for row in rows:
        theme = themes[row["plan"], row["theme"]]
        said = {"id": theme.pk, "section": theme.section.code, "code": theme.code, "name": theme.name}
        row.setdefault(EXPANDED, {})["theme"] = said | {"order": theme.order}


def scaled(value: int | None) -> Any:
    """Whole ten-thousandths as a JSON number."""
    if value is None:
        return None
    whole, rest = divmod(abs(value), SCALE)
    if not rest:
        return value // SCALE
    digits = f"{whole}.{rest:04}".rstrip("0")
    return orjson.Fragment(digits if value > 0 else f"-{digits}")
