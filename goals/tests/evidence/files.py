"""Small real files of every kind, and some that aren't what they say."""

import io
import struct
import zipfile
import zlib
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
SCRIPTED_PDF = PDF.replace(b"/Catalog", b"/Catalog /OpenAction << /S /JavaScript /JS (app.alert(1)) >>")
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><html><body><script>alert(1)</script></body></html>"
TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">%s</Types>'
SEVEN_ZIP = b"7z\xbc\xaf\x27\x1c" + bytes(40)
RAR = b"Rar!\x1a\x07\x01\x00" + bytes(40)


def picture(kind: str = "PNG", size: tuple[int, int] = (4, 3)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, kind)
    return out.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def document(more: dict[str, bytes] | None = None, types: str = "") -> bytes:
    """A docx as small as they come; more members by their names."""
    members = {"[Content_Types].xml": (TYPES % types).encode(), "word/document.xml": b"<w:document/>"}
    return zipped(members | (more or {}))


def sheet() -> bytes:
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()


def vast_picture(side: int = 50_000) -> bytes:
    """A PNG that says it has side × side pixels, in some 60 KB."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", bytes(60_000)) + chunk(b"IEND", b"")


def upload(name: str = "厂房租赁协议.pdf", content: bytes = PDF, **more: Any) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, **more)


GOOD = {
    "pdf": ("协议.pdf", PDF),
    "docx": ("说明.docx", document()),
    "xlsx": ("清单.xlsx", sheet()),
    "jpg": ("现场.JPEG", picture("JPEG")),
    "png": ("截图.png", picture()),
}
