"""A section's targets, filtered as the page asks and grouped by theme."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Unit
from goals.models import Programme, Theme
from goals.models.progress import Status
from goals.words import Standing

LONGEST_SEARCH = 100
STALE = "stale"


@dataclass(frozen=True)
class SectionFilters:
    """What the address asks for; a value that the section doesn't have asks for nothing."""

    status: str
    office: str
    programme: str
    search: str
    statuses: Sequence[tuple[str, str, int]]
    offices: Sequence[Unit]
    programmes: Sequence[Programme]
    total: int

    @classmethod
    def of(cls, asked: Mapping[str, Any], standings: Sequence[Standing]) -> "SectionFilters":
        counts = Counter(s.status for s in standings)
        stale = sum(1 for s in standings if s.progress.stale)
        statuses = [(value, str(label), counts[value]) for value, label in Status.choices if counts[value]]
        if stale:
            statuses.append((STALE, _("应报未报"), stale))
        offices = {s.target.lead_office.code: s.target.lead_office for s in standings if s.target.lead_office}
        programmes = {p.code: p for s in standings for p in s.target.programmes.all()}
        return cls(
            status=_known(asked.get("status"), [value for value, _label, _n in statuses]),
            office=_known(asked.get("office"), offices),
            programme=_known(asked.get("programme"), programmes),
            search=str(asked.get("q") or "")[:LONGEST_SEARCH].strip(),
            statuses=statuses,
            offices=list(offices.values()),
            programmes=list(programmes.values()),
            total=len(standings),
        )


def _known(asked: object, known: Any) -> str:
    return str(asked) if asked and asked in known else ""


def matching(standings: Sequence[Standing], filters: SectionFilters) -> list[Standing]:
    """The targets that the filters let through."""
    return [s for s in standings if _matches(s, filters)]


def _matches(standing: Standing, filters: SectionFilters) -> bool:
    target = standing.target
    if filters.status == STALE and not standing.progress.stale:
        return False
    if filters.status not in ("", STALE) and standing.status != filters.status:
        return False
    if filters.office and (target.lead_office is None or target.lead_office.code != filters.office):
        return False
    if filters.programme and filters.programme not in {p.code for p in target.programmes.all()}:
        return False
    text = f"{target.name} {target.code} {target.quote} {target.lead_office or ''}"
    return filters.search.lower() in text.lower()


@dataclass(frozen=True)
class ThemeRows:
    """A theme with its targets, and how many stand in each status."""

    theme: Theme
    rows: Sequence[Standing]
    counts: Mapping[str, int]


def by_theme(standings: Sequence[Standing]) -> list[ThemeRows]:
    """In the order in which they come."""
    groups: dict[int, list[Standing]] = {}
    for standing in standings:
        groups.setdefault(standing.target.theme_id, []).append(standing)
    return [
        ThemeRows(rows[0].target.theme, rows, {s: n for s in Status.values if (n := sum(r.status == s for r in rows))})
        for rows in groups.values()
    ]
