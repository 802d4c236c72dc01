"""Reminders: who is told on which day of what is due, overdue or returned. `goals.digest` mails what is new."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Q, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.models import User
from common import clock
from goals.calendar import WorkingDays
from goals.models import Notice, Plan, Reading
from goals.models.reading import State
from goals.owing import Owed, owed_by_all
from goals.permissions import review_offices
from goals.recipients import Recipients

Kind = Notice.Kind
SOON = timedelta(days=3)
_NOBODY = -1
# Working days after the deadline.
REVIEWER_AFTER, POST_AFTER = 3, 7
# The kinds that `remind` writes, and puts away when they no longer say how things stand.
OF_THE_DAY = (
    *(Kind.DUE_SOON, Kind.DUE_TODAY, Kind.OVERDUE, Kind.REVIEW_OVERDUE, Kind.POST_OVERDUE),
    *(Kind.ORDER_SOON, Kind.ORDER_LATE, Kind.ORDER_POST),
)
LONGEST_REASON = 500

# What an app tells on a day besides: all that holds, told before or not, in a fixed number of queries.
Telling = Callable[[date, Recipients], Iterable[Notice]]
_others: list[Telling] = []


def telling(tell: Telling) -> Telling:
    """Register what else people are told, of the kinds above. An app registers in its `asks.py`."""
    _others.append(tell)
    return tell


@dataclass(frozen=True)
class Reminded:
    """How many notices a run wrote, and how many it put away."""

    told: int
    put_away: int


def unread_count(user: User) -> int:
    """For the bell: what this user hasn't read and nobody has done meanwhile. One query."""
    sql, params = _unread_statement()
    with connection.cursor() as cursor:
        cursor.execute(sql, [user.pk if param == _NOBODY else param for param in params])
        found = cursor.fetchone()
    return found[0] if found else 0


@cache
def _unread_statement() -> tuple[str, tuple[Any, ...]]:
    """The query for nobody. Every page asks it, and building its SQL takes longer than running it."""
    pending = Notice.objects.visible_to(User(pk=_NOBODY)).pending().order_by().values("user")
    return pending.annotate(count=Count("pk")).values_list("count").query.sql_with_params()


def unread_of(user: User) -> Combinable:
    """The same as an expression, for a query that is asked anyway."""
    pending = Notice.objects.visible_to(user).pending().order_by().values("user")
    return Coalesce(Subquery(pending.annotate(count=Count("pk")).values("count")), 0)


@transaction.atomic
def remind(today: date) -> Reminded:
    """Write everybody's reminders of the day, each once, and put away those that time has overtaken.

    Running it again changes nothing. The number of queries doesn't grow with users, units or indicators.
    """
    owed, days = owed_by_all(today, SOON)
    people = Recipients.on(today)
    told = [*_notices(owed, days, today, people), *(n for tell in _others for n in tell(today, people))]
    wanted = {(n.user_id, n.key): n for n in told}
    first_year = Plan.objects.filter(state=Plan.State.ADOPTED).order_by("year").values_list("year", flat=True).first()
    known = Notice.objects.filter(kind__in=OF_THE_DAY)
    known = known.filter(Q(read_at=None) | Q(created_at__year__gte=first_year or today.year))
    unread = []
    for pk, user_id, key, read_at in known.order_by().values_list("pk", "user_id", "key", "read_at"):
        if wanted.pop((user_id, key), None) is None and read_at is None:
            unread.append(pk)
    Notice.objects.bulk_create(wanted.values(), ignore_conflicts=True)
    put_away = Notice.objects.filter(pk__in=unread).update(read_at=clock.now())
    return Reminded(told=len(wanted), put_away=put_away)


def _notices(owed: Iterable[Owed], days: WorkingDays, today: date, people: Recipients) -> Iterator[Notice]:
    """All that holds on the day, told before or not, in the order in which people read it."""
    owed = sorted(owed, key=lambda o: (o.limit, o.unit.path, o.target.order, o.target.indicator_id, o.period))
    now = clock.now()
    offices = review_offices((o.target.indicator_id, o.period.year) for o in owed)
    for each in owed:
        target = reverse("target", args=[each.target.pk])
        kind = kind_on(each, today)
        if kind is not None:
            yield from _told(kind, each, people.reporters(each.unit.pk), reverse("report"), now)
        if kind != Kind.OVERDUE:
            continue
        if days.after(each.late_after, REVIEWER_AFTER) <= today:
            office = offices[each.target.indicator_id, each.period.year]
            yield from _told(Kind.REVIEW_OVERDUE, each, people.reviewers(office), target, now)
        if days.after(each.late_after, POST_AFTER) <= today:
            holders = people.holders(each.target.responsible_post_id)
            yield from _told(Kind.POST_OVERDUE, each, holders, target, now)


def kind_on(owed: Owed, today: date) -> str | None:
    """What the unit's reporters are told of it on the day. Within three days counts, lest a missed run be lost."""
    if today > owed.late_after:
        return Kind.OVERDUE
    if today == owed.limit:
        return Kind.DUE_TODAY
    return Kind.DUE_SOON if today < owed.limit <= today + SOON else None


def _told(kind: str, owed: Owed, users: Iterable[int], link: str, now: datetime) -> Iterator[Notice]:
    key = f"{kind}|{owed.unit.pk}|{owed.target.indicator_id}|{owed.period}"
    if owed.reopened:
        key += f"|{owed.limit}"
    data = {
        "indicator": owed.target.indicator_id,
        "unit": owed.unit.pk,
        "period": owed.period.isoformat(),
        "deadline": owed.limit.isoformat(),
        "name": owed.target.indicator.name,
        "unit_name": owed.unit.name,
    }
    for user_id in sorted(users):
        yield Notice(user_id=user_id, kind=kind, key=key, data=data, link=link, created_at=now)


def tell_returned(reading: Reading, reviewer: User) -> None:
    """Tell who submitted it, and the unit's other reporters, that a figure was returned: in the caller's
    transaction. Nobody is told of what they did themselves, and no machine of anything."""
    told = set(Recipients.on(clock.today(), [reading.unit_id]).reporters(reading.unit_id))
    by = reading.reported_by
    if by is not None and by.is_active and not by.is_machine:
        told.add(by.pk)
    told.discard(reviewer.pk)
    data = {
        "indicator": reading.indicator_id,
        "unit": reading.unit_id,
        "period": reading.period.isoformat(),
        "revision": reading.revision,
        "name": reading.indicator.name,
        "unit_name": reading.unit.name,
        "reviewer": str(reviewer),
        "reason": reading.reason[:LONGEST_REASON],
    }
    now, link = clock.now(), _way_back(reading)
    key = f"{Kind.RETURNED}|{reading.pk}"
    Notice.objects.bulk_create(
        [Notice(user_id=pk, kind=Kind.RETURNED, key=key, data=data, link=link, created_at=now) for pk in sorted(told)],
        ignore_conflicts=True,
    )


def _way_back(reading: Reading) -> str:
    """Where the figure is entered again: the sheet, or the correction of what still stands approved."""
    slot = Reading.objects.filter(indicator=reading.indicator_id, unit=reading.unit_id, period=reading.period)
    standing = slot.filter(state=State.APPROVED).values_list("pk", flat=True).first()
    return reverse("correct", args=[standing]) if standing else reverse("report")
