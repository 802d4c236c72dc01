"""For the panels of a section: its rows by an entry of one of their lists, counted in the database."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Q

from goals.panels import Panel
from ledgers.lists import ClosedList, labels_for
from ledgers.models import RowQuerySet


def shown(template: str, context: Mapping[str, Any] | None) -> Panel | None:
    """A panel in the style of registers; none, where there is nothing to show."""
    return None if context is None else Panel(template, context, styles=("ledgers.css",))


@dataclass
class Group:
    """The rows of one entry: by stage, and how many are late."""

    name: str
    code: str
    ended: Collection[str]
    stages: Counter[str] = field(default_factory=Counter)
    late: int = 0

    @property
    def total(self) -> int:
        return self.stages.total()

    @property
    def closed_share(self) -> float:
        """Of a hundred, those at a stage that ends it."""
        return 100 * sum(self.stages[stage] for stage in self.ended) / self.total if self.total else 0


@dataclass(frozen=True)
class Tally:
    """The groups, the latest first; each stage with its name, code and number; and what else was counted of all."""

    groups: list[Group]
    stages: list[tuple[str, str, int]]
    counted: dict[str, int]


def movements(section: Any, rows: RowQuerySet, as_of: date, *, by: str, until: str) -> dict[str, Any] | None:
    """Of rows that stand from their day to the day `until`, in the plan's year through the day: `lines` with each
    entry's name, code and how many there were at the start, came, went and are there, and the `total` of all. None
    where none did. Two queries."""
    model, start = rows.model, section.plan.start
    stays = {when: Q(**{until: None}) | Q(**{f"{until}__{when}": day}) for when, day in (("gte", start), ("gt", as_of))}
    conditions = {
        "at_start": Q(day__lt=start) & stays["gte"],
        "came": Q(day__gte=start),
        "went": Q(**{f"{until}__range": (start, as_of)}),
        "there": stays["gt"],
    }
    wanted = {name: Count("pk", filter=condition) for name, condition in conditions.items()}
    found = rows.filter(day__lte=as_of).order_by().values_list(by).annotate(**wanted)
    counts = {code: numbers for code, *numbers in found if any(numbers)}
    labels = labels_for(section, closed_of(model, by))
    lines = [(name, code, counts[code]) for code, name in labels.items() if code in counts]
    return {"lines": lines, "total": [sum(each) for each in zip(*counts.values(), strict=True)]} if counts else None


def closed_of(model: Any, name: str) -> ClosedList:
    found: ClosedList = model._meta.get_field(name).closed
    return found


def tally(section: Any, rows: RowQuerySet, *, by: str, ended: Collection[str], late: Q, **more: Q) -> Tally | None:
    """None where there are no rows. `late` and `more` say which rows are counted besides. Two queries."""
    model: Any = rows.model
    labels = labels_for(section, closed_of(model, by))
    wanted = {name: Count("pk", filter=condition) for name, condition in {"late": late, **more}.items()}
    counted: Any = rows.order_by().values(by, "stage").annotate(rows=Count("pk"), **wanted)
    groups: dict[str, Group] = {}
    total: Counter[str] = Counter()
    for row in counted:
        group = groups.setdefault(row[by], Group(labels.get(row[by], row[by]), row[by], ended))
        group.stages[row["stage"]] += row["rows"]
        group.late += row["late"]
        total.update({name: row[name] for name in wanted})
    stages: Counter[str] = sum((group.stages for group in groups.values()), Counter())
    listed = sorted(groups.values(), key=lambda group: (-group.late, -group.total))
    named = [(model.Stage(code).label, code, stages[code]) for code in model.Stage.values]
    return Tally(listed, named, dict(total)) if groups else None
