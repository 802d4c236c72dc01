"""What was known on a day stays countable, whatever was changed since: measures, pages, lists, imports."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from accounts.models import Unit, User
from accounts.tests.factories import browser_of
from common import clock
from culture_tourism.models import Highlight
from goals.measures import Wanted, measure_of
from goals.progress import Counted
from goals.progress.store import progress_of
from goals.tests.factories import client_of, make_unit
from ledgers import services, versions
from ledgers.counting import first_of_each
from ledgers.registry import ledger_of
from ledgers.tests import rows as any_rows
from ledgers.tests.factories import TODAY, confirm, fed_target, register, villager
from safety.models import Accident, Hazard
from safety.tests.factories import accident, hazard, make_village, save

pytestmark = pytest.mark.django_db
YEAR = Wanted(1, "/taoyan/", 2022)
FIRST, SECOND, THIRD = date(2022, 9, 10), date(2022, 9, 20), date(2022, 9, 30)
LATER: Any = {"deaths": 3}
BEFORE: Any = {"deaths": 1}


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.TAOYAN_TODAY = TODAY.isoformat()


def moment(day: date, hour: int = 23) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=timezone.get_default_timezone())


def official(village: Unit) -> User:
    """Who reports for the village: one person, however often asked."""
    return User.objects.filter(username=f"of-{village.code}").first() or villager(village)


def entered(on: date = FIRST, **values: Any) -> Accident:
    with clock.pretending(on):
        return save(accident(**(BEFORE | values)))  # type: ignore[no-any-return]


def changed(row: Accident, on: date = SECOND, **values: Any) -> Accident:
    """The row as its village changes it on the day."""
    with clock.pretending(on):
        again = Accident.objects.select_related("unit__parent").get(pk=row.pk)
        for name, value in values.items():
            setattr(again, name, value)
        return services.save_row(official(row.unit), register(), again)


def counted(known_until: datetime | None, code: str = "safety.fatalities") -> dict[date, int]:
    """By day what the measure counts, as it was known before the moment."""
    found = measure_of(code).figures([YEAR], known_until)[YEAR]
    assert isinstance(found, Counted)
    return {event.day: int(event.value) // 10_000 for event in found.events if event.value}


def test_a_change_leaves_what_was_known_before_it() -> None:
    row = changed(entered(), **LATER)

    assert [counted(moment(FIRST)), counted(moment(SECOND)), counted(None)] == [
        {row.day: 1},
        {row.day: 3},
        {row.day: 3},
    ]


def test_before_it_was_entered_a_changed_row_was_not_known() -> None:
    changed(entered(), **LATER)

    assert counted(moment(FIRST, hour=0)) == {}


def test_each_of_several_changes_is_remembered() -> None:
    row = changed(changed(entered(), **LATER), THIRD, deaths=2)

    assert [counted(moment(day))[row.day] for day in (FIRST, SECOND, THIRD)] == [1, 3, 2]


def test_a_row_moved_to_another_day_was_of_its_first_day_until_then() -> None:
    row = entered()
    moved = date(2022, 9, 8)
    changed(row, day=moved)

    assert [counted(moment(FIRST)), counted(None)] == [{row.day: 1}, {moved: 1}]


def test_voiding_a_changed_row_takes_back_what_it_said_last() -> None:
    row = changed(entered(), **LATER)
    with clock.pretending(THIRD):
        services.void_row(official(row.unit), register(), row, "误登")

    assert [counted(moment(SECOND)), counted(moment(THIRD)), counted(None)] == [{row.day: 3}, {}, {}]


def test_saving_a_row_as_it_stands_keeps_no_version() -> None:
    changed(entered())

    assert Accident.versions.count() == 1


def test_what_a_target_showed_on_a_day_is_the_same_whenever_it_is_asked() -> None:
    target = fed_target("safety.fatalities")
    row = entered()
    entered(day=date(2021, 5, 5))
    with clock.pretending(THIRD):
        confirm(register(), THIRD)
    shown = progress_of([target], THIRD, known_then=True)[target.pk].actual

    changed(row, date(2022, 10, 5), **LATER)

    again = progress_of([target], THIRD, known_then=True)[target.pk].actual
    # The change against last year's one death, in per cent.
    assert (shown, again, progress_of([target], THIRD)[target.pk].actual) == (0, 0, 200)


def test_versions_are_in_no_list_and_at_no_address() -> None:
    row = changed(entered(), **LATER)
    client, api = browser_of(official(row.unit)), client_of(official(row.unit))
    old = Accident.versions.get(version_of=row)

    listed = api.get("/api/v1/safety/accidents/").json()
    assert (listed["count"], Accident.objects.count()) == (1, 1)
    assert client.get(f"/ledgers/safety/accidents/{old.pk}/").status_code == 404
    assert api.get(f"/api/v1/safety/accidents/{old.pk}/").status_code == 404


def test_a_changed_row_keeps_its_external_number_to_itself() -> None:
    row = changed(entered(external_no="SG-1"), **LATER)

    assert [each.external_no for each in Accident.versions.all()] == ["SG-1", "SG-1"]
    assert changed(row, THIRD, deaths=4).external_no == "SG-1"


def test_an_import_that_changes_rows_keeps_what_they_said() -> None:
    with clock.pretending(FIRST):
        rows = [save(hazard(what=f"隐患{n}", external_no=f"H-{n}")) for n in range(3)]

    versions.keep(rows, moment(SECOND))

    said = list(
        Hazard.versions.exclude(version_of=None).order_by("what").values_list("what", "version_of", "voided_at")
    )
    assert said == [(row.what, row.pk, moment(SECOND)) for row in rows]


def test_a_measure_of_what_was_known_asks_one_query_of_the_rows() -> None:
    for n in range(3):
        changed(entered(unit=make_village(f"v{n}")), **LATER)

    with CaptureQueriesContext(connection) as asked:
        counted(moment(FIRST))

    assert sum("safety_accident" in query["sql"] for query in asked) == 1


def test_of_rows_alike_the_first_stays_the_first_in_its_versions() -> None:
    """Two rows of one scene and day: the one that was entered first counts, also by what it said before a change."""
    ledger = ledger_of("culture_tourism", "highlights")
    one, two = (scene(make_village(code)) for code in ("jingkou", "nanhu"))
    before = standing_units(moment(FIRST))

    with clock.pretending(SECOND):
        again = Highlight.objects.select_related("unit__parent").get(pk=one.pk)
        again.name = "改名"
        services.save_row(official(one.unit), ledger, again)

    assert (before, standing_units(moment(FIRST)), standing_units(None)) == (["jingkou"],) * 3
    assert two.pk > one.pk


def scene(unit: Any) -> Highlight:
    with clock.pretending(FIRST):
        row = Highlight(unit=unit, day=FIRST, brand="scene", number=1, name="一景", host="村委会", launched_on=FIRST)
        return any_rows.save(row)  # type: ignore[no-any-return]


def standing_units(known_until: datetime | None) -> list[str]:
    rows = Highlight.versions.known_until(known_until)
    found = first_of_each(rows, "number", on="launched_on")
    return list(found.values_list("unit__code", flat=True))


STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "change", "void"]), st.integers(0, 5), st.integers(1, 28), st.integers(0, 3)),
    max_size=10,
)


@example_settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, asked=st.integers(0, 11))
def test_what_was_known_agrees_with_a_plain_loop_over_what_was_done(
    steps: list[tuple[str, int, int, int]], asked: int
) -> None:
    Accident.versions.exclude(version_of=None).delete()
    Accident.versions.all().delete()
    make_unit()
    rows: list[Accident] = []
    said: dict[int, tuple[date, int]] = {}
    known: dict[date, int] = {}
    for number, (what, which, day, deaths) in enumerate(steps):
        now, then = date(2022, 9, 1) + timedelta(days=number), date(2022, 8, day)
        standing = [row for row in rows if row.pk in said]
        if what == "add" or not standing:
            rows.append(entered(now, day=then, deaths=deaths))
            said[rows[-1].pk] = (then, deaths)
        else:
            row = standing[which % len(standing)]
            if what == "change":
                changed(row, now, day=then, deaths=deaths)
                said[row.pk] = (then, deaths)
            else:
                with clock.pretending(now):
                    services.void_row(official(row.unit), register(), row, "误登")
                del said[row.pk]
        if number < asked:
            known = _by_day(said)

    assert counted(moment(date(2022, 9, 1) + timedelta(days=asked), hour=0)) == known
    assert counted(None) == _by_day(said)


def _by_day(said: dict[int, tuple[date, int]]) -> dict[date, int]:
    found: dict[date, int] = {}
    for day, deaths in said.values():
        found[day] = found.get(day, 0) + deaths
    return {day: total for day, total in found.items() if total}
