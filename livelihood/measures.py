"""How the section's registers count into its targets."""

from collections.abc import Iterable

from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from ledgers.counting import Counts, Flow, measure, part_of_stock, replaced_on
from ledgers.models import RowQuerySet
from livelihood.ten import counting as counting


def standing_insurance(rows: RowQuerySet) -> RowQuerySet:
    """Rows with the day `stands_until`: of the next one of the same village and year of insurance, else of that
    year's end."""
    next_on = replaced_on(rows, "unit", "insured_year", on="counts_from")
    return rows.annotate(stands_until=Coalesce(next_on, "counts_until"))


@measure(
    "livelihood.medical_insurance_rate", "livelihood.insurance", _("户籍人口医保参保率"), basis="share", confirmed=True
)
def medical_insurance_rate(rows: RowQuerySet, counts: Counts) -> Iterable[Flow]:
    """参保 ÷ (户籍 − 扣除) of each village's newest row for the year."""
    return part_of_stock(
        standing_insurance(rows), since="counts_from", until="stands_until", numerator="insured", denominator="liable"
    )


@measure(
    "livelihood.minimum_living_coverage", "livelihood.assistance", _("低保对象保障率"), basis="share", confirmed=True
)
def minimum_living_coverage(rows: RowQuerySet, counts: Counts) -> Iterable[Flow]:
    """应保尽保: persons on the books ÷ (those and the missed ones that a check found)."""
    cases = rows.filter(kind="minimum_living")
    missed = cases.filter(missed_on__isnull=False).annotate(settled_on=Coalesce("confirmed_on", "ended_on"))
    return [
        *part_of_stock(
            cases.filter(confirmed_on__isnull=False),
            since="confirmed_on",
            until="ended_on",
            numerator="persons",
            denominator="persons",
        ),
        *part_of_stock(missed, since="missed_on", until="settled_on", denominator="persons"),
    ]


@measure("livelihood.village_clinic_rate", "livelihood.clinics", _("村卫生室规范化率"), basis="share", confirmed=True)
def village_clinic_rate(rows: RowQuerySet, counts: Counts) -> Iterable[Flow]:
    """Standardised clinics ÷ all that stand."""
    return [
        *part_of_stock(
            rows.filter(recognised_on__isnull=False), since="recognised_on", until="standard_until", numerator=1
        ),
        *part_of_stock(rows, until="merged_on", denominator=1),
    ]
