"""The checks themselves. Thresholds are this portal's own: an ordinary year of an ordinary street is quiet."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise
from statistics import median

from django.utils.translation import gettext as _

from common.display import figure
from common.personal import names_a_person
from goals.checks.beside import Beside
from goals.checks.registry import Oddity, check
from goals.models.indicator import Basis, Indicator
from goals.progress import month_key, period_end, periods_of_year

TEN_THOUSAND = Decimal(10_000)
# 万元 for 亿元: somewhere around ten thousand times, whatever the month brought.
FACTOR_FROM, FACTOR_TO = Decimal(3_000), Decimal(30_000)
# No street's share moves by as many points in a period.
MOST_POINTS = Decimal(30)
# Below this, a percentage was perhaps written as a part of one.
SMALLEST_PERCENT, USUAL_PERCENT = Decimal(1), Decimal(5)
HISTORY_NEEDED = 6
SPREADS, LEAST_SPREAD = 5, Decimal("0.1")
NORMAL = Decimal("1.4826")
POINTS_APART = Decimal(1)


@check("personal_data")
def personal_data(entry: Beside) -> Iterator[Oddity]:
    """Identity and phone numbers have no place in a note."""
    if names_a_person(entry.entered.note):
        yield Oddity(_("说明中疑似有身份证号或手机号，请删去。"), "note")


@check("falling_total", of=lambda indicator: indicator.basis == Basis.RUNNING_TOTAL)
def falling_total(entry: Beside) -> Iterator[Oddity]:
    """A running total of a year doesn't fall."""
    before = entry.previous
    if before is None or before.period.year != entry.period.year:
        return
    if entry.size is not None and before.size is not None and entry.size < before.size:
        yield Oddity(
            _("累计数 %(now)s 低于上期的 %(before)s。") % {"now": text(entry.size), "before": text(before.size)}
        )


@check("ten_thousandfold", of=lambda indicator: indicator.basis not in (Basis.SHARE, Basis.RATE))
def ten_thousandfold(entry: Beside) -> Iterator[Oddity]:
    """万元 typed where 亿元 is meant, or the other way round."""
    before = entry.previous
    if before is None or not before.size or not entry.size:
        return
    factor = abs(entry.size / before.size)
    if not FACTOR_FROM <= max(factor, 1 / factor) <= FACTOR_TO:
        return
    said = {"now": text(entry.size), "before": text(before.size), "unit": entry.indicator.unit_of_measure}
    if factor > 1:
        meant = entry.size / TEN_THOUSAND
        yield Oddity(_("%(now)s 约为上期 %(before)s 的一万倍，计量单位应为%(unit)s。") % said, suggestion=meant)
    else:
        meant = entry.size * TEN_THOUSAND
        yield Oddity(_("%(now)s 约为上期 %(before)s 的万分之一，计量单位应为%(unit)s。") % said, suggestion=meant)


@check("share_above_100", of=lambda indicator: indicator.is_share)
def share_above_100(entry: Beside) -> Iterator[Oddity]:
    """A part isn't more than the whole."""
    above, below = entry.entered.numerator, entry.entered.denominator
    if above is not None and below is not None and above > below > 0:
        yield Oddity(_("分子大于分母，比率超过 100%。"), "numerator")


@check("percent_for_points", of=lambda indicator: "百分点" in indicator.unit_of_measure)
def percent_for_points(entry: Beside) -> Iterator[Oddity]:
    """A difference of percentages is asked for in points; a level in % was typed."""
    if entry.size is not None and abs(entry.size) > MOST_POINTS:
        yield Oddity(_("此指标以个百分点计，%(now)s 像是百分数。") % {"now": text(entry.size)})


def _in_percent(indicator: Indicator) -> bool:
    return not indicator.is_share and (indicator.basis == Basis.RATE or "%" in indicator.unit_of_measure)


@check("part_for_percent", of=_in_percent)
def part_for_percent(entry: Beside) -> Iterator[Oddity]:
    """0.092 typed where 9.2 % is meant."""
    before = entry.previous
    if before is None or not entry.size or before.size is None:
        return
    if abs(entry.size) < SMALLEST_PERCENT and abs(before.size) >= USUAL_PERCENT:
        said = {"now": text(entry.size), "before": text(before.size)}
        yield Oddity(
            _("此指标以百分数计，上期 %(before)s，本期 %(now)s 像是小数。") % said, suggestion=100 * entry.size
        )


