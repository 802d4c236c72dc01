"""大屏: what the meeting room's screen shows of a plan, in a number of queries that doesn't grow with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from common import clock
from common.display import UNKNOWN, figure
from common.graphics import SHAPES
from dashboard import charts
from dashboard.models import ranking_of
from dashboard.overview import VILLAGES
from dashboard.rollup import gap_of, tone_of
from dashboard.wall_drawing import Trend, Vessels, trend_of, vessels_of
from goals.models import Plan, Section, Target
from goals.models.progress import Status
from goals.panels import Panel
from goals.progress import worst_first
from goals.progress.store import months_of
from goals.progress.summary import OfficeSummary, PlanSummary, Row, Summary, plan_summary, summarise
from goals.words import LAGGING, Standing
from livelihood.models import Candidate
from projects.standing import of_plan, rows_of
from projects.words import Work
from safety.panels import accidents, hazards
from supervision.models import Order

SHOWN, ORDERS, OFFICES = 7, 4, 8
_BELOW = (Status.BEHIND, Status.MISSED, Status.AT_RISK)


@dataclass(frozen=True)
class Item:
    """A target or a headline work that lags: how far, whose, and what would catch up."""

    name: str
    office: str
    figures: str
    gap: str
    need: str
    multiple: str
    status: str
    word: str
    filled: Decimal | None
    due: Decimal | None


@dataclass(frozen=True)
class Turn:
    """One turn of the panel that rotates: the whole plan, then each section."""

    code: str
    name: str
    counts: dict[str, int]
    items: Sequence[Item]
    late: int

    @property
    def said(self) -> str:
        """Beside the heading: how many are behind, how many slow."""
        slow = self.counts[Status.AT_RISK]
        return _("落后 %(late)s · 偏慢 %(slow)s") % {"late": self.late, "slow": slow}


@dataclass(frozen=True)
class Ten:
    """One of the ten livelihood projects."""

    name: str
    status: str
    word: str
    done: Decimal | None
    due: Decimal | None


@dataclass(frozen=True)
class OrderLine:
    """An order in force."""

    reference: str
    name: str
    word: str
    days_late: int


@dataclass(frozen=True)
class Wall:
    """Everything on the wall, and when it was read."""

    plan: Plan
    as_of: date
    read_at: datetime
    summary: PlanSummary
    items: Summary
    works: int
    lead: Decimal | None
    tone: str
    trend: Trend
    vessels: Vessels
    marks: Sequence[tuple[Section, Sequence[str]]]
    turns: Sequence[Turn]
    offices: Sequence[OfficeSummary]
    ten: Sequence[Ten]
    ten_counts: dict[str, int]
    orders: Sequence[OrderLine]
    orders_in_force: int
    orders_late: int
    safety: Sequence[Any]
    hazards: Any

    @property
    def tones(self) -> list[str]:
        """The colours that its vessels have, as the design's keys."""
        return sorted({SHAPES[vessel.tone] for vessel in self.vessels.vessels})

    @property
    def overall(self) -> Summary:
        return self.summary.overall


def wall_of(plan: Plan) -> Wall:
    """The wall of today, or of the plan's first day before it begins. Eleven queries at most."""
    day = max(clock.today(), plan.start)
    summary = plan_summary(plan, day)
    months = months_of([target for target, _row in summary.rows], day)
    works = rows_of(of_plan(plan).select_related("lead_office"), day)
    rows = [*summary.rows, *works]
    sections = [section for section, _found in summary.sections]
    by_section = {s.pk: [row for row in rows if row[0].theme.section_id == s.pk] for s in sections}
    gap = gap_of(summary.overall)
    orders = list(Order.objects.filter(plan=plan).in_force().select_related("plan", "target", "project"))
    ten = _ten(plan, works, day)
    safety = next((section for section in sections if section.code == "safety"), None)
    return Wall(
        plan=plan,
        as_of=day,
        read_at=clock.now(),
        summary=summary,
        items=summarise(rows),
        works=len(works),
        lead=gap,
        tone=tone_of(plan, gap),
        trend=trend_of(charts.completion_trend(plan, [target for target, _row in summary.rows], months).data),
        vessels=vessels_of(plan, summary),
        marks=[(section, _marks(by_section[section.pk])) for section in sections],
        turns=[_turn("", _("全部"), rows, day), *(_turn(s.code, s.name, by_section[s.pk], day) for s in sections)],
        offices=_offices(plan, summary),
        ten=ten,
        ten_counts={s: n for s in Status.values if (n := sum(each.status == s for each in ten))},
        orders=_orders(orders, day),
        orders_in_force=len(orders),
        orders_late=sum(1 for order in orders if order.days_late(day)),
        safety=_of_section(safety, plan, day, accidents, "charts"),
        hazards=_hazards(safety, plan, day),
    )


