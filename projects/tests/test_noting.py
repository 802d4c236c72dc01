"""Notes and blockers, what needs the district's help, and the half-yearly sheet of a theme."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from pytest_django.fixtures import Settings as SettingsWrapper

from common.errors import Conflict, Forbidden
from goals.models import Theme
from projects import noting
from projects.models import Confirmation, ProgressNote, Project
from projects.noting import Said, half_end
from projects.standing import summary_of
from projects.tests.factories import TODAY, Cast, make_project

pytestmark = pytest.mark.django_db
JUNE = date(2022, 6, 30)


def note(cast: Cast, user: Any = None, **fields: Any) -> ProgressNote:
    fields = {"project": cast.project, "progress": "已进场。"} | fields
    return noting.add_note(user or cast.reporter, ProgressNote(**fields))


def work(cast: Cast) -> Project:
    return Project.objects.get(pk=cast.project.pk)


def test_a_note_is_of_today_and_names_what_blocks(cast: Cast) -> None:
    made = note(cast, problem="管位未定。", blocker="district")

    found = work(cast)
    assert made.day == TODAY
    assert (found.blocker, found.blocker_note, found.blocked_since) == ("district", "管位未定。", TODAY)


def test_a_later_note_without_a_blocker_frees_the_work(cast: Cast) -> None:
    note(cast, problem="管位未定。", blocker="district")
    note(cast)

    assert (work(cast).blocker, work(cast).blocked_since) == ("", None)


def test_the_same_blocker_said_again_keeps_its_first_day(cast: Cast, settings: SettingsWrapper) -> None:
    note(cast, problem="资金未到。", blocker="funds")
    settings.TAOYAN_TODAY = "2022-10-20"
    note(cast, problem="仍未到。", blocker="funds")

    assert work(cast).days_blocked(date(2022, 10, 20)) == 8


def test_a_blocker_without_a_problem_is_refused(cast: Cast) -> None:
    with pytest.raises(ValidationError) as refused:
        note(cast, blocker="land")

    assert "problem" in refused.value.message_dict
    assert not ProgressNote.objects.exists()


@pytest.mark.parametrize("who", ["other", "reviewer", "leader"])
def test_the_lead_office_and_planners_write(cast: Cast, who: str) -> None:
    with pytest.raises(Forbidden):
        note(cast, getattr(cast, who))


def test_only_what_needs_the_district_is_on_its_page_the_longest_blocked_first(cast: Cast) -> None:
    for code, since, blocker in (("new", 10, "district"), ("old", 1, "district"), ("own", 1, "funds")):
        make_project(cast.plan, code, blocker=blocker, blocked_since=date(2022, 9, since))

    assert [p.code for p in noting.for_the_district(cast.leader)] == ["old", "new"]


# The half-yearly sheet.


@pytest.fixture
def routine(cast: Cast) -> Project:
    return make_project(cast.plan, "routine", tier="routine")


def confirm(cast: Cast, said: dict[int, Said], user: Any = None, period: date = JUNE) -> list[Confirmation]:
    return noting.confirm(user or cast.reporter, Theme.objects.get(), period, said)


def test_a_theme_is_confirmed_on_one_sheet(cast: Cast, routine: Project) -> None:
    another = make_project(cast.plan, "another", tier="routine")

    confirm(cast, {routine.pk: Said("done"), another.pk: Said("stuck", "人手不足")})

    assert list(Confirmation.objects.order_by("pk").values_list("project__code", "word", "period")) == [
        ("routine", "done", JUNE),
        ("another", "stuck", JUNE),
    ]


def test_the_same_word_again_changes_nothing_and_another_replaces_it(cast: Cast, routine: Project) -> None:
    confirm(cast, {routine.pk: Said("going_on")})

    assert confirm(cast, {routine.pk: Said("going_on")}) == []
    assert len(confirm(cast, {routine.pk: Said("done")})) == 1
    assert Confirmation.objects.get().word == "done"


def test_one_wrong_word_leaves_the_whole_sheet_unwritten(cast: Cast, routine: Project) -> None:
    another = make_project(cast.plan, "another", tier="routine")

    with pytest.raises(ValidationError):
        confirm(cast, {routine.pk: Said("done"), another.pk: Said("perhaps")})
    with pytest.raises(ValidationError) as refused:
        confirm(cast, {routine.pk: Said("done"), another.pk: Said("stuck")})

    assert "note" in refused.value.message_dict
    assert not Confirmation.objects.exists()


def test_another_offices_commitment_is_not_confirmed(cast: Cast, routine: Project) -> None:
    with pytest.raises(Forbidden):
        confirm(cast, {routine.pk: Said("done")}, cast.other)


def test_a_headline_work_is_not_on_the_sheet(cast: Cast, routine: Project) -> None:
    with pytest.raises(ValidationError) as refused:
        confirm(cast, {cast.project.pk: Said("done")}, cast.planner)

    assert "project" in refused.value.message_dict


@pytest.mark.parametrize("period", [date(2022, 9, 30), date(2021, 12, 31), date(2022, 12, 31)])
def test_a_half_year_that_is_none_or_has_not_come_is_refused(cast: Cast, routine: Project, period: date) -> None:
    with pytest.raises(ValidationError) as refused:
        confirm(cast, {routine.pk: Said("done")}, period=period)

    assert "period" in refused.value.message_dict


def test_a_closed_plan_is_not_confirmed(cast: Cast, routine: Project) -> None:
    cast.plan.state = "closed"
    cast.plan.save()

    with pytest.raises(Conflict):
        confirm(cast, {routine.pk: Said("done")})


def test_routine_ones_are_in_no_count(cast: Cast, routine: Project) -> None:
    confirm(cast, {routine.pk: Said("done")})

    found = summary_of(cast.plan, TODAY)
    assert (found.targets, sum(found.counts.values())) == (1, 1)


@pytest.mark.parametrize(("day", "end"), [(date(2022, 10, 12), JUNE), (date(2022, 12, 1), date(2022, 12, 31))])
def test_december_asks_about_the_second_half(day: date, end: date) -> None:
    assert half_end(day) == end
