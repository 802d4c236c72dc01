"""Checks that a register's row declares (`Row.checks`), run in their order. Each raises ValidationError by field."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import Unit
from common import clock

Words = str | Promise
Check = Callable[[Any], None]
# The days that end something, by the names that all registers give them: they may lie ahead.
AHEAD = ("due", "extended_to", "valid_until", "cared_until", "repair_to", "lapsed_on", "next_on")
# When a check concerns a row: where this field is filled in, or where this says so.
When = str | Callable[[Any], bool]


def fault(name: str, said: Words, code: str) -> ValidationError:
    """What is wrong with a field."""
    return ValidationError({name: ValidationError(str(said), code=code)})


def refused(name: str, said: Words, code: str, *, when: Callable[[Any], bool]) -> Check:
    """What the row says of this field can't be."""

    def check(row: Any) -> None:
        if when(row):
            raise fault(name, said, code)

    return check


def in_order(*names: str) -> Check:
    """The days that are given follow one another; none lies ahead, but for ends (`AHEAD`)."""

    def check(row: Any) -> None:
        last, last_name = None, ""
        for name in names:
            day = getattr(row, name)
            if day is None:
                continue
            if last is not None and day < last:
                said = _("不能早于%(field)s。") % {"field": row._meta.get_field(last_name).verbose_name}
                raise fault(name, said, "out_of_order")
            if name not in AHEAD and day > clock.today():
                raise fault(name, _("日期不能晚于今天。"), "future")
            last, last_name = day, name

    return check


def later(name: str, than: str, *, said: Words) -> Check:
    """A day comes after another one, not on it."""

    def is_not(row: Any) -> bool:
        day, before = getattr(row, name), getattr(row, than)
        return day is not None and before is not None and day <= before

    return refused(name, said, "out_of_order", when=is_not)


def required(*names: str, said: Words, when: When) -> Check:
    """These fields are filled in: something else that the row says asks for them."""

    def check(row: Any) -> None:
        if not (getattr(row, when) if isinstance(when, str) else when(row)):
            return
        lacking = [name for name in names if getattr(row, name) in (None, "")]
        if lacking:
            raise ValidationError({name: ValidationError(str(said), code="required") for name in lacking})

    return check


def together(*names: str, said: Words) -> Check:
    """All of these fields are filled in, or none."""
    return required(*names, said=said, when=lambda row: any(getattr(row, name) not in (None, "") for name in names))


def empty(*names: str, said: Words, code: str, when: Callable[[Any], bool]) -> Check:
    """These fields aren't filled in: something else that the row says leaves no room for them."""

    def check(row: Any) -> None:
        for name in names if when(row) else ():
            if getattr(row, name) not in (None, ""):
                raise fault(name, said, code)

    return check


def of_village(row: Any) -> None:
    """The row is a village's own: what villages alone have isn't an office's."""
    if row.unit_id is not None and row.unit.kind != Unit.Kind.VILLAGE:
        raise fault("unit", _("这里只登记行政村。"), "not_village")


def not_negative(*names: str) -> Check:
    """These figures are zero or more."""

    def check(row: Any) -> None:
        for name in names:
            value = getattr(row, name)
            if value is not None and value < 0:
                raise fault(name, _("不能为负。"), "negative")

    return check


def within(*names: str, least: Any, most: Any) -> Check:
    """Figures that lie in their physical range; `most` may be asked of the row."""

    def check(row: Any) -> None:
        for name in names:
            value, highest = getattr(row, name), most(row) if callable(most) else most
            if value is not None and not least <= value <= highest:
                said = _("应在 %(least)s 至 %(most)s 之间。") % {"least": least, "most": highest}
                raise fault(name, said, "out_of_range")

    return check


def not_above(part: str, whole: str) -> Check:
    """A part is not larger than its whole."""

    def check(row: Any) -> None:
        above, below = getattr(row, part), getattr(row, whole)
        if above is not None and below is not None and above > below:
            said = _("不能大于%(field)s。") % {"field": row._meta.get_field(whole).verbose_name}
            raise fault(part, said, "above_whole")

    return check
