"""What a bulletin says: gathered once, as text and counts that its three files print and nothing else is printed.

"The same date" of a bulletin is its `as_of`, the day of its figures, together with the moment at which it was gathered.
Gathered are the figures approved by then, of periods that ended by `as_of`, late approvals among them: the portal's
own reading of `as_of`, so that every number is the one that the API gives for that day. What was gathered is kept with
the bulletin, and its files are made of that alone: made again, they are the same to the byte, whatever is approved,
renamed or adjusted afterwards. A new edition of the month gathers anew; with the same approved data it has the same
facts but for its number.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, prefetch_related_objects
from django.utils import translation

from accounts.models import PostHolder
from dashboard.bulletin import sayings as say
from goals.models import Allocation, Plan, Section
from goals.models.progress import Status
from goals.progress import worst_first
from goals.progress.store import progress_of
from goals.progress.summary import Summary, plan_summary, summarise
from goals.words import Standing
from livelihood.models import Candidate
from projects.standing import PROJECTS, of_plan
from projects.words import Work, with_milestones
from supervision.models import Order

ECONOMY = "economy"
Facts = dict[str, Any]


@dataclass(frozen=True)
class Gathered:
    """Targets and works on the day and at the month's end before, with what names them."""

    plan: Plan
    as_of: date
    standings: Sequence[Standing]
    overall: Summary
    sections: Sequence[tuple[Section, Summary]]
    works: Sequence[Work]
    earlier: Mapping[int, Standing]
    earlier_works: Mapping[int, Work]
    holders: Mapping[int, str]
    ten: Sequence[Candidate]
    orders: Mapping[tuple[str, int], str]

    def leader(self, thing: Any) -> str:
        """分管领导: the post, and who held it on the day."""
        post = thing.responsible_post
        if post is None:
            return "—"
        name = self.holders.get(post.pk)
        return f"{post.name}（{name}）" if name else str(post.name)


def facts_of(plan: Plan, month: int, as_of: date, issued_on: date, edition: int) -> Facts:
    """The facts of a month's bulletin, in Chinese whoever asks. Fourteen queries, however large the plan."""
    with translation.override("zh-hans"):
        return told(gather(plan, as_of), month, issued_on, edition)


def gather(plan: Plan, as_of: date) -> Gathered:
    summary = plan_summary(plan, as_of)
    targets = [target for target, _row in summary.rows]
    allocations = Prefetch("allocations", Allocation.objects.select_related("unit").order_by("unit__path"))
    prefetch_related_objects(targets, "cooperating_offices", allocations)
    projects = list(
        of_plan(plan).select_related("lead_office", "responsible_post").prefetch_related("cooperating_offices")
    )
    before = as_of.replace(day=1) - timedelta(days=1)
    progress = progress_of(projects, as_of, book=PROJECTS)
    works = with_milestones(Work(project, progress[project.pk], as_of) for project in projects)
    return Gathered(
        plan=plan,
        as_of=as_of,
        standings=[Standing(target, row) for target, row in summary.rows],
        overall=summary.overall,
        sections=summary.sections,
        works=works,
        earlier=_earlier_standings(targets, before) if before >= plan.start else {},
        earlier_works=_earlier_works(works, before) if before >= plan.start else {},
        holders=_holders(as_of),
        ten=list(Candidate.objects.filter(plan=plan, plan__livelihood_decision__published_on__lte=as_of).published()),
        orders=_orders(plan, as_of),
    )


def _earlier_standings(targets: Sequence[Any], day: date) -> dict[int, Standing]:
    rows = progress_of(targets, day)
    return {target.pk: Standing(target, rows[target.pk]) for target in targets}


def _earlier_works(works: Sequence[Work], day: date) -> dict[int, Work]:
    """Their milestones say for themselves by when they were done."""
    rows = progress_of([work.project for work in works], day, book=PROJECTS)
    return {work.project.pk: Work(work.project, rows[work.project.pk], day, work.milestones) for work in works}


def _holders(day: date) -> dict[int, str]:
    """Who held which post on the day, substitutes last."""
    found: dict[int, list[str]] = {}
    for post_id, name in PostHolder.objects.on(day).order_by("held_from", "pk").values_list("post_id", "user__name"):
        found.setdefault(post_id, []).append(name)
    return {post_id: "、".join(names) for post_id, names in found.items()}