@check("unchanged")
def unchanged(entry: Beside) -> Iterator[Oddity]:
    """The same figure as before, where a figure seldom stands still."""
    before, now = entry.previous, entry.entered
    if before is None or (now.value, now.numerator, now.denominator) != before.figures():
        return
    if entry.indicator.basis == Basis.AMOUNT and (not now.value or entry.indicator.whole):
        return
    if entry.indicator.basis == Basis.RUNNING_TOTAL and entry.indicator.whole:
        return
    yield Oddity(_("与上期相同，请确认没有变化。"), "numerator" if entry.indicator.is_share else "value")


@check("not_whole", of=lambda indicator: indicator.whole)
def not_whole(entry: Beside) -> Iterator[Oddity]:
    """What is counted in whole things has no decimals."""
    if entry.size is not None and entry.size != entry.size.to_integral_value():
        yield Oddity(_("此指标按整数计，%(now)s 有小数。") % {"now": text(entry.size)})


@check("far_from_history")
def far_from_history(entry: Beside) -> Iterator[Oddity]:
    """Far from what this unit reports month by month, measured by its own spread."""
    if entry.size is None or len(entry.history) < HISTORY_NEEDED:
        return
    *past, now = _steps(entry, entry.size)
    if len(past) < HISTORY_NEEDED:
        return
    middle = median(past)
    away = abs(now - middle)
    if away <= SPREADS * LEAST_SPREAD * abs(middle):
        return  # however little it spreads
    spread = NORMAL * median([abs(size - middle) for size in past])
    if (spread or middle) and away > SPREADS * spread:
        said = {"now": text(now), "middle": text(middle), "count": len(past)}
        attr = "numerator" if entry.indicator.is_share else "value"
        yield Oddity(_("本期 %(now)s，与本单位前 %(count)s 期的中位数 %(middle)s 相差很大。") % said, attr)


def _steps(entry: Beside, size: Decimal) -> list[Decimal]:
    """What each period brought, the entered one last: of a running total the increase within its year."""
    if entry.indicator.basis != Basis.RUNNING_TOTAL:
        return [*(past.size for past in entry.history if past.size is not None), size]
    known = [(past.period.year, past.size) for past in entry.history if past.size is not None]
    pairs = pairwise([*known, (entry.period.year, size)])
    return [now - (before if year == earlier else 0) for (earlier, before), (year, now) in pairs] or [size]


@check("rate_far_from_amounts", of=lambda i: i.basis == Basis.RATE and not i.comparable_prices)
def rate_far_from_amounts(entry: Beside) -> Iterator[Oddity]:
    """A typed growth rate against that of its amounts. Never at comparable prices, where the two differ by right."""
    of = entry.growth_of
    if of is None or entry.size is None:
        return
    now = _year_to_date(entry, of, entry.period)
    base = _year_to_date(entry, of, period_end(month_key(entry.period) - 12))
    if now is None or base is None or base <= 0:
        return
    growth = 100 * (now / base - 1)
    if abs(growth - entry.size) > POINTS_APART:
        said = {"now": text(entry.size), "growth": text(growth.quantize(Decimal("0.1"))), "of": of.name}
        yield Oddity(_("增速 %(now)s%% 与“%(of)s”推算的 %(growth)s%% 不一致。") % said)


def _year_to_date(entry: Beside, amounts: Indicator, day: date) -> Decimal | None:
    """None unless every period of the year so far is there: else the sum would be of other months than last year's."""
    ends = [day]
    if amounts.basis == Basis.AMOUNT:
        ends = [end for end in periods_of_year(amounts.frequency, day.year) if end <= day]
    figures = [past.value for end in ends if (past := entry.amounts.get(end)) and past.value is not None]
    return sum(figures, Decimal(0)) if len(figures) == len(ends) else None


def text(number: Decimal) -> str:
    return figure(number, 4)
