"""The rows of a scenario, table by table, as the database stores them: figures in ten-thousandths, JSON as text."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, models

from accounts.models import Grant, Unit, User
from goals.models import Indicator, Mark, Plan, Reading, ReportingUnit, Section, Target, Theme
from goals.scenario.shape import (
    KINDS,
    OFFICES,
    SCALE,
    SECTIONS,
    TARGETS,
    VILLAGES,
    Promise,
    Size,
    districts,
    figures_of,
    kind_of,
    months_until,
    promise_of,
)

SAMPLE = "演示数据"
Row = tuple[Any, ...]
# An unusable password, as Django writes it: nobody logs in unless one is given.
NO_PASSWORD = "!scenario"
# Of so many targets, one's newest figure waits for review.
WAITING = 20
_UNITS, _PEOPLE, _THEMES = 1 + len(OFFICES) + VILLAGES, 4, len(SECTIONS)


def adapted(at: datetime) -> str:
    """In the form that the database reads."""
    return str(connection.ops.adapt_datetimefield_value(at))


@dataclass
class Scene:
    """One scenario: its size, seed and day, and from where each table's ids count."""

    size: Size
    seed: int
    today: date
    now: datetime
    profile: int
    password: str = NO_PASSWORD
    start: dict[str, int] = field(default_factory=dict)
    promises: list[Promise] = field(default_factory=list)
    # How a moment is said to the database.
    said: Callable[[datetime], str] = adapted

    def __post_init__(self) -> None:
        self.year, self.moment = self.today.year, self.said(self.now)
        self.months = months_until(self.today)
        count = self.size.subdistricts * TARGETS
        self.promises = [promise_of(self.seed, n, kind_of(n % TARGETS)) for n in range(count)]

    def id(self, of: type[models.Model], number: int) -> int:
        return self.start.get(of._meta.db_table, 1) + number

    def unit(self, subdistrict: int, below: int = 0) -> int:
        """A subdistrict (0) or what is below it: offices first, then villages."""
        return self.id(Unit, self.size.districts + subdistrict * _UNITS + below)

    def office(self, subdistrict: int, target: int) -> int:
        return self.unit(subdistrict, 1 + target % len(OFFICES))

    def person(self, subdistrict: int, which: int) -> int:
        """Reporter, reviewer, leader and planner of a subdistrict; the districts' leaders come first."""
        return self.id(User, self.size.districts + subdistrict * _PEOPLE + which)


REPORTER, REVIEWER, LEADER, PLANNER = range(_PEOPLE)
_ROLES, _WORDS = ("reporter", "reviewer", "leader", "planner"), ("填报员", "审核员", "领导", "计划管理员")


def code_of(subdistrict: int) -> str:
    return f"scenario{subdistrict + 1:04}"


def units(scene: Scene) -> Iterator[Row]:
    """The districts first, then each subdistrict with its own."""
    for number, _below in districts(scene.size):
        code = f"scenario.d{number + 1:02}"
        yield scene.id(Unit, number), code, f"{SAMPLE}区{number + 1:02}", "district", None, f"/{code}/"
    for number, below in districts(scene.size):
        for subdistrict in below:
            code, own = code_of(subdistrict), scene.unit(subdistrict)
            path = f"/scenario.d{number + 1:02}/{code}/"
            yield own, code, f"{SAMPLE}街道{subdistrict + 1:04}", "subdistrict", scene.id(Unit, number), path
            names = [*OFFICES, *(f"{SAMPLE}{n + 1}村" for n in range(VILLAGES))]
            for place, name in enumerate(names, start=1):
                kind, each = "office" if place <= len(OFFICES) else "village", f"{code}.u{place}"
                yield scene.unit(subdistrict, place), each, name, kind, own, f"{path}{each}/"


def users(scene: Scene) -> Iterator[Row]:
    for number in range(scene.size.districts):
        yield scene.id(User, number), scene.password, f"scenario.d{number + 1:02}.leader", f"{SAMPLE}区领导"
    for subdistrict in range(scene.size.subdistricts):
        for which, role in enumerate(_ROLES):
            username = f"{code_of(subdistrict)}.{role}"
            yield scene.person(subdistrict, which), scene.password, username, f"{SAMPLE}{_WORDS[which]}"


def grants(scene: Scene) -> Iterator[Row]:
    """A reporter for the offices and villages, a reviewer for the offices, leader and planner for all."""
    for number in range(scene.size.districts):
        yield scene.id(User, number), "leader", scene.id(Unit, number)
    for subdistrict in range(scene.size.subdistricts):
        for place in range(1, _UNITS):
            yield scene.person(subdistrict, REPORTER), "reporter", scene.unit(subdistrict, place)
        for place in range(1, 1 + len(OFFICES)):
            yield scene.person(subdistrict, REVIEWER), "reviewer", scene.unit(subdistrict, place)
        for which in (LEADER, PLANNER):
            yield scene.person(subdistrict, which), _ROLES[which], scene.unit(subdistrict)


