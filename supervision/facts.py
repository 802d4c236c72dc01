"""How an item stands when an order is written, in the words of the document: Chinese, whoever writes it."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import override

from goals.models import Target
from goals.progress.store import progress_of
from goals.words import Standing
from projects.models import Project
from projects.words import with_milestones, works_of


@dataclass(frozen=True)
class Facts:
    """The status on the day, empty where the item has no colour, and a sentence or two."""

    status: str
    word: str
    text: str


def facts_of(thing: Target | Project, day: date) -> Facts:
    """Of a target its arithmetic, of a work its milestones. A fixed number of queries."""
    day = max(day, thing.plan.start)
    with override("zh-hans"):
        return _of_target(thing, day) if isinstance(thing, Target) else _of_project(thing, day)


def _of_target(thing: Target, day: date) -> Facts:
    target = Target.objects.select_related("plan__profile", "indicator").get(pk=thing.pk)
    standing = Standing(target, progress_of([target], day)[target.pk])
    said = [_("截至%(day)s：%(sentence)s") % {"day": day, "sentence": standing.sentence}]
    if standing.progress.gap is not None:
        said.append(_("较应到%(gap)s") % {"gap": standing.gap_shown})
    if standing.stale_word:
        said.append(standing.stale_word)
    return Facts(standing.status, standing.word, "；".join(said) + "。")


def _of_project(thing: Project, day: date) -> Facts:
    project = Project.objects.select_related("plan__profile", "target").get(pk=thing.pk)
    work = with_milestones(works_of([project], day))[0]
    said = [_("截至%(day)s：%(sentence)s") % {"day": day, "sentence": work.bar_label}]
    for step in work.late[:5]:
        late = {"name": step.name, "due": step.due, "n": (day - step.due).days}
        said.append(_("“%(name)s”应于 %(due)s 完成，已晚 %(n)s 天") % late)
    if project.blocker:
        said.append(_("卡点：%(blocker)s") % {"blocker": project.get_blocker_display()})
    return Facts(work.status if work.has_colour else "", work.word, "；".join(said) + "。")
