"""From records to the arithmetic and back: what a set of targets needs, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from common.fields import to_scale
from goals import measures
from goals.measures import Shared, Wanted
from goals.models.plan import Plan
from goals.models.progress import StoredProgress
from goals.models.target import Adjustment, Target
from goals.progress import (
    Bands,
    Counted,
    Month,
    Outcome,
    Reported,
    Terms,
    Works,
    bases,
    compute,
    terms_json,
)
from goals.progress.exact import truncated_text
from goals.progress.few import FEW, reported
from goals.progress.subjects import Subject, planned_path
from goals.progress.sums import Span, months_of, spans_of, units_on

Figures = Reported | Counted | Works


@dataclass
class Gathered:
    """Adjustments and figures of a set of targets; `outcome` asks the arithmetic for a day."""

    adjustments: Mapping[int, Sequence[Adjustment]]
    figures: Mapping[Wanted, Figures]
    roots: Mapping[int, str] = field(default_factory=dict)
    spans: Mapping[int, Sequence[Span]] = field(default_factory=dict)
    _terms: dict[tuple[int, int], Terms] = field(default_factory=dict)

    def outcome(self, target: Target | Subject, as_of: date) -> Outcome:
        version = self._version(target, as_of)
        key = (target.pk, version.pk if version else 0)
        terms = self._terms.get(key)
        if terms is None:
            terms = self._terms[key] = terms_of(target, version)
        return compute(terms, self.figures[wanted_of(target, self.roots)], as_of)

    def units_expected(self, indicator_id: int, period: date) -> int:
        """How many reporting units an indicator has on the period's last day."""
        return units_on(self.spans.get(indicator_id, ()), period)

    def _version(self, target: Target | Subject, as_of: date) -> Adjustment | None:
        return version_in_force(self.adjustments.get(target.pk, ()), as_of)


def version_in_force(adjustments: Iterable[Adjustment], as_of: date) -> Adjustment | None:
    """The last adjustment in force on the day (they come ordered); None: the first terms."""
    found = None
    for adjustment in adjustments:
        if adjustment.in_force_from <= as_of:
            found = adjustment
    return found


def terms_of(target: Target | Subject, version: Adjustment | None = None) -> Terms:
    """A target's terms in the arithmetic's form, those of the adjustment where one is given."""
    if isinstance(target, Subject):
        return target.terms(version)
    source = version or target
    indicator = target.indicator
    return Terms(
        year=target.plan.year,
        due=source.due,
        rule=target.rule,
        comparator=target.comparator,
        goal=to_scale(source.goal),
        baseline=to_scale(source.baseline),
        pace=target.pace or None,
        planned=planned_path(source.planned),
        band=to_scale(source.band),
        bands=Bands.from_json(target.plan.profile.bands),
        in_doubt=target.in_doubt,
        basis=indicator.basis,
        frequency=indicator.frequency,
        aggregation=indicator.aggregation,
        whole=indicator.whole,
        deadline_day=indicator.deadline_day,
        deadline_lag=indicator.deadline_lag,
        weight=to_scale(source.weight) or 0,
    )


def gather(targets: Sequence[Target | Subject], *, known_until: datetime | None = None) -> Gathered:
    """What the targets need (records come with `plan__profile` and `indicator`).

    `known_until` leaves out what was approved at or after that moment. Three queries, and those of the measures.
    """
    return gather_at(targets, [known_until])[0]


def gather_at(
    targets: Sequence[Target | Subject], cutoffs: Sequence[datetime | None], shared: Shared | None = None
) -> list[Gathered]:
    """The same as known at each of several moments, in as many queries as for one."""
    roots = _roots(targets)
    typed, counted = _sorted_by_source(targets, roots)
    adjustments = _adjustments(targets)
    figures: list[dict[Wanted, Figures]] = [dict(each) for each in measures.figures_at(counted, cutoffs, shared)]
    spans: Mapping[int, Sequence[Span]] = {}
    if typed:
        spans, months = _reported(typed, cutoffs, of_a_page=shared is not None)
        for place, by_indicator in enumerate(months):
            figures[place].update({each: Reported(by_indicator.get(each.indicator_id, {})) for each in typed})
    for place, cutoff in enumerate(cutoffs):
        bases.join(targets, roots, figures[place], cutoff)
    return [Gathered(_known(adjustments, cutoff), figures[place], roots, spans) for place, cutoff in enumerate(cutoffs)]


def _reported(
    typed: Collection[Wanted], cutoffs: Sequence[datetime | None], *, of_a_page: bool
) -> tuple[Mapping[int, Sequence[Span]], Sequence[Mapping[int, Mapping[int, Month]]]]:
    """Who reports when, and the approved sums by moment. For a page one query; else one, and a quicker one a moment."""
    ids = sorted({each.indicator_id for each in typed})
    if (of_a_page or len(cutoffs) > 1) and len(ids) <= FEW:
        return reported(typed, cutoffs)
    spans = spans_of(ids)
    return spans, [months_of(typed, spans, cutoff) for cutoff in cutoffs]


