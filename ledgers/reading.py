"""From a sheet's line to a register's row, as far as the line alone tells."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from accounts.models import Unit
from common.bulk import Mould
from common.dates import parse_date
from common.figures import to_ascii
from common.sheets import Cell, figure_of, text_of
from goals.importing.registry import Context, Line, Outcome, messages_of
from ledgers.models import Row
from ledgers.registry import Ledger

_YES = {"是": True, "有": True, "yes": True, "true": True, "1": True, "√": True}
_NO = {"否": False, "无": False, "no": False, "false": False, "0": False, "": False}


def as_day(cell: Cell | None, context: Context) -> str:
    """A day: a date cell, 2022-09-05, 2022/9/5, 2022.9.5 or 2022年9月5日."""
    if cell is None or cell.value is None:
        return ""
    if cell.error:
        text_of(cell)
    if isinstance(cell.value, datetime | date):
        return parse_date(f"{cell.value:%Y-%m-%d}").isoformat()
    text = to_ascii(text_of(cell)).strip().replace(" ", "")
    if not text:
        return ""
    parts = text.replace("年", "-").replace("月", "-").replace("日", "").replace("/", "-").replace(".", "-").split("-")
    if len(parts) == 3 and all(part.isascii() and part.isdigit() for part in parts):
        text = f"{parts[0]}-{parts[1]:0>2}-{parts[2]:0>2}"
    return parse_date(text).isoformat()


def as_whole(cell: Cell | None, context: Context) -> str:
    """A whole number."""
    text = figure_of(cell)
    if "." in text and text.rstrip("0").endswith("."):
        text = text.rstrip("0")[:-1]
    if text and "." in text:
        raise ValidationError(_("应为整数。"), code="invalid")
    return text


def as_figure(cell: Cell | None, context: Context) -> str:
    return figure_of(cell)


@dataclass(slots=True)
class Planned:
    """The row that a line makes, and the one that it changes."""

    row: Row
    old: Row | None = None


class RowReader:
    """Reads the lines of one file; what each column asks for is looked up once for all of them."""

    def __init__(self, ledger: Ledger, codes: Mapping[str, Mapping[str, str]], lines: Sequence[Line]) -> None:
        """`codes`: by list field what each entry's name stands for."""
        self.codes = codes
        self.model, self.mould = ledger.model, Mould(ledger.model)
        fields = [ledger.field(name) for name in ledger.all_fields[1:]]
        # With what each column's texts were read as: days, places and entries come again and again.
        columns = [(f.name, f, f.blank or f.has_default(), self._kind(f), dict[str, Any]()) for f in fields]
        # What no line says anything of, and none must, isn't looked at line by line.
        given = {name for line in lines for name, text in line.values.items() if text}
        self.columns = [column for column in columns if column[0] in given or not column[2]]

    def _kind(self, field: "models.Field[Any, Any]") -> Callable[["models.Field[Any, Any]", str, Row], Any]:
        if field.name in self.codes:
            return self._entry
        if isinstance(field, models.CharField | models.TextField) and not field.choices:
            return _words
        return _yes_or_no if isinstance(field, models.BooleanField) else _value

    def read(self, outcome: Outcome, unit: Unit | None) -> None:
        """Plan the row that the line says, or refuse what it says wrong, all of it at once."""
        for name in outcome.line.percent:
            self._weigh_percent(outcome, name)
        row, given, errors = self.mould.cast(), outcome.line.values, outcome.line.errors
        said = vars(row)
        for name, field, may_lack, value_of, known in self.columns:
            if name in errors:
                continue
            text = given.get(name, "")
            if text == "":
                if not may_lack:
                    outcome.refuse(name, _("请填写。"))
                continue
            try:
                if text not in known:
                    known[text] = value_of(field, text, row)
                said[name] = known[text]
            except ValidationError as error:
                outcome.refuse(name, "；".join(messages_of(error)))
        if unit is not None and not outcome.is_refused:
            said["unit_id"], row._state.fields_cache["unit"] = unit.pk, unit
            outcome.payload = Planned(row)

    def _weigh_percent(self, outcome: Outcome, name: str) -> None:
        """A cell formatted as a percentage is read as per cent where the column is one, and refused elsewhere."""
        heading = str(getattr(self.model._meta.get_field(name), "verbose_name", name))
        if "%" in to_ascii(heading):
            said = _("“%(heading)s”的单元格是百分比格式，按 %(value)s%% 读取，请核对。")
            outcome.remarks.append(said % {"heading": heading, "value": outcome.line.get(name)})
        else:
            outcome.refuse(name, _("单元格是百分比格式，而这里要填的不是百分数。"))

    def _entry(self, field: "models.Field[Any, Any]", text: str, row: Row) -> str:
        """By its name, or by its code."""
        codes = self.codes[field.name]
        code = codes.get(text, text if text in codes.values() else None)
        if code is None:
            raise ValidationError(_("只能是：%(choices)s。") % {"choices": "、".join(list(codes)[:20])})
        return code


def _yes_or_no(field: "models.Field[Any, Any]", text: str, row: Row) -> bool:
    said = (_YES | _NO).get(text.lower())
    if said is None:
        raise ValidationError(_("请写“是”或“否”。"))
    return said


def _words(field: "models.Field[Any, Any]", text: str, row: Row) -> str:
    field.run_validators(text)
    return text


def _value(field: "models.Field[Any, Any]", text: str, row: Row) -> Any:
    return field.clean(text, row)


def refuse(outcome: Outcome, error: ValidationError) -> None:
    """Beside each field what is wrong with it."""
    found = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
    for name, faults in found.items():
        for message in messages_of(ValidationError(faults)):
            outcome.refuse(name if name != "__all__" else "", message)
