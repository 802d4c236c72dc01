"""Accepted by somebody who isn't the owner, then handed over, then checked when due."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from common.errors import Conflict, Forbidden
from projects import aftercare, milestones
from projects.models import Acceptance, Upkeep, UpkeepCheck
from projects.tests.factories import Cast

pytestmark = pytest.mark.django_db
DAY = date(2022, 9, 5)


def accept(cast: Cast, user: Any = None, **fields: Any) -> Acceptance:
    fields = {"project": cast.project, "day": DAY, "result": "passed", "body": "区建设局"} | fields
    return aftercare.accept_project(user or cast.leader, Acceptance(**fields))


def hand_over(cast: Cast, **fields: Any) -> Upkeep:
    fields = {"project": cast.project, "item": "保洁", "maintainer": "保洁队", "begins": date(2022, 9, 8)} | fields
    return aftercare.hand_over(cast.reporter, Upkeep(**({"every_months": 1} | fields)))


@pytest.mark.parametrize("who", ["reporter", "reviewer", "other"])
def test_its_owner_does_not_accept_it(cast: Cast, who: str) -> None:
    with pytest.raises(Forbidden):
        accept(cast, getattr(cast, who))

    assert not Acceptance.objects.exists()


def test_what_was_due_before_must_be_accepted_first(cast: Cast) -> None:
    cast.schedule()
    with pytest.raises(Conflict):
        accept(cast)

    step = milestones.report_done(cast.reporter, cast.step("设计"), date(2022, 3, 1))
    milestones.accept_milestone(cast.planner, step)
    # What is due later (construction on 30 September) doesn't stand in the way of 5 September.
    assert accept(cast).result == "passed"


def test_one_that_failed_is_followed_by_another_and_one_that_passed_is_not(cast: Cast) -> None:
    accept(cast, result="failed", opinion="栏杆松动")
    accept(cast, day=date(2022, 9, 20))

    with pytest.raises(Conflict):
        accept(cast, day=date(2022, 9, 21))


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"day": date(2022, 10, 13)}, "day"),
        ({"day": date(2021, 1, 1)}, "day"),
        ({"body": ""}, "body"),
        ({"result": "perhaps"}, "result"),
    ],
)
def test_a_wrong_acceptance_is_refused_with_its_field(cast: Cast, fields: Any, named: str) -> None:
    with pytest.raises(ValidationError) as refused:
        accept(cast, **fields)

    assert named in refused.value.message_dict


def test_it_is_handed_over_only_once_accepted(cast: Cast) -> None:
    with pytest.raises(Conflict):
        hand_over(cast)


def test_handing_over_makes_the_first_check_due(cast: Cast) -> None:
    accept(cast)

    assert hand_over(cast, every_months=6).checks.get().due == date(2023, 3, 8)


def test_a_check_done_makes_the_next_one_due(cast: Cast) -> None:
    accept(cast)
    upkeep = hand_over(cast)
    aftercare.check(cast.reporter, upkeep.checks.get(), date(2022, 10, 10), "good")

    assert list(upkeep.checks.values_list("due", "done_on")) == [
        (date(2022, 10, 8), date(2022, 10, 10)),
        (date(2022, 11, 10), None),
    ]


def test_a_check_is_entered_once_within_its_time(cast: Cast) -> None:
    accept(cast)
    check: UpkeepCheck = hand_over(cast).checks.get()
    for day in (date(2022, 9, 7), date(2022, 10, 13)):
        with pytest.raises(ValidationError) as refused:
            aftercare.check(cast.reporter, check, day, "good")
        assert "done_on" in refused.value.message_dict

    aftercare.check(cast.reporter, check, date(2022, 10, 1), "good")
    with pytest.raises(Conflict):
        aftercare.check(cast.reporter, check, date(2022, 10, 2), "good")


def test_a_repair_says_what_is_broken(cast: Cast) -> None:
    accept(cast)
    check = hand_over(cast).checks.get()

    with pytest.raises(ValidationError) as refused:
        aftercare.check(cast.reporter, check, date(2022, 10, 1), "repair")

    assert "note" in refused.value.message_dict


def test_another_office_keeps_nothing_up_here(cast: Cast) -> None:
    accept(cast)
    upkeep = hand_over(cast)

    with pytest.raises(Forbidden):
        aftercare.check(cast.other, upkeep.checks.get(), date(2022, 10, 1), "good")


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2022, 1, 31), 1, date(2022, 2, 28)),
        (date(2022, 12, 15), 1, date(2023, 1, 15)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
    ],
)
def test_months_end_where_the_month_does(day: date, months: int, then: date) -> None:
    assert aftercare.months_after(day, months) == then
