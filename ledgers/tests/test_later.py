"""后补 without a second computation: what rests on rows entered, changed, voided or confirmed after the day."""

from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from goals.models import Reading, Target
from goals.models.reading import State
from goals.progress.later import later_among
from goals.tests.factories import make_office, make_reading, make_target
from ledgers.models import Confirmation
from ledgers.tests.factories import confirm, fed_target, register
from safety.models import Accident
from safety.tests.factories import accident, save

pytestmark = pytest.mark.django_db
DAY = date(2022, 8, 31)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=timezone.get_default_timezone())


SINCE = at(date(2022, 9, 1)).replace(hour=0)
BEFORE, AFTER = at(date(2022, 8, 20)), at(date(2022, 9, 20))


@pytest.fixture
def target() -> Target:
    """Counted from accidents, which were confirmed in time."""
    made = fed_target()
    confirm(register(), DAY)
    Confirmation.objects.update(confirmed_at=BEFORE)
    return made


def entered(day: date, at: datetime, **values: Any) -> Accident:
    row: Accident = save(accident(day=day, **values))
    Accident.objects.filter(pk=row.pk).update(created_at=at)
    return row


def is_marked(target: Target) -> bool:
    return later_among(target.plan, [target], DAY, SINCE) == {target.pk}


def test_a_row_entered_in_time_is_no_late_one(target: Target) -> None:
    entered(date(2022, 8, 10), BEFORE)

    assert not is_marked(target)


def test_a_row_of_a_day_before_that_was_entered_after_it_is(target: Target) -> None:
    entered(date(2022, 8, 10), AFTER)

    assert is_marked(target)


def test_a_row_of_a_day_after_it_is_not(target: Target) -> None:
    entered(date(2022, 9, 10), AFTER)

    assert not is_marked(target)


def test_a_row_voided_after_it_is(target: Target) -> None:
    row = entered(date(2022, 8, 10), BEFORE)
    Accident.objects.filter(pk=row.pk).update(voided_at=AFTER)

    assert is_marked(target)


def test_a_row_entered_and_voided_after_it_is_not(target: Target) -> None:
    row = entered(date(2022, 8, 10), AFTER)
    Accident.objects.filter(pk=row.pk).update(voided_at=AFTER)

    assert not is_marked(target)


def test_a_row_that_does_not_count_is_not(target: Target) -> None:
    entered(date(2022, 8, 10), AFTER, in_statistics="pending")

    assert not is_marked(target)


def test_a_confirmation_without_which_the_day_was_not_reached_is(target: Target) -> None:
    Confirmation.objects.update(confirmed_at=AFTER)

    assert is_marked(target)


def test_one_more_confirmation_is_not(target: Target) -> None:
    confirm(register(), date(2022, 9, 30))

    assert not is_marked(target)


def test_what_came_after_a_plans_closing_counts_for_nothing(target: Target) -> None:
    entered(date(2022, 8, 10), AFTER)
    target.plan.closed_at = at(date(2022, 9, 10))

    assert not is_marked(target)


@pytest.mark.parametrize(
    ("period", "approved", "marked"),
    [
        (date(2022, 8, 31), AFTER, True),
        (date(2022, 8, 31), BEFORE, False),
        (date(2022, 9, 30), AFTER, False),
    ],
)
def test_a_reading_is_by_its_period_and_its_approval(period: date, approved: datetime, marked: bool) -> None:
    target = make_target()
    reading = make_reading(target.indicator, period, 3, unit=make_office())
    Reading.objects.filter(pk=reading.pk).update(state=State.APPROVED, approved_at=approved)

    assert is_marked(target) == marked


def test_it_takes_one_query_where_nothing_of_a_register_is_set(target: Target) -> None:
    with CaptureQueriesContext(connection) as made:
        later_among(target.plan, [target], DAY, SINCE)

    assert len(made) == 1
