"""Properties of what is stored: order, repetition, late correction and parts don't matter, only the figures do."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Unit
from goals import reporting
from goals.models import Indicator, Progress, Reading, Target
from goals.progress import period_end
from goals.progress.gather import COLUMNS
from goals.progress.recompute import check, recompute
from goals.tests.factories import make_indicator, make_office, make_plan, make_target, make_unit, make_user

pytestmark = pytest.mark.django_db
few = settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
values = st.lists(st.integers(0, 10**6), min_size=3, max_size=5)
KEPT = [c for c in COLUMNS if c not in ("target_id", "computed_at")]


class Stage:
    """Two indicators of the same kind, each with its target; what is done to one is compared with the other."""

    def __init__(self) -> None:
        plan = make_plan("p", state="adopted")
        self.office = make_office()
        self.feed = make_user("feed", "data_feed")
        self.official = make_user("official", "reporter", unit=self.office)
        self.reviewer = make_user("reviewer", "reviewer", unit=self.office)
        self.villages = [make_unit(code, "village", make_unit()) for code in ("v1", "v2")]
        self.one, self.other = make_indicator("one"), make_indicator("other")
        self.parts = make_indicator("parts", *self.villages)
        self.targets = {i: make_target(plan, i) for i in (self.one, self.other, self.parts)}
        for indicator in self.targets:
            indicator.feeds.add(self.feed)

    def clear(self) -> None:
        Reading.objects.filter(supersedes__isnull=False).update(supersedes=None)
        Reading.objects.all().delete()
        Progress.objects.all().delete()

    def report(self, indicator: Indicator, rows: Sequence[tuple[int, Any]], unit: Unit | None = None) -> None:
        for month, value in rows:
            row = {
                "indicator": indicator,
                "unit": unit or self.office,
                "period": period_end(2022 * 12 + month),
                "value": Decimal(value),
                "state": "approved",
            }
            reporting.post_readings(self.feed, [row])

    def rows_of(self, indicator: Indicator) -> list[list[Any]]:
        target: Target = self.targets[indicator]
        recompute([target.pk])
        return [[getattr(row, c) for c in KEPT] for row in target.progress_rows.order_by("slot")]


@pytest.fixture
def stage() -> Stage:
    return Stage()


@few
@given(values, st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(stage: Stage, numbers: list[int], random: Any) -> None:
    stage.clear()
    rows = list(enumerate(numbers, start=1))
    shuffled = rows + random.sample(rows, 2)
    random.shuffle(shuffled)

    stage.report(stage.one, rows)
    stage.report(stage.other, shuffled)

    assert stage.rows_of(stage.one) == stage.rows_of(stage.other)
    recompute([target.pk for target in stage.targets.values()])
    assert check() == []


@few
@given(values, st.integers(0, 10**6), st.data())
def test_a_late_correction_equals_having_entered_it_right(
    stage: Stage, numbers: list[int], wrong: int, data: st.DataObject
) -> None:
    stage.clear()
    rows = list(enumerate(numbers, start=1))
    at = data.draw(st.integers(0, len(rows) - 1))

    stage.report(stage.one, rows)
    stage.report(stage.other, [*rows[:at], (rows[at][0], wrong), *rows[at + 1 :], rows[at]])

    assert stage.rows_of(stage.one) == stage.rows_of(stage.other)


@few
@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=2, max_size=4))
def test_parts_by_unit_make_the_whole(stage: Stage, pairs: list[tuple[int, int]]) -> None:
    stage.clear()
    for number, village in enumerate(stage.villages):
        stage.report(stage.parts, [(m, pair[number]) for m, pair in enumerate(pairs, start=1)], village)
    stage.report(stage.one, [(m, sum(pair)) for m, pair in enumerate(pairs, start=1)])

    units = [KEPT.index("units_reported"), KEPT.index("units_expected"), KEPT.index("terms")]
    apart, whole = stage.rows_of(stage.parts), stage.rows_of(stage.one)
    for row in (*apart, *whole):
        for column in units:
            row[column] = None
    assert apart == whole
