"""A chart as a page shows it: title, legend, drawing, a line that reads it, and the table behind, also as a file.

`dashboard/_chart.html` shows one, `static/charts.js` draws it, `downloaded` hands its table out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.formats import date_format
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from common.display import figure
from common.sheet import csv_lines

Value = Decimal | float | int | str | None
MONTHS = tuple(range(1, 13))


@dataclass(frozen=True)
class Key:
    """An entry of the legend: a line of the design (`act`, `exp`, `fc`, `band`, `prev` …), or a status."""

    look: str
    word: str
    status: str = ""


@dataclass(frozen=True)
class Chart:
    """What is drawn (`kind` and `data`, the words translated), and the same as a table. `label` holds its figures.

    `notes` say what is stale, partial or provisional; `empty`, why there is nothing to draw.
    """

    code: str
    kind: str
    title: str
    label: str
    reading: str
    data: Mapping[str, Any]
    head: Sequence[str]
    rows: Sequence[Sequence[Value]]
    legend: Sequence[Key] = ()
    notes: Sequence[str] = ()
    empty: str = ""
    size: str = "ch-300"
    lagging: bool = False

    @property
    def source(self) -> str:
        """The id of the data's element."""
        return f"d-{self.code}"

    @property
    def table(self) -> list[list[str]]:
        """The rows as people read them."""
        return [[value if isinstance(value, str) else figure(_exact(value)) for value in row] for row in self.rows]

    @property
    def items(self) -> Sequence[Mapping[str, Any]]:
        """Of small multiples, what each one shows."""
        return self.data.get("items", ())


def words() -> dict[str, str]:
    """What `static/charts.js` says, in the reader's language."""
    return {
        "month": _("%(n)s月") % {"n": "{n}"},
        "actual": _("实际"),
        "pace": _("应到"),
        "forecast": _("预计"),
        "range": _("区间"),
        "goal": _("目标"),
        "gap": _("相差"),
        "last": _("上年同期"),
        "points": _(" 个百分点"),
        "stale": _("应报未报"),
        "partial": _("暂计"),
        "nothing": _("还没有数据"),
        "off": _("图表组件未能加载，数据见下方表格。"),
        "chart": _("图表，用左右方向键逐项读数"),
    }


def month_name(month: int) -> str:
    """8月, Aug."""
    return date_format(date(2000, month, 1), _("n月"))


def plain(value: Decimal | None, places: int = 4) -> float | None:
    """For JSON."""
    return None if value is None else float(round(value, places))


def downloaded(request: HttpRequest, charts: Iterable[Chart | None], day: str) -> StreamingHttpResponse | None:
    """The table of the chart that `download` names as CSV, numbers as numbers; None where none is named."""
    asked = request.GET.get("download")
    chart = next((c for c in charts if c is not None and c.code == asked), None) if asked else None
    if chart is None:
        return None
    rows = ([_cell(value) for value in row] for row in chart.rows)
    answer = StreamingHttpResponse(csv_lines(chart.head, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(True, f"{chart.title} {day}.csv")
    answer["Cache-Control"] = "private, no-store"
    return answer


def _cell(value: Value) -> str | int | float:
    """A number stays one, whatever its sign; only text could be taken for a formula."""
    if value is None or isinstance(value, str):
        return value or ""
    return int(value) if value == int(value) else float(value)


def _exact(value: Decimal | float | int | None) -> Decimal | None:
    if value is None or isinstance(value, Decimal):
        return value
    return Decimal(str(value))
