"""Whether everything has somebody to see to it: what adoption lacks, and the share of duties, data and reports.

Units and posts are counted, persons never named. Published and counted indicators owe nobody a report.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import CharField, DateField, F, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from accounts.models import Role, Unit
from accounts.staffing import Staffing, holders, staffing, staffing_of
from goals.models import Plan, Reading, ReportingUnit, Target
from goals.models.reading import State
from goals.progress import deadline, due_period, periods_of_year
from goals.progress.summary import PlanSummary


@dataclass(frozen=True)
class Lack:
    """Why a plan can't be adopted: a target (or what else of the plan), the field that lacks something, in words.

    `address`: where that is mended, unless it is the target's page.
    """

    target: Any
    field: str
    code: str
    said: str
    address: str = ""


def lacking(targets: Iterable[Target], day: date) -> list[Lack]:
    """The targets without a lead office, or whose responsible post nobody holds on the day. One query for the posts."""
    listed = list(targets)
    posts = staffing(day).posts if any(t.responsible_post_id for t in listed) else frozenset()
    found = []
    for target in listed:
        named = {"target": f"{target.code} {target.name}"}
        if target.lead_office_id is None:
            found.append(Lack(target, "lead_office", "no_lead_office", _("%(target)s：没有牵头单位。") % named))
        if target.responsible_post is not None and target.responsible_post_id not in posts:
            said = _("%(target)s：分管岗位“%(post)s”今天无人任职。") % (named | {"post": target.responsible_post.name})
            found.append(Lack(target, "responsible_post", "post_without_holder", said))
    return found


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    @property
    def percent(self) -> float | None:
        """None where there is nothing to have a share of."""
        return 100 * self.part / self.whole if self.whole else None


@dataclass(frozen=True)
class Duties:
    """The duties of a plan's targets: each reporting unit's reporter, each review office's reviewer, each target's
    responsible post. A target without a responsible post is a duty that nobody holds."""

    reporting: frozenset[int]
    reviewing: frozenset[int]
    without_reporter: frozenset[int]
    without_reviewer: frozenset[int]
    targets: int
    without_holder: int

    @property
    def share(self) -> Share:
        whole = len(self.reporting) + len(self.reviewing) + self.targets
        open_duties = len(self.without_reporter) + len(self.without_reviewer) + self.without_holder
        return Share(whole - open_duties, whole)


Span = tuple[int, int, date, date]


def duties_of(
    targets: Sequence[Target], day: date, spans: Sequence[Span] | None = None, staffed: Staffing | None = None
) -> Duties:
    """The duties on the day, in two queries; none for what is known: the spans of reporting, who is there."""
    spans = spans_of(targets) if spans is None else spans
    staffed = staffing(day) if staffed is None else staffed
    reporting = {unit for _indicator, unit, first, last in spans if first <= day <= last}
    offices = {
        t.indicator.review_office_id or t.lead_office_id for t in targets if not t.indicator.measure_of(t.plan.year)
    }
    reviewing = {office for office in offices if office is not None}
    return Duties(
        reporting=frozenset(reporting),
        reviewing=frozenset(reviewing),
        without_reporter=frozenset(u for u in reporting if not staffed.has(Role.REPORTER, u)),
        without_reviewer=frozenset(u for u in reviewing if not staffed.has(Role.REVIEWER, u)),
        targets=len(targets),
        without_holder=sum(1 for t in targets if t.responsible_post_id not in staffed.posts),
    )


def spans_of(targets: Iterable[Target]) -> list[Span]:
    """Which units report which of the targets' indicators, from when to when."""
    ids = {t.indicator_id for t in targets if _is_reported(t)}
    spans = ReportingUnit.objects.filter(indicator__in=ids)
    return list(spans.values_list("indicator_id", "unit_id", "first_day", "last_day"))


def _is_reported(target: Target) -> bool:
    return not target.indicator.measure_of(target.plan.year) and not target.indicator.published


@dataclass(frozen=True)
class Unmanned:
    """The units that must report without a reporter, and the offices that review without a reviewer."""

    reporting: Sequence[Unit] = field(default_factory=list)
    reviewing: Sequence[Unit] = field(default_factory=list)


def unmanned_units(duties: Duties) -> Unmanned:
    """Their names, in the order of the tree. One query."""
    missing = duties.without_reporter | duties.without_reviewer
    units = list(Unit.objects.filter(pk__in=missing)) if missing else []
    return Unmanned(
        [u for u in units if u.pk in duties.without_reporter], [u for u in units if u.pk in duties.without_reviewer]
    )


@dataclass
class Freshness:
    """The slots (indicator, unit and period) whose period has ended: `passed` are those after their deadline, of
    which so many are approved, wait for review, or are late; `due` may still be handed in in time."""

    passed: int = 0
    approved: int = 0
    waiting: int = 0
    late: int = 0
    due: int = 0

    @property
    def share(self) -> Share:
        return Share(self.approved, self.passed)


