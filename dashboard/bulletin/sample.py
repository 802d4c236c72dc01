"""Facts with one row of everything: what a template is tried on before it is kept. Its names are all that there are."""

from typing import Any

_COUNTS = {"total": 1, "done": 0, "on_pace": 1, "slow": 0, "behind": 0, "missed": 0, "none": 0}
_SECTION = {"name": "板块", **_COUNTS, "completion": "62.1%", "pace": "66.7%"}
_ECONOMY = ("number", "name", "through", "value", "growth", "goal", "deviation", "status", "office")
_TEN = ("number", "name", "office", "leader", "steps", "done", "pace", "next", "status")
_LATE = ("number", "name", "kind", "section", "office", "leader", "figures", "short", "status")
_LEDGER = ("name", "goal", "leader", "office", "units", "earlier", "now", "on_pace", "remark", "section")
_PLAIN = ("title", "sheet_title", "unit", "plan", "year", "month", "through", "issued", "edition", "demo", "note")


def _row(names: tuple[str, ...]) -> dict[str, str]:
    return dict.fromkeys(names, "示例")


SAMPLE: dict[str, Any] = {
    **_row(_PLAIN),
    "as_of": "2022-09-30",
    "issued_on": "2022-10-12",
    "overall": {**_COUNTS, "completion": "62.1%", "pace": "66.7%", "gap": "示例", "say": "示例"},
    "economy": {"say": "示例", "rows": [_row(_ECONOMY)]},
    "work": {"say": "示例", "rows": [_SECTION], "total": _SECTION},
    "ten": {"say": "示例", "rows": [_row(_TEN)], **_COUNTS},
    "projects": {"say": "示例", "rows": [_SECTION], "total": _SECTION},
    "late": {"say": "示例", "rows": [_row(_LATE)], "offices": [{"name": "示例", "total": 1}]},
    "silent": {"say": "示例", "stale": 0, "none": 0},
    "ledger": [_row(_LEDGER)],
}
