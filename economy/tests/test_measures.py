"""What the registers count: each measure against a plain loop over the rows, and the days on which rows count."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from common import clock
from economy.models import Clearance, Grain, GrainZone, Project, Recognition, Reuse
from economy.tests import factories as make
from economy.tests.factories import code, make_village, save
from goals.measures import Wanted, measure_of
from goals.progress import Counted
from goals.progress.store import progress_of
from goals.tests.factories import make_unit, make_user
from ledgers.models import Row, Upkeep
from ledgers.tests.factories import TODAY, fed_target
from safety.tests.factories import author

pytestmark = pytest.mark.django_db
YEAR = Wanted(1, "/taoyan/", 2022)
DAYS = st.dates(date(2021, 1, 1), TODAY)
LATE_DAYS = st.none() | DAYS
FEW = example_settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])


def by_day(measure: str) -> dict[date, Fraction]:
    """What a measure counts, by day."""
    found = measure_of(measure).figures([YEAR], None)[YEAR]
    assert isinstance(found, Counted)
    sums: dict[date, Fraction] = {}
    for event in found.events:
        sums[event.day] = sums.get(event.day, Fraction(0)) + Fraction(event.value, 10_000)
    return {day: worth for day, worth in sums.items() if worth}


def looped(worths: Iterable[tuple[date | None, Any]]) -> dict[date, Fraction]:
    """The same from days and worths that a loop found."""
    sums: dict[date, Fraction] = {}
    for day, worth in worths:
        if day is not None:
            sums[day] = sums.get(day, Fraction(0)) + Fraction(worth)
    return {day: worth for day, worth in sums.items() if worth}


def through(measure: str, day: date) -> Fraction:
    """What the rows that prove a figure come to."""
    source = measure_of(measure).source(YEAR, day)
    assert source is not None
    return sum((Fraction(row.value) for row in source.rows), Fraction(0))


def put(model: type[Row], rows: Iterable[tuple[Any, bool]]) -> list[Any]:
    """Store rows in place of all others, some of them void; the valid ones."""
    model.objects.all().delete()
    village, who, now = make_village(), author(), clock.now()
    kept = []
    for row, void in rows:
        row.unit, row.author, row.created_at, row.updated_at = village, who, now, now
        row.clean()
        row.voided_at = now if void else None
        kept.append(row)
    model.objects.bulk_create(kept)
    return [row for row in kept if not row.is_void]


def count(setting: str, ledger: str, *entries: str) -> None:
    """What planners let count."""
    who = make_user(f"setter-{ledger}-{len(entries)}")
    Upkeep.objects.create(
        ledger=f"economy.{ledger}", root=make_unit(), counts={setting: entries}, set_by=who, set_at=clock.now()
    )


@FEW
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["specialized", "little_giant", "small_to_regulated", "below_to_above"]),
            st.tuples(DAYS, LATE_DAYS),
            st.booleans(),
            st.booleans(),
        ),
        max_size=12,
    )
)
def test_new_firms_agree_with_a_plain_loop(rows: list[tuple[str, tuple[date, date | None], bool, bool]]) -> None:
    made = []
    for n, (kind, (day, other), renewal, void) in enumerate(rows):
        sector = "retail" if kind == "below_to_above" else "industry"
        revoked = max(day, other) if other else None
        values = {"day": day, "revoked_on": revoked, "is_renewal": renewal, "credit_code": code(n)}
        made.append((make.recognition(kind=kind, sector=sector, **values), void))
    valid = put(Recognition, made)

    for measure, kind in (
        ("economy.new_specialized_firms", "specialized"),
        ("economy.small_to_regulated_firms", "small_to_regulated"),
        ("economy.below_to_above_firms", "below_to_above"),
    ):
        worths: list[tuple[date | None, int]] = []
        for row in valid:
            if row.kind == kind and not row.is_renewal:
                worths.append((row.day, 1))
                if row.revoked_on and row.revoked_on.year == row.day.year:
                    worths.append((row.revoked_on, -1))
        assert by_day(measure) == looped(worths)
        assert through(measure, TODAY) == sum(w for day, w in looped(worths).items() if day.year == 2022)


@FEW
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["closed", "moved_in", "relocated", "upgraded"]), DAYS, LATE_DAYS, LATE_DAYS, st.booleans()
        ),
        max_size=12,
    )
)
def test_cleared_firms_agree_with_a_plain_loop(
    rows: list[tuple[str, date, date | None, date | None, bool]],
) -> None:
    made = []
    for n, (disposition, day, accepted, relapsed, void) in enumerate(rows):
        accepted = max(day, accepted) if accepted else None
        relapsed = max(accepted, relapsed) if accepted and relapsed else None
        days = {"day": day, "accepted_on": accepted, "relapsed_on": relapsed}
        made.append((make.clearance(firm=str(n), disposition=disposition, **days), void))
    valid = [row for row in put(Clearance, made) if row.disposition != "upgraded"]

    worths = [(row.accepted_on, 1) for row in valid] + [(row.relapsed_on, -1) for row in valid]
    assert by_day("economy.low_small_scattered_cleared") == looped(worths)
    this_year = sum(worth for day, worth in looped(worths).items() if day.year == 2022)
    assert through("economy.low_small_scattered_cleared", TODAY) == this_year


@FEW
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from([999, 1000, 5000]),
            st.lists(DAYS, min_size=6, max_size=6).map(sorted),
            st.lists(st.booleans(), min_size=6, max_size=6),
            st.booleans(),
        ),
        max_size=10,
    )
)
def test_large_projects_agree_with_a_plain_loop(rows: list[tuple[int, list[date], list[bool], bool]]) -> None:
    names = ("signed_on", "settled_on", "started_on", "producing_on", "ended_on")
    made = []
    for n, (total, days, reached, void) in enumerate(rows):
        stages = {name: day for name, day, there in zip(names, days[1:], reached[1:], strict=True) if there}
        made.append((make.project(what=str(n), total=Decimal(total), day=days[0], **stages), void))

    worths: list[tuple[date | None, int]] = []
    for row in put(Project, made):
        settled = row.settled_on or row.started_on or row.producing_on
        if row.total >= 1000 and settled:
            worths.append((settled, 1))
            if row.ended_on and row.ended_on.year == settled.year:
                worths.append((row.ended_on, -1))
    assert by_day("economy.projects_over_10m") == looped(worths)


@FEW
@given(
    rows=st.lists(
        st.tuples(st.sampled_from(["idle_land", "inefficient_land", "idle_plant"]), DAYS, LATE_DAYS, st.booleans()),
        max_size=12,
    )
)
def test_reused_space_agrees_with_a_plain_loop(rows: list[tuple[str, date, date | None, bool]]) -> None:
    made = []
    for n, (kind, day, used, void) in enumerate(rows):
        used = max(day, used) if used else None
        made.append((make.reuse(kind=kind, day=day, in_use_on=used, area=Decimal(n) + Decimal("0.25") + 1), void))

    worths = [(row.in_use_on, row.area) for row in put(Reuse, made) if row.kind != "inefficient_land"]
    assert by_day("economy.idle_space_revitalised") == looped(worths)


@FEW
@given(rows=st.lists(st.tuples(DAYS, LATE_DAYS, st.integers(1, 9_000), st.booleans()), max_size=10))
def test_the_area_under_care_agrees_with_a_plain_loop(
    rows: list[tuple[date, date | None, int, bool]],
) -> None:
    made = []
    for n, (day, until, mu, void) in enumerate(rows):
        until = max(day, until) if until else None
        made.append((make.zone(zone=str(n), day=day, cared_until=until, mu=Decimal(mu)), void))
    valid = put(GrainZone, made)

    counted = by_day("economy.grain_zone_area")
    for day in (date(2021, 6, 30), date(2021, 12, 31), date(2022, 5, 31), TODAY):
        cared = sum(row.mu for row in valid if row.day <= day and (not row.cared_until or row.cared_until >= day))
        assert sum(worth for at, worth in counted.items() if at <= day) == Fraction(cared) / 10_000
        assert through("economy.grain_zone_area", day) == Fraction(cared) / 10_000


@FEW
@given(rows=st.lists(st.tuples(DAYS, st.integers(0, 900), st.integers(0, 1_500), st.booleans()), max_size=10))
def test_grain_agrees_with_a_plain_loop(rows: list[tuple[date, int, int, bool]]) -> None:
    made = []
    for n, (day, mu, per_mu, void) in enumerate(rows):
        made.append((make.grain(season=f"s{n}", day=day, mu=Decimal(mu), per_mu=Decimal(per_mu)), void))

    worths = [(row.day, Fraction(row.mu) * Fraction(row.per_mu) / 1000 / 5) for row in put(Grain, made)]
    assert by_day("economy.grain_output") == looped(worths)


def test_a_firm_found_at_work_again_is_taken_back_in_the_year_of_that_day() -> None:
    days = {"day": date(2021, 1, 5), "accepted_on": date(2021, 3, 1), "relapsed_on": date(2022, 4, 1)}
    row = save(make.clearance(**days))

    source = measure_of("economy.low_small_scattered_cleared").source(YEAR, TODAY)

    assert source is not None
    assert [(each.day, each.name, each.value) for each in source.rows] == [(date(2022, 4, 1), row.firm, -1)]


def test_a_title_revoked_in_a_later_year_leaves_the_year_of_its_own_as_it_was() -> None:
    save(make.recognition(day=date(2021, 5, 1), revoked_on=date(2022, 5, 1)))

    assert by_day("economy.new_specialized_firms") == {date(2021, 5, 1): 1}


def _settled() -> Row:
    return make.project(signed_on=date(2022, 2, 1), settled_on=date(2022, 3, 1), started_on=date(2022, 4, 1))


@pytest.mark.parametrize(
    ("setting", "ledger", "entries", "measure", "row", "day"),
    [
        ("specialized", "recognitions", ["little_giant"], "new_specialized_firms", make.recognition, None),
        ("dispositions", "clearances", ["upgraded"], "low_small_scattered_cleared", make.clearance, None),
        ("kinds", "reuse", ["inefficient_land"], "idle_space_revitalised", make.reuse, None),
        ("stage", "projects", ["signed"], "projects_over_10m", _settled, date(2022, 2, 1)),
        ("stage", "projects", ["talks"], "projects_over_10m", _settled, date(2022, 1, 5)),
        ("stage", "projects", ["land"], "projects_over_10m", _settled, date(2022, 4, 1)),
        ("stage", "projects", ["producing"], "projects_over_10m", _settled, None),
        ("stage", "projects", ["signed", "started"], "projects_over_10m", _settled, date(2022, 2, 1)),
        ("stage", "projects", ["added_1"], "projects_over_10m", _settled, None),
    ],
)
def test_planners_say_what_counts(
    setting: str, ledger: str, entries: list[str], measure: str, row: Callable[[], Any], day: date | None
) -> None:
    made = row()
    for name in ("accepted_on", "in_use_on"):
        if hasattr(made, name):
            setattr(made, name, TODAY)
    save(made)
    count(setting, ledger, *entries)

    assert list(by_day(f"economy.{measure}")) == ([day] if day else [])


@pytest.mark.parametrize(
    ("measure", "basis", "rule", "row", "actual"),
    [
        ("new_specialized_firms", "amount", "total", make.recognition, 1),
        ("projects_over_10m", "amount", "total", _settled, 1),
        ("grain_zone_area", "level", "level", make.zone, Decimal("0.15")),
        ("grain_output", "amount", "total", make.grain, 9),
    ],
)
def test_a_target_shows_what_is_counted(
    measure: str, basis: str, rule: str, row: Callable[[], Any], actual: Decimal
) -> None:
    terms: dict[str, Any] = {"basis": basis, "rule": rule, "comparator": "at_least", "goal": Decimal(1)}
    target = fed_target(f"economy.{measure}", **terms)
    save(row())

    assert progress_of([target], TODAY)[target.pk].actual == actual


def test_a_goal_in_doubt_stays_so_though_it_is_counted() -> None:
    terms: dict[str, Any] = {"rule": "total", "comparator": "at_least", "goal": Decimal("1.08"), "in_doubt": True}
    target = fed_target("economy.grain_output", **terms)
    save(make.grain())

    row = progress_of([target], TODAY)[target.pk]

    assert (row.status, row.reason, row.actual) == ("no_data", "goal_in_doubt", 9)


def test_the_day_after_the_last_of_care_counts_no_more() -> None:
    last = date(2022, 6, 30)
    save(make.zone(day=date(2022, 1, 1), cared_until=last))

    assert by_day("economy.grain_zone_area") == {
        date(2022, 1, 1): Fraction(15, 100),
        last + timedelta(days=1): Fraction(-15, 100),
    }