def wanted_of(target: Target | Subject, roots: Mapping[int, str]) -> Wanted:
    """What a target asks of its source: what is typed is the indicator's alone, what is counted the plan's unit's."""
    year = target.plan.year
    counted = target.indicator.is_ever_counted and target.indicator.measure_of(year)
    return Wanted(target.indicator_id, roots[target.plan_id] if counted else "", year)


def _sorted_by_source(
    targets: Sequence[Target | Subject], roots: Mapping[int, str]
) -> tuple[set[Wanted], dict[str, set[Wanted]]]:
    """What is typed, and by measure what is counted."""
    typed: set[Wanted] = set()
    counted: dict[str, set[Wanted]] = defaultdict(set)
    for target in targets:
        if not target.indicator.is_ever_counted:
            typed.add(Wanted(target.indicator_id, "", target.plan.year))
            continue
        code = target.indicator.measure_of(target.plan.year)
        (counted[code] if code else typed).add(wanted_of(target, roots))
        if bases.has_typed_base(target):
            typed.add(Wanted(target.indicator_id, "", target.plan.year))
    return typed, counted


def _roots(targets: Sequence[Target | Subject]) -> dict[int, str]:
    """By plan id the path of its unit, of plans with something counted. One query, where any isn't known already."""
    plans = {t.plan_id: t.plan for t in targets if t.indicator.is_ever_counted}
    known = {
        pk: plan.unit.path
        for pk, plan in plans.items()
        if isinstance(plan, Plan) and "unit" in plan._state.fields_cache
    }
    if ids := plans.keys() - known.keys():
        known |= Plan.objects.filter(pk__in=ids).values_list("pk", "unit__path")
    return known


def _adjustments(targets: Sequence[Target | Subject]) -> Mapping[int, Sequence[Adjustment]]:
    """By target id, in order. No query where they were prefetched, or where it is known that there are none."""
    if all("adjustments" in getattr(t, "_prefetched_objects_cache", ()) for t in targets):
        return {t.pk: list(t.adjustments.all()) for t in targets}  # type: ignore[union-attr]
    found: dict[int, list[Adjustment]] = defaultdict(list)
    ids = [t.pk for t in targets if not isinstance(t, Subject) or t.is_adjusted]
    if not ids:
        return found
    for adjustment in Adjustment.objects.filter(target__in=ids).order_by("in_force_from", "pk"):
        found[adjustment.target_id].append(adjustment)
    return found


def _known(
    adjustments: Mapping[int, Sequence[Adjustment]], until: datetime | None
) -> Mapping[int, Sequence[Adjustment]]:
    """Without those decided at or after the moment."""
    if until is None:
        return adjustments
    return {pk: [a for a in several if a.decided_at < until] for pk, several in adjustments.items()}


FIGURES = (
    *("actual", "expected", "attainment", "gap", "deviation"),
    *("forecast", "catch_up", "completion", "expected_completion"),
)
PLAIN = ("data_period", "met", "status", "stale", "units_reported", "units_expected")
COLUMNS = ("slot", "as_of", *FIGURES, *PLAIN, "reason", "terms", "computed_at")


def stored_row(slot: int, as_of: date, outcome: Outcome, computed_at: str) -> list[Any]:
    """An outcome in its stored form, by `COLUMNS`, ready for JSON: computed figures truncated to 6 places."""
    row: list[Any] = [slot, as_of.isoformat()]
    for name in FIGURES:
        ratio = getattr(outcome, name)
        row.append(None if ratio is None else truncated_text(ratio))
    day = outcome.data_period
    row += (None if day is None else day.isoformat(), outcome.met, outcome.status, outcome.stale)
    row += (outcome.units_reported, outcome.units_expected, outcome.reason or "", terms_json(outcome), computed_at)
    return row


def row_values(slot: int, as_of: date, outcome: Outcome, computed_at: datetime) -> dict[str, Any]:
    """An outcome by column, as the row that would be stored has it."""
    values = dict(zip(COLUMNS, stored_row(slot, as_of, outcome, ""), strict=True))
    for name in FIGURES:
        values[name] = None if values[name] is None else Decimal(values[name])
    return values | {"as_of": as_of, "data_period": outcome.data_period, "computed_at": computed_at}


def as_stored(row: StoredProgress) -> list[Any]:
    """A stored row in the form of `stored_row`, for comparing."""
    values = {name: getattr(row, name) for name in COLUMNS}
    for name in FIGURES:
        values[name] = None if values[name] is None else f"{values[name]:.6f}"
    for name in ("as_of", "data_period"):
        values[name] = None if values[name] is None else values[name].isoformat()
    return list(values.values())