def plans(scene: Scene) -> Iterator[Row]:
    for n in range(scene.size.subdistricts):
        name = f"{SAMPLE}街道{n + 1:04} {scene.year} 年度工作计划（{SAMPLE}）"
        yield scene.id(Plan, n), f"{code_of(n)}-{scene.year}", name, scene.unit(n), scene.year, scene.profile


def sections(scene: Scene) -> Iterator[Row]:
    for n in range(scene.size.subdistricts):
        for place, name in enumerate(SECTIONS):
            yield scene.id(Section, n * _THEMES + place), f"s{place + 1}", name, place, scene.id(Plan, n)


def themes(scene: Scene) -> Iterator[Row]:
    """One a section."""
    for n in range(scene.size.subdistricts):
        for place, name in enumerate(SECTIONS):
            number = n * _THEMES + place
            section = scene.id(Section, number)
            yield scene.id(Theme, number), f"t{place + 1}", f"{name}重点", scene.id(Plan, n), section


def indicators(scene: Scene) -> Iterator[Row]:
    for n, target in _targets(scene):
        kind = kind_of(target)
        own = scene.id(Indicator, n * TARGETS + target)
        yield own, _code(n, target), _name(target), kind.unit_of_measure, kind.basis, kind.whole


def reporting(scene: Scene) -> Iterator[Row]:
    for n, target in _targets(scene):
        yield scene.id(Indicator, n * TARGETS + target), scene.office(n, target)


def targets(scene: Scene) -> Iterator[Row]:
    due = f"{scene.year}-12-31"
    for n, target in _targets(scene):
        kind, number = kind_of(target), n * TARGETS + target
        promise, weight = scene.promises[number], (1 + target % 3) * SCALE
        yield (
            *(scene.id(Target, number), kind.basis, _code(n, target), _name(target), target, kind.rule),
            *(kind.comparator, promise.goal, promise.baseline, due, weight, scene.id(Plan, n)),
            *(scene.id(Theme, n * _THEMES + target % _THEMES), scene.id(Indicator, number), scene.office(n, target)),
        )


def marks(scene: Scene) -> Iterator[Row]:
    """Every target is due for its first computation, as one that a planner has just entered."""
    for n, target in _targets(scene):
        yield scene.id(Target, n * TARGETS + target), 1, 0, "scenario", scene.moment


def readings(scene: Scene) -> Iterator[Row]:
    """Month by month, as they come in; here and there the newest still waits for its review."""
    newest, number = scene.months[-1], 0
    for period in scene.months:
        entered_at = scene.now - timedelta(days=(scene.today - period).days)
        entered, approved = scene.said(entered_at), scene.said(entered_at + timedelta(hours=9))
        day = period.isoformat()
        this_year = period.year == scene.year
        for n, target in _targets(scene):
            number = n * TARGETS + target
            kind, reporter = kind_of(target), scene.person(n, REPORTER)
            figures = figures_of(scene.seed, number, kind, scene.promises[number], period.month, this_year=this_year)
            if period is newest and number % WAITING == 7:
                review: Row = ("submitted", None, None, None)
            else:
                review = ("approved", scene.person(n, REVIEWER), approved, approved)
            yield (
                *(scene.id(Indicator, number), scene.office(n, target), day, figures[0] is None, *figures),
                *(*review, reporter, entered, reporter, entered, f"[{reporter}]"),
            )


# What is written, in this order: the model, its columns, their rows. The other columns get the model's defaults.
TABLES: tuple[tuple[type[models.Model], str, Callable[[Scene], Iterator[Row]]], ...] = (
    (Unit, "id code name kind parent_id path", units),
    (User, "id password username name", users),
    (Grant, "user_id role unit_id", grants),
    (Plan, "id slug name unit_id year profile_id", plans),
    (Section, "id code name order plan_id", sections),
    (Theme, "id code name plan_id section_id", themes),
    (Indicator, "id code name unit_of_measure basis whole", indicators),
    (ReportingUnit, "indicator_id unit_id", reporting),
    (
        Target,
        "id basis code name order rule comparator goal baseline due weight plan_id theme_id indicator_id "
        "lead_office_id",
        targets,
    ),
    (Mark, "target_id dirty_gen computed_gen reason marked_at", marks),
    (
        Reading,
        "indicator_id unit_id period is_share value numerator denominator state reviewed_by_id reviewed_at "
        "approved_at entered_by_id entered_at reported_by_id reported_at hands",
        readings,
    ),
)
# What isn't the model's default and the same in every row.
CONSTANTS: dict[type[models.Model], dict[str, Any]] = {Plan: {"state": "adopted", "document": SAMPLE}}


def _name(target: int) -> str:
    """The twenty kinds come four times over, numbered."""
    return f"{kind_of(target).name}{target // len(KINDS) + 1}"


def _targets(scene: Scene) -> Iterator[tuple[int, int]]:
    for n in range(scene.size.subdistricts):
        for target in range(TARGETS):
            yield n, target


def _code(subdistrict: int, target: int) -> str:
    return f"{code_of(subdistrict)}.i{target + 1:02}"
