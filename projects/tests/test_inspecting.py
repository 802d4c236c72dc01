"""Inspections: recorded by who oversees, put right by the office, looked at again by another."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Role
from common.errors import Conflict, Forbidden
from goals.tests.factories import make_office, make_user
from projects import inspecting
from projects.inspecting import Found
from projects.models import Finding, Inspection
from projects.tests.factories import TODAY, Cast, make_project

pytestmark = pytest.mark.django_db
DAY, DEADLINE = date(2022, 9, 1), date(2022, 9, 10)


def inspect(cast: Cast, *findings: Found, day: date = DAY, project: Any = None, **fields: Any) -> Inspection:
    inspection = Inspection(project=project or cast.project, day=day, **({"inspector": "督查办"} | fields))
    return inspecting.record(cast.planner, inspection, findings)


@pytest.fixture
def finding(cast: Cast) -> Finding:
    return inspect(cast, Found("扬尘", DEADLINE)).findings.get()


def test_an_inspection_keeps_its_findings_in_their_order(cast: Cast) -> None:
    made = inspect(cast, Found("扬尘", DEADLINE), Found("占道", DEADLINE))

    assert [(f.order, f.text, f.state) for f in made.findings.all()] == [(1, "扬尘", "open"), (2, "占道", "open")]


@pytest.mark.parametrize("who", ["reporter", "reviewer", "other"])
def test_only_who_oversees_records(cast: Cast, who: str) -> None:
    with pytest.raises(Forbidden):
        inspecting.record(getattr(cast, who), Inspection(project=cast.project, day=DAY, inspector="自己"))


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"day": date(2022, 10, 13)}, "day"),
        ({"day": date(2021, 12, 31)}, "day"),
        ({"inspector": ""}, "inspector"),
    ],
)
def test_a_wrong_one_is_refused_with_its_field_and_not_stored(cast: Cast, fields: Any, named: str) -> None:
    with pytest.raises(ValidationError) as refused:
        inspect(cast, **fields)

    assert named in refused.value.message_dict
    assert not Inspection.objects.exists()


def test_a_finding_is_not_due_before_it_was_found(cast: Cast) -> None:
    with pytest.raises(ValidationError) as refused:
        inspect(cast, Found("扬尘", date(2022, 8, 31)))

    assert "findings" in refused.value.message_dict
    assert not Inspection.objects.exists()


def test_a_finding_is_put_right_and_rechecked_by_another(cast: Cast, finding: Finding) -> None:
    inspecting.rectify(cast.reporter, finding, DEADLINE, "已喷淋。")
    closed = inspecting.recheck(cast.leader, finding, passed=True)

    assert (closed.state, closed.rectified_on, closed.rechecked_on) == ("closed", DEADLINE, TODAY)


def test_what_fails_the_recheck_is_open_again(cast: Cast, finding: Finding) -> None:
    inspecting.rectify(cast.reporter, finding, DEADLINE, "已喷淋。")
    again = inspecting.recheck(cast.planner, finding, passed=False, text="仍有扬尘。")

    assert again.state == "open" and again.is_overdue(TODAY)


def test_a_failed_recheck_says_what_is_wrong(cast: Cast, finding: Finding) -> None:
    inspecting.rectify(cast.reporter, finding, DEADLINE, "已喷淋。")

    with pytest.raises(ValidationError) as refused:
        inspecting.recheck(cast.planner, finding, passed=False)

    assert "text" in refused.value.message_dict


def test_only_the_lead_office_rectifies(cast: Cast, finding: Finding) -> None:
    for who in (cast.other, cast.planner, cast.leader):
        with pytest.raises(Forbidden):
            inspecting.rectify(who, finding, DEADLINE, "已改。")


def test_who_put_it_right_does_not_recheck(cast: Cast, finding: Finding) -> None:
    both = make_user("both", Role.PLANNER, Role.REPORTER)
    inspecting.rectify(both, finding, DEADLINE, "已改。")

    with pytest.raises(Forbidden):
        inspecting.recheck(both, finding, passed=True)


@pytest.mark.parametrize("day", [date(2022, 8, 31), date(2022, 10, 13)])
def test_it_is_put_right_between_the_inspection_and_today(cast: Cast, finding: Finding, day: date) -> None:
    with pytest.raises(ValidationError) as refused:
        inspecting.rectify(cast.reporter, finding, day, "已改。")

    assert "day" in refused.value.message_dict


def test_a_step_out_of_turn_is_a_conflict(cast: Cast, finding: Finding) -> None:
    with pytest.raises(Conflict):
        inspecting.recheck(cast.planner, finding, passed=True)

    inspecting.rectify(cast.reporter, finding, DEADLINE, "已改。")
    with pytest.raises(Conflict):
        inspecting.rectify(cast.reporter, finding, DEADLINE, "再改。")


def test_a_units_inspections_of_a_month_stand_together(cast: Cast, django_assert_num_queries: Any) -> None:
    elsewhere = make_project(cast.plan, "elsewhere", lead_office=make_office("other_office"))
    inspect(cast, Found("扬尘", DEADLINE))
    inspect(cast, day=date(2022, 9, 20))
    inspect(cast, day=date(2022, 8, 2))
    inspect(cast, project=elsewhere)

    with django_assert_num_queries(2):
        found = inspecting.rounds(Inspection.objects.all())

    seen = {(r.unit.code if r.unit else "", r.month.month): (len(r.inspections), r.days) for r in found}
    assert seen == {("office", 9): (2, 2), ("office", 8): (1, 1), ("other_office", 9): (1, 1)}
    assert found[-1].month.month == 8
