"""Checks that rows of several registers share. Each raises ValidationError naming the field."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import Unit
from common import clock


def fault(name: str, said: str | Promise, code: str) -> ValidationError:
    """What is wrong with a field."""
    return ValidationError({name: ValidationError(str(said), code=code)})


def in_order(row: Any, *names: str, future: Iterable[str] = ("due", "extended_to")) -> None:
    """The days that are given follow one another; none lies ahead, but for those in `future`."""
    last, last_name = None, ""
    for name in names:
        day = getattr(row, name)
        if day is None:
            continue
        if last is not None and day < last:
            said = _("不能早于%(field)s。") % {"field": row._meta.get_field(last_name).verbose_name}
            raise fault(name, said, "out_of_order")
        if name not in future and day > clock.today():
            raise fault(name, _("日期不能晚于今天。"), "future")
        last, last_name = day, name


def required_with(row: Any, names: Iterable[str], said: str | Promise) -> None:
    """These fields are filled in: something else that the row says asks for them."""
    lacking = [name for name in names if getattr(row, name) in (None, "")]
    if lacking:
        raise ValidationError({name: ValidationError(str(said), code="required") for name in lacking})


def of_village(row: Any) -> None:
    """The row is a village's own: what villages alone have isn't an office's."""
    if row.unit_id is not None and row.unit.kind != Unit.Kind.VILLAGE:
        raise ValidationError({"unit": ValidationError(_("这里只登记行政村。"), code="not_village")})


def not_negative(row: Any, *names: str) -> None:
    """These figures are zero or more."""
    for name in names:
        value = getattr(row, name)
        if value is not None and value < 0:
            raise fault(name, _("不能为负。"), "negative")


def within(row: Any, name: str, least: Any, most: Any) -> None:
    """A figure that lies in its physical range."""
    value = getattr(row, name)
    if value is not None and not least <= value <= most:
        said = _("应在 %(least)s 至 %(most)s 之间。") % {"least": least, "most": most}
        raise fault(name, said, "out_of_range")


def not_above(row: Any, part: str, whole: str) -> None:
    """A part is not larger than its whole."""
    above, below = getattr(row, part), getattr(row, whole)
    if above is not None and below is not None and above > below:
        said = _("不能大于%(field)s。") % {"field": row._meta.get_field(whole).verbose_name}
        raise fault(part, said, "above_whole")
