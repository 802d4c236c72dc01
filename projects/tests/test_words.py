"""Works in words: the next milestone, what is late, and which of them are asked for a word."""

from datetime import date
from typing import Any

import pytest

from projects.models import Milestone, ProjectProgress
from projects.tests.factories import TODAY, Cast, make_project
from projects.words import Work, with_milestones, works_of

pytestmark = pytest.mark.django_db


def work(status: str = "on_track", *steps: Milestone, **fields: Any) -> Work:
    return Work(make_project(), ProjectProgress(status=status, **fields), TODAY, steps)


def step(name: str, due: date, done_on: date | None = None, state: str = "planned") -> Milestone:
    return Milestone(name=name, due=due, first_due=due, done_on=done_on, state=state, order=1)


def test_the_next_milestone_is_the_open_one_that_is_due_first(db: None) -> None:
    found = work(
        "on_track",
        step("设计", date(2022, 3, 1), date(2022, 3, 1), "accepted"),
        step("验收", date(2022, 12, 1)),
        step("施工", date(2022, 11, 1)),
    )

    assert found.next is not None and found.next.name == "施工"
    assert (found.steps_done, found.days_late) == (1, 0)


def test_what_waits_for_acceptance_is_still_open(db: None) -> None:
    found = work("on_track", step("设计", date(2022, 3, 1), date(2022, 3, 1), "reported"))

    assert found.next is not None and found.late


def test_it_is_as_late_as_its_oldest_open_milestone(db: None) -> None:
    assert work("behind", step("a", date(2022, 10, 2)), step("b", date(2022, 9, 12))).days_late == 30


@pytest.mark.parametrize(
    ("status", "lags", "asked"),
    [
        ("achieved", False, False),
        ("on_track", False, False),
        ("at_risk", False, True),
        ("behind", True, True),
        ("missed", True, True),
        ("no_data", False, False),
    ],
)
def test_only_what_lags_is_asked_for_a_word(status: str, lags: bool, asked: bool) -> None:
    found = work(status)

    assert (found.lags, found.is_asked) == (lags, asked)


def test_a_work_without_a_colour_says_why(cast: Cast) -> None:
    routine = make_project(cast.plan, "routine", tier="routine")
    again = make_project(cast.plan, "again", same_as=cast.project)
    said = {w.project.code: (w.word, w.has_colour) for w in works_of([cast.project, routine, again], TODAY)}

    assert said == {"work": ("未排节点", True), "routine": ("常规", False), "again": ("同一工作", False)}


@pytest.mark.parametrize("count", [1, 9])
def test_works_with_their_milestones_take_two_queries_once_stored(
    cast: Cast, count: int, django_assert_num_queries: Any
) -> None:
    projects = [make_project(cast.plan, f"p{n}") for n in range(count)]
    works_of(projects, TODAY)

    with django_assert_num_queries(2):
        found = with_milestones(works_of(projects, TODAY))

    assert all(len(w.milestones) == 1 for w in found)