def _orders(plan: Plan, day: date) -> dict[tuple[str, int], str]:
    """The orders that were in force on the day, by what they are on."""
    found = Order.objects.filter(plan=plan, number__isnull=False, issued_on__lte=day).exclude(ended_on__lte=day)
    return {
        ("target", order.target_id) if order.target_id else ("project", order.project_id or 0): order.reference
        for order in found.select_related("plan").order_by("pk")
    }


def told(found: Gathered, month: int, issued_on: date, edition: int) -> Facts:
    """Everything that the three files print."""
    plan, as_of = found.plan, found.as_of
    whole = (as_of + timedelta(days=1)).month != as_of.month
    late = late_of(found)
    return {
        "title": f"{plan.unit.name}{plan.year}年{month}月重点工作推进情况通报",
        "sheet_title": f"{plan.unit.name}{plan.year}年重点工作任务推进台账（{month}月）",
        "unit": plan.unit.name,
        "plan": plan.name,
        "year": str(plan.year),
        "month": str(month),
        "through": f"{plan.year}年{say.day(as_of)}",
        "issued": f"{issued_on.year}年{say.day(issued_on)}",
        "as_of": as_of.isoformat(),
        "issued_on": issued_on.isoformat(),
        "edition": str(edition),
        "demo": "演示数据" if settings.DEMO else "",
        "note": "" if whole else f"{month}月尚未结束，以下为截至{say.day(as_of)}的情况。",
        "overall": _overall(found),
        "economy": _economy(found),
        "work": _work(found),
        "ten": _ten(found),
        "projects": _projects(found),
        "late": late,
        "silent": _silent(found),
        "ledger": [row for section, _summary in found.sections for row in ledger_of(found, section)],
    }


_NAMES = {
    "done": Status.ACHIEVED,
    "on_pace": Status.ON_TRACK,
    "slow": Status.AT_RISK,
    "behind": Status.BEHIND,
    "missed": Status.MISSED,
    "none": Status.NO_DATA,
}
_WORDS = {
    name: str(label)
    for name, label in zip(_NAMES, ["已完成", "序时正常", "进度偏慢", "落后", "未完成", "无数据"], strict=True)
}


def counts_of(summary: Summary) -> Facts:
    """Counts by status, by the names that templates know."""
    return {"total": summary.targets} | {name: summary.counts[status] for name, status in _NAMES.items()}


def _counted(summary: Summary) -> str:
    """已完成2项、序时正常15项 …: those that there are."""
    parts = [f"{_WORDS[name]}{n}项" for name, status in _NAMES.items() if (n := summary.counts[status])]
    return "、".join(parts)


def _gap(summary: Summary) -> str:
    if summary.completion is None or summary.expected_completion is None:
        return say.NO_DATA
    gap = summary.completion - summary.expected_completion
    if say.figure(gap, 1) == "0":
        return "与序时持平"
    return f"{'超前' if gap > 0 else '落后'}序时{say.figure(abs(gap), 1)}个百分点"


def _overall(found: Gathered) -> Facts:
    summary = found.overall
    facts = counts_of(summary) | {
        "completion": say.share(summary.completion),
        "pace": say.share(summary.expected_completion),
        "gap": _gap(summary),
    }
    if not summary.targets:
        return facts | {"say": say.NO_DATA + "。"}
    said = f"全年计划{summary.targets}项指标中，{_counted(summary)}。"
    if summary.completion is not None:
        said += f"综合完成率{facts['completion']}，序时应到{facts['pace']}，{facts['gap']}。"
    return facts | {"say": said}


def _economy(found: Gathered) -> Facts:
    """主要经济指标: the targets of the section on the economy, with value, growth and deviation."""
    chosen = [s for s in found.standings if s.target.theme.section.code == ECONOMY]
    rows = [
        {
            "number": number,
            "name": s.target.name,
            "through": say.through(s.progress.data_period, counted=bool(s.progress.terms.get("counted"))),
            "value": say.value_of(s),
            "growth": say.growth_of(s),
            "goal": say.goal_of(s),
            "deviation": say.points(s.progress.deviation),
            "status": say.status_of(s),
            "office": str(s.target.lead_office or "—"),
        }
        for number, s in enumerate(chosen, start=1)
    ]
    return {"say": _economy_said(chosen), "rows": rows}


