"""Dates as people and clients write them: YYYY-MM-DD in ASCII, 2000 to 2099, nothing else."""

import re
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

FIRST_YEAR, LAST_YEAR = 2000, 2099
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parse_date(raw: object) -> date:
    """The day. Raises ValidationError for another form, an impossible day or a year outside 2000 to 2099."""
    if not isinstance(raw, str) or not _DATE.fullmatch(raw):
        raise ValidationError(_("日期应写作 YYYY-MM-DD。"), code="invalid")
    try:
        day = date.fromisoformat(raw)
    except ValueError:
        raise ValidationError(_("没有这一天。"), code="invalid") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(_("年份应在 2000 至 2099 之间。"), code="out_of_range")
    return day


def parse_moment(raw: object) -> datetime:
    """An ISO date-time with its zone (the portal's where none is given), 2000 to 2099."""
    try:
        moment = parse_datetime(raw) if isinstance(raw, str) and raw.isascii() else None
    except ValueError:
        moment = None
    if moment is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValidationError(_("时间应写作 ISO 格式，如 2022-10-12T08:00:00+08:00。"), code="invalid")
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
