"""抽查核验: what is drawn, what is found, and what a unit is asked to correct."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, User
from audit.models import Event
from common.errors import Forbidden, StaleVersion
from goals import reporting, spot_checks
from goals.models import Indicator, Plan, Reading, Section, SpotCheck, SpotCheckItem, Theme
from goals.models.progress import Mark
from goals.models.reading import State
from goals.spot_checks import Stage
from goals.tests.factories import (
    make_indicator,
    make_office,
    make_plan,
    make_reading,
    make_target,
    make_unit,
    make_user,
)
from goals.windows import close_month

pytestmark = pytest.mark.django_db
MONTHS = [date(2022, 1, 31), date(2022, 2, 28), date(2022, 3, 31), date(2022, 4, 30), date(2022, 5, 31)]


@pytest.fixture
def plan() -> Plan:
    return make_plan(state="adopted")


@pytest.fixture
def planner() -> User:
    return make_user("planner", Role.PLANNER, unit=make_unit())


@pytest.fixture
def indicator(plan: Plan) -> Indicator:
    indicator = make_indicator()
    make_target(plan, indicator)
    return indicator


@pytest.fixture
def item(planner: User, plan: Plan, indicator: Indicator) -> SpotCheckItem:
    make_reading(indicator, MONTHS[0], 5)
    return spot_checks.draw(planner, plan, 1).items.get()


def drawn(check: SpotCheck) -> list[int]:
    return list(check.items.values_list("reading_id", flat=True))


def test_a_sample_is_of_approved_figures_of_the_plans_year_alone(
    planner: User, plan: Plan, indicator: Indicator
) -> None:
    right = make_reading(indicator, MONTHS[0], 1)
    make_reading(indicator, MONTHS[0], 2, state=State.SUPERSEDED, revision=2)
    make_reading(indicator, MONTHS[1], 3, state=State.SUBMITTED)
    make_reading(indicator, MONTHS[2], 3, state=State.RETURNED)
    make_reading(indicator, MONTHS[3], 3, state=State.DRAFT)
    make_reading(indicator, date(2021, 12, 31), 4)
    make_reading(make_indicator("of_no_plan"), MONTHS[0], 5)

    check = spot_checks.draw(planner, plan, 100)

    assert drawn(check) == [right.pk]
    assert check.drawn_from == 1


def test_a_seed_draws_the_same_again(planner: User, plan: Plan, indicator: Indicator) -> None:
    for period in MONTHS:
        make_reading(indicator, period, 1)

    samples = {seed: [drawn(spot_checks.draw(planner, plan, 3, seed=seed)) for _again in "ab"] for seed in "pqrst"}

    assert all(first == again and len(set(first)) == 3 for first, again in samples.values())
    assert len({tuple(first) for first, _again in samples.values()}) > 1


def test_each_draw_has_a_seed_of_its_own(planner: User, plan: Plan, indicator: Indicator) -> None:
    make_reading(indicator, MONTHS[0], 1)

    seeds = {spot_checks.draw(planner, plan, 1).seed for _each in range(3)}

    assert len(seeds) == 3


def test_it_draws_from_one_unit_or_one_section(planner: User, plan: Plan, indicator: Indicator) -> None:
    elsewhere = make_unit("village", "village", make_unit())
    of_unit = make_reading(indicator, MONTHS[0], 1, unit=elsewhere)
    make_reading(indicator, MONTHS[0], 1)
    other = make_target(plan, make_indicator("other"))
    section = Section.objects.create(plan=plan, code="safety", name="平安智治")
    other.theme = Theme.objects.create(plan=plan, section=section, code="safety.theme", name="主题")
    other.save()
    of_section = make_reading(other.indicator, MONTHS[0], 1)

    assert drawn(spot_checks.draw(planner, plan, 9, unit=elsewhere)) == [of_unit.pk]
    assert drawn(spot_checks.draw(planner, plan, 9, section=section)) == [of_section.pk]
    assert Event.objects.latest("sequence").after["section"] == "safety"


@pytest.mark.parametrize("size", [0, -1, 101, 10**30])
def test_a_size_out_of_bounds_is_refused(planner: User, plan: Plan, indicator: Indicator, size: int) -> None:
    make_reading(indicator, MONTHS[0], 1)

    with pytest.raises(ValidationError) as refused:
        spot_checks.draw(planner, plan, size)

    assert list(refused.value.message_dict) == ["size"]
    assert not SpotCheck.objects.exists()


def test_nothing_to_draw_from_is_said(planner: User, plan: Plan) -> None:
    with pytest.raises(ValidationError, match="没有已通过的数据"):
        spot_checks.draw(planner, plan, 5)

    assert not Event.objects.exists()


@pytest.mark.parametrize("finding", ["true", "wrong", "sent_back"])
def test_a_finding_changes_neither_figure_nor_progress(planner: User, item: SpotCheckItem, finding: str) -> None:
    before = Reading.objects.values().get()
    marks = list(Mark.objects.values_list("target_id", "dirty_gen"))

    spot_checks.record(planner, item, finding, "与台账不符")

    assert Reading.objects.values().get() == before
    assert list(Mark.objects.values_list("target_id", "dirty_gen")) == marks
    event = Event.objects.latest("sequence")
    assert (event.action, event.after["finding"]) == ("record_finding", finding)


def test_what_is_true_needs_no_words(planner: User, item: SpotCheckItem) -> None:
    assert spot_checks.record(planner, item, "true", "").found_by == planner


@pytest.mark.parametrize("finding", ["wrong", "sent_back"])
@pytest.mark.parametrize("note", ["", "  ", "　"])
def test_what_is_wrong_needs_words(planner: User, item: SpotCheckItem, finding: str, note: str) -> None:
    with pytest.raises(ValidationError) as refused:
        spot_checks.record(planner, item, finding, note)

    assert list(refused.value.message_dict) == ["note"]
    item.refresh_from_db()
    assert item.finding == ""


@pytest.mark.parametrize(
    ("finding", "note", "field"), [("", "x", "finding"), ("half", "x", "finding"), ("wrong", "a\u202eb", "note")]
)
def test_a_finding_that_is_none_is_refused(
    planner: User, item: SpotCheckItem, finding: str, note: str, field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        spot_checks.record(planner, item, finding, note)

    assert list(refused.value.message_dict) == [field]


def test_a_finding_may_be_put_right_but_not_over_a_colleagues(planner: User, item: SpotCheckItem) -> None:
    seen = item.version
    spot_checks.record(planner, item, "wrong", "少报", if_version=seen)

    with pytest.raises(StaleVersion):
        spot_checks.record(planner, item, "true", "", if_version=seen)
    spot_checks.record(planner, item, "true", "复核无误", if_version=seen + 1)

    assert Event.objects.latest("sequence").before["finding"] == "wrong"


@pytest.mark.parametrize("role", [Role.REPORTER, Role.REVIEWER, Role.LEADER, Role.AUDITOR])
def test_only_planners_draw_and_record(plan: Plan, item: SpotCheckItem, role: Role) -> None:
    user = make_user("somebody", role, unit=make_unit())

    with pytest.raises(Forbidden):
        spot_checks.draw(user, plan, 1)
    with pytest.raises(Forbidden):
        spot_checks.record(user, item, "true", "")


def test_a_planner_of_another_subdistrict_may_not(plan: Plan, item: SpotCheckItem) -> None:
    user = make_user("elsewhere", Role.PLANNER, unit=make_unit("fusheng"))

    with pytest.raises(Forbidden):
        spot_checks.draw(user, plan, 1)
    with pytest.raises(Forbidden):
        spot_checks.record(user, item, "true", "")


@pytest.fixture
def official() -> User:
    return make_user("official", Role.REPORTER, unit=make_office())


@pytest.fixture
def reviewer() -> User:
    return make_user("reviewer", Role.REVIEWER, unit=make_office())


def asked(official: User) -> dict[SpotCheckItem, Stage]:
    """What the unit is asked to correct, and how far that has come."""
    return {request.item: request.stage for request in spot_checks.requests_for(official)}


def stage(item: SpotCheckItem) -> Stage:
    """What the planner reads beside a figure sent back."""
    (request,) = spot_checks.requests_of(SpotCheckItem.objects.filter(pk=item.pk))
    return request.stage


def correct(official: User, item: SpotCheckItem, value: int, state: str = "submitted") -> int:
    """The reading by which the unit corrects the figure."""
    slot = {"indicator": item.reading.indicator, "unit": item.reading.unit, "period": item.reading.period}
    return reporting.post_readings(official, [slot | {"value": value, "state": state}]).ids[0]


def test_the_unit_is_asked_to_correct_what_was_sent_back(planner: User, item: SpotCheckItem, official: User) -> None:
    spot_checks.record(planner, item, "sent_back", "与台账不符")

    assert asked(official) == {item: Stage.ASKED}


@pytest.mark.parametrize("finding", ["true", "wrong"])
def test_nothing_else_asks_for_a_correction(planner: User, item: SpotCheckItem, official: User, finding: str) -> None:
    spot_checks.record(planner, item, finding, "说明")

    assert spot_checks.requests_for(official) == []


def test_only_the_figures_own_unit_is_asked(planner: User, item: SpotCheckItem) -> None:
    spot_checks.record(planner, item, "sent_back", "与台账不符")

    assert spot_checks.requests_for(make_user("other", Role.REPORTER, unit=make_office("other_office"))) == []
    assert spot_checks.requests_for(make_user("reviewer", Role.REVIEWER, unit=make_office())) == []


def test_the_request_follows_its_correction_until_it_is_approved(
    planner: User, item: SpotCheckItem, official: User, reviewer: User
) -> None:
    spot_checks.record(planner, item, "sent_back", "与台账不符")

    correct(official, item, 7, "draft")
    assert asked(official) == {item: Stage.ASKED}
    first = correct(official, item, 7)
    assert (asked(official), stage(item)) == ({}, Stage.IN_REVIEW)
    reporting.return_reading(reviewer, first, "台账为 8")
    assert (asked(official), stage(item)) == ({item: Stage.RETURNED}, Stage.RETURNED)
    second = correct(official, item, 8)
    assert (asked(official), stage(item)) == ({}, Stage.IN_REVIEW)
    reporting.approve(reviewer, second)
    assert (asked(official), stage(item)) == ({}, Stage.CORRECTED)


def test_a_correction_that_is_returned_says_why(
    planner: User, item: SpotCheckItem, official: User, reviewer: User
) -> None:
    spot_checks.record(planner, item, "sent_back", "与台账不符")
    reporting.return_reading(reviewer, correct(official, item, 7), "台账为 8")

    (request,) = spot_checks.requests_for(official)

    assert (request.reason, request.is_locked) == ("台账为 8", False)


def test_a_later_correction_that_is_returned_asks_for_nothing_more(
    planner: User, item: SpotCheckItem, official: User, reviewer: User
) -> None:
    spot_checks.record(planner, item, "sent_back", "与台账不符")
    reporting.approve(reviewer, correct(official, item, 7))

    reporting.return_reading(reviewer, correct(official, item, 9), "再核")

    assert (asked(official), stage(item)) == ({}, Stage.CORRECTED)


def test_a_planner_takes_a_request_back_by_another_finding(planner: User, item: SpotCheckItem, official: User) -> None:
    spot_checks.record(planner, item, "sent_back", "与台账不符")

    spot_checks.record(planner, item, "true", "台账已补齐")

    assert asked(official) == {}
    assert spot_checks.requests_of(SpotCheckItem.objects.all()) == []


def test_a_request_of_a_closed_month_says_so(planner: User, plan: Plan, item: SpotCheckItem, official: User) -> None:
    spot_checks.record(planner, item, "sent_back", "与台账不符")
    close_month(planner, plan, MONTHS[0])

    (request,) = spot_checks.requests_for(official)

    assert request.is_locked


def test_results_are_counts_of_items_by_unit(planner: User, plan: Plan, indicator: Indicator) -> None:
    for period in MONTHS[:3]:
        make_reading(indicator, period, 1)
    first, second, _third = spot_checks.draw(planner, plan, 3).items.all()
    spot_checks.record(planner, first, "true", "")
    spot_checks.record(planner, second, "wrong", "少报")

    (row,) = spot_checks.by_unit(plan)

    assert (row.unit, row.drawn, row.open) == (make_office(), 3, 1)
    assert (row.findings["true"], row.findings["wrong"], row.findings["sent_back"]) == (1, 1, 0)


def test_requests_and_results_ask_no_more_for_more(
    planner: User, plan: Plan, indicator: Indicator, official: User
) -> None:
    def count() -> int:
        official.__dict__.pop("_access", None)
        with CaptureQueriesContext(connection) as captured:
            items = [request.item for request in spot_checks.requests_for(official)]
            [(i.reading.indicator.name, i.reading.unit.name, i.found_by) for i in items]
            spot_checks.by_unit(plan)
        return len(captured)

    def sent_back(period: date) -> None:
        make_reading(indicator, period, 1)
        for item in spot_checks.draw(planner, plan, 100).items.filter(reading__period=period):
            spot_checks.record(planner, item, "sent_back", "核对")

    sent_back(MONTHS[0])
    few = count()
    for period in MONTHS[1:]:
        sent_back(period)

    assert count() == few
    assert len(spot_checks.requests_for(official)) == 5
