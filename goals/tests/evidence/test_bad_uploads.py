"""`evidence_upload` of bad-inputs.yaml, by the page and by the API: refused with nothing kept, or kept harmlessly."""

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Grant, Role
from common.uploads import Bounded
from goals import evidence
from goals.evidence_files import LARGEST
from goals.models import Evidence, Reading
from goals.tests.bad_inputs import cases, named
from goals.tests.evidence.factories import attached, everything, files, make_draft
from goals.tests.evidence.files import (
    EICAR,
    HTML,
    PDF,
    RAR,
    SCRIPTED_PDF,
    SEVEN_ZIP,
    SVG,
    picture,
    upload,
    vast_picture,
    zipped,
)
from goals.tests.factories import client_of, make_unit
from goals.tests.pages.factories import Cast, browser_of, make_cast

pytestmark = pytest.mark.django_db
BOUNDARY = b"----portal"
WHOLE = "multipart/form-data; boundary=----portal"
ELSEWHERE = ("up-04", "up-05", "up-06", "up-07", "up-13", "up-17", "up-18", "up-19", "up-21", "up-22")
GIVEN = {case["id"]: case.get("in", "") for case in cases("evidence_upload")}
# By case, the files that must not pass; where the case is a name, the content is what it should be.
REFUSED: dict[str, list[tuple[str, bytes]]] = {
    "up-01": [("a.svg", SVG)],
    "up-02": [("a.html", HTML), ("a.xhtml", HTML), ("a.mht", b"MIME-Version: 1.0\r\n\r\n" + HTML)],
    "up-03": [("a.png", HTML)],
    "up-08": [(GIVEN["up-08"], PDF)],
    "up-09": [(GIVEN["up-09"], PDF)],
    "up-10": [(GIVEN["up-10"], PDF), ("a.html\x00.pdf", PDF), ("a.p\x00df", PDF)],
    "up-11": [("字" * 300 + ".pdf", PDF), ("a." + "字" * 300, PDF)],
    "up-12": [(GIVEN["up-12"], PDF)],
    "up-14": [("a.pdf", b"")],
    "up-15": [("a.pdf", PDF + bytes(LARGEST + 1 - len(PDF)))],
    "up-16": [("a.png", vast_picture())],
    "up-20": [
        *(("a.zip", zipped({"a.txt": b"a"})), ("a.7z", SEVEN_ZIP), ("a.rar", RAR)),
        *(("a.docx", zipped({"a.txt": b"a"})), ("a.pdf", SEVEN_ZIP), ("a.xlsx", RAR)),
    ],
}
Send = Callable[..., Any]


def part(name: str, content: bytes, boundary: bytes = BOUNDARY, field: bytes = b"file") -> bytes:
    """A file in a multipart body, its name to the letter."""
    head = b'--%s\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\nContent-Type: image/png\r\n\r\n'
    return head % (boundary, field, name.encode()) + content + b"\r\n"


def body_of(reading: Reading, *parts: bytes) -> bytes:
    field = b'--%s\r\nContent-Disposition: form-data; name="reading"\r\n\r\n%d\r\n' % (BOUNDARY, reading.pk)
    return field + b"".join(parts) + b"--" + BOUNDARY + b"--\r\n"


def by_page(cast: Cast, reading: Reading, body: bytes, kind: str = WHOLE) -> Any:
    browser = Client(raise_request_exception=False)
    browser.force_login(cast.official)
    return browser.generic("POST", f"/readings/{reading.pk}/evidence/", body, kind)


def by_api(cast: Cast, reading: Reading, body: bytes, kind: str = WHOLE) -> Any:
    client = client_of(cast.official)
    client.raise_request_exception = False
    return client.generic("POST", "/api/v1/evidence/", body, kind)  # type: ignore[arg-type]


