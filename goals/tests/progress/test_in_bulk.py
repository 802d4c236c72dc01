"""What is read and written in bulk is what records would say."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from celery import current_app
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common import clock
from goals.measures import Wanted
from goals.models import Adjustment, Mark, Progress, Reading, ReportingUnit, Target
from goals.progress import month_key, subjects, writing
from goals.progress import recompute as module
from goals.progress.exact import Ratio, truncated_text
from goals.progress.few import reported
from goals.progress.gather import terms_of
from goals.progress.recompute import check, mark, recompute, ring
from goals.progress.sums import months_of, spans_of
from goals.tests.factories import (
    make_indicator,
    make_office,
    make_plan,
    make_reading,
    make_target,
    make_targets,
    make_unit,
)

pytestmark = pytest.mark.django_db
JANUARY, FEBRUARY = date(2022, 1, 31), date(2022, 2, 28)
ON_POSTGRESQL = pytest.mark.skipif(connection.vendor != "postgresql", reason="COPY is PostgreSQL's")


def various() -> list[Target]:
    """Targets with all that may differ."""
    plan = make_plan()
    return [
        make_target(plan, make_indicator("plain")),
        make_target(plan, make_indicator("whole", whole=True, frequency="quarterly", deadline_day=31), in_doubt=True),
        make_target(
            plan, make_indicator("level", basis="level", aggregation="mean"), rule="level", baseline=Decimal("7.5")
        ),
        make_target(
            plan,
            make_indicator("planned", deadline_lag=2),
            pace="planned",
            planned={"2022-06-30": "40.5", "2022-03-31": "10", "2022-12-31": "100"},
        ),
        make_target(
            plan,
            make_indicator("decline"),
            rule="decline",
            comparator="below_last_year",
            goal=None,
            weight=Decimal("2.5"),
            band=Decimal(3),
        ),
    ]


def record_of(pk: int) -> Target:
    return Target.objects.select_related("plan__profile", "indicator").get(pk=pk)


def test_subjects_have_the_terms_of_their_records() -> None:
    ids = [target.pk for target in various()]

    found = subjects.find(ids)

    assert [s.pk for s in found] == sorted(ids)
    for subject in found:
        assert terms_of(subject) == terms_of(record_of(subject.pk))


def test_subjects_have_the_terms_of_an_adjustment() -> None:
    target = make_target(goal=Decimal(100))
    adjustment = Adjustment.objects.create(
        **{"target": target, "category": "policy", "applicant": "a", "meeting": "m", "document_number": "1"},
        **{"in_force_from": date(2022, 5, 1), "goal": Decimal("80.5"), "due": date(2022, 11, 30)},
        **{"weight": Decimal(2), "planned": {"2022-11-30": "80.5"}, "decided_at": "2022-05-01T00:00:00+08:00"},
    )

    (subject,) = subjects.find([target.pk])

    assert subject.is_adjusted
    assert terms_of(subject, adjustment) == terms_of(record_of(target.pk), adjustment)
    assert terms_of(subject, adjustment) != terms_of(subject)


def test_subjects_are_found_in_one_query_and_those_that_are_gone_are_not(django_assert_num_queries: Any) -> None:
    ids = [target.pk for target in various()]

    with django_assert_num_queries(1):
        assert len(subjects.find([*ids, 999_999])) == len(ids)


def test_sums_are_those_of_a_loop_over_the_readings() -> None:
    units = [make_unit(code, "village", make_unit()) for code in ("a", "b", "c")]
    amounts, shares = make_indicator("amounts", *units), make_indicator("shares", *units, basis="share")
    ReportingUnit.objects.filter(unit=units[2]).update(first_day=date(2022, 2, 1))
    for place, unit in enumerate(units):
        for period in (JANUARY, FEBRUARY):
            make_reading(amounts, period, Decimal("1.25") * (place + 1), unit=unit)
            below = Decimal(0) if place == 1 else Decimal(9)
            make_reading(shares, period, unit=unit, numerator=Decimal(place), denominator=below)
    make_reading(amounts, date(2022, 3, 31), 5, unit=units[0], state="submitted")

    ids = sorted([amounts.pk, shares.pk])
    spans = spans_of(ids)
    found = months_of([Wanted(pk, "", 2022) for pk in ids], spans, None)

    assert found == by_loop(ids)
    few_spans, (now, then) = reported([Wanted(pk, "", 2022) for pk in ids], [None, clock.now() - timedelta(days=1)])
    assert now == found
    assert {pk: sorted(few_spans[pk]) for pk in ids} == {pk: sorted(spans[pk]) for pk in ids}
    assert then == {}
    assert found[amounts.pk][month_key(JANUARY)].expected == 2
    assert found[amounts.pk][month_key(FEBRUARY)].expected == 3


def by_loop(ids: list[int]) -> dict[int, dict[int, tuple[int, ...]]]:
    sums: dict[int, dict[int, list[int]]] = defaultdict(dict)
    for reading in Reading.objects.approved().filter(indicator__in=ids):
        units = ReportingUnit.objects.filter(indicator=reading.indicator).on(reading.period)
        if not units.filter(unit=reading.unit).exists():
            continue
        month = sums[reading.indicator_id].setdefault(month_key(reading.period), [0, 0, 0, 0, units.count()])
        month[0] += int((reading.value or 0) * 10_000)
        month[1] += int((reading.numerator or 0) * 10_000) if reading.denominator else 0
        month[2] += int((reading.denominator or 0) * 10_000)
        month[3] += 1
    return {pk: {key: tuple(month) for key, month in months.items()} for pk, months in sums.items()}


def test_a_sum_of_large_figures_stays_whole() -> None:
    units = [make_unit(f"u{n}", "village", make_unit()) for n in range(12)]
    indicator = make_indicator("large", *units)
    largest = Decimal("99999999999999.9999")
    for unit in units:
        make_reading(indicator, JANUARY, largest, unit=unit)

    found = months_of([Wanted(indicator.pk, "", 2022)], spans_of([indicator.pk]), None)

    assert found[indicator.pk][month_key(JANUARY)].value == 12 * int(largest * 10_000)
    assert reported([Wanted(indicator.pk, "", 2022)], [None])[1][0] == found


def stored() -> list[Any]:
    names = [f.attname for f in Progress._meta.concrete_fields if f.attname not in ("id", "computed_at")]
    return list(Progress.objects.order_by("target", "slot").values_list(*names))


@ON_POSTGRESQL
def test_many_rows_are_written_as_few_are(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [target.pk for target in various()]
    for target in Target.objects.select_related("indicator"):
        make_reading(target.indicator, JANUARY, Decimal("-12.3456"))
    monkeypatch.setattr(writing, "WORTH_COPYING", 10_000)
    recompute(ids)
    few = stored()
    Progress.objects.all().delete()
    monkeypatch.setattr(writing, "WORTH_COPYING", 1)

    recompute(ids)
    recompute(ids)

    assert stored() == few
    assert check() == []


def test_what_was_never_marked_is_computed_and_its_mark_is_settled() -> None:
    ids = [target.pk for target in make_targets(make_plan(), ["a", "b"], make_office())]
    mark(ids[:1], "one of them")

    recompute(ids)

    assert [(m.target_id, m.dirty_gen == m.computed_gen) for m in Mark.objects.order_by("pk")] == [
        (ids[0], True),
        (ids[1], True),
    ]


def test_after_an_approval_a_recompute_asks_at_most_seven_times() -> None:
    target = make_target()
    make_reading(target.indicator, JANUARY, 1)
    mark([target.pk], "approve")

    with CaptureQueriesContext(connection) as captured:
        recompute([target.pk])

    asked = [q["sql"] for q in captured if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))]
    assert len(asked) <= 7


def test_many_marks_ring_for_several_tasks(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[list[int]] = []
    settings.REDIS_URL = "redis://nowhere"
    monkeypatch.setattr(current_app, "send_task", lambda name, args, retry: sent.append(args[0]))
    monkeypatch.setattr(module, "CHUNK", 3)

    ring(list(range(7)))

    assert sent == [[0, 1, 2], [3, 4, 5], [6]]


@pytest.mark.parametrize(
    ("num", "den", "text"),
    [
        (1, 3, "0.333333"),
        (-1, 3, "-0.333333"),
        (-1, 10**9, "0.000000"),
        (0, 7, "0.000000"),
        (12, 1, "12.000000"),
        (-25, 2, "-12.500000"),
        (10**24 + 1, 10**4, "100000000000000000000.000100"),
    ],
)
def test_what_is_stored_is_cut_off_toward_zero(num: int, den: int, text: str) -> None:
    assert truncated_text(Ratio(num, den)) == text
