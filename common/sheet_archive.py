"""Is a foreign .xlsx file safe to open? Its zip archive is looked at, and read within limits, before anything else."""

import zipfile
from collections.abc import Callable
from typing import Any, BinaryIO, Protocol, cast
from xml.parsers import expat

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LARGEST_FILE = 5 * 1024 * 1024
MOST_MEMBERS = 300
MOST_UNPACKED = 32 * 1024 * 1024
# XML of a sheet packs to a twentieth or so; what packs far better is made to hurt.
MOST_RATIO, RATIO_COUNTS_FROM = 200, 1024 * 1024
MOST_ELEMENTS, MOST_STRINGS = 50_000, 400_000
DEEPEST = 64
CHUNK = 64 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
DECLARED = _("文件的 XML 中有实体或文档类型声明，不能读取。")
_KNOWN_PACKING = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_WORKBOOK, _STRINGS = "xl/workbook.xml", "xl/sharedstrings.xml"
# Where openpyxl finds these parts, the limits of their kind hold; elsewhere nobody keeps them.
_PLACES = {"sheet.main+xml": _WORKBOOK, "sharedStrings+xml": _STRINGS}


class XmlParser(Protocol):
    """What is used of expat's parser."""

    StartElementHandler: Callable[[str, dict[str, str]], None] | None
    EndElementHandler: Callable[[str], None] | None
    CharacterDataHandler: Callable[[str], None] | None
    StartDoctypeDeclHandler: Callable[..., None] | None
    EntityDeclHandler: Callable[..., None] | None
    buffer_text: bool

    def Parse(self, data: bytes, final: bool = ..., /) -> int: ...


def refused(message: Any, code: str = "unsafe") -> ValidationError:
    """What is wrong with a file; the message may be lazy."""
    return ValidationError(message, code=code)


def strict_parser() -> XmlParser:
    """An expat parser that refuses document type and entity declarations, as defusedxml does."""
    parser = cast(XmlParser, expat.ParserCreate(namespace_separator=" "))

    def refuse(*_declaration: object) -> None:
        raise refused(DECLARED)

    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    return parser


def check_archive(source: BinaryIO) -> None:
    """Raise ValidationError unless the file is a plain, moderate .xlsx archive. Leaves the position at the start."""
    source.seek(0, 2)
    size = source.tell()
    source.seek(0)
    if size > LARGEST_FILE:
        raise refused(_("文件超过 %(n)s MB。") % {"n": LARGEST_FILE // 1024 // 1024}, "too_large")
    _check_beginning(source, size)
    try:
        with zipfile.ZipFile(source) as archive:
            _check_members(archive)
            _read_within_limits(archive)
    except ValidationError:
        raise
    except Exception as error:  # a foreign file fails in any way
        raise refused(_("文件已损坏，或不是 Excel 工作簿（.xlsx）。"), "invalid") from error
    source.seek(0)


def _check_beginning(source: BinaryIO, size: int) -> None:
    """Name the usual mistakes: an old or locked workbook, a page or text with the wrong ending."""
    if not size:
        raise refused(_("文件是空的。"), "empty")
    first = source.read(len(_OLE))
    if first == _OLE:
        locked = _ENCRYPTED in source.read(LARGEST_FILE)
        if locked:
            raise refused(_("工作簿加了打开密码，无法读取；请去掉密码后再上传。"), "encrypted")
        raise refused(_("这是旧版 Excel（.xls）文件；请另存为 .xlsx 后再上传。"), "old_format")
    if not first.startswith(b"PK"):
        raise refused(_("不是 Excel 工作簿（.xlsx）；改了扩展名的网页、文本或其他文件不能读取。"), "invalid")


def _check_members(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise refused(_("文件内部的部件过多（最多 %(n)s 个）。") % {"n": MOST_MEMBERS})
    names = [member.filename for member in members]
    if len({name.lower() for name in names}) < len(names):
        raise refused(_("文件内部有重名的部件。"))
    for member in members:
        _check_name(member.filename)
        if member.flag_bits & 0x1:
            raise refused(_("文件加了密码，无法读取；请去掉密码后再上传。"), "encrypted")
        if member.compress_type not in _KNOWN_PACKING:
            raise refused(_("文件的压缩方式不认识。"))
    if "[Content_Types].xml" not in names or _WORKBOOK not in names:
        raise refused(_("不是 Excel 工作簿（.xlsx）。"), "invalid")


def _check_name(name: str) -> None:
    lower = name.lower()
    parts = lower.replace("\\", "/").split("/")
    if ".." in parts or lower.startswith(("/", "\\")) or ":" in lower or "\0" in lower:
        raise refused(_("文件内部有越界的路径。"))
    if "vbaproject" in lower or "macrosheets" in parts:
        raise refused(_("工作簿含有宏，不能上传；请另存为不含宏的 .xlsx。"), "macro")
    if "externallinks" in parts or lower == "xl/connections.xml":
        raise refused(_("工作簿链接了其他文件或数据源，不能上传；请断开链接后再上传。"), "external_link")
    if {"embeddings", "activex", "ctrlprops"} & set(parts) or "oleobject" in lower:
        raise refused(_("工作簿嵌入了其他文件或控件，不能上传。"), "embedded")


def _read_within_limits(archive: zipfile.ZipFile) -> None:
    """Unpack everything once, chunk by chunk: what the directory says of sizes is not believed."""
    total = 0
    for member in archive.infolist():
        check = _check_of(member.filename)
        unpacked = 0
        with archive.open(member) as part:
            while chunk := part.read(CHUNK):
                unpacked += len(chunk)
                total += len(chunk)
                if total > MOST_UNPACKED:
                    raise refused(_("文件解压后过大（最多 %(n)s MB）。") % {"n": MOST_UNPACKED // 1024 // 1024})
                if unpacked > RATIO_COUNTS_FROM and unpacked > MOST_RATIO * max(member.compress_size, 1):
                    raise refused(_("文件的压缩比异常，不能读取。"))
                if check is not None:
                    check.Parse(chunk)
        if check is not None:
            check.Parse(b"", True)


def _check_of(name: str) -> XmlParser | None:
    """A parser that bounds a part's elements; sheets have their own (`sheet_structure`), pictures none."""
    lower = name.lower()
    if not lower.endswith((".xml", ".rels")) or lower.startswith(("xl/drawings/", "xl/charts/")):
        return None
    if lower.startswith("xl/worksheets/") and "/_rels/" not in lower:
        return None
    most = MOST_STRINGS if lower == _STRINGS else MOST_ELEMENTS
    count = depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal count, depth
        count, depth = count + 1, depth + 1
        if count > most or depth > DEEPEST:
            raise refused(_("工作簿过于复杂；请把数据复制到新的工作簿再上传。"))
        if lower == "[content_types].xml":
            _check_place(attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1

    parser = strict_parser()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    return parser


def _check_place(attributes: dict[str, str]) -> None:
    """A part's content type: no macros, and the parts of a known kind where they belong."""
    kind = attributes.get("ContentType", "")
    if "macroenabled" in kind.lower() or "vbaproject" in kind.lower():
        raise refused(_("工作簿含有宏，不能上传；请另存为不含宏的 .xlsx。"), "macro")
    place = next((place for ending, place in _PLACES.items() if kind.endswith(ending)), None)
    if place and "PartName" in attributes and attributes["PartName"].lower() != f"/{place}":
        raise refused(_("文件已损坏，或不是 Excel 工作簿（.xlsx）。"), "invalid")