def by_session(
    cast: Cast, reading: Reading, body: bytes, kind: str = "multipart/form-data; boundary=----portal"
) -> Any:
    """The API as a browser uses it: the body is read for its CSRF token first."""
    client = APIClient(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(cast.official)
    client.get(f"/readings/{reading.pk}/evidence/")
    token = client.cookies["csrftoken"].value
    client.credentials(HTTP_X_CSRFTOKEN=token)
    return client.generic("POST", "/api/v1/evidence/", body, kind)  # type: ignore[arg-type]


both_ways = pytest.mark.parametrize("send", [by_page, by_api], ids=["page", "api"])
all_ways = pytest.mark.parametrize("send", [by_page, by_api, by_session], ids=["page", "api", "session"])


@pytest.fixture
def cast() -> Cast:
    return make_cast(frequency="monthly")


def said(answer: Any) -> str:
    text = answer.content.decode()
    assert not any(word in text for word in ("Traceback", "SELECT", "/site-packages/"))
    return str(text)


@both_ways
@pytest.mark.parametrize("case", cases("evidence_upload", without=ELSEWHERE), ids=named)
def test_what_is_no_evidence_is_refused_and_nothing_kept(cast: Cast, case: dict[str, Any], send: Send) -> None:
    reading = make_draft(cast)
    attached(cast, reading)
    before = everything()

    answers = [send(cast, reading, body_of(reading, part(name, content))) for name, content in REFUSED[case["id"]]]

    assert [a.status_code for a in answers] == [400] * len(answers)
    assert all(said(a) for a in answers)
    assert everything() == before


@both_ways
def test_one_bad_file_beside_a_good_one_keeps_both_out(cast: Cast, send: Send) -> None:
    reading = make_draft(cast)
    before = everything()

    answer = send(cast, reading, body_of(reading, part("a.pdf", PDF), part("b.png", HTML)))

    assert answer.status_code == 400
    assert everything() == before


def downloads(cast: Cast, made: Evidence) -> list[Any]:
    addresses = (f"/evidence/{made.pk}/", f"/api/v1/evidence/{made.pk}/download/")
    return [browser_of(cast.leader).get(address) for address in addresses]


@both_ways
def test_up_04_a_picture_with_a_page_behind_it_is_handed_out_as_a_picture(cast: Cast, send: Send) -> None:
    reading = make_draft(cast)
    send(cast, reading, body_of(reading, part("a.png", picture() + HTML)))

    for answer in downloads(cast, Evidence.objects.get()):
        assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/png", "nosniff")
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"


@both_ways
def test_up_05_a_pdf_with_a_script_is_never_shown_inline(cast: Cast, send: Send) -> None:
    reading = make_draft(cast)
    send(cast, reading, body_of(reading, part("a.pdf", SCRIPTED_PDF)))

    for answer in downloads(cast, Evidence.objects.get()):
        assert answer["Content-Disposition"] == 'attachment; filename="a.pdf"'


@both_ways
def test_up_06_a_path_is_no_part_of_the_name(cast: Cast, send: Send) -> None:
    reading = make_draft(cast)
    before = everything()
    refused = send(cast, reading, body_of(reading, part(GIVEN["up-06"], PDF)))
    assert everything() == before

    send(cast, reading, body_of(reading, part(GIVEN["up-06"].replace(".py", ".pdf"), PDF)))

    made = Evidence.objects.get()
    assert refused.status_code == 400
    assert "settings.py：" in said(refused) and "app/settings" not in said(refused)
    assert made.name == "settings.pdf"
    assert [path.name for path in files()] == [made.key.hex]


@both_ways
@pytest.mark.parametrize("form", ['filename="%s"', "filename*=utf-8''%s"], ids=["raw", "rfc 5987"])
def test_up_07_a_name_of_two_lines_makes_no_second_header(cast: Cast, send: Send, form: str) -> None:
    reading = make_draft(cast)
    name = GIVEN["up-07"] if '"' in form else GIVEN["up-07"].replace("\r\n", "%0D%0A").replace(" ", "%20")
    file = part("x", PDF).replace(b'filename="x"', (form % name).encode())

    answer = send(cast, reading, body_of(reading, file))

    assert answer.status_code == 400
    assert "x" not in answer.cookies
    assert files() == []


def test_up_07_a_name_with_quotes_is_encoded(cast: Cast) -> None:
    made = attached(cast, make_draft(cast), 'a"; filename="b.pdf')

    for answer in downloads(cast, made):
        assert answer["Content-Disposition"] == r'attachment; filename="a\"; filename=\"b.pdf"'


@both_ways
def test_up_13_a_reserved_name_is_only_shown(cast: Cast, send: Send) -> None:
    reading = make_draft(cast)

    send(cast, reading, body_of(reading, part(GIVEN["up-13"], PDF)))

    made = Evidence.objects.get()
    assert made.name == "CON.pdf"
    assert [path.name for path in files()] == [made.key.hex]


@both_ways
def test_up_17_a_reading_has_room_for_twenty(cast: Cast, send: Send) -> None:
    reading = make_draft(cast)
    evidence.attach_all(cast.official, reading, [upload(f"{n}.pdf") for n in range(20)])
    before = everything()

    answer = send(cast, reading, body_of(reading, part("21.pdf", PDF)))

    assert answer.status_code == 400
    assert "一条记录最多 20 个文件" in said(answer)
    assert everything() == before


def test_up_17_twenty_one_at_once_are_refused_together(cast: Cast) -> None:
    reading = make_draft(cast)
    before = everything()

    answer = by_page(cast, reading, body_of(reading, *(part(f"{n}.pdf", PDF) for n in range(21))))

    assert answer.status_code == 400
    assert "一条记录最多 20 个文件" in said(answer)
    assert everything() == before


@both_ways
def test_more_files_than_django_reads_are_refused(cast: Cast, send: Send) -> None:
    reading = make_draft(cast)

    answer = send(cast, reading, body_of(reading, *(part("a.pdf", PDF) for _n in range(150))))

    assert answer.status_code in (400, 413)
    assert files() == []


def test_up_18_and_19_a_file_out_of_sight_is_not_handed_out(cast: Cast) -> None:
    made = attached(cast, make_draft(cast))
    Grant.objects.filter(user=cast.leader).update(unit=make_unit("elsewhere"))

    assert [a.status_code for a in downloads(cast, made)] == [404, 404]


def test_up_19_who_was_disabled_gets_nothing(cast: Cast) -> None:
    made = attached(cast, make_draft(cast))
    client = client_of(cast.leader)
    cast.leader.is_active = False
    cast.leader.save()

    assert client.get(f"/api/v1/evidence/{made.pk}/download/").status_code == 401
    assert browser_of(cast.leader).get(f"/evidence/{made.pk}/")["Location"].startswith("/login/")


def test_up_19_a_reading_that_moves_away_takes_its_evidence_along(cast: Cast) -> None:
    made = attached(cast, make_draft(cast))
    Reading.objects.update(unit=make_unit("elsewhere"))

    assert [a.status_code for a in downloads(cast, made)] == [404, 404]
    assert Grant.objects.filter(user=cast.leader, role=Role.LEADER).exists()


@all_ways
@pytest.mark.parametrize("share", [0.02, 0.5, 0.97])
def test_up_21_a_body_that_was_cut_is_refused_whole(cast: Cast, send: Send, share: float) -> None:
    reading = make_draft(cast)
    before = everything()
    body = body_of(reading, part("a.pdf", PDF * 50), part("b.pdf", PDF * 50))

    answer = send(cast, reading, body[: int(len(body) * share)])

    assert answer.status_code == 400
    assert said(answer)
    assert everything() == before


@all_ways
@pytest.mark.parametrize(
    "kind",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=边界",
        "multipart/form-data; boundary=\xff\xfe",
        "multipart/form-data; boundary=" + "x" * 300,
        "multipart/form-data; boundary=another",
    ],
)
def test_up_21_a_boundary_that_is_none_is_refused(cast: Cast, send: Send, kind: str) -> None:
    reading = make_draft(cast)
    before = everything()

    answer = send(cast, reading, body_of(reading, part("a.pdf", PDF)), kind)

    # A header too long to be read is no form at all to the API.
    assert answer.status_code == 400 or ("x" * 300 in kind and answer.status_code == 415)
    assert everything() == before


