"""How the registers count: scenes and flavours when they are launched, each season once a year."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from accounts.tests.factories import queries
from culture_tourism.lists import SEASON
from culture_tourism.models import Festival, Highlight
from culture_tourism.tests.factories import festival, highlight, launched
from goals.measures import Wanted, measure_of
from goals.progress import Event
from goals.tests.factories import make_unit
from ledgers.lists import ListEntry
from ledgers.tests.rows import TODAY, YEAR, author, events, make_village, save

pytestmark = pytest.mark.django_db
SCENES, FLAVOURS = "culture_tourism.six_scenes", "culture_tourism.eight_flavours"
SEASONS = "culture_tourism.four_seasons"
MARCH, APRIL, JUNE = date(2022, 3, 19), date(2022, 4, 9), date(2022, 6, 18)


def test_a_scene_counts_on_the_day_of_its_launch() -> None:
    save(highlight(number=2, built_from=MARCH))
    save(launched(JUNE))

    assert events(SCENES) == [Event(JUNE, 10_000)]


def test_scenes_and_flavours_count_apart() -> None:
    save(launched(MARCH))
    save(launched(JUNE, brand="flavour"))

    assert (events(SCENES), events(FLAVOURS)) == ([Event(MARCH, 10_000)], [Event(JUNE, 10_000)])


def test_a_number_that_two_villages_launch_counts_once() -> None:
    save(launched(JUNE))
    save(launched(MARCH, unit=make_village("nanhu")))

    assert events(SCENES) == [Event(MARCH, 10_000)]


def test_a_season_counts_with_its_first_event() -> None:
    save(festival(APRIL))
    save(festival(MARCH, unit=make_village("nanhu")))
    save(festival(JUNE, season="summer"))

    assert events(SEASONS) == [Event(MARCH, 10_000), Event(JUNE, 10_000)]


def test_a_season_counts_again_the_next_year() -> None:
    save(festival(date(2021, 3, 27)))
    save(festival(MARCH))

    assert [event.day.year for event in events(SEASONS)] == [2021, 2022]


def test_when_the_first_event_is_voided_the_next_one_counts() -> None:
    first = save(festival(MARCH))
    save(festival(APRIL))
    Festival.objects.filter(pk=first.pk).update(voided_at=timezone.now())

    assert events(SEASONS) == [Event(APRIL, 10_000)]


def test_an_event_of_another_subdistrict_takes_no_season_away() -> None:
    save(festival(MARCH, unit=make_unit("far", "village", make_unit("elsewhere", "subdistrict"))))
    save(festival(APRIL))

    assert events(SEASONS) == [Event(APRIL, 10_000)]


def test_a_season_that_a_planner_added_is_none_of_the_four() -> None:
    ListEntry.objects.create(list=SEASON.code, code="plum_rain", name="梅雨")
    save(festival(JUNE, season="plum_rain"))

    assert events(SEASONS) == []


def test_the_events_behind_the_figure_are_those_that_count() -> None:
    first = save(festival(MARCH))
    save(festival(APRIL, name="踏青"))

    source = measure_of(SEASONS).source(YEAR, TODAY)

    assert source is not None
    assert [(row.name, row.day, row.value) for row in source.rows] == [(first.name, MARCH, 1)]


@pytest.mark.parametrize("code", [SCENES, SEASONS])
def test_a_measure_takes_as_many_queries_for_one_plan_and_row_as_for_many(code: str) -> None:
    save(festival())
    save(launched(JUNE))
    one = queries(lambda: measure_of(code).figures([YEAR], None))
    for n in range(2, 6):
        save(festival(MARCH + timedelta(days=n)))
        save(launched(JUNE, number=n))
    wanted = [Wanted(n, root, 2022) for n in range(3) for root in ("/taoyan/", "/other/")]

    assert queries(lambda: measure_of(code).figures(wanted, None)) == one <= 3


DAYS = st.dates(date(2021, 1, 1), TODAY)
VOID = st.sampled_from([False, False, True])
VILLAGES = st.sampled_from(["jingkou", "nanhu"])


@example_settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(VILLAGES, st.sampled_from(list(SEASON.entries)), DAYS, VOID), max_size=15))
def test_the_seasons_agree_with_a_plain_loop_over_the_rows(rows: list[tuple[str, str, date, bool]]) -> None:
    Festival.objects.all().delete()
    first: dict[tuple[str, int], date] = {}
    for village, season, day, void in rows:
        row = festival(day, season=season, unit=make_village(village))
        row.author, row.created_at, row.voided_at = author(), timezone.now(), timezone.now() if void else None
        row.save()
        if not void:
            first[season, day.year] = min(day, first.get((season, day.year), day))

    assert _days(SEASONS) == sorted(first.values())


@example_settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(VILLAGES, st.sampled_from(["scene", "flavour"]), st.integers(1, 6), st.none() | DAYS, VOID),
        max_size=15,
    )
)
def test_the_launches_agree_with_a_plain_loop_over_the_rows(
    rows: list[tuple[str, str, int, date | None, bool]],
) -> None:
    Highlight.objects.all().delete()
    first: dict[str, dict[int, date]] = {"scene": {}, "flavour": {}}
    taken: set[tuple[str, str, int]] = set()
    for village, brand, number, day, void in rows:
        if (village, brand, number) in taken:
            continue
        taken |= set() if void else {(village, brand, number)}
        row = highlight(unit=make_village(village), brand=brand, number=number, launched_on=day)
        row.author, row.created_at, row.voided_at = author(), timezone.now(), timezone.now() if void else None
        row.save()
        if not void and day is not None:
            first[brand][number] = min(day, first[brand].get(number, day))

    assert _days(SCENES) == sorted(first["scene"].values())
    assert _days(FLAVOURS) == sorted(first["flavour"].values())


def _days(code: str) -> list[date]:
    """The days that count, as often as they do."""
    return [event.day for event in events(code) for _n in range(event.value // 10_000)]
