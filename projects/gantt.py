"""The Gantt chart: bars of planned and actual time across a plan's year, as SVG without script or inline style."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from projects.models import Milestone
from projects.words import Work

HEIGHT = 40


@dataclass(frozen=True)
class Axis:
    """A calendar year on a line of a hundred per cent."""

    year: int

    def at(self, day: date) -> float:
        """Where a day begins, within the line."""
        first = date(self.year, 1, 1)
        days = (date(self.year + 1, 1, 1) - first).days
        return max(0.0, min(100.0, 100 * (day - first).days / days))

    def after(self, day: date) -> float:
        """Where it ends."""
        return self.at(day + timedelta(days=1))

    @property
    def months(self) -> list[tuple[int, float]]:
        return [(month, self.at(date(self.year, month, 1))) for month in range(1, 13)]


def head(year: int) -> SafeString:
    """The names of the months."""
    pattern = _("n月")
    texts = "".join(
        f'<text x="{x + 0.6:.2f}%" y="15">{escape(date_format(date(year, month, 1), pattern))}</text>'
        for month, x in Axis(year).months
    )
    return _svg(22, "", texts)


def row(milestone: Milestone, day: date, year: int) -> SafeString:
    """One milestone: planned above, actual below, what was late in red, and a few words."""
    axis = Axis(year)
    start = milestone.start or milestone.due
    body = _bar("gp", axis, start, milestone.due, 9, 9)
    if milestone.first_due < milestone.due:
        body += f'<rect class="gf" x="{axis.after(milestone.first_due):.2f}%" width="2" y="6" height="15"/>'
    body += _actual(milestone, start, day, axis)
    body += f'<rect class="gt-now" x="{axis.at(day):.2f}%" width="2" height="{HEIGHT}"/>'
    said = said_of(milestone, day)
    overdue = milestone.due < day and milestone.done_on is None
    end = axis.after(max(milestone.due, day if overdue else milestone.done_on or milestone.due))
    before = end > 86
    x = axis.at(start) - 1 if before else end + 1
    anchor = ' text-anchor="end"' if before else ""
    body += f'<text class="gtx" x="{x:.2f}%" y="24"{anchor}>{escape(said)}</text>'
    return _svg(HEIGHT, f"{milestone.name} {said}", _lines(axis, HEIGHT) + body)


def _actual(milestone: Milestone, start: date, day: date, axis: Axis) -> str:
    done = milestone.done_on if milestone.done_on and milestone.done_on <= day else None
    if done is not None:
        body = _bar("ga", axis, min(start, done), min(done, milestone.due), 21, 10)
        return body + (
            _bar("gx", axis, milestone.due + timedelta(days=1), done, 21, 10) if done > milestone.due else ""
        )
    return _bar("gx", axis, milestone.due + timedelta(days=1), day, 21, 10) if milestone.due < day else ""


def said_of(milestone: Milestone, day: date) -> str:
    """Done when, how late, or until when."""
    late = milestone.days_late(day)
    if milestone.done_on is not None and milestone.done_on <= day:
        done = _("%(m)s月%(d)s日完成") % {"m": milestone.done_on.month, "d": milestone.done_on.day}
        waits = "" if milestone.is_accepted else _("，待验收")
        return (_("晚 %(n)s 天") % {"n": late} if late else done) + waits
    if milestone.due < day:
        return _("已晚 %(n)s 天") % {"n": late}
    return _("%(m)s月%(d)s日前") % {"m": milestone.due.month, "d": milestone.due.day}


def line(work: Work, year: int) -> SafeString:
    """A whole work in one row: its span, and a mark for each milestone."""
    axis, marks = Axis(year), ""
    for milestone in work.milestones:
        marks += _mark(milestone, work.day, axis)
    body = _bar("gp", axis, work.project.start, work.project.due, 12, 6) + marks
    body += f'<rect class="gt-now" x="{axis.at(work.day):.2f}%" width="2" height="30"/>'
    return _svg(30, f"{work.project.name} {work.bar_label}", _lines(axis, 30) + body)


def _mark(milestone: Milestone, day: date, axis: Axis) -> str:
    done = milestone.done_on is not None and milestone.done_on <= day
    look = "gm-w" if done and not milestone.is_accepted else "gm-d" if done else "gm-l" if milestone.due < day else "gm"
    return (
        f'<circle class="{look}" cx="{axis.after(milestone.due):.2f}%" cy="15" r="5">'
        f"<title>{escape(milestone.name)} {escape(said_of(milestone, day))}</title></circle>"
    )


def fund_bar(received: Decimal | None, paid: Decimal | None, label: str) -> SafeString:
    """What arrived of the money, and what of it was paid."""
    parts = '<rect class="fd0" width="100%" height="18" rx="4"/>'
    for css, share in (("fd1", received), ("fd2", paid)):
        if share:
            parts += f'<rect class="{css}" width="{min(float(share), 100):.2f}%" height="18" rx="4"/>'
    return mark_safe(
        f'<svg class="fund" width="100%" height="18" role="img" aria-label="{escape(label)}">{parts}</svg>'
    )


def _bar(css: str, axis: Axis, first: date, last: date, y: int, height: int) -> str:
    x, end = axis.at(first), axis.after(last)
    if end <= x:
        return ""
    return f'<rect class="{css}" x="{x:.2f}%" width="{end - x:.2f}%" y="{y}" height="{height}" rx="2"/>'


def _lines(axis: Axis, height: int) -> str:
    return "".join(f'<rect class="gl" x="{x:.2f}%" width="1" height="{height}"/>' for _month, x in axis.months)


def _svg(height: int, label: str, body: str) -> SafeString:
    spoken = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return mark_safe(f'<svg width="100%" height="{height}" {spoken}>{body}</svg>')


def rows(milestones: Sequence[Milestone], day: date, year: int) -> list[tuple[Milestone, SafeString]]:
    return [(milestone, row(milestone, day, year)) for milestone in milestones]
