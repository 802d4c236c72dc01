"""How the registers count: villages begun, and the share of those that hold all five stars."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from accounts.tests.factories import queries
from goals.measures import Wanted, measure_of
from goals.progress import Event
from goals.progress.store import progress_of
from goals.tests.factories import make_unit
from ledgers.once import doubled
from ledgers.tests.rows import TODAY, YEAR, author, confirm, counted_target, events, make_village, save, share_on
from urban_rural.lists import STAR
from urban_rural.models import Star
from urban_rural.tests.factories import BEGUN, RECOGNISED, five_stars, star

pytestmark = pytest.mark.django_db
NEW, COVERAGE = "urban_rural.new_five_star_villages", "urban_rural.five_star_coverage"
LOST = date(2022, 9, 1)


def test_a_village_begins_once_with_the_first_of_its_stars() -> None:
    save(star(star="beauty", day=date(2022, 4, 1)))
    save(star(star="party"))
    save(star(star="party", unit=make_village("nanhu"), day=date(2022, 5, 1)))

    assert events(NEW) == [Event(BEGUN, 10_000), Event(date(2022, 5, 1), 10_000)]


def test_a_village_that_began_last_year_does_not_begin_again() -> None:
    save(star(day=date(2021, 5, 1)))
    save(star(star="beauty"))

    assert [event.day.year for event in events(NEW)] == [2021]


def test_when_the_first_row_is_voided_the_next_one_begins() -> None:
    first = save(star())
    save(star(star="beauty", day=date(2022, 4, 1)))
    Star.objects.filter(pk=first.pk).update(voided_at=timezone.now())

    assert events(NEW) == [Event(date(2022, 4, 1), 10_000)]


def test_all_villages_stand_below_the_line_and_those_with_five_stars_above_it() -> None:
    make_village("nanhu")
    five_stars(make_village())

    assert [share_on(COVERAGE, day) for day in (RECOGNISED - timedelta(days=1), RECOGNISED)] == [(0, 2), (1, 2)]


def test_the_villages_of_another_subdistrict_are_not_below_the_line() -> None:
    make_village()
    make_unit("far", "village", make_unit("elsewhere", "subdistrict"))

    assert share_on(COVERAGE, TODAY) == (0, 1)


def test_four_stars_are_not_five() -> None:
    five_stars(make_village(), but="harmony")

    assert share_on(COVERAGE, TODAY) == (0, 1)


def test_a_star_that_is_taken_off_takes_the_village_back() -> None:
    rows = five_stars(make_village())
    Star.objects.filter(pk=rows[2].pk).update(withdrawn_on=LOST)

    assert [share_on(COVERAGE, day) for day in (LOST - timedelta(days=1), LOST)] == [(1, 1), (0, 1)]


def test_a_star_that_is_regained_brings_the_village_back() -> None:
    rows = five_stars(make_village())
    Star.objects.filter(pk=rows[2].pk).update(withdrawn_on=LOST)
    save(star(star=rows[2].star, day=LOST, recognised_on=TODAY))

    assert share_on(COVERAGE, TODAY) == (1, 1)


@pytest.mark.parametrize(
    ("confirmed", "found"), [(None, ("no_data", None)), (date(2022, 9, 30), ("on_track", date(2022, 9, 30)))]
)
def test_the_coverage_is_known_through_the_day_of_the_confirmation(confirmed: date | None, found: object) -> None:
    target = counted_target(COVERAGE, rule="share", basis="share", goal=100)
    five_stars(make_village())
    if confirmed:
        confirm(Star, confirmed)

    row = progress_of([target], TODAY)[target.pk]

    assert (row.status, row.data_period) == found


def test_the_rows_behind_the_coverage_are_those_that_made_a_village_full() -> None:
    confirm(Star)
    rows = five_stars(make_village(), but="civility")
    last = save(star(star="civility", recognised_on=LOST))
    lost = five_stars(make_village("nanhu"))
    Star.objects.filter(pk=lost[0].pk).update(withdrawn_on=LOST)

    source = measure_of(COVERAGE).source(YEAR, TODAY)

    assert source is not None and rows
    assert [(proof.name, proof.day, proof.value) for proof in source.rows] == [("jingkou · 文明星", LOST, 1)]
    assert source.rows[0].address.endswith(f"/{last.pk}/")


def test_each_village_has_its_part_of_the_coverage() -> None:
    confirm(Star)
    full, other = make_village(), make_village("nanhu")
    five_stars(full)

    source = measure_of(COVERAGE).source(YEAR, TODAY)

    assert source is not None
    parts = {part.unit_id: (part.numerator, part.denominator) for part in source.parts}
    assert parts == {full.pk: (1, 1), other.pk: (0, 1)}


@pytest.mark.parametrize("code", [NEW, COVERAGE])
def test_a_measure_takes_as_many_queries_for_one_plan_and_village_as_for_many(code: str) -> None:
    five_stars(make_village())
    one = queries(lambda: measure_of(code).figures([YEAR], None))
    for n in range(4):
        five_stars(make_village(f"v{n}"))
    wanted = [Wanted(n, root, 2022) for n in range(3) for root in ("/taoyan/", "/other/")]

    assert queries(lambda: measure_of(code).figures(wanted, None)) == one <= 3


DAYS = [date(2022, 1, 1) + timedelta(days=10 * n) for n in range(8)]
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["jingkou", "nanhu"]),
        st.sampled_from(list(STAR.entries)),
        st.lists(st.sampled_from(DAYS), min_size=1, max_size=3).map(sorted),
        st.sampled_from([False, False, False, True]),
    ),
    max_size=24,
)
# Villages of five stars are rare among any rows: some examples start from one.
START = st.sampled_from([[], [("jingkou", code, [DAYS[0], DAYS[2]], False) for code in STAR.entries]])


@example_settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=START, more=ROWS)
def test_the_measures_agree_with_a_plain_loop_over_the_rows(
    start: list[tuple[str, str, list[date], bool]], more: list[tuple[str, str, list[date], bool]]
) -> None:
    Star.objects.all().delete()
    made = []
    for village, code, days, void in [*start, *more]:
        begun, recognised, withdrawn = (*days, None, None)[:3]
        row = star(unit=make_village(village), star=code, day=begun, recognised_on=recognised, withdrawn_on=withdrawn)
        row.author, row.created_at, row.voided_at = author(), timezone.now(), timezone.now() if void else None
        row.stage = row.stage_on(TODAY)
        made.append(row)
    made = _once(made)
    Star.objects.bulk_create(made)
    for village in ("jingkou", "nanhu"):
        make_village(village)

    valid = [row for row in made if row.voided_at is None]
    begun_on = {row.unit_id: min(r.day for r in valid if r.unit_id == row.unit_id) for row in valid}
    begun_days = [event.day for event in events(NEW) for _n in range(event.value // 10_000)]
    assert begun_days == sorted(begun_on.values())
    for before, day in pairwise([DAYS[0] - timedelta(days=1), *DAYS]):
        assert share_on(COVERAGE, day) == (_full(valid, day), 2), (before, day)


def _once(rows: list[Star]) -> list[Star]:
    """The rows without those that the register wouldn't take: a star that its village has already."""
    kept: list[Star] = []
    for row in rows:
        if not doubled(Star, [*kept, row]):
            kept.append(row)
    return kept


def _full(rows: list[Star], day: date) -> int:
    """Villages that hold all five stars on the day, row by row."""
    held: dict[int, set[str]] = {}
    for row in rows:
        recognised = row.recognised_on is not None and row.recognised_on <= day
        if recognised and (row.withdrawn_on is None or row.withdrawn_on > day):
            held.setdefault(row.unit_id, set()).add(row.star)
    return sum(len(stars) == len(STAR.entries) for stars in held.values())
