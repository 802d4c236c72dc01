"""Where an indicator's figures come from, year by year: typed or counted. It changes on a 1 January, with a reason."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from common import clock
from common.dates import FIRST_YEAR, LAST_YEAR
from common.text import require_visible
from goals import measures
from goals.models import Indicator, IndicatorSource, Plan

BEGINNING = 0


def check(indicator: Indicator) -> None:
    """Raises ValidationError for `measure` unless it is one, and fits what the indicator's readings are."""
    if not indicator.measure:
        return
    if not measures.is_registered(indicator.measure):
        raise ValidationError({"measure": ValidationError(_("没有这个自动计数。"), code="invalid_choice")})
    basis = measures.measure_of(indicator.measure).basis
    if basis and basis != indicator.basis:
        raise ValidationError({"measure": ValidationError(_("这个自动计数不适用于该填报口径。"), code="invalid")})


def change(indicator: Indicator, old: Indicator, *, from_year: int | None, reason: str) -> None:
    """Note in which years which source holds, in the caller's transaction, which saves the indicator.

    Before anything was promised or reported the source may change for all years, without a reason. Later it changes
    from 1 January of a year whose plan isn't closed; what was before stays.
    """
    if not _is_in_use(old):
        indicator.source_years = []
        IndicatorSource.objects.filter(indicator=indicator).delete()
        return
    year = clock.today().year if from_year is None else from_year
    _check_year(indicator, year)
    try:
        require_visible(reason)
    except ValidationError as error:
        raise ValidationError({"measure_reason": ValidationError(error.messages[0], code="required")}) from error
    if not old.source_years:
        IndicatorSource.objects.create(indicator=indicator, from_year=BEGINNING, measure=old.measure)
    source = IndicatorSource(indicator=indicator, from_year=year, measure=indicator.measure, reason=reason)
    IndicatorSource.objects.filter(indicator=indicator, from_year__gte=year).delete()
    source.full_clean()
    source.save()
    rows = IndicatorSource.objects.filter(indicator=indicator).order_by("from_year")
    indicator.source_years = [list(row) for row in rows.values_list("from_year", "measure")]


def _check_year(indicator: Indicator, year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValidationError({"measure_from": ValidationError(_("年份应在 2000 至 2099 之间。"), code="out_of_range")})
    if indicator.targets.filter(plan__state=Plan.State.CLOSED, plan__year__gte=year).exists():
        said = _("%(year)s 年的计划已年终交账，来源不能再改。") % {"year": year}
        raise ValidationError({"measure_from": ValidationError(said, code="closed")})


def _is_in_use(indicator: Indicator) -> bool:
    return indicator.readings.exists() or indicator.targets.exclude(plan__state=Plan.State.DRAFT).exists()
