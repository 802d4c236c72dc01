"""The demonstration's ten: chosen as the rules say, works of the plan not made twice, one accepted and kept up."""

from collections.abc import Iterator
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.transaction import atomic, set_rollback
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from goals.models import Plan, Progress, Target
from goals.progress.recompute import recompute
from livelihood.models import Candidate
from livelihood.ten.board import Board, board_of
from livelihood.ten.publishing import MEASURE
from projects.models import Project
from projects.standing import PROJECTS

pytestmark = [pytest.mark.django_db, pytest.mark.thorough, pytest.mark.xdist_group("demonstration")]


@pytest.fixture(scope="module")
def board(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Board]:
    """Loaded once for all of these tests, which only look."""
    with django_db_blocker.unblock(), override_settings(DEMO=True, TAOYAN_TODAY="2022-10-12"), atomic():
        call_command("load_demo", stdout=StringIO())
        recompute(list(Project.objects.values_list("pk", flat=True)), PROJECTS)
        recompute(list(Target.objects.filter(code=MEASURE).values_list("pk", flat=True)))
        yield board_of(Plan.objects.select_related("unit", "profile").get(), date(2022, 10, 12))
        set_rollback(True)


def test_ten_of_twenty_candidates_are_works_in_various_stages(board: Board) -> None:
    assert (len(board.candidates), len(board.items)) == (20, 10)
    assert {item.work.status for item in board.items} == {"achieved", "on_track", "at_risk", "behind"}
    assert all(item.budget and item.work.milestones for item in board.items)


def test_the_committee_differs_from_the_ballot_in_two_and_says_why(board: Board) -> None:
    differing = [each.candidate for each in board.ranked if each.differs]

    assert [candidate.number for candidate in differing] == [10, 11]
    assert all(candidate.reason for candidate in differing)


def test_what_the_plan_promises_is_taken_over_and_one_is_new(board: Board) -> None:
    new = [item.candidate for item in board.items if item.candidate.project_id != item.candidate.same_as_id]

    assert [candidate.name for candidate in new] == ["集镇公共停车位扩建"]
    assert Candidate.objects.filter(same_as__in=Project.objects.counted()).count() == 14


def test_one_is_accepted_with_its_first_upkeep_check_and_people_were_asked(board: Board) -> None:
    accepted = [item for item in board.items if item.accepted_on]

    assert [item.candidate.name for item in accepted] == ["阳光集市、阳光厨房建设"]
    assert accepted[0].checked_on == date(2022, 10, 8) and accepted[0].satisfaction is not None


def test_the_target_of_ten_is_counted_from_the_list(board: Board) -> None:
    found = Progress.objects.get(target__code=MEASURE, slot=0)

    assert (found.actual, found.status) == (10, "achieved")
