"""倒排工期: the table of stages as it is typed, a row each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from common.figures import parse_figure
from projects.planning import MOST_STAGES
from projects.stages import Stage

BLANK_ROWS = 2
NAMES = ("name", "weight", "days", "after")


@dataclass
class Row:
    """A row as it was typed: name, weight, working days, and the numbers of the rows before it."""

    number: int
    values: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    @property
    def is_blank(self) -> bool:
        return not self.values.get("name", "").strip()


class ScheduleForm:
    """Not a Django form: its rows refer to one another by their numbers."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = list(rows)

    @classmethod
    def of_stages(cls, stages: Sequence[Stage]) -> "ScheduleForm":
        numbers = {stage.name: str(number) for number, stage in enumerate(stages, start=1)}
        rows = [
            Row(
                n,
                {"name": s.name, "weight": f"{s.weight.normalize():f}", "days": str(s.days)}
                | {"after": ",".join(numbers[name] for name in s.after if name in numbers)},
            )
            for n, s in enumerate(stages, start=1)
        ]
        return cls([*rows, *(Row(len(rows) + 1 + n) for n in range(BLANK_ROWS))])

    @classmethod
    def of_post(cls, data: Mapping[str, Any]) -> "ScheduleForm":
        rows = []
        for number in range(1, MOST_STAGES + 1):
            if f"name-{number}" in data:
                rows.append(Row(number, {name: str(data.get(f"{name}-{number}", ""))[:200] for name in NAMES}))
        return cls(rows)

    def stages(self) -> list[Stage]:
        """Raises ValidationError where a row says what isn't a stage; the row says it too."""
        filled = [row for row in self.rows if not row.is_blank]
        names = {row.number: row.values["name"].strip() for row in filled}
        found = [stage for row in filled for stage in self._stage(row, names)]
        if any(row.errors for row in filled):
            raise ValidationError({"milestones": [_("有的行填写有误。")]})
        return found

    def _stage(self, row: Row, names: Mapping[int, str]) -> Iterator[Stage]:
        try:
            weight = parse_figure(row.values["weight"] or "1")
        except ValidationError as error:
            row.errors.append(_("权重：%(why)s") % {"why": error.messages[0]})
            weight = Decimal(1)
        days = row.values["days"].strip()
        if not (days.isascii() and days.isdigit() and len(days) < 5):
            row.errors.append(_("工期应为工作日的整数。"))
        after = []
        for part in row.values["after"].replace("，", ",").replace("、", ",").split(","):
            number = part.strip()
            if not number:
                continue
            if not (number.isascii() and number.isdigit() and int(number[:4]) in names):
                row.errors.append(_("前置“%(number)s”不是一行的序号。") % {"number": number[:20]})
                continue
            after.append(names[int(number[:4])])
        if not row.errors:
            yield Stage(row.values["name"].strip(), weight, days=int(days), after=tuple(after))
