"""What is taken for evidence, by name and content, and which rule a refusal names."""

import io
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from goals import evidence_files
from goals.evidence_files import LARGEST, check
from goals.tests.evidence.files import (
    EICAR,
    GOOD,
    HTML,
    PDF,
    RAR,
    SEVEN_ZIP,
    SVG,
    document,
    picture,
    sheet,
    upload,
    vast_picture,
    zipped,
)


def refusal(name: str, content: bytes) -> str:
    """The rule by which the file is refused."""
    with pytest.raises(ValidationError) as caught:
        check(upload(name, content))
    return str(caught.value.code)


@pytest.mark.parametrize("kind", GOOD)
def test_each_kind_is_known_by_its_content(kind: str) -> None:
    name, content = GOOD[kind]

    checked = check(upload(name, content))

    assert (checked.kind, checked.name, checked.size) == (kind, name, len(content))
    assert checked.file.read() == content


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../app/报告.pdf", "报告.pdf"),
        ("C:\\Users\\me\\报告.pdf", "报告.pdf"),
        ("CON.pdf", "CON.pdf"),
        ("2022.9.30 进度 v1.2.PDF", "2022.9.30 进度 v1.2.PDF"),
        ("cafe\u0301.pdf", "café.pdf"),
        (" 报告.pdf ", "报告.pdf"),
        ("字" * 196 + ".pdf", "字" * 196 + ".pdf"),
    ],
)
def test_a_name_is_shown_without_its_path(sent: str, shown: str) -> None:
    assert evidence_files.clean_name(sent) == shown


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("字" * 197 + ".pdf", "name_too_long"),
        ("a\r\nSet-Cookie: x=1.pdf", "name_characters"),
        ("a\x00.pdf", "name_characters"),
        ("报告\u202efdp.exe", "name_characters"),
        ("报告\u2066.pdf", "name_characters"),
        ("a" + "\u0301" * 20 + ".pdf", "name_characters"),
        (".htaccess", "name_hidden"),
        (".报告.pdf", "name_hidden"),
        ("报告", "extension"),
        ("报告.", "extension"),
        ("报告.pdf.", "extension"),
        ("settings.py", "extension"),
        ("旧表.xls", "extension"),
        ("a.pdf.exe", "extension"),
        ("a.exe.pdf", "double_extension"),
        ("a.html.png", "double_extension"),
    ],
)
def test_a_name_that_plays_tricks_is_refused(name: str, rule: str) -> None:
    content = picture() if name.endswith("png") else PDF

    assert refusal(name, content) == rule


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("空.pdf", b"", "empty"),
        ("大.pdf", PDF + bytes(LARGEST + 1 - len(PDF)), "too_large"),
        ("a.png", HTML, "content"),
        ("a.pdf", SVG, "content"),
        ("a.pdf", EICAR, "content"),
        ("a.png", PDF, "extension_differs"),
        ("a.xlsx", document(), "extension_differs"),
        ("a.docx", sheet(), "extension_differs"),
        ("a.jpg", picture(), "extension_differs"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(60), "broken"),
        ("a.png", picture()[:-20], "broken"),
        ("a.png", vast_picture(), "pixels"),
        ("a.png", vast_picture(7_100), "pixels"),
    ],
)
def test_content_that_is_something_else_is_refused(name: str, content: bytes, rule: str) -> None:
    assert refusal(name, content) == rule


def test_ten_megabytes_to_the_byte_are_taken() -> None:
    assert check(upload("大.pdf", PDF + bytes(LARGEST - len(PDF)))).size == LARGEST


def test_a_picture_of_just_less_than_50_megapixels_is_taken() -> None:
    assert check(upload("大.png", vast_picture(7_000))).kind == "png"


@pytest.mark.parametrize("content", [zipped({"a.txt": b"a"}), SEVEN_ZIP, RAR], ids=["zip", "7z", "rar"])
@pytest.mark.parametrize("extension", ["docx", "pdf"])
def test_an_archive_is_no_evidence_whatever_it_is_called(content: bytes, extension: str) -> None:
    assert refusal(f"a.{extension}", content) == "archive"


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (document({"word/vbaProject.bin": b"macro"}), "macros"),
        (document(types='<Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'), "macros"),
        (document({"../../evil.sh": b"x"}), "member_path"),
        (document({"/etc/passwd": b"x"}), "member_path"),
        (document({"C:/evil.exe": b"x"}), "member_path"),
        (document({"..\\evil.exe": b"x"}), "member_path"),
        (document({f"word/media/{n}.xml": b"" for n in range(3_000)}), "unpacked_size"),
        (document({"word/media/zeros.bin": bytes(201 * 1024 * 1024)}), "unpacked_size"),
        (document(types="x" * 1_100_000), "unpacked_size"),
        (document({"xl/workbook.xml": b"<workbook/>"}), "content"),
        (zipped({"[Content_Types].xml": b"<Types/>", "ppt/presentation.xml": b"x"}), "content"),
        (document()[:200], "broken"),
        (b"PK\x03\x04" + bytes(100), "broken"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_document_with_something_inside_is_refused(content: bytes, rule: str) -> None:
    assert refusal("a.docx", content) == rule


def test_a_document_that_names_its_types_twice_is_refused() -> None:
    out = io.BytesIO(document())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("[content_types].xml", "<Types/>")

    assert refusal("a.docx", out.getvalue()) == "broken"


def test_a_list_of_very_many_members_is_refused() -> None:
    many = zipped({f"{n:x}": b"" for n in range(60_000)})

    assert len(many) < LARGEST
    assert refusal("a.docx", many) == "unpacked_size"


def test_a_refusal_names_file_and_rule_in_words() -> None:
    with pytest.raises(ValidationError) as caught:
        check(upload("现场\u202e.png", HTML))

    assert caught.value.messages == ["现场.png：文件名含有不可见的控制字符。"]


@pytest.fixture
def scanner(tmp_path: Path, settings: Any) -> Path:
    """A scanner that knows one virus."""
    script = tmp_path / "scanner.sh"
    script.write_text("#!/bin/sh\n! grep -q EICAR-STANDARD-ANTIVIRUS\n")
    script.chmod(stat.S_IRWXU)
    settings.EVIDENCE_SCANNER = str(script)
    return script


def test_the_scanner_lets_clean_files_pass(scanner: Path) -> None:
    assert check(upload("a.pdf", PDF)).file.read() == PDF


def test_what_the_scanner_finds_is_refused(scanner: Path) -> None:
    assert refusal("a.pdf", PDF + EICAR) == "infected"


def test_without_a_scanner_nothing_is_scanned() -> None:
    assert check(upload("a.pdf", PDF + EICAR)).kind == "pdf"


@pytest.mark.parametrize("command", ["/nowhere/scanner", "sleep 5"])
def test_a_scanner_that_does_not_work_lets_nothing_pass(
    command: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EVIDENCE_SCANNER = command
    monkeypatch.setattr(evidence_files, "SCAN_SECONDS", 0.1)

    assert refusal("a.pdf", PDF) == "scanner"