States = Mapping[tuple[int, int, date], str]


def freshness_of(
    plan: Plan, targets: Sequence[Target], day: date, spans: Sequence[Span], states: States | None = None
) -> Freshness:
    """How fresh the plan's figures are on the day. One query, where the slots' states aren't known; duties of a draft
    haven't begun: none."""
    found = Freshness()
    if plan.state == Plan.State.DRAFT:
        return found
    by_indicator = {t.indicator_id: t for t in targets if _is_reported(t)}
    if states is None:
        columns = ("indicator_id", "unit_id", "period", "state")
        states = _states(_readings(plan, by_indicator, day).values_list(*columns))
    for indicator_id, unit_id, first, last in spans:
        target = by_indicator[indicator_id]
        for period in _ended(plan, target, day):
            if first <= period <= last:
                limit = deadline(period, target.indicator.deadline_day, target.indicator.deadline_lag)
                _count(found, states.get((indicator_id, unit_id, period)), limit < day)
    return found


def _readings(plan: Plan, indicators: Iterable[int], day: date) -> "QuerySet[Reading]":
    """What was handed in of the year's periods."""
    standing = [State.APPROVED, State.SUBMITTED]
    return Reading.objects.filter(
        indicator__in=list(indicators), period__range=(plan.start, day), state__in=standing
    ).order_by()


def _states(readings: Iterable[tuple[int, int, date, str]]) -> States:
    """By slot; approved where any of its readings is."""
    states: dict[tuple[int, int, date], str] = {}
    for indicator, unit, period, state in readings:
        if states.get((indicator, unit, period)) != State.APPROVED:
            states[indicator, unit, period] = state
    return states


def _ended(plan: Plan, target: Target, day: date) -> list[date]:
    frequency = target.indicator.frequency
    last = due_period(frequency, plan.year, target.due)
    return [end for end in periods_of_year(frequency, plan.year) if last is not None and end <= last and end < day]


def _count(found: Freshness, state: str | None, is_past: bool) -> None:
    if not is_past:
        found.due += state is None
        return
    found.passed += 1
    found.approved += state == State.APPROVED
    found.waiting += state == State.SUBMITTED
    found.late += state is None


@dataclass(frozen=True)
class Oversight:
    """What stands on the overview: duties with a holder, fresh figures, indicators with data."""

    duties: Duties
    freshness: Freshness
    complete: Share


def oversight(summary: PlanSummary, day: date) -> Oversight:
    """For a plan's rolled-up targets on the day. One query, however many they are."""
    targets = [target for target, _progress in summary.rows]
    spans, states, staffed = _overseen(summary.plan, targets, day)
    return Oversight(
        duties=duties_of(targets, day, spans, staffed),
        freshness=freshness_of(summary.plan, targets, day, spans, states),
        complete=Share(summary.overall.with_data, summary.overall.targets),
    )


_SPAN, _READING, _STAFF = "span", "reading", "staff"
_OVERSEEN = ("what", "word", "one", "other", "first", "last")


def _overseen(plan: Plan, targets: Sequence[Target], day: date) -> tuple[list[Span], States, Staffing]:
    """Who reports what and when, what was handed in, and who is there, at once."""
    ids = {t.indicator_id for t in targets if _is_reported(t)}
    nothing, no_word = Cast(Value(None), DateField()), Value("", CharField())
    spans: QuerySet[Any] = ReportingUnit.objects.filter(indicator__in=ids).order_by()
    parts = [
        (_SPAN, spans, (no_word, F("indicator_id"), F("unit_id"), F("first_day"), F("last_day"))),
        (_READING, _readings(plan, ids, day), (F("state"), F("indicator_id"), F("unit_id"), F("period"), nothing)),
        *((_STAFF, rows, (F("of_role"), F("of_unit"), F("of_post"), nothing, nothing)) for rows in holders(day)),
    ]
    queries = [
        rows.annotate(
            **{f"of_{name}": each for name, each in zip(_OVERSEEN, (Value(what, CharField()), *columns), strict=True)}
        ).values_list(*(f"of_{name}" for name in _OVERSEEN))
        for what, rows, columns in parts
    ]
    found: dict[str, list[Any]] = {_SPAN: [], _READING: [], _STAFF: []}
    for what, *row in queries[0].union(*queries[1:], all=True):
        found[what].append(row)
    return (
        [(one, other, first, last) for _word, one, other, first, last in found[_SPAN]],
        _states((one, other, first, word) for word, one, other, first, _last in found[_READING]),
        staffing_of((word, one, other) for word, one, other, _first, _last in found[_STAFF]),
    )
