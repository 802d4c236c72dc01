"""节假日: the planner's writes to the holiday table. One transaction each, with its audit event."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from accounts.permissions import Access
from audit import trail
from common.dates import FIRST_YEAR, LAST_YEAR
from common.errors import Conflict, StaleVersion
from goals.calendar import SATURDAY, known_exceptions
from goals.models import CalendarDay
from goals.planning import plain, require_planner


@dataclass(frozen=True)
class Loaded:
    """What taking a year over came to; what a planner had changed stays."""

    added: int
    kept: int


@transaction.atomic
def save_day(user: User, day: CalendarDay, *, origin: str = "") -> CalendarDay:
    """Add or change a day that isn't what its weekday says."""
    require_planner(user)
    before = {}
    if day.pk:
        before = plain(_locked(day))
    if not FIRST_YEAR <= day.day.year <= LAST_YEAR:
        raise ValidationError({"day": ValidationError(_("年份应在 2000 至 2099 之间。"), code="out_of_range")})
    if day.is_working == (day.day.weekday() < SATURDAY):
        said = _("这一天是工作日，不需要记为上班。") if day.is_working else _("这一天是周末，本来就不上班。")
        raise ValidationError({"is_working": ValidationError(said, code="no_exception")})
    if CalendarDay.objects.filter(day=day.day).exclude(pk=day.pk).exists():
        raise ValidationError({"day": ValidationError(_("这一天已在表中。"), code="unique")})
    day.full_clean()
    day.save()
    _tell(user, [trail.Entry("save", "calendarday", str(day.pk), before, plain(day))], origin)
    return day


@transaction.atomic
def delete_day(user: User, day: CalendarDay, *, origin: str = "") -> None:
    """Take a day from the table: from now on its weekday decides."""
    require_planner(user)
    found = _locked(day)
    entry = trail.Entry("delete", "calendarday", str(found.pk), before=plain(found))
    found.delete()
    _tell(user, [entry], origin)


@transaction.atomic
def load_year(user: User, year: int, *, origin: str = "") -> Loaded:
    """Take the State Council's arrangement of a year over. Raises ValidationError for a year it doesn't say."""
    require_planner(user)
    known = known_exceptions(year)
    if not known:
        said = _("还没有 %(year)s 年的国务院节假日安排；可以逐日添加。") % {"year": year}
        raise ValidationError({"year": ValidationError(said, code="unknown_year")})
    standing = set(CalendarDay.objects.filter(day__year=year).values_list("day", flat=True))
    new = [CalendarDay(day=day, is_working=worked, name=name) for day, worked, name in known if day not in standing]
    CalendarDay.objects.bulk_create(new)
    if new:
        after = {"year": year, "added": [day.day.isoformat() for day in new]}
        _tell(user, [trail.Entry("load_holidays", "calendarday", str(year), after=after)], origin)
    return Loaded(added=len(new), kept=len(known) - len(new))


def years_in_table(today: date) -> list[int]:
    """The years that the table names days of, this and the next among them."""
    found = {day.year for day in CalendarDay.objects.dates("day", "year")}
    return sorted(found | {today.year, today.year + 1})


def _locked(day: CalendarDay) -> CalendarDay:
    """The day as it is stored; raises when it is gone, or was changed since it was read."""
    found = CalendarDay.objects.select_for_update().filter(pk=day.pk).first()
    if found is None:
        raise Conflict(_("这一天已不在表中。"))
    if found.version != day.version:
        raise StaleVersion(_("这条记录已被他人修改，请刷新后再试。"))
    return found


def _tell(user: User, entries: list[trail.Entry], origin: str) -> None:
    trail.record(Access.of(user).actor(Role.PLANNER, origin=origin), entries)