def _offices(plan: Plan, summary: PlanSummary) -> list[OfficeSummary]:
    """As far as the planner wants units listed: the switches of 总览 hold here too."""
    ranking = ranking_of(plan)
    if not ranking.offices:
        return []
    return [o for o in summary.offices if ranking.villages or o.office.kind not in VILLAGES][:OFFICES]


def _marks(rows: Iterable[Row]) -> list[str]:
    """A section's items by status, in the order of the statuses."""
    order = list(Status.values)
    return sorted((progress.status for _thing, progress in rows), key=order.index)


def _turn(code: str, name: str, rows: Sequence[Row], day: date) -> Turn:
    summary = summarise(rows)
    late = [row for row in rows if row[1].status in _BELOW]
    late.sort(key=lambda row: (row[1].status == Status.AT_RISK, *worst_first(row[1].status, row[1].deviation)))
    items = [_item(thing, progress, day) for thing, progress in late[:SHOWN]]
    return Turn(code, name, dict(summary.counts), items, sum(summary.counts[s] for s in LAGGING))


def _item(thing: Any, progress: Any, day: date) -> Item:
    return _target_item(thing, progress) if isinstance(thing, Target) else _work_item(Work(thing, progress, day))


def _target_item(target: Target, progress: Any) -> Item:
    standing = Standing(target, progress)
    goal = f"{standing.sign}{standing.goal_shown} {standing.unit}".strip()
    return Item(
        name=target.name,
        office=str(target.lead_office or UNKNOWN),
        figures=f"{standing.actual_shown} / {goal}",
        gap=standing.gap_shown,
        need="" if progress.catch_up is None else standing.catch_up_shown,
        multiple=standing.multiple,
        status=standing.status,
        word=standing.word,
        filled=standing.filled,
        due=standing.due_now,
    )


def _work_item(work: Work) -> Item:
    gap = work.progress.gap if work.progress else None
    return Item(
        name=work.project.name,
        office=str(work.project.lead_office or UNKNOWN),
        figures=_("节点完成 %(done)s%%") % {"done": figure(work.done, 1)},
        gap=_("差 %(n)s 个百分点") % {"n": figure(abs(gap), 1)} if gap else work.word,
        need=_("时限 %(day)s") % {"day": work.project.due.isoformat()},
        multiple="",
        status=work.status,
        word=work.word,
        filled=work.done,
        due=work.due,
    )


def _ten(plan: Plan, works: Sequence[Row], day: date) -> list[Ten]:
    """The published list in its order; nothing before it is published. One query."""
    progress = {project.pk: row for project, row in works}
    found = Candidate.objects.filter(plan=plan, plan__livelihood_decision__published_on__lte=day).published()
    ten = []
    for candidate in found.select_related("project"):
        assert candidate.project is not None
        work = Work(candidate.project, progress.get(candidate.project_id), day)
        ten.append(Ten(candidate.name, work.status, work.word, work.done, work.due))
    return ten


def _orders(orders: Sequence[Order], day: date) -> list[OrderLine]:
    """The latest first, then the newest."""
    ranked = sorted(orders, key=lambda order: (-order.days_late(day), -order.pk))
    return [
        OrderLine(order.reference, order.item.name, order.get_state_display(), order.days_late(day))
        for order in ranked[:ORDERS]
    ]


def _panel(section: Section | None, plan: Plan, day: date, make: Any) -> Panel | None:
    if section is None:
        return None
    section.plan = plan
    made: Panel | None = make(section, day)
    return made


def _of_section(section: Section | None, plan: Plan, day: date, make: Any, name: str) -> Sequence[Any]:
    panel = _panel(section, plan, day, make)
    return () if panel is None else panel.context[name]


def _hazards(section: Section | None, plan: Plan, day: date) -> Any:
    """Open past their deadline, and still being put right; None without a register of them."""
    panel = _panel(section, plan, day, hazards)
    if panel is None:
        return None
    by_stage = {code: n for _label, code, n in panel.context["stages"]}
    total, closed = sum(by_stage.values()), by_stage.get("closed", 0)
    share = Decimal(100 * closed) / total if total else None
    return {"late": panel.context["late"], "open": by_stage.get("rectifying", 0), "share": share}
