"""What registers count: by unit and day, in scope, known then, through the confirmed day."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from accounts.tests.factories import queries
from common import clock
from goals.measures import Wanted, measure_of
from goals.models import Progress, Target
from goals.progress import Counted, Event
from goals.progress.store import progress_of
from goals.tests.factories import make_unit
from ledgers.tests.factories import TODAY, confirm, fed_target, register
from safety.models import Accident
from safety.tests.factories import accident, author, make_village, save

pytestmark = pytest.mark.django_db
YEAR = Wanted(1, "/taoyan/", 2022)


def counted(code: str = "safety.fatalities", wanted: Wanted = YEAR, **known: Any) -> Counted:
    found = measure_of(code).figures([wanted], known.get("known_until"))[wanted]
    assert isinstance(found, Counted)
    return found


def test_rows_of_a_day_are_one_event() -> None:
    save(accident(deaths=2))
    save(accident(deaths=1, unit=make_village("nanhu")))

    assert list(counted().events) == [Event(date(2022, 9, 5), 30_000)]


def test_rows_that_are_not_in_the_statistics_do_not_count() -> None:
    save(accident(in_statistics="pending"))

    assert list(counted("safety.accidents").events) == []


def test_a_voided_row_does_not_count() -> None:
    row = save(accident())
    Accident.objects.filter(pk=row.pk).update(voided_at=timezone.now())

    assert list(counted("safety.accidents").events) == []


def test_the_rows_of_another_subdistrict_do_not_count() -> None:
    save(accident(unit=make_unit("elsewhere", "subdistrict")))

    assert list(counted("safety.accidents").events) == []


def test_a_district_counts_the_rows_of_all_its_subdistricts() -> None:
    district = make_unit("district", "district")
    for code in ("one", "two"):
        save(accident(unit=make_unit(f"village-{code}", "village", make_unit(code, "subdistrict", district))))

    wanted = Wanted(1, "/district/", 2022)
    assert list(counted("safety.accidents", wanted).events) == [Event(date(2022, 9, 5), 20_000)]


def test_amounts_are_of_the_year_and_the_one_before() -> None:
    for year in (2020, 2021, 2022):
        save(accident(day=date(year, 3, 1)))

    assert [event.day.year for event in counted("safety.accidents").events] == [2021, 2022]


def test_as_known_then_leaves_out_what_was_entered_later() -> None:
    save(accident())
    yesterday = clock.now() - timedelta(days=1)

    assert list(counted("safety.accidents", known_until=yesterday).events) == []


def test_as_known_then_keeps_what_was_voided_later() -> None:
    row = save(accident())
    moment = row.created_at + timedelta(hours=1)
    Accident.objects.filter(pk=row.pk).update(voided_at=moment + timedelta(hours=1))

    assert len(counted("safety.accidents", known_until=moment).events) == 1


def test_a_register_that_nobody_confirmed_is_no_data_and_not_zero() -> None:
    target = fed_target()

    row = progress_of([target], TODAY)[target.pk]

    assert (row.status, row.reason, row.data_period) == ("no_data", "no_reading", None)


def test_a_register_counts_through_the_confirmed_day() -> None:
    target = fed_target()
    save(accident(day=date(2021, 5, 5)))
    save(accident(day=date(2022, 10, 2)))
    confirm(register(), date(2022, 9, 30))

    row = progress_of([target], TODAY)[target.pk]

    assert (row.status, row.data_period) == ("on_track", date(2022, 9, 30))


def test_the_last_confirmation_counts_though_it_is_of_an_earlier_day() -> None:
    fed_target()
    confirm(register(), date(2022, 9, 30))
    confirm(register(), date(2022, 6, 30))

    assert counted("safety.accidents").confirmed_through == date(2022, 6, 30)


def test_a_measure_takes_three_queries_however_many_rows_and_plans() -> None:
    for n in range(3):
        save(accident(unit=make_village(f"v{n}"), day=date(2022, 1, 1) + timedelta(days=n)))
    wanted = [Wanted(n, root, 2022) for n in range(5) for root in ("/taoyan/", "/other/")]

    assert queries(lambda: measure_of("safety.accidents").figures(wanted, None)) <= 3


def test_a_measure_sums_all_rows_with_one_query_beside_that_of_the_confirmations() -> None:
    for n in range(3):
        save(accident(unit=make_village(f"v{n}")))

    with CaptureQueriesContext(connection) as asked:
        counted("safety.accidents")

    assert ["safety_accident" in query["sql"] for query in asked] == [False, True]


def test_what_is_behind_a_figure_names_units_and_rows() -> None:
    village = make_village("nanhu")
    row = save(accident(unit=village, deaths=3))
    confirm(register(), TODAY)

    source = measure_of("safety.fatalities").source(YEAR, TODAY)

    assert source is not None
    assert [(part.unit_id, part.value) for part in source.parts] == [(village.pk, 3)]
    assert [(proof.name, proof.value) for proof in source.rows] == [(row.what, 3)]
    assert source.parts[0].address.endswith("counted=safety.fatalities&through=2022-10-12&unit=nanhu")


EVENTS = st.lists(
    st.tuples(st.dates(date(2021, 1, 1), TODAY), st.integers(0, 3), st.sampled_from(["yes", "no"]), st.booleans()),
    max_size=12,
)


@example_settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=EVENTS)
def test_the_measures_agree_with_a_plain_loop_over_the_rows(rows: list[tuple[date, int, str, bool]]) -> None:
    Accident.objects.all().delete()
    for day, deaths, included, void in rows:
        row = accident(day=day, deaths=deaths, in_statistics=included)
        row.author, row.created_at, row.voided_at = author(), timezone.now(), timezone.now() if void else None
        row.save()

    for code, worth in (("safety.accidents", lambda deaths: 1), ("safety.fatalities", lambda deaths: deaths)):
        by_day: dict[date, int] = {}
        for day, deaths, included, void in rows:
            if included == "yes" and not void:
                by_day[day] = by_day.get(day, 0) + worth(deaths) * 10_000
        assert {e.day: e.value for e in counted(code).events if e.value} == {d: v for d, v in by_day.items() if v}


def test_stored_progress_is_what_a_computation_from_scratch_gives() -> None:
    target = fed_target()
    save(accident(day=date(2021, 5, 5)))
    confirm(register(), date(2022, 9, 30))
    progress_of([Target.objects.select_related("plan__profile", "indicator").get(pk=target.pk)], TODAY)

    assert Progress.objects.filter(target=target).count() == 10
