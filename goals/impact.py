"""What a figure would do to its target if it were approved: the same arithmetic, with the figure put in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from common.fields import to_scale
from goals.checks.beside import Entered, Past
from goals.measures import Shared
from goals.models import Plan, Reading, Target
from goals.progress import Month, Outcome, Reported, month_key, status_word
from goals.progress.gather import Gathered, gather_at, wanted_of

Slot = tuple[int, int, date]


@dataclass(frozen=True)
class Impact:
    """A target as it stands, and as it would stand with the figure."""

    target: Target
    before: Outcome
    after: Outcome

    @property
    def changes(self) -> bool:
        return self.before.status != self.after.status

    @property
    def word(self) -> str:
        return str(status_word(self.after.status, self.target.rule))

    @property
    def word_before(self) -> str:
        return str(status_word(self.before.status, self.target.rule))


def impacts(entered: Sequence[Entered], as_of: date, standing: Mapping[Slot, Past] | None = None) -> dict[Slot, Impact]:
    """By slot, for the figures that an adopted plan's target waits for; each as if it alone were approved.

    `standing` are the approved figures of the slots, where they are known already. A fixed number of queries.
    """
    targets = _targets(entered)
    if not targets:
        return {}
    (gathered,) = gather_at(list(targets.values()), [None], Shared())
    standing = _standing(entered) if standing is None else standing
    found = {}
    for figure in entered:
        target = targets.get((figure.indicator.pk, figure.period.year))
        if target is None or not figure.unit.path.startswith(target.plan.unit.path):
            continue
        slot = slot_of(figure)
        with_it = _patched(gathered, target, figure, standing.get(slot))
        if with_it is not None:
            found[slot] = Impact(target, gathered.outcome(target, as_of), with_it.outcome(target, as_of))
    return found


def slot_of(figure: Entered) -> Slot:
    return (figure.indicator.pk, figure.unit.pk, figure.period)


def _targets(entered: Sequence[Entered]) -> dict[tuple[int, int], Target]:
    """By indicator and year."""
    found = (
        Target.objects.filter(
            indicator__in={e.indicator.pk for e in entered},
            plan__state=Plan.State.ADOPTED,
            plan__year__in={e.period.year for e in entered},
        )
        .select_related("plan__profile", "plan__unit", "indicator", "lead_office")
        .order_by("-pk")
    )
    return {(t.indicator_id, t.plan.year): t for t in found}


def _standing(entered: Sequence[Entered]) -> dict[Slot, Past]:
    """The approved figures that these would supersede."""
    approved = Reading.objects.approved().filter(
        indicator__in={e.indicator.pk for e in entered},
        unit__in={e.unit.pk for e in entered},
        period__in={e.period for e in entered},
    )
    columns = ("indicator_id", "unit_id", "period", "value", "numerator", "denominator")
    return {(i, u, past[0]): Past(*past) for i, u, *past in approved.values_list(*columns)}


def _patched(gathered: Gathered, target: Target, figure: Entered, old: Past | None) -> Gathered | None:
    """The gathered figures with this one in place of the old; None for what isn't reported by hand."""
    key = wanted_of(target, gathered.roots)
    figures = gathered.figures.get(key)
    if not isinstance(figures, Reported):
        return None
    month = month_key(figure.period)
    units = gathered.units_expected(figure.indicator.pk, figure.period)
    sums = figures.months.get(month, Month(0, 0, 0, 0, units))
    sums = _plus(sums, _parts(figure.value, figure.numerator, figure.denominator), 1)
    if old is not None:
        sums = _plus(sums, [-part for part in _parts(old.value, old.numerator, old.denominator)], -1)
    months = Reported({**figures.months, month: sums})
    return replace(gathered, figures={**gathered.figures, key: months})


def _plus(month: Month, parts: Iterable[int], reported: int) -> Month:
    value, numerator, denominator = parts
    return Month(
        month.value + value,
        month.numerator + numerator,
        month.denominator + denominator,
        month.reported + reported,
        month.expected,
    )


def _parts(*figures: object) -> list[int]:
    """Value, numerator and denominator in ten-thousandths; a unit with denominator 0 counts as 0."""
    value, numerator, denominator = (to_scale(f) or 0 for f in figures)  # type: ignore[arg-type]
    return [value, numerator if denominator else 0, denominator]
