"""The files of `xlsx_import` in bad-inputs.yaml that a test can only build byte by byte."""

import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO

import xlsxwriter

from goals.tests.importing.factories import GOOD, HEADS, SHEET, altered, part_of, with_sheet, workbook

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
STRINGS = "xl/sharedStrings.xml"
_MEGABYTE = b" " * 1024 * 1024


def good() -> bytes:
    return workbook(GOOD)


def with_strings() -> bytes:
    """The same sheet as Excel writes it: with its texts in a part of their own."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    page = book.add_worksheet()
    for number, cells in enumerate((HEADS, GOOD)):
        page.write_row(number, 0, cells)
    book.close()
    return buffer.getvalue()


def old_binary() -> bytes:
    return OLE + bytes(2_000)


def locked() -> bytes:
    return OLE + bytes(500) + "EncryptedPackage".encode("utf-16-le") + bytes(500)


def blown_up() -> bytes:
    """A sheet of 200 MB of blanks that packs to 200 kB."""
    beginning, end = part_of(good()).encode().split(b"</sheetData>")
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(altered(good(), {SHEET: None}))) as old, zipfile.ZipFile(buffer, "w") as new:
        for info in old.infolist():
            new.writestr(info.filename, old.read(info.filename))
        info = zipfile.ZipInfo(SHEET)
        info.compress_type = zipfile.ZIP_DEFLATED
        with new.open(info, "w") as part:
            part.write(beginning)
            for _each in range(200):
                part.write(_MEGABYTE)
            part.write(b"</sheetData>" + end)
    return buffer.getvalue()


def crowded(count: int) -> bytes:
    buffer = BytesIO(good())
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_STORED) as archive:
        for number in range(count):
            archive.writestr(f"{number:x}", b"")
    return buffer.getvalue()


def understated() -> bytes:
    """The directory and the member's own header say 100 bytes; 8 MB come out."""
    name, body = SHEET.encode(), zlib.compressobj(wbits=-15)
    packed = body.compress(part_of(good()).encode() + _MEGABYTE * 8) + body.flush()
    content = bytearray(altered(good(), {SHEET: b"?"}, zipfile.ZIP_STORED))
    place = content.rindex(b"PK\x03\x04", 0, content.index(name) + 1)
    local = struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 20, 0, 8, 0, 33, 0, len(packed), 100, len(name), 0) + name
    old_directory = content.index(b"PK\x01\x02")
    directory, end = content[old_directory : content.rindex(b"PK\x05\x06")], content[content.rindex(b"PK\x05\x06") :]
    entry = directory.rindex(b"PK\x01\x02", 0, directory.index(name))
    struct.pack_into("<HHHHIII", directory, entry + 8, 0, 8, 0, 33, 0, len(packed), 100)
    members = bytes(content[:place]) + local + packed
    struct.pack_into("<I", end, 16, len(members))
    return members + bytes(directory) + bytes(end)


def with_member(name: str, body: bytes = b"x") -> bytes:
    return altered(good(), {name: body})


def declared(declaration: str, part: str = SHEET, body: str = "&a;") -> bytes:
    """The part with a document type before it, and the entity where a text stood."""
    content = with_strings()
    xml = part_of(content, part)
    root = "worksheet" if part == SHEET else "sst"
    inside = re.sub(r"(<t[^>]*>|<v>)[^<]+", rf"\g<1>{body}", xml, count=1)
    return altered(content, {part: f"<!DOCTYPE {root} [{declaration}]>{inside.partition('?>')[2] or inside}".encode()})


def billion_laughs() -> str:
    levels = [f'<!ENTITY {chr(98 + n)} "{"&" + chr(97 + n) + ";"}{"&" + chr(97 + n) + ";"}">' for n in range(20)]
    return '<!ENTITY a "ha">' + "".join(levels)


def value_xml(cell: str) -> Callable[[str], str]:
    """Replaces the figure's cell, D2."""
    return lambda xml: re.sub(r'<c r="D2".*?</c>', cell, xml, count=1)


def value_cell(cell: str) -> bytes:
    return with_sheet(good(), value_xml(cell))


def rows_xml(rows: str) -> bytes:
    return with_sheet(good(), lambda xml: xml.replace("</sheetData>", rows + "</sheetData>"))


def macro_book() -> bytes:
    types = part_of(good(), "[Content_Types].xml").replace(
        "spreadsheetml.sheet.main+xml", "sheet.macroEnabled.main+xml"
    )
    return altered(good(), {"[Content_Types].xml": types.encode(), "xl/vbaProject.bin": b"macro"})


def large() -> bytes:
    """5.1 MB that don't pack."""
    noise = bytes((n * n * 31 + n // 7) % 256 for n in range(65_536))
    return altered(good(), {"xl/media/image1.png": noise * 82}, zipfile.ZIP_STORED)
