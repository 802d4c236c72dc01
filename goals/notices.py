"""How notices are read, on the page and in mails: those of one kind, unit and deadline together."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils import timezone

from goals.models import Notice

Kind = Notice.Kind
# Icon and colour of the design for each kind.
LOOKS = {
    Kind.DUE_SOON: ("clock", "none"),
    Kind.DUE_TODAY: ("clock", "risk"),
    Kind.OVERDUE: ("alert-triangle", "late"),
    Kind.RETURNED: ("corner-up-left", "late"),
    Kind.REVIEW_OVERDUE: ("alert-triangle", "late"),
    Kind.POST_OVERDUE: ("alert-octagon", "late"),
    Kind.MENTIONED: ("edit", "none"),
    Kind.ORDER_NEWS: ("gavel", "none"),
    Kind.ORDER_SOON: ("clock", "risk"),
    Kind.ORDER_LATE: ("alert-triangle", "late"),
    Kind.ORDER_POST: ("alert-octagon", "late"),
    Kind.FEEDBACK: ("edit", "none"),
}
# The most pressing first.
ORDER = (
    Kind.ORDER_POST,
    Kind.ORDER_LATE,
    Kind.POST_OVERDUE,
    Kind.REVIEW_OVERDUE,
    Kind.RETURNED,
    Kind.OVERDUE,
    Kind.DUE_TODAY,
    Kind.DUE_SOON,
    Kind.ORDER_SOON,
    Kind.ORDER_NEWS,
    Kind.MENTIONED,
    Kind.FEEDBACK,
)


@dataclass(frozen=True)
class Line:
    """One notice in words. `settled`: somebody has done meanwhile what it asks for."""

    notice: Notice
    name: str
    period: date | None
    reviewer: str
    reason: str
    settled: bool
    said: str = ""


@dataclass(frozen=True)
class Group:
    """Notices of a day that differ in their indicator and period alone."""

    told_on: date
    kind: str
    label: str
    unit: str
    deadline: date | None
    lines: list[Line]

    @property
    def icon(self) -> str:
        return LOOKS.get(self.kind, ("bell", "none"))[0]  # type: ignore[call-overload, no-any-return]

    @property
    def look(self) -> str:
        return LOOKS.get(self.kind, ("bell", "none"))[1]  # type: ignore[call-overload, no-any-return]


def grouped(notices: Iterable[Notice], *, by_day: bool = True) -> list[Group]:
    """The notices in their order, neighbours that belong together as one group; told on one day, if that matters."""
    found = []
    for (_told, kind, unit, limit), some in groupby(notices, key=lambda n: _togetherness(n, by_day)):
        members = list(some)
        lines = [_line(member) for member in members]
        found.append(Group(_told_on(members[0]), kind, members[0].get_kind_display(), unit, _day(limit), lines))
    return found


def _line(notice: Notice) -> Line:
    return Line(
        notice=notice,
        name=str(notice.data.get("name", "")),
        period=_day(notice.data.get("period")),
        reviewer=str(notice.data.get("reviewer", "")),
        reason=str(notice.data.get("reason", "")),
        settled=bool(getattr(notice, "settled", False)),
        said=str(notice.data.get("said", "")),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def by_urgency(notices: Iterable[Notice]) -> list[Notice]:
    """For a mail, which gathers several days: the most pressing kind first, in it the oldest deadline."""
    place = {kind: index for index, kind in enumerate(ORDER)}

    def urgency(notice: Notice) -> tuple[int, str, str, int]:
        _told, kind, unit, deadline = _togetherness(notice, by_day=False)
        return place[Kind(kind)], deadline, unit, notice.pk

    return sorted(notices, key=urgency)


def _togetherness(notice: Notice, by_day: bool) -> tuple[date | None, str, str, str]:
    told_on = _told_on(notice) if by_day else None
    return told_on, notice.kind, str(notice.data.get("unit_name", "")), str(notice.data.get("deadline", ""))


def _told_on(notice: Notice) -> date:
    return timezone.localtime(notice.created_at).date()