@all_ways
def test_a_charset_that_there_is_not_is_no_fault(cast: Cast, send: Send) -> None:
    reading = make_draft(cast)

    answer = send(cast, reading, body_of(reading, part("a.pdf", PDF)), f"{WHOLE}; charset=nope")

    assert answer.status_code in (201, 302)


@all_ways
def test_a_part_that_cannot_be_decoded_is_refused(cast: Cast, send: Send) -> None:
    reading = make_draft(cast)
    file = part("a.pdf", b"%%%").replace(b"Content-Type", b"Content-Transfer-Encoding: base64\r\nContent-Type")

    assert send(cast, reading, body_of(reading, file)).status_code == 400
    assert files() == []


@all_ways
def test_a_body_above_the_limit_is_413_and_read_into_nothing(
    cast: Cast, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = make_draft(cast)
    before = everything()
    monkeypatch.setattr(evidence, "LARGEST_BODY", 1_000)

    with mock.patch("common.uploads._Parser") as parser:
        answer = send(cast, reading, body_of(reading, part("a.pdf", PDF * 50)))

    assert answer.status_code == 413
    assert "请求内容过大" in said(answer)
    assert not parser.called
    assert everything() == before


def test_of_a_file_above_its_limit_no_more_is_kept_than_shows_it(cast: Cast) -> None:
    reading = make_draft(cast)
    body = body_of(reading, part("a.pdf", bytes(600_000)))
    written: list[tuple[int, int]] = []

    def note(_user: object, _reading: object, several: list[Any], **_more: object) -> list[Evidence]:
        written.extend((file.size, len(file.read())) for file in several)
        return []

    with mock.patch("goals.evidence_files.LARGEST", 1_000), mock.patch("goals.evidence.attach_all", note):
        by_page(cast, reading, body)

    ((size, kept),) = written
    assert size == 600_000
    assert kept <= 1_000 + Bounded.chunk_size


@both_ways
def test_up_22_what_the_scanner_finds_is_refused(cast: Cast, send: Send, settings: Any, tmp_path: Path) -> None:
    script = tmp_path / "scanner.sh"
    script.write_text("#!/bin/sh\n! grep -q EICAR-STANDARD-ANTIVIRUS\n")
    script.chmod(stat.S_IRWXU)
    settings.EVIDENCE_SCANNER = str(script)
    reading = make_draft(cast)
    before = everything()

    answer = send(cast, reading, body_of(reading, part("a.pdf", PDF + EICAR)))

    assert answer.status_code == 400
    assert "查毒没有通过" in said(answer)
    assert everything() == before
