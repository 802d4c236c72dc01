"""What a file is, by its content, and whether the portal takes it. Raises ValidationError naming file and rule."""

import hashlib
import logging
import shlex
import subprocess
import unicodedata
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import filetype
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL import Image

from common.text import CleanText

logger = logging.getLogger(__name__)

LARGEST = 10 * 1024 * 1024
LONGEST_NAME = 200
MOST_PIXELS = 50_000_000
MOST_MEMBERS = 3_000
MOST_UNPACKED = 200 * 1024 * 1024
LARGEST_LIST = 1024 * 1024
HEAD = 8_192
SCAN_SECONDS = 60

CONTENT_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jpg": "image/jpeg",
    "png": "image/png",
}
KIND_OF_EXTENSION = {kind: kind for kind in CONTENT_TYPES} | {"jpeg": "jpg"}
ACCEPT = ",".join(f".{extension}" for extension in KIND_OF_EXTENSION)
_PACKED = {"zip", "7z", "rar", "gz", "bz2", "xz", "tar", "lz", "Z", "cab"}
_PICTURES = {"png": ("PNG",), "jpg": ("JPEG", "MPO")}
# In the middle of a name they only serve to pass one thing off as another; dates and versions have dots too.
_NEVER_WITHIN = frozenset(
    [
        *("exe", "com", "bat", "cmd", "scr", "pif", "msi", "jar", "js", "jse", "vbs", "vbe", "wsf", "hta", "ps1", "sh"),
        *("py", "php", "phtml", "asp", "aspx", "jsp", "svg", "htm", "html", "xhtml", "mht", "mhtml", "xml", "lnk"),
        *("url", "docm", "xlsm", "dll", "apk", "zip", "rar", "7z"),
    ]
)
_MACROS = ("vbaproject.bin", "vbadata.xml")


@dataclass(frozen=True)
class Checked:
    """A file that may be kept."""

    file: File  # type: ignore[type-arg]
    name: str
    kind: str
    size: int
    sha256: str


def check(file: "File[Any]") -> Checked:
    """The file with its name as it is shown, its kind and its digest; leaves it at its beginning."""
    shown = (file.name or "").replace("\\", "/").rpartition("/")[2]
    try:
        name = clean_name(shown)
        kind = _kind_of(file, KIND_OF_EXTENSION[name.rpartition(".")[2].lower()])
        digest = _digest(file)
        _scan(file)
    except _Refused as refused:
        why = _("%(name)s：%(why)s") % {"name": _visible(shown), "why": refused.why}
        raise ValidationError(why, code=refused.code) from refused
    file.seek(0)
    return Checked(file, name, kind, file.size, digest)


class _Refused(Exception):
    def __init__(self, why: "str | Promise", code: str) -> None:
        super().__init__(code)
        self.why, self.code = why, code


def _visible(name: str) -> str:
    """A refused name as it can be told."""
    told = "".join(c for c in name[:60] if c.isprintable())
    return told + "…" if len(name) > 60 else told or "?"


def clean_name(raw: str) -> str:
    """The base name, composed (NFC), if it may be shown: one line, no tricks, and an extension that is taken."""
    name = unicodedata.normalize("NFC", raw.replace("\\", "/").rpartition("/")[2]).strip()
    if any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in name):
        raise _Refused(_("文件名含有不可见的控制字符。"), "name_characters")
    if len(name) > LONGEST_NAME:
        raise _Refused(_("文件名最多 %(n)s 个字。") % {"n": LONGEST_NAME}, "name_too_long")
    try:
        CleanText(LONGEST_NAME)(name)
    except ValidationError as error:
        raise _Refused(" ".join(error.messages), "name_characters") from error
    if not name or name.startswith("."):
        raise _Refused(_("文件名不能为空，也不能以点开头。"), "name_hidden")
    *within, extension = name.lower().split(".")
    if not within or extension not in KIND_OF_EXTENSION:
        raise _Refused(_("只收 pdf、docx、xlsx、jpg、png 文件，请看扩展名。"), "extension")
    if any(part.strip() in _NEVER_WITHIN for part in within[1:]):
        raise _Refused(_("文件名有两个扩展名，请改名后再上传。"), "double_extension")
    return name