def _economy_said(chosen: Sequence[Standing]) -> str:
    if not chosen:
        return say.NO_DATA + "。"
    summary = summarise((s.target, s.progress) for s in chosen)
    said = f"{summary.targets}项主要经济指标中，{_counted(summary)}。"
    good = [s for s in chosen if s.status in say.ON_PACE and not say.nothing_yet(s)]
    if good:
        said += "达到序时或目标要求的有：" + "；".join(_brief(s) for s in good) + "。"
    waiting = [s.target.name for s in chosen if s.status in say.ON_PACE and say.nothing_yet(s)]
    if waiting:
        said += "序时尚无要求、也还没有完成数的有：" + "、".join(waiting) + "。"
    slow = [s for s in chosen if s.status in (Status.AT_RISK, *say.LATE)]
    if slow:
        said += "低于序时或目标要求的有：" + "；".join(f"{_brief(s)}，{say.short_of(s)}" for s in slow) + "。"
    return said


def _brief(standing: Standing) -> str:
    growth = standing.target.rule == "growth"
    return f"{standing.target.name}{say.share(standing.progress.actual) if growth else say.value_of(standing)}"


def _section_row(name: str, summary: Summary) -> Facts:
    known = summary.completion is not None or not summary.with_data
    completion, pace = say.share(summary.completion), say.share(summary.expected_completion)
    return {
        "name": name,
        **counts_of(summary),
        "completion": completion if known else "—",
        "pace": pace if known else "—",
    }


def _work(found: Gathered) -> Facts:
    """重点工作: targets by section."""
    rows = [_section_row(section.name, summary) for section, summary in found.sections]
    behind = sum(found.overall.counts[s] for s in say.LATE)
    if not found.overall.targets:
        return {"say": say.NO_DATA + "。", "rows": rows, "total": _section_row("合计", found.overall)}
    on_pace = sum(found.overall.counts[s] for s in say.ON_PACE)
    said = f"各板块重点工作指标共{found.overall.targets}项，达序{on_pace}项"
    said += f"，落后和未完成{behind}项。" if behind else "，没有落后事项。"
    return {"say": said, "rows": rows, "total": _section_row("合计", found.overall)}


def _ten(found: Gathered) -> Facts:
    """民生实事: the published list."""
    works = {work.project.pk: work for work in found.works}
    rows = [
        _work_row(number, candidate.name, works[candidate.project_id], found)
        for number, candidate in enumerate(found.ten, start=1)
        if candidate.project_id in works
    ]
    summary = summarise((w.project, w.progress) for c in found.ten if (w := works.get(c.project_id or 0)))
    if not rows:
        return {"say": "年度民生实事清单尚未公布，" + say.NO_DATA + "。", "rows": [], **counts_of(summary)}
    return {"say": f"年度民生实事{len(rows)}项，{_counted(summary)}。", "rows": rows, **counts_of(summary)}


def _work_row(number: int, name: str, work: Work, found: Gathered) -> Facts:
    return {
        "number": number,
        "name": name,
        "office": str(work.project.lead_office or "—"),
        "leader": found.leader(work.project),
        "steps": say.steps_done(work),
        "done": say.share(work.done),
        "pace": say.share(work.due),
        "next": say.work_shortfall(work) or "—",
        "status": say.status_of(work),
    }


def _projects(found: Gathered) -> Facts:
    """重点项目: by section, and each that isn't on pace."""
    whole = summarise((work.project, work.progress) for work in found.works)
    rows = []
    for section, _summary in found.sections:
        own = [w for w in found.works if w.project.theme.section_id == section.pk]
        if own:
            rows.append(_section_row(section.name, summarise((w.project, w.progress) for w in own)))
    said = say.NO_DATA + "。"
    if found.works:
        said = f"重点项目{whole.targets}个，{_counted(whole).replace('项', '个')}。"
        if whole.completion is not None:
            shares = f"{say.share(whole.completion)}，序时应到{say.share(whole.expected_completion)}，{_gap(whole)}"
            said += f"按节点计算的综合完成率{shares}。"
    return {"say": said, "rows": rows, "total": _section_row("合计", whole)}


def late_of(found: Gathered) -> Facts:
    """落后事项: targets and works that are behind or missed, worst first, each with its office."""
    things: list[Standing | Work] = [
        *(s for s in found.standings if s.status in say.LATE),
        *(w for w in found.works if w.status in say.LATE),
    ]
    things.sort(key=_worst)
    rows = [_late_row(number, thing, found) for number, thing in enumerate(things, start=1)]
    if not rows:
        return {"say": "没有落后事项。", "rows": [], "offices": []}
    offices: dict[str, int] = {}
    for row in rows:
        offices[row["office"]] = offices.get(row["office"], 0) + 1
    ranked = sorted(offices.items(), key=lambda each: -each[1])
    said = f"落后和未完成事项{len(rows)}项：" + "、".join(f"{office}{n}项" for office, n in ranked) + "。"
    return {"say": said, "rows": rows, "offices": [{"name": name, "total": n} for name, n in ranked]}


