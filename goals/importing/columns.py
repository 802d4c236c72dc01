"""Which column of a sheet is which: by its heading, by an alias, or as the unit matched it once."""

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Unit
from common.sheet_structure import column_letters
from common.sheets import HEAD_ROWS, SheetRow
from goals.importing.registry import Column, Importer
from goals.models import ColumnMap

FEWEST_HEADINGS = 2
LONGEST_HEADING = 100


@dataclass
class Matching:
    """The heading row, its headings by column index, and the column codes found among them."""

    row: int = 0
    headings: dict[int, str] = field(default_factory=dict)
    found: dict[str, int] = field(default_factory=dict)
    remembered: bool = False


def normal(heading: str) -> str:
    """A heading as it is compared: half-width, without blanks, line breaks and the star of a required column."""
    plain = unicodedata.normalize("NFKC", heading)
    return "".join(plain.split()).strip("*:").casefold()


def headings_of(row: SheetRow) -> dict[int, str]:
    texts = {index: str(cell.value).strip() for index, cell in enumerate(row.cells) if cell and cell.value is not None}
    return {index: text[:LONGEST_HEADING] for index, text in texts.items() if text}


def signature(headings: Iterable[str]) -> str:
    """The same for the same headings in any order."""
    return hashlib.sha256("\n".join(sorted(normal(h) for h in headings)).encode()).hexdigest()


def match(importer: Importer, unit: Unit | None, rows: Sequence[SheetRow], tied: Iterable[str] = ()) -> Matching:
    """Find the headings among the first rows: as the unit matched them before, else by name. One query.

    Raises ValidationError where a heading that is needed stands twice, or no headings are there at all.
    """
    candidates = [(row, headings_of(row)) for row in rows if row.number <= HEAD_ROWS]
    candidates = [(row, found) for row, found in candidates if len(found) >= FEWEST_HEADINGS]
    if not candidates:
        raise ValidationError(_("前 %(n)s 行内没有找到标题行。") % {"n": HEAD_ROWS}, code="no_headings")
    known = _remembered(importer, unit, [headings for _row, headings in candidates])
    best: Matching | None = None
    for row, headings in candidates:
        kept = known.get(signature(headings.values()))
        if kept is not None:
            found = _by_text(headings, kept)
            return _once(importer, Matching(row.number, headings, found, remembered=True))
        matching = Matching(row.number, headings, _by_name(importer, headings))
        if best is None or len(matching.found) > len(best.found):
            best = matching
    assert best is not None
    return _once(importer, best, tied)


def _remembered(
    importer: Importer, unit: Unit | None, candidates: Sequence[Mapping[int, str]]
) -> dict[str, dict[str, str]]:
    signatures = [signature(headings.values()) for headings in candidates]
    maps = ColumnMap.objects.filter(kind=importer.kind, unit=unit, signature__in=signatures)
    return {kept.signature: kept.columns for kept in maps}


def _by_text(headings: Mapping[int, str], kept: Mapping[str, str]) -> dict[str, int]:
    places = {normal(text): index for index, text in headings.items()}
    return {code: places[text] for code, text in kept.items() if text in places}


def _by_name(importer: Importer, headings: Mapping[int, str]) -> dict[str, int]:
    """The heading itself comes before its aliases, and an earlier alias before a later one."""
    places: dict[str, int] = {}
    for index, text in headings.items():
        places.setdefault(normal(text), index)
    found: dict[str, int] = {}
    for column in importer.columns:
        for name in (*_headings(column), *column.aliases):
            place = places.get(normal(name))
            if place is not None and place not in found.values():
                found[column.code] = place
                break
    return found


def _headings(column: Column) -> list[str]:
    """In every language of the portal: who downloads and who uploads may not read the same."""
    found = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found.append(str(column.heading))
    return found


def _once(importer: Importer, matching: Matching, tied: Iterable[str] = ()) -> Matching:
    """The matching, unless a heading in use stands above two columns."""
    used = {normal(matching.headings[index]) for index in matching.found.values()}
    for text in sorted(used):
        places = [index for index, heading in matching.headings.items() if normal(heading) == text]
        if len(places) > 1:
            letters = "、".join(column_letters(index + 1) for index in places)
            said = _("标题“%(heading)s”重复（%(columns)s 列），不知该读哪一列。")
            message = said % {"heading": matching.headings[places[0]], "columns": letters}
            raise ValidationError(message, code="doubled_heading")
    for code in tied:
        matching.found.pop(code, None)
    return matching


def remember(importer: Importer, unit: Unit | None, headings: Iterable[str], chosen: Mapping[str, str]) -> None:
    """Keep how these headings were matched: column code to heading."""
    columns = {code: normal(heading) for code, heading in chosen.items()}
    ColumnMap.objects.update_or_create(
        kind=importer.kind, unit=unit, signature=signature(headings), defaults={"columns": columns}
    )
