"""What a figure would do to its target: the same as approving it does."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django.fixtures import DjangoAssertNumQueries

from goals.impact import impacts, slot_of
from goals.models import Reading
from goals.models.reading import State
from goals.progress.store import progress_of
from goals.tests.factories import make_indicator, make_office, make_reading, make_target, make_unit
from goals.tests.pages.factories import AUGUST, SEPTEMBER, Cast, make_cast

pytestmark = pytest.mark.django_db
TODAY = date(2022, 10, 12)


@pytest.fixture
def cast() -> Cast:
    return make_cast(frequency="quarterly")


def submitted(cast: Cast, value: object, **fields: object) -> Reading:
    period = fields.pop("period", SEPTEMBER)
    return make_reading(cast.indicator, period, value, state=State.SUBMITTED, **fields)  # type: ignore[arg-type]


def test_a_first_figure_gives_a_target_its_status(cast: Cast) -> None:
    make_reading(cast.indicator, date(2022, 3, 31), 30)
    make_reading(cast.indicator, date(2022, 6, 30), 10)
    reading = submitted(cast, 40)

    impact = impacts([reading], TODAY)[slot_of(reading)]

    assert (impact.before.status, impact.after.status, impact.changes) == ("at_risk", "on_track", True)
    assert (impact.word_before, impact.word) == ("进度偏慢", "序时正常")


def test_a_correction_takes_the_place_of_what_it_corrects(cast: Cast) -> None:
    for period, value in ((date(2022, 3, 31), 30), (date(2022, 6, 30), 30), (SEPTEMBER, 30)):
        make_reading(cast.indicator, period, value)
    reading = submitted(cast, 1, revision=2)

    impact = impacts([reading], TODAY)[slot_of(reading)]

    assert (impact.before.status, impact.after.status) == ("on_track", "behind")
    assert impact.after.actual is not None and impact.after.actual.num == 61 * impact.after.actual.den


def test_one_of_two_units_leaves_the_period_incomplete(cast: Cast) -> None:
    cast.indicator.reporting.create(unit=make_office("second"))
    reading = submitted(cast, 90, period=date(2022, 3, 31))

    assert impacts([reading], TODAY)[slot_of(reading)].after.status == "no_data"


def test_a_share_is_added_above_and_below_the_line() -> None:
    cast = make_cast(basis="share", frequency="quarterly")
    reading = make_reading(cast.indicator, SEPTEMBER, numerator=99, denominator=99, state=State.SUBMITTED)

    assert impacts([reading], TODAY)[slot_of(reading)].after.status == "on_track"


def test_what_no_plan_promises_has_no_impact(cast: Cast) -> None:
    reading = make_reading(make_indicator("other"), SEPTEMBER, 1, state=State.SUBMITTED)

    assert impacts([reading], TODAY) == {}


def test_another_subdistricts_figure_has_no_impact_on_this_plan(cast: Cast) -> None:
    elsewhere = make_unit("elsewhere")
    cast.indicator.reporting.create(unit=elsewhere)
    reading = submitted(cast, 1, unit=elsewhere)

    assert impacts([reading], TODAY) == {}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    months=st.lists(st.integers(-50, 200), min_size=0, max_size=8),
    corrected=st.none() | st.integers(-50, 200),
    value=st.integers(-50, 200),
)
def test_it_is_what_approving_would_bring(cast: Cast, months: list[int], corrected: int | None, value: int) -> None:
    Reading.objects.all().delete()
    cast.indicator.frequency = "monthly"
    cast.indicator.save()
    for month, past in enumerate(months, start=1):
        make_reading(cast.indicator, _end(month), past)
    period = _end(len(months) + 1)
    old = None if corrected is None else make_reading(cast.indicator, period, corrected)
    reading = submitted(cast, value, period=period, revision=2)

    foretold = impacts([reading], TODAY)[slot_of(reading)].after.status
    if old is not None:
        Reading.objects.filter(pk=old.pk).update(state=State.SUPERSEDED, superseded_at=reading.entered_at)
    Reading.objects.filter(pk=reading.pk).update(state=State.APPROVED, approved_at=reading.entered_at)

    assert progress_of([cast.target], TODAY, known_then=True)[cast.target.pk].status == foretold


def _end(month: int) -> date:
    return date(2022, month, {2: 28, 4: 30, 6: 30, 9: 30}.get(month, 31))


@pytest.mark.parametrize("count", [1, 20])
def test_many_figures_take_as_many_queries_as_one(
    cast: Cast, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    readings = []
    for number in range(count):
        indicator = make_indicator(f"i{number}", make_office())
        make_target(cast.plan, indicator)
        readings.append(make_reading(indicator, AUGUST, 1, state=State.SUBMITTED))

    with django_assert_num_queries(4):
        assert len(impacts(readings, TODAY)) == count