def _kind_of(file: "File[Any]", expected: str) -> str:
    """The kind by content, which must be the one that the extension says."""
    if file.size == 0:
        raise _Refused(_("文件是空的。"), "empty")
    if file.size > LARGEST:
        raise _Refused(_("文件超过 10 MB。"), "too_large")
    file.seek(0)
    head = file.read(HEAD)
    guess = filetype.guess_extension(head)
    if head.startswith(b"PK"):
        kind = _office_kind(file)
    elif guess in ("pdf", "png", "jpg"):
        kind = guess
    elif guess in _PACKED:
        raise _Refused(_("压缩包不能作为佐证，请逐个上传其中的文件。"), "archive")
    else:
        raise _Refused(_("内容不是 pdf、docx、xlsx、jpg 或 png。"), "content")
    if kind != expected:
        said = _("扩展名说是 %(said)s，内容却是 %(found)s。") % {"said": expected, "found": kind}
        raise _Refused(said, "extension_differs")
    if kind in _PICTURES:
        _check_picture(file, kind)
    return kind


def _office_kind(file: "File[Any]") -> str:
    """docx or xlsx, by the members of the zip; nothing of it is unpacked but its list of types."""
    try:
        file.seek(0)
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            names = {member.filename.lower() for member in members}
            _check_members(members)
            if "[content_types].xml" not in names:
                raise _Refused(_("压缩包不能作为佐证，请逐个上传其中的文件。"), "archive")
            types = _types_of(archive, members)
    except _Refused:
        raise
    except Exception as error:  # a foreign file can fail in any way
        raise _Refused(_("文件已损坏，打不开。"), "broken") from error
    if b"macroenabled" in types.lower() or any(name.endswith(_MACROS) for name in names):
        raise _Refused(_("文件含有宏，请另存为不含宏的格式。"), "macros")
    found = [kind for kind, part in (("docx", "word/document.xml"), ("xlsx", "xl/workbook.xml")) if part in names]
    if len(found) != 1:
        raise _Refused(_("内容不是 pdf、docx、xlsx、jpg 或 png。"), "content")
    return found[0]


def _check_members(members: Iterable[zipfile.ZipInfo]) -> None:
    several = list(members)
    if len(several) > MOST_MEMBERS or sum(member.file_size for member in several) > MOST_UNPACKED:
        raise _Refused(_("文件内部过大，展开后超出限度。"), "unpacked_size")
    for member in several:
        path = member.orig_filename.replace("\\", "/")
        if path.startswith("/") or ".." in path.split("/") or ":" in path or "\x00" in path:
            raise _Refused(_("文件内部含有越界的路径。"), "member_path")


def _types_of(archive: zipfile.ZipFile, members: Iterable[zipfile.ZipInfo]) -> bytes:
    """The list of types, read at last as far as a real one goes."""
    lists = [member for member in members if member.filename.lower() == "[content_types].xml"]
    if len(lists) > 1:
        raise _Refused(_("文件已损坏，打不开。"), "broken")
    with archive.open(lists[0]) as stream:
        types = stream.read(LARGEST_LIST + 1)
    if len(types) > LARGEST_LIST:
        raise _Refused(_("文件内部过大，展开后超出限度。"), "unpacked_size")
    return types


def _check_picture(file: "File[Any]", kind: str) -> None:
    """Its pixels are counted before anything decodes them."""
    too_many = _Refused(_("图片超过 5000 万像素，请缩小后再上传。"), "pixels")
    try:
        file.seek(0)
        with Image.open(file, formats=_PICTURES[kind]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise too_many
            picture.verify()
    except _Refused:
        raise
    except Image.DecompressionBombError as error:
        raise too_many from error
    except Exception as error:  # a foreign file can fail in any way
        raise _Refused(_("图片已损坏，打不开。"), "broken") from error


def _digest(file: "File[Any]") -> str:
    file.seek(0)
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def _scan(file: "File[Any]") -> None:
    """Let the scanner see it, where one is configured; without its word nothing is taken."""
    if not settings.EVIDENCE_SCANNER:
        return
    file.seek(0)
    command = shlex.split(settings.EVIDENCE_SCANNER)
    try:
        done = subprocess.run(command, input=file.read(), capture_output=True, timeout=SCAN_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        logger.error("the scanner of evidence does not work: %s", error)
        raise _Refused(_("查毒程序现在不能用，请稍后再上传。"), "scanner") from error
    if done.returncode != 0:
        logger.warning("the scanner of evidence refused a file, exit code %s", done.returncode)
        raise _Refused(_("查毒没有通过。"), "infected")
