"""What must hold of the arithmetic whatever the figures: `progress-rules.md`, in properties."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from goals.progress import DEFAULT_BANDS, Month, Outcome, Ratio, Reported, Terms, compute, period_end

YEAR = 2022
SCALE = 10_000
# From worst to best, before the due period.
ORDER = {"behind": 0, "at_risk": 1, "on_track": 2, "achieved": 3}

figures = st.integers(min_value=0, max_value=10**9)
positive = st.integers(min_value=1, max_value=10**9)
powers = st.sampled_from([10, 100, 1_000])
days = st.dates(date(YEAR, 1, 1), date(YEAR, 12, 31))
reported_months = st.integers(min_value=1, max_value=12)


def terms(rule: str, basis: str, goal: int | None, **more: object) -> Terms:
    comparator = "below_last_year" if rule == "decline" else "at_least"
    fields = {"comparator": comparator, "basis": basis} | more
    return Terms(year=YEAR, due=date(YEAR, 12, 31), rule=rule, goal=goal, **fields)  # type: ignore[arg-type]


def months(year: int, values: list[int], *, denominators: list[int] | None = None, units: int = 1) -> dict[int, Month]:
    below = denominators or [0] * len(values)
    return {
        year * 12 + month: Month(
            value=0 if denominators else value,
            numerator=value if denominators else 0,
            denominator=below[month - 1],
            reported=units,
            expected=units,
        )
        for month, value in enumerate(values, start=1)
    }


def both_years(now: list[int], before: list[int]) -> Reported:
    return Reported(months=months(YEAR, now) | months(YEAR - 1, before))


def same(one: Ratio | None, other: Ratio | None, factor: int = 1) -> bool:
    """Is the other the one times the factor, exactly?"""
    if one is None or other is None:
        return one is other
    return other.compare(one.times(factor)) == 0


year_of_figures = st.lists(figures, min_size=1, max_size=12)
full_year = st.lists(positive, min_size=12, max_size=12)
amounts = st.sampled_from(["amount", "running_total"])


@given(year_of_figures, full_year, positive, days)
def test_computing_twice_gives_the_same(now: list[int], before: list[int], goal: int, day: date) -> None:
    source, promise = both_years(now, before), terms("total", "amount", goal)

    assert compute(promise, source, day) == compute(promise, source, day)


@given(st.permutations(list(range(12))), full_year, positive, days)
def test_the_order_of_the_periods_does_not_matter(order: list[int], now: list[int], goal: int, day: date) -> None:
    ordered = months(YEAR, now)
    shuffled = {key: ordered[key] for key in (YEAR * 12 + 1 + n for n in order)}
    promise = terms("total", "amount", goal)

    assert compute(promise, Reported(months=ordered), day) == compute(promise, Reported(months=shuffled), day)


def scaled_alike(one: Outcome, other: Outcome, factor: int) -> None:
    assert one.status == other.status
    assert same(one.actual, other.actual, factor)
    assert same(one.expected, other.expected, factor)
    assert same(one.gap, other.gap, factor)
    assert same(one.attainment, other.attainment)


@given(year_of_figures, positive, powers, days, amounts)
def test_a_total_scales_with_its_figures_and_goal(
    now: list[int], goal: int, factor: int, day: date, basis: str
) -> None:
    promise = terms("total", basis, goal)
    larger = replace(promise, goal=goal * factor)

    scaled_alike(
        compute(promise, Reported(months=months(YEAR, now)), day),
        compute(larger, Reported(months=months(YEAR, [v * factor for v in now])), day),
        factor,
    )


@given(year_of_figures, positive, figures, powers, days, st.sampled_from(["linear", "flat", None]))
def test_a_level_scales_with_its_figures_goal_and_baseline(
    now: list[int], goal: int, baseline: int, factor: int, day: date, pace: str | None
) -> None:
    promise = terms("level", "level", goal, baseline=baseline, pace=pace)
    larger = replace(promise, goal=goal * factor, baseline=baseline * factor)

    scaled_alike(
        compute(promise, Reported(months=months(YEAR, now)), day),
        compute(larger, Reported(months=months(YEAR, [v * factor for v in now])), day),
        factor,
    )


@given(year_of_figures, positive, powers, days, st.lists(positive, min_size=3, max_size=3))
def test_planned_values_scale_too(now: list[int], goal: int, factor: int, day: date, steps: list[int]) -> None:
    ends = [period_end(YEAR * 12 + month) for month in (3, 6, 9)]
    planned = tuple((end, min(goal, value)) for end, value in zip(ends, sorted(steps), strict=True))
    planned = (*planned, (date(YEAR, 12, 31), goal))
    promise = terms("total", "amount", goal, pace="planned", planned=planned)
    larger = replace(promise, goal=goal * factor, planned=tuple((end, value * factor) for end, value in planned))

    scaled_alike(
        compute(promise, Reported(months=months(YEAR, now)), day),
        compute(larger, Reported(months=months(YEAR, [v * factor for v in now])), day),
        factor,
    )


@given(year_of_figures, full_year, st.integers(-50, 50), powers, days, amounts)
def test_growth_is_blind_to_the_unit(
    now: list[int], before: list[int], goal: int, factor: int, day: date, basis: str
) -> None:
    promise = terms("growth", basis, goal * SCALE)
    one = compute(promise, both_years(now, before), day)
    other = compute(promise, both_years([v * factor for v in now], [v * factor for v in before]), day)

    assert one.status == other.status
    assert same(one.actual, other.actual)


@given(year_of_figures, st.lists(figures, min_size=12, max_size=12), powers, days, amounts)
def test_a_decline_is_blind_to_the_unit(now: list[int], before: list[int], factor: int, day: date, basis: str) -> None:
    promise = terms("decline", basis, None)
    one = compute(promise, both_years(now, before), day)
    other = compute(promise, both_years([v * factor for v in now], [v * factor for v in before]), day)

    assert one.status == other.status
    assert same(one.actual, other.actual)


@given(year_of_figures, positive, st.integers(1, 100), powers, days)
def test_a_share_is_blind_to_the_unit(now: list[int], below: int, goal: int, factor: int, day: date) -> None:
    promise, size = terms("share", "share", goal * SCALE), len(now)
    one = months(YEAR, now, denominators=[below] * size)
    other = months(YEAR, [v * factor for v in now], denominators=[below * factor] * size)

    first, second = compute(promise, Reported(months=one), day), compute(promise, Reported(months=other), day)

    assert first.status == second.status
    assert same(first.actual, second.actual)


@given(year_of_figures, st.lists(figures, min_size=12, max_size=12), positive, full_year, days)
def test_more_in_the_current_year_is_never_worse(
    now: list[int], more: list[int], goal: int, before: list[int], day: date
) -> None:
    larger = [v + m for v, m in zip(now, more, strict=False)]
    for promise in (terms("total", "amount", goal), terms("growth", "amount", 10 * SCALE)):
        one = compute(promise, both_years(now, before), day)
        other = compute(promise, both_years(larger, before), day)

        if one.data_period != date(YEAR, 12, 31):
            assert (one.status == "no_data") == (other.status == "no_data")
            assert one.status == "no_data" or ORDER[other.status] >= ORDER[one.status]
        else:
            assert (one.status, other.status) != ("achieved", "missed")


@given(st.lists(st.tuples(figures, figures, figures), min_size=1, max_size=12), positive, days, amounts)
def test_parts_by_unit_make_the_whole(parts: list[tuple[int, int, int]], goal: int, day: date, basis: str) -> None:
    promise, sums = terms("total", basis, goal), [sum(part) for part in parts]
    apart = compute(promise, Reported(months=months(YEAR, sums, units=3)), day)
    whole = compute(promise, Reported(months=months(YEAR, sums)), day)

    assert (apart.status, apart.data_period) == (whole.status, whole.data_period)
    assert same(apart.actual, whole.actual)


@given(st.lists(figures, min_size=2, max_size=12), positive, days, st.data())
def test_a_missing_unit_stops_the_data_there(now: list[int], goal: int, day: date, data: st.DataObject) -> None:
    gap = data.draw(st.integers(min_value=1, max_value=len(now)))
    table = months(YEAR, now, units=2)
    table[YEAR * 12 + gap] = table[YEAR * 12 + gap]._replace(reported=1)

    outcome = compute(terms("total", "amount", goal), Reported(months=table), day)

    before_gap = period_end(YEAR * 12 + gap - 1) if gap > 1 else None
    assert outcome.data_period is None or (before_gap is not None and outcome.data_period <= before_gap)


@given(positive, st.integers(0, 100), days)
def test_the_default_band_never_judges_worse_than_its_points(goal: int, share: int, day: date) -> None:
    """At the pace exactly, and not a ten-thousandth below, a target is on track."""
    month = day.month
    due = Ratio(goal * month, 12)
    at_pace = -(-due.num // due.den)
    table = {YEAR * 12 + m: Month(at_pace if m == month else 0, 0, 0, 1, 1) for m in range(1, month + 1)}

    outcome = compute(
        terms("total", "amount", goal, bands=DEFAULT_BANDS), Reported(months=table), period_end(YEAR * 12 + month)
    )

    assert outcome.status in ("on_track", "achieved")
