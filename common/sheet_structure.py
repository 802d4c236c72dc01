"""What a sheet's XML says besides its values: hidden rows, merges, formulas, and whether its rows are sound at all."""

import math
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.sheet_archive import CHUNK, XmlParser, refused, strict_parser

MOST_ROWS, MOST_COLUMNS = 5_000, 100
# Titles may stand above the headings.
HEAD_ROWS = 10
MOST_CELLS, MOST_MERGES, MOST_OTHERS = 600_000, 20_000, 100_000
MOST_FAULTS = 50
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main "
_RANGE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6}):([A-Z]{1,3})([1-9][0-9]{0,6})")
_ROW = re.compile(r"[1-9][0-9]{0,6}")
_LONGEST_NUMBER = 40
Place = tuple[int, int]


def column_number(letters: str) -> int:
    """A is 1, XFD 16384."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(frozen=True)
class Merge:
    """Merged cells, by their corners."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass
class Structure:
    """A sheet's outline. `last` and `width` are the last row and column with something in them."""

    hidden: set[int] = field(default_factory=set)
    formulas: set[Place] = field(default_factory=set)
    percents: set[Place] = field(default_factory=set)
    merges: list[Merge] = field(default_factory=list)
    last: int = 0
    width: int = 0
    filled: int = 0
    faults: list[str] = field(default_factory=list)


def read_structure(source: BinaryIO, strings: int, percent_styles: Collection[str] = ()) -> Structure:
    """Read a sheet's XML once, within limits. Raises ValidationError for what is too large, and for rows and cells
    that no program writes, naming them.

    `strings` is how many shared strings there are, `percent_styles` the styles that show a percentage.
    """
    outline = _Outline(strings, percent_styles)
    parser = outline.parser
    while chunk := source.read(CHUNK):
        parser.Parse(chunk)
    parser.Parse(b"", True)
    outline.check_value()
    if outline.found.faults:
        raise ValidationError([refused(fault, "invalid") for fault in outline.found.faults])
    return outline.found


class _Outline:
    """Called for every element of a sheet, some hundred thousand times: it looks at each but once."""

    def __init__(self, strings: int, percent_styles: Collection[str]) -> None:
        self.found, self.strings, self.percent_styles = Structure(), strings, percent_styles
        self.row = self.column = self.cells = self.others = 0
        self.row_text, self.kind, self.reads = "", "n", False
        self.texts: list[str] = []
        self.columns: dict[str, int] = {}
        self.parser: XmlParser = strict_parser()
        self.parser.buffer_text = True
        self.parser.StartElementHandler, self.parser.CharacterDataHandler = self.start, self.texts.append
        self.known = {
            _MAIN + "c": self.start_cell,
            _MAIN + "v": self.start_value,
            _MAIN + "row": self.start_row,
            _MAIN + "f": self.start_formula,
            _MAIN + "is": self.fill,
            _MAIN + "mergeCell": self.merge,
        }

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self.reads:
            self.check_value()
        known = self.known.get(tag)
        if known is not None:
            known(attributes)
            return
        self.texts.clear()
        self.others += 1
        if self.others > MOST_OTHERS:
            raise refused(_("工作簿过于复杂；请把数据复制到新的工作簿再上传。"))

    def start_row(self, attributes: dict[str, str]) -> None:
        given = attributes.get("r")
        if given is not None and not _ROW.fullmatch(given):
            raise refused(_("行号“%(row)s”不成立，文件已损坏。") % {"row": given[:20]}, "invalid")
        number = self.row + 1 if given is None else int(given)
        if number <= self.row:
            raise refused(_("第 %(row)s 行重复或次序颠倒，文件已损坏。") % {"row": number}, "invalid")
        if number > MOST_ROWS + HEAD_ROWS:
            raise refused(_("行数过多（最多 %(n)s 行数据）；请删去下方多余的行。") % {"n": MOST_ROWS}, "too_many_rows")
        self.row, self.row_text, self.column = number, str(number), 0
        if attributes.get("hidden") in ("1", "true"):
            self.found.hidden.add(number)

    def start_cell(self, attributes: dict[str, str]) -> None:
        self.cells += 1
        if self.cells > MOST_CELLS:
            raise refused(_("单元格过多；请把数据复制到新的工作簿再上传。"))
        given = attributes.get("r")
        if given is None:
            self.column += 1
        else:
            letters = given.rstrip("0123456789")
            column = self.columns.get(letters) or self.known_column(letters)
            if column <= self.column or given[len(letters) :] != self.row_text:
                raise refused(_("单元格“%(cell)s”的位置不成立，文件已损坏。") % {"cell": given[:20]}, "invalid")
            self.column = column
        self.kind = attributes.get("t", "n")
        if attributes.get("s") in self.percent_styles:
            self.found.percents.add((self.row, self.column))

    def known_column(self, letters: str) -> int:
        """The column's number; 0, which no column has, for what names none."""
        if not (letters.isascii() and letters.isalpha() and letters.isupper() and len(letters) <= 3):
            return 0
        self.columns[letters] = column_number(letters)
        return self.columns[letters]

    def fill(self, _attributes: dict[str, str]) -> None:
        found = self.found
        if self.column > found.width:
            if self.column > MOST_COLUMNS:
                raise refused(_("列数过多（最多 %(n)s 列）。") % {"n": MOST_COLUMNS}, "too_many_columns")
            found.width = self.column
        if self.row != found.last:
            found.last = self.row
            found.filled += 1

    def start_value(self, attributes: dict[str, str]) -> None:
        self.fill(attributes)
        if self.kind == "n" or self.kind == "s":
            self.texts.clear()
            self.reads = True

    def check_value(self) -> None:
        """Numbers must be finite and shared strings exist; the reader would stumble over others, or take the wrong."""
        if not self.reads:
            return
        self.reads = False
        text = "".join(self.texts).strip()
        self.texts.clear()
        if not text or (text.isascii() and len(text) <= _LONGEST_NUMBER and self.is_sound(text)):
            return
        if len(self.found.faults) < MOST_FAULTS:
            cell = f"{column_letters(self.column)}{self.row}"
            self.found.faults.append(_("单元格 %(cell)s 的内容无效，文件已损坏。") % {"cell": cell})

    def is_sound(self, text: str) -> bool:
        if self.kind == "s":
            return text.isdigit() and int(text) < self.strings
        try:
            return math.isfinite(float(text)) and "_" not in text
        except ValueError:
            return False

    def start_formula(self, attributes: dict[str, str]) -> None:
        self.fill(attributes)
        self.found.formulas.add((self.row, self.column))

    def merge(self, attributes: dict[str, str]) -> None:
        matched = _RANGE.fullmatch(attributes.get("ref", ""))
        if matched is None:
            return
        if len(self.found.merges) >= MOST_MERGES:
            raise refused(_("合并单元格过多；请取消合并后再上传。"))
        left, top, right, bottom = matched.groups()
        self.found.merges.append(Merge(int(top), column_number(left), int(bottom), column_number(right)))