def _worst(thing: Standing | Work) -> tuple[int, bool, Decimal]:
    assert thing.progress is not None
    return worst_first(thing.progress.status, thing.progress.deviation)


def _late_row(number: int, thing: Standing | Work, found: Gathered) -> Facts:
    if isinstance(thing, Standing):
        subject: Any = thing.target
        figures, short = f"{say.value_or_growth(thing)} / {say.goal_of(thing)}", say.shortfall(thing)
        order = found.orders.get(("target", subject.pk), "")
    else:
        subject = thing.project
        figures, short = f"{say.share(thing.done)} / 应到{say.share(thing.due)}", say.work_shortfall(thing)
        order = found.orders.get(("project", subject.pk), "")
    return {
        "number": number,
        "name": subject.name,
        "kind": "指标" if isinstance(thing, Standing) else "项目",
        "section": subject.theme.section.name,
        "office": str(subject.lead_office or "—"),
        "leader": found.leader(subject),
        "figures": figures,
        "short": "；".join(filter(None, (short, f"已督办（{order}）" if order else ""))) or "—",
        "status": say.status_of(thing),
    }


def _silent(found: Gathered) -> Facts:
    """What could not be told: figures that are due and not reported, and targets without data."""
    stale = [s for s in found.standings if s.progress.stale]
    none = [s for s in found.standings if s.status == Status.NO_DATA]
    parts = [
        _named(f"{len(stale)}项指标未按期报送", stale, "stale_word"),
        _named(f"{len(none)}项指标无数据", none, "why"),
    ]
    said = "；".join(filter(None, parts))
    return {"say": f"{said}。" if said else "应报数据均已按期报送并审核。", "stale": len(stale), "none": len(none)}


def _named(head: str, standings: Sequence[Standing], why: str) -> str:
    if not standings:
        return ""
    return f"{head}：" + "、".join(f"{s.target.name}（{getattr(s, why) or say.NO_DATA}）" for s in standings)


def ledger_of(found: Gathered, section: Section) -> Iterable[Facts]:
    """台账: the section's targets, then its works, in the plan's order."""
    for standing in found.standings:
        if standing.target.theme.section_id == section.pk:
            yield _ledger_target(standing, found) | {"section": section.name}
    for work in found.works:
        if work.project.theme.section_id == section.pk:
            yield _ledger_work(work, found) | {"section": section.name}


def _ledger_target(standing: Standing, found: Gathered) -> Facts:
    target = standing.target
    units = [*(part.unit for part in target.allocations.all()), *target.cooperating_offices.all()]
    order = found.orders.get(("target", target.pk), "")
    remarks = [standing.why if standing.status == Status.NO_DATA else "", str(standing.stale_word)]
    if standing.status in (Status.AT_RISK, *say.LATE):
        remarks.append(say.shortfall(standing))
    return {
        "name": target.name,
        "goal": say.goal_of(standing),
        "leader": found.leader(target),
        "office": str(target.lead_office or "—"),
        "units": say.offices_of(target, units),
        "earlier": say.progress_of(found.earlier.get(target.pk)),
        "now": say.progress_of(standing),
        "on_pace": say.on_pace(standing.status),
        "remark": "；".join(filter(None, (*remarks, f"已督办（{order}）" if order else ""))),
    }


def _ledger_work(work: Work, found: Gathered) -> Facts:
    project = work.project
    before = found.earlier_works.get(project.pk)
    order = found.orders.get(("project", project.pk), "")
    blocker = f"卡点：{project.get_blocker_display()}" if project.blocker else ""
    return {
        "name": project.name,
        "goal": say.work_goal(project),
        "leader": found.leader(project),
        "office": str(project.lead_office or "—"),
        "units": say.offices_of(project, list(project.cooperating_offices.all())),
        "earlier": say.NO_DATA if before is None else say.work_progress(before),
        "now": say.work_progress(work),
        "on_pace": say.on_pace(work.status),
        "remark": "；".join(filter(None, (say.work_shortfall(work), blocker, f"已督办（{order}）" if order else ""))),
    }
