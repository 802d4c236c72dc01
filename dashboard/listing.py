"""A list of targets and works together: what the address asks for, and what there is to ask for."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Unit
from dashboard.items import Item
from dashboard.overview import ProgrammeRow
from dashboard.section import LONGEST_SEARCH, STALE
from goals.models import Section
from goals.models.progress import Status

LAGGING_BOTH = "lagging"
KINDS = ("target", "project")


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to; a value that the plan doesn't have asks for nothing."""

    status: str = ""
    kind: str = ""
    section: str = ""
    office: str = ""
    programme: str = ""
    search: str = ""

    def matches(self, item: Item, carriers: Mapping[str, Collection[tuple[str, int]]]) -> bool:
        """`carriers`: by programme the items that carry it."""
        office = item.office.code if item.office else ""
        return (
            _has_status(item, self.status)
            and self.kind in ("", item.kind)
            and self.section in ("", item.section.code)
            and self.office in ("", office)
            and (not self.programme or (item.kind, item.thing.pk) in carriers[self.programme])
            and self.search.lower() in item.text.lower()
        )


def _has_status(item: Item, asked: str) -> bool:
    if asked == LAGGING_BOTH:
        return item.lags
    return item.stale if asked == STALE else asked in ("", item.status)


@dataclass(frozen=True)
class Choices:
    """What the plan has to narrow the list to, with how many of each status."""

    statuses: Sequence[tuple[str, str, int]]
    sections: Sequence[Section]
    offices: Sequence[Unit]
    programmes: Sequence[ProgrammeRow]

    @classmethod
    def of(cls, items: Sequence[Item], sections: Sequence[Section], programmes: Sequence[ProgrammeRow]) -> "Choices":
        counts = Counter(item.status for item in items)
        statuses = [(value, str(label), counts[value]) for value, label in Status.choices if counts[value]]
        for value, label, n in (
            (LAGGING_BOTH, _("落后和未完成"), sum(i.lags for i in items)),
            (STALE, _("应报未报"), sum(i.stale for i in items)),
        ):
            if n:
                statuses.append((value, label, n))
        offices = {item.office.pk: item.office for item in items if item.office}
        found = sorted(offices.values(), key=lambda unit: unit.path)
        return cls(statuses, sections, found, [p for p in programmes if p.total])

    def wanted(self, asked: Mapping[str, Any]) -> Wanted:
        def known(name: str, values: Collection[str]) -> str:
            value = str(asked.get(name) or "")
            return value if value in values else ""

        return Wanted(
            status=known("status", [*Status.values, LAGGING_BOTH, STALE]),
            kind=known("kind", KINDS),
            section=known("section", [s.code for s in self.sections]),
            office=known("office", [u.code for u in self.offices]),
            programme=known("programme", [p.code for p in self.programmes]),
            search=str(asked.get("q") or "")[:LONGEST_SEARCH].strip(),
        )


@dataclass(frozen=True)
class Group:
    """A section's share of the list."""

    section: Section
    items: Sequence[Item]


def grouped(items: Sequence[Item]) -> list[Group]:
    """By section, in their order."""
    found: dict[int, list[Item]] = {}
    for item in items:
        found.setdefault(item.section.pk, []).append(item)
    return [Group(listed[0].section, listed) for listed in found.values()]
