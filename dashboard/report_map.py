"""The report as the map of the year: its paragraphs, with every sentence that became a target or a work marked by where
that stands."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.urls import reverse

from common.display import full_width
from goals.asof import AsOf
from goals.models import Plan, Section, Target, Theme
from goals.models.progress import Status
from goals.progress.store import progress_of
from goals.quotes import in_paragraph
from goals.words import Standing
from projects.models import Project
from projects.words import Work, works_of

TARGET, PROJECT = "target", "project"
KINDS = (TARGET, PROJECT)
# Where one sentence is several promises, the worst of them colours it.
WORST_FIRST = (
    *(Status.MISSED, Status.BEHIND, Status.AT_RISK, Status.NO_DATA, Status.ON_TRACK, Status.ACHIEVED),
    "",
)


@dataclass(frozen=True)
class Item:
    """A target or a work in the text. `status` is empty for what has no colour: routine, or promised elsewhere."""

    kind: str
    pk: int
    name: str
    status: str
    word: str
    figures: str
    office: str
    address: str
    number: int | None
    start: int = 0
    end: int = 0

    @property
    def anchor(self) -> str:
        return f"{self.kind[0]}{self.pk}"

    @property
    def is_located(self) -> bool:
        return self.number is not None


@dataclass(frozen=True)
class Piece:
    """A stretch of text that belongs to the same promises; `begins` are those whose quote begins with it."""

    text: str
    items: Sequence[Item] = ()
    begins: Sequence[Item] = ()

    @property
    def worst(self) -> Item:
        """The promise that colours it and to which it leads."""
        return min(self.items, key=lambda item: WORST_FIRST.index(item.status))


@dataclass(frozen=True)
class Paragraph:
    """A line of the document; `section` or `theme` where it begins one."""

    number: int
    pieces: Sequence[Piece]
    items: Sequence[Item]
    section: Section | None = None
    theme: Theme | None = None

    @property
    def coloured(self) -> list[Item]:
        """Those of its promises that have a colour."""
        return [item for item in self.items if item.status]


@dataclass(frozen=True)
class ReportMap:
    """The document with its promises; `shown` are those that the filters let through."""

    paragraphs: Sequence[Paragraph]
    items: Sequence[Item]
    shown: Sequence[Item] = field(default_factory=list)

    @property
    def counts(self) -> Mapping[str, int]:
        """By status, of what has one."""
        found = dict.fromkeys(Status.values, 0)
        for item in self.items:
            if item.status:
                found[item.status] += 1
        return found

    @property
    def by_kind(self) -> Mapping[str, int]:
        return {kind: sum(1 for item in self.items if item.kind == kind and item.status) for kind in KINDS}

    @property
    def plain(self) -> int:
        """How many have no colour."""
        return sum(1 for item in self.items if not item.status)

    @property
    def unlocated(self) -> list[Item]:
        """What the text doesn't say in its own words: of these filters."""
        return [item for item in self.shown if not item.is_located]


def report_map(plan: Plan, asof: AsOf, sections: Iterable[Section], *, status: str = "", kind: str = "") -> ReportMap:
    """The whole map; the queries of the targets' and the works' progress, however many there are."""
    items = [*_targets(plan, asof), *_works(plan, asof)]
    shown = [i for i in items if (not status or i.status == status) and (not kind or (i.kind == kind and i.status))]
    headed = list(sections)
    themes = {theme.paragraph: theme for theme in Theme.objects.filter(plan=plan) if theme.paragraph}
    placed: dict[int, list[Item]] = {}
    for item in shown:
        if item.number is not None:
            placed.setdefault(item.number, []).append(item)
    paragraphs = []
    for number, line in enumerate(plan.paragraphs() if plan.document else (), start=1):
        here = sorted(placed.get(number, ()), key=lambda item: (item.start, item.end))
        section = next((s for s in headed if s.heading and line.strip().startswith(s.heading.strip())), None)
        pieces = list(pieces_of(full_width(line), here))
        paragraphs.append(Paragraph(number, pieces, here, section, themes.get(number)))
    return ReportMap(paragraphs, items, shown)


def pieces_of(text: str, items: Collection[Item]) -> Iterator[Piece]:
    """The text cut wherever a quote begins or ends: quotes may overlap, and one may lie within another."""
    cuts = sorted({0, len(text), *(i.start for i in items), *(i.end for i in items)})
    for first, last in pairwise(cuts):
        within = [i for i in items if i.start <= first and last <= i.end]
        yield Piece(text[first:last], within, [i for i in within if i.start == first])


def _targets(plan: Plan, asof: AsOf) -> Iterator[Item]:
    found = plan.targets.select_related("indicator", "lead_office").order_by("theme__order", "order", "code")
    targets: list[Target] = list(found)
    for target in targets:
        target.plan = plan
    progress = progress_of(targets, asof.day, known_then=asof.known_then)
    for target in targets:
        standing = Standing(target, progress[target.pk])
        goal = (
            target.literal if target.in_doubt else f"{standing.goal_shown}{standing.unit if standing.has_goal else ''}"
        )
        figures = f"{standing.actual_shown} / {standing.sign}{goal}"
        yield _item(plan, TARGET, target, standing.status, standing.word, figures, asof)


def _works(plan: Plan, asof: AsOf) -> Iterator[Item]:
    found = plan.projects.select_related("lead_office").order_by("theme__order", "order", "code")
    projects: list[Project] = list(found)
    for project in projects:
        project.plan = plan
    for work in works_of(projects, asof.day, known_then=asof.known_then):
        status = work.status if work.has_colour else ""
        yield _item(plan, PROJECT, work.project, status, work.word, _done(work), asof)


def _done(work: Work) -> str:
    return "" if work.done is None else f"{work.done:.0f}%"


def _item(plan: Plan, kind: str, thing: Any, status: str, word: str, figures: str, asof: AsOf) -> Item:
    quoted = in_paragraph(plan, thing)
    number = quoted.number if quoted else None
    start = len(quoted.before) if quoted else 0
    return Item(
        kind=kind,
        pk=thing.pk,
        name=thing.name,
        status=status,
        word=word,
        figures=figures,
        office=thing.lead_office.name if thing.lead_office else "",
        address=reverse(kind, args=[thing.pk]) + asof.query,
        number=number,
        start=start,
        end=start + len(quoted.quote) if quoted else 0,
    )
