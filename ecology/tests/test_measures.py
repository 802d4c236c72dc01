"""How the register of straw fires counts, and what a village's row of it does to a target."""

from collections import Counter
from datetime import date
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from accounts.tests.factories import queries
from ecology.models import Fire
from ecology.tests.factories import fire
from goals.measures import measure_of
from goals.progress.store import progress_of
from ledgers.registry import ledger_of_model
from ledgers.tests.rows import TODAY, YEAR, confirm, counted_target, events, make_village, save, way_of_a_row

pytestmark = pytest.mark.django_db
FIRES = "ecology.straw_fires"
DAYS = st.dates(date(2021, 1, 1), TODAY)


def by_day() -> dict[date, int]:
    return {event.day: event.value for event in events(FIRES)}


@example_settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(st.sampled_from(["jingkou", "nanhu"]), DAYS, st.booleans()), max_size=12))
def test_fires_agree_with_a_plain_loop(rows: list[tuple[str, date, bool]]) -> None:
    Fire.versions.all()._raw_delete("default")
    found: Counter[date] = Counter()
    for village, day, is_void in rows:
        row = save(fire(unit=make_village(village), day=day))
        if is_void:
            Fire.objects.filter(pk=row.pk).update(voided_at=timezone.now())
        else:
            found[day] += 10_000

    assert by_day() == dict(found)


@pytest.mark.parametrize(("through", "known"), [(None, ("no_data", None)), (date(2022, 9, 30), ("on_track", -100))])
def test_without_a_fire_it_is_zero_only_once_the_office_says_so(through: date | None, known: object) -> None:
    target = counted_target(FIRES, rule="decline", goal=None, comparator="below_last_year")
    save(fire(day=date(2021, 5, 1)))
    if through:
        confirm(Fire, through)

    row = progress_of([target], TODAY)[target.pk]

    assert (row.status, row.actual) == known


def test_however_many_fires_are_summed_in_one_query() -> None:
    def asked() -> int:
        return queries(lambda: measure_of(FIRES).figures([YEAR], None))

    save(fire())
    one = asked()
    for _more in range(5):
        save(fire())

    assert asked() == one


def test_a_villages_row_moves_the_target_and_voiding_moves_it_back(django_capture_on_commit_callbacks: Any) -> None:
    target = counted_target(FIRES)
    confirm(Fire)
    form = {"day": "2022-09-10", "place": "横旦畈", "source": "patrol", "minutes": "20"}

    found = way_of_a_row(target, ledger_of_model(Fire), form, django_capture_on_commit_callbacks)

    assert found == ([0, 1, 0], True)
