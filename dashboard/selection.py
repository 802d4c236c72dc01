"""A list of any selection as Excel: the targets or works that were ticked, else those that the filters let through."""

from collections.abc import Callable, Iterable, Sequence

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from common.workbook import Cell
from dashboard.asof import AsOf
from dashboard.items import Item, items_of
from dashboard.listing import Choices
from dashboard.overview import programmes_of
from dashboard.section import SectionFilters, matching
from goals.asof import THEN
from goals.models import Plan
from goals.progress.store import progress_of
from goals.words import Standing
from projects.views.lists import asked_works
from projects.words import Work, with_milestones

MOST_TICKED = 2_000
Table = tuple[list[str], list[list[Cell]]]


def ticked(asked: QueryDict) -> set[int] | None:
    """The ids that were ticked; None where none was."""
    raw = asked.getlist("pick")[:MOST_TICKED]
    return {int(pk) for pk in raw if pk.isascii() and pk.isdigit() and len(pk) < 19} if raw else None


def targets_table(request: HttpRequest, plan: Plan, asof: AsOf) -> Table:
    """The plan's targets, those of a section where one is named."""
    found = plan.targets.select_related("indicator", "theme__section", "lead_office", "responsible_post")
    found = found.prefetch_related("programmes").order_by("theme__section__order", "theme__order", "order", "code")
    asked = request.GET
    if asked.get("section"):
        found = found.filter(theme__section__code=asked["section"])
    targets = list(found)
    for target in targets:
        target.plan = plan
    progress = progress_of(targets, asof.day, known_then=asof.known_then)
    standings = [Standing(target, progress[target.pk]) for target in targets]
    wanted = ticked(asked)
    if wanted is None:
        shown: Sequence[Standing] = matching(standings, SectionFilters.of(asked, standings))
    else:
        shown = [s for s in standings if s.target.pk in wanted]
    link = _linker(request, "target", asof)
    return _target_head(), [[n, *_target_row(s), link(s.target.pk)] for n, s in enumerate(shown, start=1)]


def _target_head() -> list[str]:
    return [
        *(_("序号"), _("代码"), _("指标"), _("板块"), _("主题"), _("规则"), _("比较方式"), _("目标"), _("单位")),
        *(_("实际"), _("应到"), _("偏差"), _("完成率 %"), _("状态"), _("应报未报"), _("数据截至"), _("年底预计")),
        *(_("牵头单位"), _("分管领导"), _("完成时限"), _("原文"), _("链接")),
    ]


def _target_row(standing: Standing) -> Iterable[Cell]:
    target, progress = standing.target, standing.progress
    yield from (target.code, target.name, target.theme.section.name, target.theme.name, target.get_rule_display())
    goal: Cell = target.literal if target.in_doubt else standing.goal
    yield from (target.get_comparator_display(), goal, standing.unit)
    yield from (progress.actual, progress.expected, progress.deviation, progress.attainment)
    yield from (standing.word, standing.stale_word, progress.data_period, progress.forecast)
    yield from (_name(target.lead_office), _name(target.responsible_post), target.due, target.quote)


def projects_table(request: HttpRequest, plan: Plan, asof: AsOf) -> Table:
    """The plan's works, routine ones among them unless the filters leave them out."""
    works = asked_works(request.GET, plan, asof.day, known_then=asof.known_then)
    wanted = ticked(request.GET)
    shown = works.shown if wanted is None else [w for w in works.all if w.project.pk in wanted]
    link = _linker(request, "project", asof)
    listed = with_milestones(shown, known_then=asof.known_then)
    return _work_head(), [[n, *_work_row(w), link(w.project.pk)] for n, w in enumerate(listed, start=1)]


def _work_head() -> list[str]:
    return [
        *(_("序号"), _("代码"), _("项目"), _("板块"), _("主题"), _("类型"), _("层级"), _("完成率 %"), _("应到")),
        *(
            _("状态"),
            _("下一节点"),
            _("节点时限"),
            _("已晚天数"),
            _("卡点"),
            _("卡点说明"),
            _("牵头单位"),
            _("分管领导"),
        ),
        *(_("完成时限"), _("最初时限"), _("原文"), _("链接")),
    ]


def _work_row(work: Work) -> Iterable[Cell]:
    project, step = work.project, work.next if work.has_colour else None
    yield from (project.code, project.name, project.theme.section.name, project.theme.name)
    yield from (project.get_kind_display(), project.get_tier_display(), work.done, work.due, work.word)
    yield from (step.name if step else "", step.due if step else None, work.days_late or None)
    yield from (project.get_blocker_display(), project.blocker_note)
    yield from (_name(project.lead_office), _name(project.responsible_post), project.due, project.first_due)
    yield project.quote


def _name(record: object) -> str:
    return "" if record is None else str(record)


def _linker(request: HttpRequest, view: str, asof: AsOf) -> Callable[[int], str]:
    """Each row's page on the day, as text; the day is named even where it is today, for a file is opened later."""
    query = f"as_of={asof.day.isoformat()}" + (f"&known={THEN}" if asof.known_then else "")
    return lambda pk: request.build_absolute_uri(f"{reverse(view, args=[pk])}?{query}")


def items_table(request: HttpRequest, plan: Plan, asof: AsOf) -> Table:
    """Targets and headline works together, as 全部事项 lists them; ticked ones are named by kind and id."""
    sections = list(plan.sections.order_by("order", "code"))
    everything = items_of(plan, sections, asof)
    picked = set(request.GET.getlist("pick")[:MOST_TICKED])
    if picked:
        shown = [item for item in everything.all if f"{item.kind}-{item.thing.pk}" in picked]
    else:
        programmes = [row for rows in programmes_of(everything).values() for row in rows]
        wanted = Choices.of(everything.all, sections, programmes).wanted(request.GET)
        shown = [i for i in everything.all if wanted.matches(i, {row.code: row.items for row in programmes})]
    links = {kind: _linker(request, kind, asof) for kind in ("target", "project")}
    return _item_head(), [[n, *_item_row(i), links[i.kind](i.thing.pk)] for n, i in enumerate(shown, start=1)]


def _item_head() -> list[str]:
    return [
        *(_("序号"), _("类别"), _("代码"), _("事项"), _("板块"), _("主题"), _("实际"), _("目标"), _("单位")),
        *(_("相差"), _("追赶所需"), _("状态"), _("牵头单位"), _("分管领导"), _("完成时限"), _("原文"), _("链接")),
    ]


def _item_row(item: Item) -> Iterable[Cell]:
    """As the list shows it: two kinds of figures in one column are text."""
    said, thing = item.said, item.thing
    yield from (_("指标") if item.kind == "target" else _("项目"), thing.code, item.name)
    yield from (item.section.name, thing.theme.name, said.actual_shown, f"{said.sign} {said.goal_shown}".strip())
    yield from (said.unit, said.gap_shown, said.catch_up_shown, said.word)
    yield from (_name(item.office), _name(item.post), item.ends, thing.quote)


TABLES = {"targets": targets_table, "projects": projects_table, "items": items_table}
